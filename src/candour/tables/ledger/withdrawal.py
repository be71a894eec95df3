"""A release that is taken back: marked in the ledger, and known all the same to whoever read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from candour.tables.ledger.file import FOLDER, read_release_file, release_text, replace_in_file
from candour.tables.ledger.ledger import LedgerError, Release


def withdraw(path: Path, reference: str, day: date) -> Path:
    """Mark a release of the ledger in a folder or a JSON file as withdrawn on a day; the file that says so.

    Raises LedgerError where the ledger has no such release, it was withdrawn before, or the ledger is a TOML file.
    """
    if path.suffix == ".toml":
        raise LedgerError(f"{path.name} is TOML, which is only read. Keep the ledger in a folder or as JSON.")
    if path.is_file():
        replace_in_file(path, lambda releases: _marked(releases, reference, day, path))
        return path
    for file in sorted((path / FOLDER).glob("*.json")):
        release = read_release_file(file)
        if release.reference == reference:
            (marked,) = _marked([release], reference, day, path)
            file.write_text(release_text(marked), encoding="utf-8")
            return file
    raise LedgerError(_unknown(reference, path))


def _marked(releases: Iterable[Release], reference: str, day: date, path: Path) -> list[Release]:
    listed = list(releases)
    if all(each.reference != reference for each in listed):
        raise LedgerError(_unknown(reference, path))
    return [_withdrawn(each, day) if each.reference == reference else each for each in listed]


def _withdrawn(release: Release, day: date) -> Release:
    if release.withdrawn_on:
        raise LedgerError(f"Release {release.reference} was withdrawn on {release.withdrawn_on.isoformat()} already.")
    return replace(release, withdrawn_on=day)


def _unknown(reference: str, path: Path) -> str:
    return f"{path.name} has no release {reference}. Give the reference under which it was entered."
