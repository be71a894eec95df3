"""A published or drafted response, read back into its structure: questions, outcomes, limbs, reasons, attachments."""

from candour.letters.read.files import open_source, read_file
from candour.letters.read.outcome import ReadOutcome
from candour.letters.read.reading import read_source, read_text
from candour.letters.read.source import LARGEST_FILE, LONGEST_TEXT, Anchor, Source, UnreadableText
from candour.letters.read.tree import (
    ClaimRead,
    LimbCited,
    LinkRead,
    PartRead,
    Place,
    QuestionRead,
    Reading,
    Words,
)

__all__ = [
    "LARGEST_FILE",
    "LONGEST_TEXT",
    "Anchor",
    "ClaimRead",
    "LimbCited",
    "LinkRead",
    "PartRead",
    "Place",
    "QuestionRead",
    "ReadOutcome",
    "Reading",
    "Source",
    "UnreadableText",
    "Words",
    "open_source",
    "read_file",
    "read_source",
    "read_text",
]
