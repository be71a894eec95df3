"""Lines of the log that tell where something went wrong and of what kind it was, and nothing that anybody wrote.

The words of an error quote what was worked on: a database names the row that it refused, a parser the line that it
could not read. So a line of the log holds the kind of each error and its places in the program, and no words of it.
Secrets in addresses, which lead to who asked, and what was looked for are left out as well.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Iterator
from copy import copy
from typing import Any

_SECRET = re.compile(r"(/(?:ask|follow|task)/)[^/\s?]{16,}")
_LOOKED_FOR = re.compile(r"(/[^\s?]*)\?[^\s'\"]+")


class WithoutWords(logging.Formatter):
    """Formats a record without the words of its errors, secrets of addresses and what was looked for."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, and below it the kinds and places of the error."""
        # What another handler made of the error is kept in the record, and would be taken as it is.
        mine = copy(record)
        mine.exc_text = None
        mine.msg, mine.args = _masked(record.getMessage()), None
        return super().format(mine)

    def formatException(self, ei: Any) -> str:  # noqa: N802  named by logging
        """Each error of the chain: its kind, and the lines of the program that it came through."""
        return "\n".join(f"{_kind(error)}\n{_places(error)}" for error in _chain(ei[1]))


def _masked(words: str) -> str:
    return _LOOKED_FOR.sub(r"\1?[…]", _SECRET.sub(r"\1[…]", words))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, then what it came of."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _kind(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _places(error: BaseException) -> str:
    frames = traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__), capture_locals=False)
    return "".join(frames.format()).rstrip("\n")
