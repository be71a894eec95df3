"""What every command does alike at the terminal: read its input, print its result, say what is wrong in one line."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from pydantic import ValidationError

FINDINGS, UNUSABLE = 1, 2
LARGEST_INPUT = 20_000_000
"""Bytes of a text that is read whole."""

LARGEST_BINARY = 60_000_000
"""Bytes that are taken from standard input before the reader says that it is too much."""


class Output(StrEnum):
    """How a result is printed."""

    TEXT = "text"
    JSON = "json"


Format = Annotated[Output, typer.Option("--format", help="Text for people or JSON for programs.")]


class UnusableInput(Exception):
    """What was given cannot be used; the message says what and why, in one line."""


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Turn what a person can put right into one line on standard error and exit code 2."""
    try:
        yield
    except UnusableInput as error:
        _fail(str(error))
    except ValidationError as error:
        _fail(wrong_settings(error))
    except (OSError, UnicodeDecodeError) as error:
        _fail(_in_words(error))


def wrong_settings(error: ValidationError) -> str:
    """Which settings cannot be used, by the names under which people set them, and why."""
    settings = "; ".join(f"CANDOUR_{'_'.join(map(str, part['loc'])).upper()}: {part['msg']}" for part in error.errors())
    return f"a setting is wrong: {settings}"


def _fail(message: str) -> NoReturn:
    typer.echo(f"candour: {' '.join(message.split())}", err=True)
    raise typer.Exit(UNUSABLE)


def _in_words(error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "the input is not text in UTF-8"
    return f"{error.filename}: {error.strerror}" if error.filename else f"{error.strerror or error}"


def read_text(name: str) -> str:
    """A file, or standard input for `-`, as text in UTF-8. Raises UnusableInput where it is none, or too long."""
    raw = sys.stdin.buffer.read(LARGEST_INPUT + 1) if name == "-" else _read_file(Path(name))
    if len(raw) > LARGEST_INPUT:
        raise UnusableInput(f"{name}: more than {LARGEST_INPUT // 1_000_000} MB of text is not read")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnusableInput(f"{name}: not text in UTF-8") from None


def content(name: str) -> bytes:
    """A file, or standard input for `-`, as it is."""
    return sys.stdin.buffer.read(LARGEST_BINARY) if name == "-" else Path(name).read_bytes()


def _read_file(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST_INPUT + 1)


def print_json(value: Any) -> None:
    """Print for programs."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, even where the program is killed meanwhile."""
    write_together({path: content})


def write_together(contents: Mapping[Path, bytes]) -> None:
    """Write several files, each whole, and none of them where one cannot be written."""
    waiting: list[tuple[Path, Path]] = []
    try:
        for path, content in contents.items():
            if path.exists() and not path.is_file():
                path.write_bytes(content)  # a pipe or a terminal
            else:
                waiting.append((_beside(path, content), path))
        for whole, path in waiting:
            whole.replace(path)
    finally:
        for whole, _ in waiting:
            whole.unlink(missing_ok=True)


def _beside(path: Path, content: bytes) -> Path:
    """A file with the content and the permissions of `path`, under another name in its folder."""
    try:
        number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(path.stat().st_mode if path.exists() else 0o666 & ~mask)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)
