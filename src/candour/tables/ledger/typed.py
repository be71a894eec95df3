"""Figures that somebody typed into a text: “three officers”, “12.5%”, “fewer than five”, “one in four”, “none”.

Every figure that may count people or cases is found, so that it enters the ledger beside the tables: the fault to fear
is a figure that is missed, and a person dismisses the rest. Dates, references, places in the law, money, telephone
numbers, ages and lengths of time are no such figures and are passed over.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from candour.tables.ledger.number_words import PATTERN, read_words


class Kind(StrEnum):
    """What sort of figure it is."""

    COUNT = "count"
    PERCENTAGE = "percentage"
    SHARE = "share"
    """“One in four”, “two thirds”."""

    RATE = "rate"
    """So many to each thousand of a population."""

    AVERAGE = "average"
    """A number with decimals that is neither."""


@dataclass(frozen=True, slots=True)
class TypedFigure:
    """One figure: where it stands in the text, what it says, in which sentence.

    `printed` says the same in the words that `candour.tables.ledger.marks` reads; `unit`: `people`, `allegations` or
    `cases` by the words beside it, empty where they do not say; `per`: for a rate, to each so many; `is_about`: the
    text says that it is not exact.
    """

    start: int
    end: int
    text: str
    printed: str
    kind: Kind
    sentence: str
    unit: str = ""
    per: int = 0
    is_about: bool = False


def typed_figures(text: str, *, reasons: bool = False) -> list[TypedFigure]:
    """The figures of a text in their order.

    `reasons`: the text gives reasons and answers no question. “One”, “both” and “none” are prose there, unless a word
    beside them says what they count; what stands in digits is a figure there as well.
    """
    found = _found(text)
    return [each for each in found if not reasons or each.unit or any(map(str.isdigit, each.text))]


def _found(text: str) -> list[TypedFigure]:
    plain = _plain(text)
    masked = _masked(plain)
    found: list[TypedFigure] = []
    spans = _sentences(plain)
    at = 0
    while match := _figure().search(masked, at):
        at = match.end() if match.end() > at else at + 1
        figure = _read(match, masked)
        if figure is None:
            at = match.start() + max(1, len(match[0].split()[0]))
            continue
        printed, kind, per = figure
        start, end = next((start, end) for start, end in spans if start <= match.start() < end)
        end = max(end, match.end())
        found.append(
            TypedFigure(
                match.start(),
                match.end(),
                text[match.start() : match.end()],
                printed,
                kind,
                " ".join(text[start:end].split()),
                unit_of(masked[match.end() : end]),
                per,
                bool(_ABOUT.search(masked[: match.start()])),
            )
        )
    return found


@cache
def _words() -> dict[str, frozenset[str]]:
    lists = tomllib.loads((files(__package__) / "typed.toml").read_text(encoding="utf-8"))
    return {name: frozenset(words) for name, words in lists.items()}


def _plain(text: str) -> str:
    """The text in lower case with plain spaces, character by character in the same places."""
    lowered = "".join(each.lower() if len(each.lower()) == 1 else each for each in text)
    return lowered.translate({0xA0: " ", 0x2009: " ", 0x202F: " ", 0x2011: "-", ord("'"): "’"})


_MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\b"
)
_ANY = rf"(?:\d[\d,]*|{PATTERN})"
_JOINED = r"(?:\s*(?:,|-|–|&|/|to|and|or)\s*)"
_TO_TEN = "one|two|three|four|five|six|seven|eight|nine|ten"
_LAW = r"\d+[a-z]{0,2}(?:\s?\(\w{1,4}\))*"


@cache
def _no_figures() -> tuple[re.Pattern[str], ...]:
    """What is no figure, in the order in which it is taken out."""
    places = "|".join(sorted(map(re.escape, _words()["places"]), key=len, reverse=True))
    which = r"(?:further |full |financial |tax |academic |school |consecutive |more |other |calendar |working |clock )*"
    time = rf"{which}(?:days?|hours?|hrs?|weeks?|months?|years?|yrs?|minutes?|mins?|seconds?)"
    patterns = (
        r"(?:\b(?:foi|eir|foia|dpa|sar|case|po box|crime)\s*)?#\s?\d+",
        r"\b(?:foi|eir|foia|po box|dpa)\s*(?:/\s*)?\d+(?:/\d+)*",
        r"\b[a-z]{1,5}(?:/\d+)+\b",
        r"https?://\S+|www\.\S+|\S+@\S+\.\S+",
        # Money, ages, times of the day, ordinals, telephone numbers.
        rf"[£$€]\s?\d[\d,.]*\d?(?:\s?(?:k|m|bn|thousand|million|billion)\b)?|\b{_ANY}(?:\.\d+)?\s?(?:pence|p|pounds)\b",
        r"\b(?:aged?|over|under|below|above)\s+(?:of\s+)?\d{1,2}s\b",
        rf"\bage[ds]?\s+(?:of\s+|between\s+|under\s+|over\s+)?{_ANY}(?:{_JOINED}{_ANY})?\b",
        rf"\b{_ANY}(?:{_JOINED}{_ANY})?[\s-]years?[\s-]olds?\b",
        r"\b\d{1,2}[:.]\d{2}\s?(?:am|pm|hrs|hours)\b|\b\d{1,2}:\d{2}\b|\b\d{1,2}\s?(?:am|pm)\b|\b24/7\b",
        r"\b\d+\^?(?:st|nd|rd|th)(?![a-z]*ing)(?:\b|(?="
        + _MONTHS
        + r"))(?:\s*(?:of\s+)?"
        + _MONTHS
        + r")?(?:,?\s+(?:19|20)\d\d)?",
        r"(?:\+44|\b0)[\d\s()-]{8,}\d",
        r"\b(?:call|dial|phone|telephone|tel)\.?:?\s*\d{3,}[\d ]*\b",
        # Dates and periods.
        rf"\b\d{{1,2}}\s+{_MONTHS}(?:,?\s+(?:19|20)\d\d)?|\b{_MONTHS}\s+\d{{1,2}}(?:,\s*|\s+)(?:19|20)\d\d",
        rf"\b{_MONTHS},?\s+(?:(?:19|20)\d\d|’?\d\d\b)",
        r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d{2})\b",
        r"\b(?:fy\s?)?(?:19|20)\d\d\s?[/–-]\s?(?:(?:19|20)?\d\d)\b|\bfy\s?\d\d(?:[/-]\d\d)?\b|\b(?:q|quarter )[1-4]\b",
        r"(?<![\d,.])(?:19|20)\d\ds?(?!\d|,\d|\s?%|\.\d)(?!\s+(?:" + "|".join(_counted()) + r")\b)",
        # References, and places in the law, the request and the letter.
        rf"\bss?\.?\s?{_LAW}(?:{_JOINED}(?:ss?\.?\s?)?{_LAW}(?!\w))*",
        rf"\b(?:{places})\b\.?:?\s*\(?(?:{_LAW}|{_TO_TEN})(?![\d%])(?:{_JOINED}(?:{_LAW}|{_ANY})(?!\w))*",
        rf"\b\d+[a-z]{{0,2}}(?:\s?\(\w{{1,4}}\))+(?:{_JOINED}{_LAW}(?!\w))*",
        r"(?<!\w)[(\[][a-z]{1,4}[)\]]|\[\d{1,3}\]|(?:\(\w{1,4}\)(?:\s|\x00)*(?:(?:and|or|to|,|&)\s*)?){2,}",
        # The number of an item within a sentence: not “burglary (3) and theft (5)”.
        r"(?<!\w)\(\d{1,2}\)(?=\s+[a-z])(?!\s+(?:and|or|in|of|were|was|to|for|from|at|with|than|during)\b)",
        r"(?m)^[ \t]*(?:[(\[]\d{1,2}[)\]]|\d{1,2}[.)]|\d{1,2}(?:\.\d{1,2})+\.?)(?=\s)",
        # “2)How many”, “16: Victim declines” at the beginning of a line; the number of a row before its period.
        r"(?m)^[ \t]*(?:\d{1,2}\)(?=[a-z])|\d{1,2}:(?=\s+[a-z])|\d{1,4}(?=[ \t]+\x00+[ \t]+[a-z]))",
        r"(?<![\w.,/-])0\d+(?![.\d])|(?<![\w.,])\d{6,}(?![\d,])(?!\s+(?:" + "|".join(_counted()) + r")\b)",
        r"(?<!\w)(?=[\w./-]*\d)(?=[\w./-]*[a-z])[a-z\d]+(?:[./_-][a-z\d]+)*(?<!\d-year)(?!\w)(?!-)",
        r"(?<![\w.])\d+(?:[./-]\d+){2,}(?!\w)|(?<!\w)\d+/\d+(?!\w)",
        # Lengths of time.
        rf"\b\d+\s?x\s+{_ANY}[\s-]+{time}\b(?!-old)",
        rf"\b{_ANY}(?:\.\d+)?(?:{_JOINED}{_ANY}(?:\.\d+)?)?[\s-]+{time}\b",
        # The name of an outcome of crimes.
        r"(?m)\bno suspect(?=\s+identified|\s*$)",
        r"\b(?:one|two|three)[\s-](?:to|by|way|off|fold|sided|tier|stage|part)\b(?:[\s-](?:one|many))?",
    )
    return tuple(re.compile(pattern) for pattern in patterns)


@cache
def _counted() -> tuple[str, ...]:
    """What a count is of, singular and plural."""
    words = _words()["people"] | _words()["allegations"] | _words()["cases"]
    plurals = {
        f"{word[:-1]}ies" if word.endswith("y") else f"{word}es" if word.endswith(("s", "ch")) else f"{word}s"
        for word in words
    }
    return tuple(sorted(words | plurals, key=len, reverse=True))


def _masked(plain: str) -> str:
    """The text with everything that is no figure blanked out, character by character."""
    for pattern in _no_figures():
        plain = pattern.sub(lambda found: re.sub(r"[^\n]", "\x00", found[0]), plain)
    return plain


_NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d+(?:\.\d+)?)(?:\s(?:hundred|thousand|million))?|{PATTERN}(?![a-z])"
_ABOUT = re.compile(r"(?:about|around|approximately|approx\.?|roughly|some|circa|nearly|almost)\s*$")
_FRACTIONS = {
    "half": (1, 2),
    "a third": (1, 3),
    "one third": (1, 3),
    "two thirds": (2, 3),
    "two-thirds": (2, 3),
    "a quarter": (1, 4),
    "one quarter": (1, 4),
    "three quarters": (3, 4),
    "three-quarters": (3, 4),
    "a fifth": (1, 5),
    "one fifth": (1, 5),
    "a tenth": (1, 10),
    "one tenth": (1, 10),
}
_VAGUE = {
    "a single": "1",
    "the only": "1",
    "a couple of": "2",
    "a pair of": "2",
    "both": "2",
    "a dozen": "12",
    "half a dozen": "6",
    "a few": "at least 2",
    "a handful of": "at least 2",
    "several": "at least 2",
    "a small number of": "at least 1",
}


@cache
def _figure() -> re.Pattern[str]:
    number = rf"(?<![\w.,\x00-])(?:{_NUMBER})"
    nouns = "|".join(map(re.escape, _counted()))
    near = rf"(?=\s+(?:[a-z’-]+\s+){{0,2}}(?:{nouns})\b)"
    vague = "|".join(sorted(map(re.escape, _VAGUE), key=len, reverse=True))
    fractions = "|".join(sorted(map(re.escape, _FRACTIONS), key=len, reverse=True))
    return re.compile(
        rf"(?P<half>\b(?:{fractions})\b)(?=\s+(?:of|the|were|was|had|have)\b)"
        rf"|(?P<share>{number})\s+(?:in(?:\s+every)?|out\s+of(?:\s+every)?)\s+(?P<whole>{_NUMBER})(?![\w%])"
        rf"|between\s+(?P<least>{number})\s+and\s+(?P<most>{_NUMBER})(?![\w%])"
        r"|(?P<first>(?<![\w.,\x00-])\d[\d,]*)\s*[–-]\s*(?P<second>\d[\d,]*)(?![\w%.])"
        rf"|(?P<low>{number})\s+to\s+(?P<high>{_NUMBER})(?![\w%])"
        rf"|(?:(?P<bound>fewer\s+than|less\s+than|under|below|more\s+than|over|above|at\s+least|at\s+most|up\s+to|"
        rf"no\s+(?:more|fewer|less)\s+than|not\s+more\s+than|<=|>=|≤|≥|<|>)\s*)?(?P<number>{number})"
        rf"(?:(?P<percent>\s?%|\s+per\s?cent\b)|\s+(?:per|for\s+every|in\s+every)\s+(?P<per>{_NUMBER})(?!\w)"
        rf"|(?P<open>\s?\+(?!\w)|\s+or\s+(?:more|fewer|less)\b))?"
        rf"|(?P<none>(?<![\w-])(?:none|nil)(?![\w-])|(?<![\w-])(?:no|zero|nobody|no-one){near})"
        rf"|(?P<vague>(?<![\w-])(?:{vague})){near}"
    )


def _read(  # noqa: PLR0911  one return for each way in which a figure is written
    match: re.Match[str], masked: str
) -> tuple[str, Kind, int] | None:
    """What is printed, its kind and, of a rate, to each how many; None where it is no figure after all."""
    if match["half"]:
        part, whole = _FRACTIONS[match["half"]]
        return f"{part} in {whole}", Kind.SHARE, 0
    if match["none"]:
        return "0", Kind.COUNT, 0
    if match["vague"]:
        return _VAGUE[match["vague"]], Kind.COUNT, 0
    if match["share"]:
        ends = _value(match["share"]), _value(match["whole"])
        is_share = None not in ends and "." not in f"{ends[0]}{ends[1]}" and 0 < int(ends[0] or 0) <= int(ends[1] or 0)
        return (f"{ends[0]} in {ends[1]}", Kind.SHARE, 0) if is_share else None
    first = match["least"] or match["first"] or match["low"]
    second = match["most"] or match["second"] or match["high"]
    if first and second:
        low, high = _value(first), _value(second)
        if low is None or high is None or "." in low + high or int(low) > int(high) or _is_no_count(match, masked):
            return None
        # “21-22” is a financial year where nothing counted follows.
        is_year = (
            match["first"]
            and len(low) == 2
            and int(high) == int(low) + 1
            and not unit_of(masked[match.end() : match.end() + 40])
        )
        return None if is_year else (f"{low} to {high}", Kind.COUNT, 0)
    value = _value(match["number"])
    if value is None or (not match["percent"] and _is_no_count(match, masked)):
        return None
    if match["percent"]:
        return f"{value}%", Kind.PERCENTAGE, 0
    if match["per"]:
        to_each = _value(match["per"])
        return (value, Kind.RATE, int(to_each)) if to_each and to_each.isdigit() and int(to_each) else None
    if "." in value:
        return value, Kind.AVERAGE, 0
    return (
        _bounded(" ".join((match["bound"] or "").split()), value, " ".join((match["open"] or "").split())),
        Kind.COUNT,
        0,
    )


_BOUNDS: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(("fewer than", "less than", "under", "below", "<"), lambda value: f"fewer than {value}"),
    **dict.fromkeys(("more than", "over", "above", ">"), lambda value: f"more than {value}"),
    **dict.fromkeys(("at least", "no fewer than", "no less than", ">=", "≥"), lambda value: f"at least {value}"),
    **dict.fromkeys(("at most", "up to", "no more than", "not more than", "<=", "≤"), lambda value: f"at most {value}"),
}


def _bounded(bound: str, value: str, ending: str) -> str:
    if bound:
        return _BOUNDS[bound](value)
    if ending:
        return f"at least {value}" if ending in {"+", "or more"} else f"at most {value}"
    return value


def _value(text: str) -> str | None:
    """The number as digits; None where the words spell none, or several."""
    plain = " ".join(text.split())
    if plain[:1].isdigit():
        digits, _, scale = plain.partition(" ")
        digits = digits.replace(",", "")
        if not scale:
            return digits if len(digits) <= 12 else None
        size = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}[scale]
        whole, _, part = digits.partition(".")
        return f"{int(whole + part) * size // 10 ** len(part)}"
    number = read_words(plain)
    return None if number is None else f"{number}"


def _is_no_count(match: re.Match[str], masked: str) -> bool:
    """Whether the words around a number say that it counts something else, or that “one” is no number."""
    words = _words()
    after = re.match(r"[\s-]*([a-z’]+)(?:\s+([a-z’]+))?(?:\s+([a-z’]+))?", masked[match.end() :])
    following = [each for each in after.groups() if each] if after else []
    for word in following:
        if word in words["no_count"]:
            return True
        if word in _counted():
            break
    if match[0] != "one":
        return False
    before = re.search(r"([a-z’]+)[\s-]+$", masked[: match.start()])
    if before and before[1] in words["before_one"]:
        return True
    if following[:1] == ["of"]:
        return not any(each in _counted() for each in following[1:])
    return bool(following) and following[0] in words["after_one"]


def unit_of(words: str) -> str:
    """`people`, `allegations` or `cases` by the first word that is one of them; empty where none is."""
    kinds = (("people", _words()["people"]), ("allegations", _words()["allegations"]), ("cases", _words()["cases"]))
    for word in re.findall(r"[a-z’-]+", words.lower())[:8]:
        forms = {word, word.removesuffix("s"), word.removesuffix("es"), f"{word.removesuffix('ies')}y"}
        for unit, known in kinds:
            if forms & known:
                return unit
    return ""


def _sentences(plain: str) -> list[tuple[int, int]]:
    """Where each sentence, list item or line begins and ends; together they are the whole text."""
    return list(_split(plain)) or [(0, 0)]


def _split(plain: str) -> Iterator[tuple[int, int]]:
    start = 0
    for found in re.finditer(r"(?:[.!?][”’\")]*\s+(?=\S))|\n+", plain):
        yield start, found.end()
        start = found.end()
    yield start, len(plain) + 1
