"""The words of the public side in Welsh: which there are, and the catalogue that Django reads, without gettext's tools.

    python -m candour.portal.catalogue_of_words

writes locale/cy/LC_MESSAGES/django.mo from the django.po beside it (format: GNU gettext manual, "The Format of GNU MO
Files"). `words` finds every string that is marked for translation.
"""

from __future__ import annotations

import ast
import re
import struct
from collections.abc import Iterator
from pathlib import Path

from django.template.base import Lexer, TokenType

HERE = Path(__file__).parent
PO = HERE / "locale" / "cy" / "LC_MESSAGES" / "django.po"
_MAGIC = 0x950412DE
_HEAD = struct.Struct("<7I")
_PLACE = struct.Struct("<2I")
_LITERAL = re.compile(r"\s*\"((?:[^\"\\]|\\.)*)\"\s*$")
_MARKS = {"_", "gettext", "gettext_lazy"}


class CatalogueError(ValueError):
    """The catalogue cannot be read; the message names the line."""


def read(text: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """Each message, with its plural where it has one, and its translations. Raises CatalogueError."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    fields: dict[str, str] = {}
    current = ""

    def keep() -> None:
        if "msgid" in fields:
            forms = tuple(fields[name] for name in sorted(fields) if name.startswith("msgstr"))
            found[fields["msgid"], fields.get("msgid_plural", "")] = forms
        fields.clear()

    for number, line in enumerate([*text.splitlines(), ""], start=1):
        if not line.strip() or line.startswith("#"):
            keep()
            continue
        name, _, rest = line.partition(" ") if not line.startswith('"') else (current, "", line)
        if not (literal := _LITERAL.match(rest)):
            raise CatalogueError(f"line {number} of the catalogue is no message: {line[:60]}")
        current = name
        fields[name] = fields.get(name, "") + ast.literal_eval(f'"{literal[1]}"')
    return found


def compiled(messages: dict[tuple[str, str], tuple[str, ...]]) -> bytes:
    """The catalogue as the machine reads it: the messages in order, their places, and then their bytes."""
    pairs = sorted(
        (("\0".join(key) if key[1] else key[0]).encode(), "\0".join(forms).encode())
        for key, forms in messages.items()
        if all(forms)
    )
    start = _HEAD.size + 2 * _PLACE.size * len(pairs)
    ids = b"".join(key + b"\0" for key, _ in pairs)
    places: list[bytes] = []
    for offset, column in ((start, 0), (start + len(ids), 1)):
        at = offset
        for pair in pairs:
            places.append(_PLACE.pack(len(pair[column]), at))
            at += len(pair[column]) + 1
    head = _HEAD.pack(_MAGIC, 0, len(pairs), _HEAD.size, _HEAD.size + _PLACE.size * len(pairs), 0, start)
    return head + b"".join(places) + ids + b"".join(forms + b"\0" for _, forms in pairs)


def write() -> Path:
    """Compile the Welsh catalogue; its file is returned."""
    target = PO.with_suffix(".mo")
    target.write_bytes(compiled(read(PO.read_text(encoding="utf-8"))))
    return target


def words(root: Path) -> Iterator[tuple[str, str]]:
    """Every string below `root` that is marked for translation, with its plural where it has one."""
    for path in sorted(root.rglob("*.py")):
        yield from _of_code(path.read_text(encoding="utf-8"))
    for path in sorted([*root.rglob("*.html"), *root.rglob("*.txt")]):
        yield from of_template(path.read_text(encoding="utf-8"))


def _of_code(text: str) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _MARKS and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value, ""


def of_template(text: str) -> Iterator[tuple[str, str]]:
    """The strings that a template marks, as Django looks them up."""
    inside: list[str] | None = None
    parts: list[str] = []
    trimmed = False
    for token in Lexer(text).tokenize():
        tag = token.contents.split(" ", 1)[0] if token.token_type is TokenType.BLOCK else ""
        if tag == "translate" and (literal := re.match(r'translate "([^"]*)"', token.contents)):
            yield literal[1], ""
        elif tag == "blocktranslate":
            inside, parts, trimmed = [], [], " trimmed" in token.contents
        elif tag == "plural" and inside is not None:
            parts.append(_joined(inside, trimmed=trimmed))
            inside = []
        elif tag == "endblocktranslate" and inside is not None:
            parts.append(_joined(inside, trimmed=trimmed))
            yield parts[0], parts[1] if len(parts) > 1 else ""
            inside = None
        elif inside is not None:
            inside.append(
                f"%({token.contents})s" if token.token_type is TokenType.VAR else token.contents.replace("%", "%%")
            )


def _joined(pieces: list[str], *, trimmed: bool) -> str:
    text = "".join(pieces)
    return " ".join(line.strip() for line in text.strip().splitlines()) if trimmed else text


if __name__ == "__main__":
    write()
