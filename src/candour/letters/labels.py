"""How a letter names its questions, one by one and several together."""

from __future__ import annotations

from candour.letters.response import Answer, Asked

OTHER = "any other information"
"""How "any other information" is named among the questions of a letter."""


def labels_of(asked: Asked) -> tuple[str, ...]:
    """The labels that a decision on the question, or on a part of it, can be about."""
    return (asked.label, *(asked.part_label(part.letter) for part in asked.parts))


def about(answer: Answer) -> tuple[str, ...]:
    """What the answer is about, as the letter labels it."""
    return (OTHER,) if answer.decision.other_information else answer.about


def name_of(answer: Answer) -> str:
    """What the answer is about, in words."""
    return in_words(about(answer)) or "a decision"


def in_words(labels: tuple[str, ...]) -> str:
    """Labels in words: `question 1`, `questions 1, 2 and 4a`, `questions 1 and 2 and any other information`."""
    plain = [label for label in labels if label != OTHER and ", " not in label]
    names = [_numbered("question", plain)] if plain else []
    grouped: dict[str, list[str]] = {}
    for label in labels:
        if ", " in label:
            group, number = label.rsplit(", ", 1)
            grouped.setdefault(group, []).append(number)
    names.extend(_numbered(f"{group}, question", numbers) for group, numbers in grouped.items())
    if OTHER in labels:
        names.append(OTHER)
    return "; ".join(names) if grouped else " and ".join(names)


def _numbered(noun: str, numbers: list[str]) -> str:
    return f"{noun} {numbers[0]}" if len(numbers) == 1 else f"{noun}s {', '.join(numbers[:-1])} and {numbers[-1]}"
