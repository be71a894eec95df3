"""The small language of filters: `rank = "constable" and (received >= 2023-04-01 or outcome is blank)`.

A test is a column, an operator and a value; tests are joined by `and`, `or`, `not` and brackets. What is written is
parsed and checked against the data set; no part of it reaches the engine but as a value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from candour.records.description import Column, Description, Kind
from candour.records.findings import RecordsError
from candour.records.readings import Unread, read_date, read_number, read_yes_no
from candour.records.vocabulary import vocabulary_for

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|“[^”]*”)
    | (?P<name>`[^`]+`)
    | (?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4})
    | (?P<number>-?[0-9]+(?:\.[0-9]+)?(?![\w-]))
    | (?P<sign><=|>=|!=|<>|==|=|<|>|\(|\)|,)
    | (?P<word>[^\W\d]\w*)
    )""",
    re.VERBOSE,
)
_WORDS = frozenset({"and", "or", "not", "in", "is", "blank", "contains", "between", "yes", "no", "true", "false"})
_COMPARISONS = {"=": "=", "==": "=", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter as SQL with its values, and the values of categories that it names, to be looked for in the data."""

    sql: str
    values: tuple[Any, ...]
    named: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


@dataclass
class _Parser:
    text: str
    description: Description
    table: str
    valid: str
    beside: Path | None
    tokens: list[_Token]
    place: int = 0
    depth: int = 0
    values: list[Any] = field(default_factory=list)
    named: list[tuple[str, str]] = field(default_factory=list)

    def fail(self, said: str) -> RecordsError:
        """What is wrong, with the place."""
        token = self.tokens[self.place] if self.place < len(self.tokens) else None
        where = f"at “{self.text[token.at : token.at + 20]}”" if token else "at its end"
        return RecordsError(f"The filter cannot be read {where}: {said}")

    def peek(self, *texts: str) -> bool:
        """Whether the next token is one of these words or signs."""
        if self.place >= len(self.tokens):
            return False
        token = self.tokens[self.place]
        return token.kind in {"word", "sign"} and token.text.lower() in texts

    def take(self, *texts: str) -> bool:
        """Take the next token if it is one of these."""
        if self.peek(*texts):
            self.place += 1
            return True
        return False

    def either(self) -> str:
        """Tests joined by `or`."""
        parts = [self.both()]
        while self.take("or"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"

    def both(self) -> str:
        """Tests joined by `and`."""
        parts = [self.negated()]
        while self.take("and"):
            parts.append(self.negated())
        return parts[0] if len(parts) == 1 else f"({' AND '.join(parts)})"

    def negated(self) -> str:
        """A test, brackets, or either after `not`."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.fail("it is nested too deeply.")
        try:
            if self.take("not"):
                return f"NOT {self.negated()}"
            if self.take("("):
                inner = self.either()
                if not self.take(")"):
                    raise self.fail("a bracket is not closed.")
                return inner
            return self.test()
        finally:
            self.depth -= 1

    def test(self) -> str:
        """One column compared."""
        column = self.column()
        if self.take("is"):
            return self.blank(column)
        negative = self.take("not")
        if self.take("in"):
            found = self.listed(column)
        elif self.take("between"):
            low = self.value(column)
            if not self.take("and"):
                raise self.fail("“between” needs two values with “and” between them.")
            found = self.whole_row(column, f"coalesce({_held(column)} BETWEEN {low} AND {self.value(column)}, false)")
        elif self.take("contains"):
            self.values.append(self.plain_text())
            text = f"lower(CAST(c_{column.name} AS VARCHAR))"
            found = self.whole_row(column, f"coalesce(position(lower(?) in {text}) > 0, false)")
        elif negative:
            raise self.fail("“not” after a column stands before “in”, “contains” or “between”.")
        else:
            return self.compared(column)
        return f"NOT {found}" if negative else found

    def blank(self, column: Column) -> str:
        """Whether a column is blank; one with several values is, where it has none."""
        negative = self.take("not")
        if not self.take("blank"):
            raise self.fail("after “is” stands “blank” or “not blank”.")
        filled = self.whole_row(column, f"c_{column.name} IS NOT NULL")
        return filled if negative else f"NOT {filled}"

    def listed(self, column: Column) -> str:
        """Whether a column holds one of a list."""
        if not self.take("("):
            raise self.fail('after “in” stands a list in brackets: in ("a", "b").')
        marks = [self.value(column)]
        while self.take(","):
            marks.append(self.value(column))
        if not self.take(")"):
            raise self.fail("the list is not closed with a bracket.")
        return self.whole_row(column, f"coalesce({_held(column)} IN ({', '.join(marks)}), false)")

    def compared(self, column: Column) -> str:
        """A column compared with one value."""
        sign = self.tokens[self.place].text if self.place < len(self.tokens) else ""
        if sign not in _COMPARISONS:
            raise self.fail("after a column stands =, !=, <, <=, >, >=, in, is blank, contains or between.")
        comparison = _COMPARISONS[sign]
        if comparison not in {"=", "!="} and column.kind is Kind.YES_NO:
            raise self.fail(f"“{column.heading}” is yes or no and has no order.")
        self.place += 1
        operator = "=" if comparison == "!=" else comparison
        found = self.whole_row(column, f"coalesce({_held(column)} {operator} {self.value(column)}, false)")
        return f"NOT {found}" if comparison == "!=" else found

    def whole_row(self, column: Column, test: str) -> str:
        """For a column with several values in one cell, whether any of them passes; so that `not` means none does."""
        if not column.parts:
            return f"({test})"
        return f"(row_id IN (SELECT row_id FROM {self.table} WHERE {self.valid} AND {test}))"

    def column(self) -> Column:
        """The column that a test begins with."""
        token = self.tokens[self.place] if self.place < len(self.tokens) else None
        if token is None or token.kind not in {"word", "name", "text"} or token.text.lower() in _WORDS - {"contains"}:
            raise self.fail("a test begins with the name of a column.")
        self.place += 1
        return self.description.column(token.text.strip("`\"'“”") if token.kind != "word" else token.text)

    def plain_text(self) -> str:
        """A value as written."""
        token = self.tokens[self.place] if self.place < len(self.tokens) else None
        if token is None or token.kind == "sign":
            raise self.fail("a value is missing. Put texts in quotation marks.")
        if token.kind == "name" or (token.kind == "word" and token.text.lower() not in {"yes", "no", "true", "false"}):
            raise self.fail(f"put the text “{token.text}” in quotation marks.")
        self.place += 1
        if token.kind == "text":
            return re.sub(r"\\(.)", r"\1", token.text[1:-1])
        return token.text

    def value(self, column: Column) -> str:
        """A value of the column’s kind, as a mark in the SQL."""
        begin = self.place
        text = self.plain_text()
        try:
            if column.kind is Kind.DATE:
                self.values.append(read_date(text))
            elif column.kind is Kind.NUMBER:
                self.values.append(read_number(text))
            elif column.kind is Kind.YES_NO:
                self.values.append(read_yes_no(text))
            else:
                label = _label(column, text, self.beside)
                self.values.append(label)
                self.named.append((column.name, label))
                return "lower(?)"
        except Unread as error:
            self.place = begin
            raise self.fail(f"“{text}” {error} “{column.heading}” needs a {_KIND_WORDS[column.kind]}.") from error
        return "CAST(? AS DATE)" if column.kind is Kind.DATE else "?"


_KIND_WORDS = {Kind.DATE: "date, such as 2024-03-31", Kind.NUMBER: "number", Kind.YES_NO: "yes or no"}


def _held(column: Column) -> str:
    if column.kind in {Kind.DATE, Kind.NUMBER, Kind.YES_NO}:
        return f"c_{column.name}"
    return f"lower(c_{column.name})"


def _label(column: Column, text: str, beside: Path | None) -> str:
    """The label under which a term is stored, for any of its synonyms."""
    if not column.terms:
        return text
    name, _, which = column.terms.rpartition("/")
    term = vocabulary_for(name, beside).lists[which].term(text)
    return term.label if term else text


def parse_filter(
    text: str, description: Description, table: str = "rows", valid: str = "true", beside: Path | None = None
) -> Condition:
    """A filter as a condition. Raises RecordsError, with the place, where it cannot be read or names no column."""
    tokens = _tokens(text)
    if not tokens:
        raise RecordsError("The filter is empty.")
    parser = _Parser(text, description, table, valid, beside, tokens)
    sql = parser.either()
    if parser.place < len(tokens):
        raise parser.fail("join tests with “and” or “or”.")
    return Condition(sql, tuple(parser.values), tuple(parser.named))


def _tokens(text: str) -> list[_Token]:
    tokens = []
    at = 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if not found or found.lastgroup is None:
            raise RecordsError(f"The filter cannot be read at “{text[at : at + 20].strip()}”.")
        tokens.append(_Token(found.lastgroup, found[found.lastgroup], found.start(found.lastgroup)))
        at = found.end()
    return tokens


def parse_day(text: str, what: str) -> date:
    """A day given by a person. Raises RecordsError, naming what it was given for."""
    try:
        return read_date(text)
    except Unread as error:
        raise RecordsError(f"{what}: “{text}” {error} Write it as 2024-03-31.") from error
