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

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from django import forms
from django.db import models
from django.forms.boundfield import BoundField
from django.forms.models import ModelFormMetaclass
from django.forms.renderers import BaseRenderer, DjangoTemplates
from django.forms.utils import pretty_name
from django.forms.widgets import ChoiceWidget, Input

from candour.site.date_field import PARTS, DatePart, DatePartError, GovDateField, GovDateInput
from candour.site.required_messages import has_own_required_message, required_message

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
            return f"{self.auto_id}_{(self.wrong_parts or PARTS)[0]}"
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
            wrong.update(error.parts if isinstance(error, DatePartError) else PARTS)
        return tuple(part for part in PARTS if part in wrong)

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
            if not isinstance(field, GovDateField) and not has_own_required_message(field):
                label = str(pretty_name(name) if field.label is None else field.label)
                field.error_messages["required"] = required_message(field, label)


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
