"""A date as the Design System asks for it: three boxes, and errors that say which box is wrong."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any, Literal

from django import forms
from django.core.exceptions import ValidationError

from candour.site.required_messages import has_own_required_message, in_a_sentence

DatePart = Literal["day", "month", "year"]

PARTS: tuple[DatePart, ...] = ("day", "month", "year")
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)


class DatePartError(ValidationError):
    """What is wrong with a date, and in which of its three boxes."""

    def __init__(self, message: str, code: str, parts: Sequence[DatePart]) -> None:
        super().__init__(message, code=code)
        self.parts = tuple(parts)


class GovDateInput(forms.MultiWidget):
    """Day, month and year in three boxes, which post as `<name>_day`, `<name>_month` and `<name>_year`."""

    template_name = "forms/widgets/date.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(dict.fromkeys(PARTS, forms.TextInput), attrs)
        self.wrong_parts: tuple[DatePart, ...] = ()

    def decompress(self, value: Any) -> list[str]:
        if isinstance(value, str):
            value = _iso_date(value)
        if isinstance(value, dt.date):
            return [str(value.day), str(value.month), str(value.year)]
        return ["", "", ""]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        base = widget["attrs"].get("id")
        for part, box in zip(PARTS, widget["subwidgets"], strict=True):
            if base:
                box["attrs"]["id"] = f"{base}_{part}"
            box["label"] = part.capitalize()
            box["width"] = 4 if part == "year" else 2
            box["wrong"] = part in self.wrong_parts
        return context


class GovDateField(forms.Field):
    """A `datetime.date`, typed as day, month and year. The month may be a name.

    `subject` begins each error message: "The date received" gives "The date received must be a real date, like 3 3
    2026". Without it a label that starts with "Date" serves, else the words "The date".
    """

    widget = GovDateInput

    def __init__(self, *, subject: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._subject = subject

    @property
    def subject(self) -> str:
        if self._subject:
            return self._subject
        label = str(self.label or "")
        return f"The d{label[1:]}" if label[:5].lower() in {"date", "date "} else "The date"

    def to_python(self, value: Any) -> dt.date | None:
        if isinstance(value, dt.datetime):
            return value.date()
        if value is None or isinstance(value, dt.date):
            return value
        if isinstance(value, str):
            return self._date_of_hidden_input(value)
        day, month, year = (str(part or "").strip() for part in value)
        missing = [part for part, text in zip(PARTS, (day, month, year), strict=True) if not text]
        if len(missing) == len(PARTS):
            return None
        if missing:
            raise DatePartError(f"{self.subject} must include a {' and '.join(missing)}", "incomplete", missing)
        return self._real_date(day, month, year)

    def _date_of_hidden_input(self, value: str) -> dt.date | None:
        found = _iso_date(value)
        if value.strip() and found is None:
            raise DatePartError(self._unreal, "invalid", PARTS)
        return found

    @property
    def _unreal(self) -> str:
        return f"{self.subject} must be a real date, like 3 3 2026"

    def _real_date(self, day: str, month: str, year: str) -> dt.date:
        day_number, month_number = _small_number(day), _month_number(month)
        wrong: list[DatePart] = []
        if not 1 <= day_number <= 31:
            wrong.append("day")
        if not 1 <= month_number <= 12:
            wrong.append("month")
        if wrong:
            raise DatePartError(self._unreal, "invalid", wrong)
        if not re.fullmatch(r"[1-9][0-9]{3}", year):
            raise DatePartError(f"{self.subject} must have a year of 4 numbers, like 2026", "invalid_year", ["year"])
        try:
            return dt.date(int(year), month_number, day_number)
        except ValueError:
            raise DatePartError(self._unreal, "invalid", PARTS) from None

    def validate(self, value: Any) -> None:
        if self.required and value is None:
            raise DatePartError(self._required_message(), "required", PARTS)

    def _required_message(self) -> str:
        if has_own_required_message(self):
            return str(self.error_messages["required"])
        return f"Enter {in_a_sentence(self.subject)}"


def _iso_date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        return None


def _small_number(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,2}", text) else 0


def _month_number(text: str) -> int:
    """The number of the month; 0 when `text` is neither a number nor a name of a month, in full or cut to 3 or more."""
    name = text.lower().rstrip(".")
    if len(name) >= 3:
        return next((number for number, month in enumerate(_MONTHS, start=1) if month.startswith(name)), 0)
    return _small_number(text)
