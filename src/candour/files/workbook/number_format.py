"""What a cell shows: a stored value under its number format. ECMA-376 part 1, 18.8.30 and 18.8.31.

Dates that a format leaves to the system are written as the United Kingdom writes them (03/04/2024).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

from candour.files.workbook.dates import NotADate, part_of_date

BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"£"#,##0',
    6: '"£"#,##0;[Red]-"£"#,##0',
    7: '"£"#,##0.00',
    8: '"£"#,##0.00;[Red]-"£"#,##0.00',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "dd/mm/yyyy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "dd/mm/yyyy hh:mm",
    37: "#,##0;-#,##0",
    38: "#,##0;[Red]-#,##0",
    39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;[Red]-#,##0.00",
    41: "#,##0",
    42: '"£"#,##0',
    43: "#,##0.00",
    44: '"£"#,##0.00',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
    **dict.fromkeys((27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58), "dd/mm/yyyy"),
    **dict.fromkeys((32, 33, 34, 35, 55, 56), "h:mm:ss"),
}
"""The formats that a workbook need not spell out, by their number."""


class Mask(Enum):
    """How a format hides the value that it is given."""

    NONE = "none"
    EMPTY = "empty"
    """Nothing is shown."""
    LITERAL = "literal"
    """The same words are shown whatever the value."""
    CONDITION = "condition"
    """Which words are shown depends on a condition: `[<5]"fewer than 5"`."""


@dataclass(frozen=True, slots=True)
class Displayed:
    """The text that a cell shows, how it masks its value, and whether digits of the value are not shown."""

    text: str
    mask: Mask = Mask.NONE
    rounded: bool = False


@dataclass(slots=True)
class _Section:
    tokens: list[tuple[str, str]] = field(default_factory=list)
    condition: tuple[str, float] | None = None
    is_date: bool = False
    has_digits: bool = False
    has_text: bool = False
    general: bool = False


_TOKEN = re.compile(
    r"""(?P<literal>"[^"]*"?|\\.|!.)|(?P<skip>_.)|(?P<fill>\*.)|(?P<bracket>\[[^\]]*\])|(?P<general>[Gg][Ee][Nn][Ee][Rr][Aa][Ll])
    |(?P<ampm>[Aa][Mm]/[Pp][Mm]|[Aa]/[Pp])|(?P<exponent>[Ee][+-])|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)
    |(?P<text>@)|(?P<date>[yY]+|[mM]+|[dD]+|[hH]+|[sS]+|[bBeE]+|[gG]+)|(?P<slash>/)|(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_CONDITION = re.compile(r"^\[(<=|>=|<>|<|>|=)\s*(-?[0-9.]+(?:[eE][+-]?\d+)?)\]$")
_CURRENCY = re.compile(r"^\[\$([^\-\]]*)(?:-[^\]]*)?\]$")
_ELAPSED = re.compile(r"^\[(h+|m+|s+)\]$", re.IGNORECASE)


def display(value: float | str | bool, code: str, *, since_1904: bool = False) -> Displayed:
    """What a cell with this value and format shows. Raises nothing: a format that is none is shown as General."""
    if isinstance(value, bool):
        return _displayed_text("TRUE" if value else "FALSE", _sections(code)) if code == "@" else _boolean(value, code)
    sections = _sections(code)
    if isinstance(value, str):
        return _displayed_text(value, sections)
    if not math.isfinite(value):
        return Displayed("#NUM!")
    section, shown_value = _choose(value, sections)
    shown = _displayed_number(shown_value, value, section, since_1904=since_1904)
    if value == 0 and shown.mask is not Mask.CONDITION and len(sections) > 2 and section is sections[2]:
        return Displayed(shown.text)  # only a zero is shown so: nothing is hidden
    return shown


def is_date(code: str) -> bool:
    """Whether a format shows dates or times."""
    return any(section.is_date for section in _sections(code))


def general(value: float) -> str:
    """A number as the format General shows it: up to eleven characters."""
    if value == int(value) and abs(value) < 1e11:
        return str(int(value))
    size = abs(value)
    if size >= 1e11 or size < 1e-9 or (size < 1e-4 and len(f"{size:.10f}".rstrip("0")) > 11):
        return _scientific(value, 5)
    whole = len(str(int(size)))
    return f"{value:.{max(0, 10 - whole)}f}".rstrip("0").rstrip(".")


def _scientific(value: float, decimals: int) -> str:
    mantissa, _, exponent = f"{value:.{decimals}E}".partition("E")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}E{exponent[0]}{exponent[1:].lstrip('0').rjust(2, '0')}"


def _boolean(value: bool, code: str) -> Displayed:
    sections = _sections(code)
    hidden = bool(code) and all(not section.tokens and not section.general for section in sections)
    return Displayed("" if hidden else "TRUE" if value else "FALSE", Mask.EMPTY if hidden else Mask.NONE)


@lru_cache(maxsize=4096)
def _sections(code: str) -> tuple[_Section, ...]:
    sections = [_Section()]
    for match in _TOKEN.finditer(code or "General"):
        kind, text = match.lastgroup or "other", match.group()
        if kind == "other" and text == ";":
            sections.append(_Section())
            continue
        _add(sections[-1], kind, text)
    return tuple(sections)


def _add(section: _Section, kind: str, text: str) -> None:  # noqa: C901, PLR0912  one branch for each kind of token
    if kind == "literal":
        text = text.strip('"') if text[0] == '"' else text[1:]
    elif kind == "skip":
        kind, text = "literal", " "
    elif kind == "fill":
        return
    elif kind == "bracket":
        if condition := _CONDITION.match(text):
            section.condition = (condition[1], float(condition[2]))
            return
        if currency := _CURRENCY.match(text):
            kind, text = "literal", currency[1]
        elif _ELAPSED.match(text):
            kind, text = "elapsed", text[1:-1].lower()
            section.is_date = True
        else:
            return
    elif kind == "general":
        section.general = True
    elif kind == "date":
        if text[0] in "bBgG":
            kind = "literal" if text[0] in "gG" else "date"
        section.is_date = True
        text = text.lower()
    elif kind == "digit":
        section.has_digits = True
    elif kind == "text":
        section.has_text = True
    elif kind in {"other", "slash"}:
        kind = "slash" if kind == "slash" else "literal"
    section.tokens.append((kind, text))


def _choose(value: float, sections: tuple[_Section, ...]) -> tuple[_Section, float]:
    """The section that a number falls into, and the number as that section shows it (without its sign)."""
    numeric = sections[:3] if len(sections) > 3 else sections
    if any(section.condition for section in numeric):
        for section in numeric:
            if section.condition is None or _holds(value, section.condition):
                negative_only = section.condition is not None and section.condition[0] in {"<", "<="} and value < 0
                return section, abs(value) if negative_only and section.condition and section.condition[
                    1
                ] <= 0 else value
        return numeric[-1], value
    if len(numeric) == 1 or (len(sections) == 2 and sections[1].has_text and not sections[1].has_digits):
        return numeric[0], value
    if value < 0:
        return numeric[1], abs(value)
    if value == 0 and len(numeric) > 2:
        return numeric[2], value
    return numeric[0], value


def _holds(value: float, condition: tuple[str, float]) -> bool:
    sign, bound = condition
    return {
        "<": value < bound,
        "<=": value <= bound,
        ">": value > bound,
        ">=": value >= bound,
        "=": value == bound,
        "<>": value != bound,
    }[sign]


def _displayed_text(value: str, sections: tuple[_Section, ...]) -> Displayed:
    section = next((section for section in sections if section.has_text), None)
    if section is None and len(sections) >= 4:
        section = sections[3]
    if section is None:
        return Displayed(value)
    if not section.tokens:
        return Displayed("", Mask.EMPTY)
    text = "".join(value if kind == "text" else text for kind, text in section.tokens if kind in {"text", "literal"})
    return Displayed(text, Mask.NONE if section.has_text else Mask.LITERAL)


def _displayed_number(shown: float, value: float, section: _Section, *, since_1904: bool) -> Displayed:
    conditional = section.condition is not None
    if section.general or (section.has_text and not section.has_digits and not section.is_date):
        text = "".join(
            general(shown) if kind in {"general", "text"} else text
            for kind, text in section.tokens
            if kind in {"general", "text", "literal"}
        )
        return Displayed(text, Mask.NONE, general(shown) != repr(shown) and float(general(shown)) != shown)
    if not section.tokens:
        return Displayed("", Mask.EMPTY)
    if section.is_date:
        return _displayed_date(value, section, since_1904=since_1904)
    if not section.has_digits:
        text = "".join(text for kind, text in section.tokens if kind != "percent") if section.tokens else ""
        if not text.strip():
            return Displayed("", Mask.EMPTY)
        return Displayed(text.strip(), Mask.CONDITION if conditional else Mask.LITERAL)
    text, exact = _digits(shown, section)
    return Displayed(text.strip(), Mask.NONE, rounded=not exact)


def _displayed_date(value: float, section: _Section, *, since_1904: bool) -> Displayed:
    try:
        text, exact = part_of_date(value, section.tokens, since_1904=since_1904)
    except NotADate:
        return Displayed("########", rounded=True)
    return Displayed(text.strip(), Mask.NONE, rounded=not exact)


def _digits(value: float, section: _Section) -> tuple[str, bool]:
    """Digits under the placeholders of a section, and whether the text tells the whole value."""
    kinds = [kind for kind, _ in section.tokens]
    if "exponent" in kinds:
        return _exponent(value, section)
    if "slash" in kinds and kinds.index("slash") > kinds.index("digit"):
        return _fraction(value, section)
    first, last = kinds.index("digit"), len(kinds) - 1 - kinds[::-1].index("digit")
    scaled = value * 100 ** kinds.count("percent")
    point = kinds.index("point") if "point" in kinds else None
    end_of_whole = point if point is not None else last + 1
    trailing = _commas(kinds[last + 1 :]) + (_commas(kinds[:point][::-1]) if point is not None else 0)
    scaled /= 1000**trailing
    places = (
        [text for kind, text in section.tokens[(point or len(kinds)) :] if kind == "digit"] if point is not None else []
    )
    rounded = _round(abs(scaled), len(places))
    whole, _, decimals = f"{rounded:.{len(places)}f}".partition(".")
    decimals = _optional(decimals, places)
    grouped = "comma" in kinds[first : max(first, _last_digit(kinds, end_of_whole))]
    signed = "-" if scaled < 0 and rounded != 0 else ""
    text = _laid_out(section, whole, decimals, signed, grouped=grouped)
    exact = math.isclose(rounded, abs(scaled), rel_tol=1e-12, abs_tol=1e-12)
    return text, exact


def _commas(kinds: list[str]) -> int:
    """How many commas stand at the beginning: each divides by a thousand."""
    return next((index for index, kind in enumerate(kinds) if kind != "comma"), len(kinds))


def _last_digit(kinds: list[str], end: int) -> int:
    return max((index for index, kind in enumerate(kinds[:end]) if kind == "digit"), default=0)


def _round(value: float, places: int) -> float:
    """Half away from zero on the decimal digits that a person sees (15 of them), as spreadsheets do."""
    from decimal import ROUND_HALF_UP, Decimal

    if value >= 1e15:
        return value
    seen = Decimal(f"{value:.15g}")
    return float(seen.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)) if places < 30 else value


def _optional(decimals: str, places: list[str]) -> str:
    """Without the zeros that `#` leaves out."""
    keep = len(decimals)
    while keep and decimals[keep - 1] == "0" and places[keep - 1] in "#?":
        keep -= 1
    return decimals[:keep]


def _laid_out(section: _Section, whole: str, decimals: str, sign: str, *, grouped: bool) -> str:
    kinds = [kind for kind, _ in section.tokens]
    point = kinds.index("point") if "point" in kinds else len(kinds)
    wholes = [index for index, (kind, _) in enumerate(section.tokens) if kind == "digit" and index < point]
    needed = sum(1 for index in wholes if section.tokens[index][1] == "0")
    whole = whole.lstrip("0").rjust(needed, "0") if needed else whole.lstrip("0")
    literals_between = wholes and any(kinds[index] == "literal" for index in range(wholes[0], wholes[-1]))
    out: list[str] = []
    if literals_between:
        pieces = _spread(section, wholes, whole)
    else:
        if grouped and len(whole) > 3:
            whole = f"{int(whole):,}".rjust(len(whole), "0")
        pieces = {wholes[0]: whole} if wholes else {}
    left = list(decimals)
    for index, (kind, text) in enumerate(section.tokens):
        if kind == "digit":
            if index < point:
                out.append(pieces.get(index, ""))
            elif left:
                out.append(left.pop(0))
        elif kind == "point":
            out.append(".")
        elif kind != "comma":
            out.append(text)
    return sign + "".join(out)


def _spread(section: _Section, wholes: list[int], whole: str) -> dict[int, str]:
    """Digits one by one under placeholders that literals part, as in a telephone number."""
    pieces: dict[int, str] = {}
    rest = whole
    for index in reversed(wholes):
        if index == wholes[0]:
            pieces[index] = rest
        elif rest:
            pieces[index], rest = rest[-1], rest[:-1]
        else:
            pieces[index] = "0" if section.tokens[index][1] == "0" else ""
    return pieces


def _exponent(value: float, section: _Section) -> tuple[str, bool]:
    mark = next(index for index, (kind, _) in enumerate(section.tokens) if kind == "exponent")
    mantissa = section.tokens[:mark]
    kinds = [kind for kind, _ in mantissa]
    places = kinds[kinds.index("point") :].count("digit") if "point" in kinds else 0
    step = max(1, kinds[: kinds.index("point")].count("digit") if "point" in kinds else kinds.count("digit"))
    exponent = 0 if value == 0 else math.floor(math.log10(abs(value)) / step) * step
    scaled = value / 10**exponent
    width = sum(1 for kind, _ in section.tokens[mark:] if kind == "digit")
    sign = "-" if exponent < 0 else "+" if section.tokens[mark][1].endswith("+") else ""
    text = f"{scaled:.{places}f}E{sign}{abs(exponent):0{width}d}"
    return text, math.isclose(float(text), value, rel_tol=1e-12)


def _fraction(value: float, section: _Section) -> tuple[str, bool]:
    slash = next(index for index, (kind, _) in enumerate(section.tokens) if kind == "slash")
    after = [text for kind, text in section.tokens[slash + 1 :] if kind in {"digit", "literal", "other"}]
    fixed = "".join(after).strip()
    size = abs(value)
    whole = math.floor(size)
    before = [kind for kind, _ in section.tokens[:slash]]
    apart = "literal" in before and before.index("literal") < len(before) - 1 and before.count("digit") > 1
    rest = size - whole if apart else size
    if fixed.isdigit() and int(fixed):
        below = int(fixed)
        above = round(rest * below)
    else:
        from fractions import Fraction

        nearest = Fraction(rest).limit_denominator(10 ** max(1, len([text for text in after if text in "?#0"])) - 1)
        above, below = nearest.numerator, nearest.denominator
    if apart and above == below:
        whole, above = whole + 1, 0
    sign = "-" if value < 0 else ""
    parts = [str(whole)] if apart and (whole or not above) else []
    if above or not apart:
        parts.append(f"{above}/{below}")
    told = (whole if apart else 0) + (above / below)
    return sign + " ".join(parts), math.isclose(told, size, rel_tol=1e-12, abs_tol=1e-12)
