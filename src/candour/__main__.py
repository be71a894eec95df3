"""Lets `python -m candour` be the command `candour`."""

from candour.cli import main

main()
