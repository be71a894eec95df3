"""A line of the log tells where and of what kind an error was, and repeats nothing that anybody wrote."""

from __future__ import annotations

import io
import logging
from typing import Any

import pytest
from django.conf import settings
from django.db import DataError, IntegrityError, OperationalError

from candour.commands.database import words_of
from candour.site import server
from candour.site.config import Config
from candour.site.logs import WithoutWords

WRITTEN = "the row of Robin Quillfeather"


def line(message: str, *args: object, error: BaseException | None = None, seen_before: bool = False) -> str:
    """What becomes of a record; `seen_before`: another handler has made its own text of the error already."""
    told = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("candour", logging.ERROR, "x.py", 1, message, args, told)
    if seen_before:
        logging.Formatter().format(record)
        assert record.exc_text
    return WithoutWords("%(levelname)s %(message)s").format(record)


def quote_a_row() -> None:
    """An error that came of another, both of which quote a row."""
    try:
        refuse()
    except IntegrityError as error:
        raise ValueError(WRITTEN) from error


def refuse() -> None:
    raise IntegrityError(WRITTEN)


def raised() -> ValueError:
    with pytest.raises(ValueError, match="row") as caught:
        quote_a_row()
    return caught.value


@pytest.mark.parametrize("seen_before", [False, True])
def test_an_error_is_told_by_kinds_and_places(seen_before: bool) -> None:
    """The whole chain of it, without its words, whatever other handlers made of the same record."""
    told = line("job %d went wrong", 7, error=raised(), seen_before=seen_before)
    assert told.startswith("ERROR job 7 went wrong\nbuiltins.ValueError\n")
    assert "django.db.utils.IntegrityError" in told
    assert told.count("in quote_a_row") == 2
    assert "in refuse" in told
    assert "Quillfeather" not in told


def test_an_error_that_came_of_itself_ends() -> None:
    error = raised()
    error.__cause__.__cause__ = error  # type: ignore[union-attr]  # it has one
    assert line("x", error=error).count("builtins.ValueError") == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Not Found: /follow/9447ae1ccd5f0627888df2dd/", "Not Found: /follow/[…]/"),
        ("Forbidden: /cy/ask/9447ae1ccd5f0627888df2dd/name/", "Forbidden: /cy/ask/[…]/name/"),
        ("Gone: /task/1:abc:9447ae1ccd5f0627888df2dd/", "Gone: /task/[…]/"),
        ("Error handling request /desk/?q=Quillfeather&queue=all", "Error handling request /desk/?[…]"),
        ("Not Found: /log/westvale/1a-26-police-horses/", "Not Found: /log/westvale/1a-26-police-horses/"),
        ("What now? Nothing.", "What now? Nothing."),
    ],
)
def test_secrets_and_what_was_looked_for_are_left_out_of_addresses(words: str, told: str) -> None:
    """Who has a private address sees who asked; a search may be for a name."""
    assert line("%s", words) == f"ERROR {told}"


def test_the_log_of_the_settings_is_of_that_form() -> None:
    """What Django writes of a page that went wrong goes through it."""
    formatter = settings.LOGGING["formatters"]["plain"]
    assert formatter["()"] == f"{WithoutWords.__module__}.{WithoutWords.__qualname__}"
    assert [each["formatter"] for each in settings.LOGGING["handlers"].values()] == ["plain"]


def test_the_log_of_the_web_server_is_of_that_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that ends an answer on its way, which Django does not hear of."""
    monkeypatch.setattr("sys.argv", ["candour"])
    begun: list[Any] = []
    monkeypatch.setattr(server._Server, "run", lambda self: begun.append(self))  # noqa: PLW0108  a method is given itself
    server._run("127.0.0.1", 8000, 1, with_work=False)
    configured = begun[0].cfg
    log = configured.logger_class(configured)
    (handler,) = log.error_log.handlers
    written = io.StringIO()
    before = handler.setStream(written)
    try:
        refuse()
    except IntegrityError:
        log.exception("Error handling request %s", "/desk/?q=Quillfeather")
    finally:
        handler.setStream(before)
        log.error_log.removeHandler(handler)
    assert "django.db.utils.IntegrityError" in written.getvalue()
    assert "Quillfeather" not in written.getvalue()


def test_letters_are_never_printed_where_no_mail_server_is_named(tmp_path: object) -> None:
    """What a server prints is kept by whoever runs it: without a mail server messages are files."""
    mail = Config(data_dir=tmp_path, smtp_host="", mail_folder=None).mail()  # type: ignore[arg-type]  # it is a path
    assert mail["EMAIL_BACKEND"].endswith("filebased.EmailBackend")
    assert mail["EMAIL_FILE_PATH"] == f"{tmp_path}/mail"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OperationalError("database is locked\nmore"), "database is locked"),
        (IntegrityError(f"failing row contains {WRITTEN}"), "IntegrityError"),
        (DataError(f"invalid input: {WRITTEN}"), "DataError"),
        (OperationalError(""), "OperationalError"),
    ],
)
def test_a_command_says_what_ails_the_database_and_never_what_is_in_it(error: Exception, said: str) -> None:
    assert words_of(error) == said
