"""How a force writes references to crimes and the numbers of its officers: checked, and tried on a text."""

from __future__ import annotations

from candour.files.plain_sight import WrongPatterns, patterns_in


def fault(patterns: str) -> str:
    """What is wrong with a force's patterns, in words; an empty text when nothing is."""
    try:
        patterns_in(patterns)
    except WrongPatterns as wrong:
        return str(wrong)
    return ""


def tried(patterns: str, text: str) -> str:
    """What the patterns, with those that are known, find in a text. Raises `WrongPatterns`."""
    known = patterns_in(patterns)
    crimes, collars = known.crime_references(text), known.collar_numbers(text)
    if not crimes and not collars:
        return "Nothing was found in the text that was tried."
    found = [f"references to crimes: {', '.join(crimes)}"] if crimes else []
    found += [f"numbers of officers: {', '.join(collars)}"] if collars else []
    return f"In the text that was tried were found {'; '.join(found)}."
