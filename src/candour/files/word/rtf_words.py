"""The control words of RTF: which begin a destination, which stand for a character, which name an encoding."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

HEADERS = {"header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"}
SPECIAL = {
    "par": "\n", "line": "\n", "sect": "\n", "page": "\n", "column": "\n", "tab": "\t", "emdash": "—", "endash": "–",
    "emspace": " ", "enspace": " ", "qmspace": " ", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "~": "\u00a0", "_": "-", "softline": "\n",
}  # fmt: skip
CHARSETS = {
    0: "cp1252", 1: "cp1252", 2: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "cp936", 136: "cp950",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251",
    222: "cp874", 238: "cp1250", 255: "cp437",
}  # fmt: skip


@cache
def reported() -> dict[str, str]:
    """The destinations that are findings, each with its code."""
    return dict(_words()["reported"])


@cache
def listed(kind: str) -> frozenset[str]:
    """The destinations of a kind: `harmless` or `shown`."""
    return frozenset(str(_words()[kind]).split())


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads((files(__package__) / "rtf_words.toml").read_text(encoding="utf-8"))


def codec(number: int) -> str:
    """The encoding of a code page, by its number."""
    try:
        "".encode(f"cp{number}")
    except LookupError:
        return "utf-8" if number == 65_001 else "cp1252"
    return f"cp{number}"
