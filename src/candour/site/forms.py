"""Forms in the style of the GOV.UK Design System.

`GovRenderer` is the form renderer of the project (setting FORM_RENDERER): with it every form, Django's own included,
renders each field as a Design System form group, with label, hint and error wired to the control. `GovForm` and
`GovModelForm` add what only a form of ours needs: a label as the heading of the page, and no validation by the browser.

    class OutcomeForm(GovForm):
        heading_field = "outcome"
        outcome = forms.ChoiceField(
            label="What will we tell the requester?",
            choices=[HintedChoice("full", "Everything", "No exemption applies"), HintedChoice("part", "Part of it")],
            widget=forms.RadioSelect,
        )
        received = GovDateField(label="Date received")
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.boundfield import BoundField
from django.forms.models import ModelFormMetaclass
from django.forms.renderers import BaseRenderer, DjangoTemplates
from django.forms.utils import pretty_name
from django.forms.widgets import ChoiceWidget, Input

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Any]
else:
    _ModelForm = forms.ModelForm

__all__ = [
    "GovBoundField",
    "GovDateField",
    "GovDateInput",
    "GovForm",
    "GovModelForm",
    "GovRenderer",
    "HintedChoice",
    "Option",
    "gov_formfield",
    "with_hints",
]

Kind = Literal["checkbox", "checkboxes", "date", "input", "password", "radios"]
LabelSize = Literal["", "s", "m", "l", "xl"]
DatePart = Literal["day", "month", "year"]

_PARTS: tuple[DatePart, ...] = ("day", "month", "year")
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


class _HintedLabel(str):
    """The label of a choice, with the hint that goes under it."""

    hint: str

    def __new__(cls, label: str, hint: str = "") -> Self:
        self = super().__new__(cls, label)
        self.hint = hint
        return self


class HintedChoice(tuple[str, str]):
    """A choice for radios or checkboxes, with a hint of its own. To Django it is a pair of value and label."""

    def __new__(cls, value: str, label: str, hint: str = "") -> Self:
        return super().__new__(cls, (value, _HintedLabel(label, hint)))

    @property
    def hint(self) -> str:
        label = self[1]
        return label.hint if isinstance(label, _HintedLabel) else ""

    def __reduce__(self) -> tuple[type[HintedChoice], tuple[str, str, str]]:
        return type(self), (self[0], str(self[1]), self.hint)


def with_hints(choices: Iterable[tuple[str, str]], hints: Mapping[str, str]) -> list[HintedChoice]:
    """The choices, each with the hint that `hints` has for its value, if any."""
    return [HintedChoice(value, label, hints.get(value, "")) for value, label in choices]


@dataclass(frozen=True, slots=True)
class Option:
    """One radio button or checkbox, as the template draws it."""

    value: Any
    label: str
    hint: str
    id: str
    name: str
    checked: bool
    attrs: Mapping[str, Any]


class DatePartError(ValidationError):
    """What is wrong with a date, and in which of its three boxes."""

    def __init__(self, message: str, code: str, parts: Sequence[DatePart]) -> None:
        super().__init__(message, code=code)
        self.parts = tuple(parts)


class GovDateInput(forms.MultiWidget):
    """Day, month and year in three boxes, which post as `<name>_day`, `<name>_month` and `<name>_year`."""

    template_name = "forms/widgets/date.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(dict.fromkeys(_PARTS, forms.TextInput), attrs)
        self.wrong_parts: tuple[DatePart, ...] = ()

    def decompress(self, value: Any) -> list[str]:
        if isinstance(value, str):
            value = _iso_date(value)
        if isinstance(value, datetime.date):
            return [str(value.day), str(value.month), str(value.year)]
        return ["", "", ""]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        base = widget["attrs"].get("id")
        for part, box in zip(_PARTS, widget["subwidgets"], strict=True):
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

    def to_python(self, value: Any) -> datetime.date | None:
        if isinstance(value, datetime.datetime):
            return value.date()
        if value is None or isinstance(value, datetime.date):
            return value
        if isinstance(value, str):
            return self._date_of_hidden_input(value)
        day, month, year = (str(part or "").strip() for part in value)
        missing = [part for part, text in zip(_PARTS, (day, month, year), strict=True) if not text]
        if len(missing) == len(_PARTS):
            return None
        if missing:
            raise DatePartError(f"{self.subject} must include a {' and '.join(missing)}", "incomplete", missing)
        return self._real_date(day, month, year)

    def _date_of_hidden_input(self, value: str) -> datetime.date | None:
        found = _iso_date(value)
        if value.strip() and found is None:
            raise DatePartError(self._unreal, "invalid", _PARTS)
        return found

    @property
    def _unreal(self) -> str:
        return f"{self.subject} must be a real date, like 3 3 2026"

    def _real_date(self, day: str, month: str, year: str) -> datetime.date:
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
            return datetime.date(int(year), month_number, day_number)
        except ValueError:
            raise DatePartError(self._unreal, "invalid", _PARTS) from None

    def validate(self, value: Any) -> None:
        if self.required and value is None:
            raise DatePartError(self._required_message(), "required", _PARTS)

    def _required_message(self) -> str:
        if _has_own_required_message(self):
            return str(self.error_messages["required"])
        return f"Enter {_in_a_sentence(self.subject)}"


def _iso_date(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text.strip())
    except ValueError:
        return None


def _has_own_required_message(field: forms.Field) -> bool:
    return str(field.error_messages["required"]) != str(forms.Field.default_error_messages["required"])


def _in_a_sentence(label: str) -> str:
    """The label as it reads after a first word: "Date received" becomes "date received", "FOI officer" stays."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _required_message(field: forms.Field, label: str) -> str:
    """What to do about a field left empty. It names the field, for in the error summary it stands alone."""
    if label.rstrip().endswith("?"):
        return f"Answer the question “{label}”"
    if isinstance(field, forms.FileField):
        return f"Choose a file for “{label}”"
    if isinstance(field, forms.BooleanField):
        return f"Tick “{label}” to continue"
    verb = "Select" if isinstance(field.widget, ChoiceWidget) else "Enter"
    return f"{verb} {_in_a_sentence(label)}"


def _small_number(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,2}", text) else 0


def _month_number(text: str) -> int:
    """The number of the month; 0 when `text` is neither a number nor a name of a month, in full or cut to 3 or more."""
    name = text.lower().rstrip(".")
    if len(name) >= 3:
        return next((number for number, month in enumerate(_MONTHS, start=1) if month.startswith(name)), 0)
    return _small_number(text)


class GovBoundField(BoundField):
    """A field of a form, with what the templates of the Design System ask of it."""

    @property
    def kind(self) -> Kind:
        """The component that draws the field."""
        match self.field.widget:
            case GovDateInput():
                return "date"
            case forms.CheckboxSelectMultiple():
                return "checkboxes"
            case forms.RadioSelect():
                return "radios"
            case forms.CheckboxInput():
                return "checkbox"
            case forms.PasswordInput():
                return "password"
            case _:
                return "input"

    # The two ids are Django's own, for forms that other templates draw: those of the admin.

    @property
    def hint_id(self) -> str:
        return f"{self.auto_id}_helptext" if self.auto_id and self.help_text else ""

    @property
    def error_id(self) -> str:
        return f"{self.auto_id}_error" if self.auto_id and self.errors else ""

    @property
    def described_by(self) -> str:
        """The ids of whatever describes the control: what the widget names itself, the hint, the error."""
        own = self.field.widget.attrs.get("aria-describedby", "")
        return " ".join(part for part in (own, self.hint_id, self.error_id) if part)

    @property
    def error_target(self) -> str:
        """The id that the error summary links to: the control, its first option, or the first box that is wrong."""
        if not self.auto_id or self.is_hidden:
            return ""
        if self.kind == "date":
            return f"{self.auto_id}_{(self.wrong_parts or _PARTS)[0]}"
        if self.kind in ("radios", "checkboxes"):
            options = self.options
            return options[0].id if options else f"{self.auto_id}-group"
        return self.auto_id

    @property
    def wrong_parts(self) -> tuple[DatePart, ...]:
        """The boxes of a date to mark as wrong; all when an error does not say which."""
        if not self.errors:
            return ()
        wrong: set[DatePart] = set()
        for error in self.errors.as_data():
            wrong.update(error.parts if isinstance(error, DatePartError) else _PARTS)
        return tuple(part for part in _PARTS if part in wrong)

    @property
    def options(self) -> list[Option]:
        """The radio buttons or checkboxes of the field. Groups of choices are flattened."""
        if not isinstance(self.field.widget, ChoiceWidget):
            return []
        drawn_by_template = {"id", "class", "checked", "aria-describedby", "aria-invalid", "required"}
        options = []
        for option in self.subwidgets:
            data = option.data
            attrs = data["attrs"]
            options.append(
                Option(
                    value=data["value"],
                    label=data["label"],
                    hint=getattr(data["label"], "hint", ""),
                    id=attrs.get("id", ""),
                    name=data["name"],
                    checked=data["selected"],
                    attrs={name: value for name, value in attrs.items() if name not in drawn_by_template},
                )
            )
        return options

    @property
    def is_heading(self) -> bool:
        """Whether the label is the heading of its page."""
        return getattr(self.form, "heading_field", "") == self.name

    @property
    def label_size(self) -> LabelSize:
        size: LabelSize = getattr(self.form, "label_size", "s")
        return "l" if self.is_heading else size

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """The attributes of the control, with the classes of the Design System and without `required`.

        The browser's own messages are neither styled nor read out well, so validation is the server's alone.
        """
        drawn = widget or self.field.widget
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        built.pop("required", None)
        if drawn.is_hidden:
            return built
        if isinstance(drawn, GovDateInput):
            drawn.wrong_parts = self.wrong_parts
        if drawn.use_fieldset:
            built.pop("aria-invalid", None)
            return built
        if self.described_by:
            built["aria-describedby"] = self.described_by
        if block := _block_class(drawn):
            classes = [block, str(drawn.attrs.get("class", ""))]
            if self.errors:
                classes.append(f"{block}--error")
            if isinstance(drawn, forms.PasswordInput):
                classes.append("govuk-password-input__input govuk-js-password-input-input")
                built.update({"spellcheck": "false", "autocapitalize": "none"})
                if "autocomplete" not in drawn.attrs:
                    built["autocomplete"] = "current-password"
            built["class"] = " ".join(name for name in classes if name)
        if isinstance(drawn, forms.Textarea):
            built["cols"] = False
        return built


def _block_class(widget: forms.Widget) -> str:
    match widget:
        case forms.CheckboxInput():
            return "govuk-checkboxes__input"
        case forms.Textarea():
            return "govuk-textarea"
        case forms.Select():
            return "govuk-select"
        case forms.FileInput():
            return "govuk-file-upload"
        case Input():
            return "govuk-input"
        case _:
            return ""


class GovRenderer(DjangoTemplates):
    """Renders forms with the templates in `forms/`, and the widgets in them with Django's own."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    bound_field_class = GovBoundField


class _GovFormOptions:
    default_renderer: BaseRenderer | type[BaseRenderer] | None = GovRenderer
    use_required_attribute = False

    heading_field: ClassVar[str] = ""
    """The name of the field whose label or legend is the h1 of the page, where a page asks one question."""

    label_size: ClassVar[LabelSize] = "s"
    """The size of the other labels and legends."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, forms.Field] = getattr(self, "fields", {})
        for name, field in fields.items():
            if not isinstance(field, GovDateField) and not _has_own_required_message(field):
                label = str(pretty_name(name) if field.label is None else field.label)
                field.error_messages["required"] = _required_message(field, label)


class GovForm(_GovFormOptions, forms.Form):
    """A form in the style of the Design System."""


def gov_formfield(db_field: models.Field[Any, Any], **kwargs: Any) -> forms.Field | None:
    """The form field for a model field: a date in three boxes, everything else as Django makes it."""
    if isinstance(db_field, models.DateField) and not isinstance(db_field, models.DateTimeField):
        kwargs.setdefault("form_class", GovDateField)
    return db_field.formfield(**kwargs)


class _GovModelFormMetaclass(ModelFormMetaclass):
    """Has a model form use `gov_formfield` unless its Meta names another callback."""

    def __new__(mcs, name: str, bases: tuple[type, ...], attrs: dict[str, Any]) -> Any:
        meta = attrs.get("Meta")
        if meta is not None and not hasattr(meta, "formfield_callback"):
            meta.formfield_callback = staticmethod(gov_formfield)
        return super().__new__(mcs, name, bases, attrs)


class GovModelForm(_GovFormOptions, _ModelForm, metaclass=_GovModelFormMetaclass):
    """A model form in the style of the Design System."""
