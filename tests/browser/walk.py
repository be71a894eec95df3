"""What people do at the desk, through its pages."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import date
from importlib import resources
from typing import Any

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from candour.desk.models import Case
from candour.law import foia_calendar
from candour.letters.decisions_file import load_response
from candour.letters.model import DataTable
from candour.letters.response import Response
from candour.site.demo import PASSWORD


def example(name: str) -> Response:
    """An example as `candour write` reads it."""
    return load_response(_text(name))


def request_of(name: str) -> dict[str, Any]:
    """The request of an example: its text, its subject, who asked."""
    request: dict[str, Any] = tomllib.loads(_text(name))["request"]
    return request


def case_at(reference_contains: str) -> Case:
    """The example case whose reference has these words."""
    return Case.objects.get(reference__contains=reference_contains)


def working_days_ago(count: int) -> date:
    """The day so many working days before today."""
    return foia_calendar().before(timezone.localdate(), count)


def sign_in(page: Page, username: str, first: str = "Caseload") -> None:
    """Sign in at the desk and see the first page of the role, by its heading."""
    page.goto("/desk/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Sign in")
    expect(heading(page)).to_have_text(first)


def heading(page: Page) -> Locator:
    """The heading of the page."""
    return page.get_by_role("heading", level=1)


def press(page: Page, button: str) -> None:
    """Press the button in the body of the page."""
    page.get_by_role("main").get_by_role("button", name=button, exact=True).click()


def follow(page: Page, link: str) -> None:
    """Follow the link in the body of the page."""
    page.get_by_role("main").get_by_role("link", name=link, exact=True).click()


def write(page: Page, label: str, text: str) -> None:
    """Fill in the field with this label."""
    page.get_by_label(label, exact=True).fill(text)


def choose(page: Page, label: str) -> None:
    """Choose the radio button with this label."""
    page.get_by_role("radio", name=label, exact=True).check()


def tick(page: Page, *labels: str) -> None:
    """Tick the boxes with these labels."""
    for label in labels:
        page.get_by_role("checkbox", name=label, exact=True).check()


def write_date(page: Page, group: str, day: int | str, month: int | str, year: int | str) -> None:
    """Fill in the three boxes of a date."""
    boxes = page.get_by_role("group", name=group)
    for label, value in (("Day", day), ("Month", month), ("Year", year)):
        boxes.get_by_label(label, exact=True).fill(str(value))


def write_request(page: Page, request: dict[str, Any], received: date) -> None:
    """Fill in the form for a request that came in by e-mail."""
    write_date(page, "Date received", received.day, received.month, received.year)
    choose(page, "E-mail")
    write(page, "Name of the requester", request["requester"])
    write(page, "E-mail address", request["requester_email"])
    write(page, "What is it about?", request["subject"])
    write(page, "The request as received", request["text"])


def as_pasted(table: DataTable) -> str:
    """A table as a spreadsheet puts it on the clipboard."""
    return "\n".join("\t".join(line) for line in (table.columns, *table.rows))


def main_text(page: Page) -> str:
    """The words of the body of the page."""
    return page.get_by_role("main").inner_text()


def see(page: Page, *texts: str) -> None:
    """Expect each of the texts in the body of the page."""
    for text in texts:
        expect(page.get_by_role("main")).to_contain_text(text)


def see_missing(page: Page, wanted: Iterable[str]) -> None:
    """Expect the page to name each of these things as missing, each with the reason why it is owed."""
    for text in wanted:
        listed = page.locator(".candour-missing li, .candour-wanted p").filter(has_text=text)
        expect(listed.first).to_contain_text("Because ")


def _text(name: str) -> str:
    return resources.files("candour.desk.examples").joinpath(name).read_text(encoding="utf-8")
