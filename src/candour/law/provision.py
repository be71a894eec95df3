"""A provision of the Freedom of Information Act 2000, as a value that parses and prints.

A provision is a section and the steps below it: subsection, paragraph, sub-paragraph. `31(1)(a)` is section 31,
subsection (1), paragraph (a). What people write is looser ("s.31(1)(a)&(b)", "Section 40(2)(3A)(a)", "Sections 31, 38
and 40"); `parse_citation` turns one such citation into the provisions that it names. Whether a provision exists, and
what claiming it requires, is the catalogue's business, not this module's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import total_ordering


class CitationError(ValueError):
    """The text is not a citation of a provision, or not of exactly one where one was wanted."""


_SECTION = re.compile(r"\d{1,3}[A-Z]?(?![A-Za-z0-9])")
_STEP = re.compile(r"\(\s*(?P<step>\d{1,2}[A-Z]{0,2}|[ivx]{1,4}|[a-z]{1,2})(?![A-Za-z0-9])\s*\)?")
_JOIN = re.compile(r"(?:\s|,|;|&|\+|/|\band\b|\bor\b|\bwith\b|\bby\s+virtue\s+of\b|\bsubsections?\b)+", re.IGNORECASE)
_PREFIX = re.compile(r"\b(?:sections?|sect?\.?|ss?\.?)\s*(?=\d)", re.IGNORECASE)
_ROMAN = frozenset({"i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"})

_SUBSECTION, _PARAGRAPH, _SUBPARAGRAPH = 1, 2, 3


@total_ordering
@dataclass(frozen=True, slots=True)
class Provision:
    """A provision: `section` as printed in the Act ("22A"), `steps` below it without brackets (("1", "a"))."""

    section: str
    steps: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Provision:
        """The one provision that `text` cites.

        Raises CitationError when `text` cites none, or more than one.
        """
        found = parse_citation(text)
        if len(found) != 1:
            names = ", ".join(str(provision) for provision in found)
            raise CitationError(f"“{text}” cites {len(found)} provisions ({names}); one is wanted")
        return found[0]

    def __str__(self) -> str:
        return self.section + "".join(f"({step})" for step in self.steps)

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Provision):
            return NotImplemented
        return self._order() < other._order()

    @property
    def parent(self) -> Provision | None:
        """The provision that this one stands in; None for a section."""
        return Provision(self.section, self.steps[:-1]) if self.steps else None

    def within(self, other: Provision) -> bool:
        """Whether this provision is `other` or stands in it."""
        return self.section == other.section and self.steps[: len(other.steps)] == other.steps

    def _order(self) -> tuple[tuple[int, str], ...]:
        return tuple(_step_order(step) for step in (self.section, *self.steps))


def parse_citation(text: str) -> tuple[Provision, ...]:
    """The provisions that one citation names, in the order named, each once.

    `31(1)(a)(b)` is two, `Sections 31, 38 and 40` is three, `40(2)(3A)(a)` is 40(2) and 40(3A)(a).

    Raises CitationError when something in `text` is not part of a citation.
    """
    found: list[Provision] = []
    position, section, joined = 0, "", False
    levels: list[tuple[int, str]] = []

    def close() -> None:
        if section:
            found.append(Provision(section, tuple(step for _, step in levels)))

    text = text.strip().rstrip(".")
    while position < len(text):
        if step := _STEP.match(text, position):
            if not section:
                raise CitationError(f"“{text}” names a subsection before any section")
            level = _level(step["step"], levels, joined)
            joined = False
            if levels and level <= levels[-1][0]:
                close()
                levels = [known for known in levels if known[0] < level]
            levels.append((level, step["step"]))
            position = step.end()
        elif prefix := _PREFIX.match(text, position):
            position = prefix.end()
        elif number := _SECTION.match(text, position):
            close()
            section, levels, joined = number.group(), [], False
            position = number.end()
        elif (join := _JOIN.match(text, position)) and join.end() > position:
            joined = joined or not join.group().isspace()
            position = join.end()
        else:
            raise CitationError(f"“{text}” is not a citation: cannot read “{text[position : position + 20]}”")
    close()
    if not found:
        raise CitationError(f"“{text}” cites no section")
    return tuple(dict.fromkeys(found))


def format_provisions(provisions: tuple[Provision, ...] | list[Provision]) -> str:
    """Provisions as a letter prints them: `31(1)(a) and (b)`, `30(3), 31(3) and 38(2)`."""
    groups: list[list[Provision]] = []
    for provision in provisions:
        last = groups[-1][-1] if groups else None
        if last and provision.steps and last.parent == provision.parent and len(provision.steps) > 1:
            groups[-1].append(provision)
        else:
            groups.append([provision])
    names = [
        name for group in groups for name in [str(group[0]), *(f"({provision.steps[-1]})" for provision in group[1:])]
    ]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1] if names else ""


def _level(step: str, levels: list[tuple[int, str]], joined: bool) -> int:
    """How deep the step is; `(i)` after "and" or a comma, or straight after `(h)`, is the paragraph, not a numeral."""
    if step[0].isdigit():
        return _SUBSECTION
    level, last = levels[-1] if levels else (_SUBSECTION, "")
    if step not in _ROMAN or level == _SUBSECTION:
        return _PARAGRAPH
    if level == _PARAGRAPH and (joined or (last, step) == ("h", "i")):
        return _PARAGRAPH
    return _SUBPARAGRAPH


def _step_order(step: str) -> tuple[int, str]:
    digits = re.match(r"\d+", step)
    return (int(digits.group()), step[digits.end() :]) if digits else (0, step)
