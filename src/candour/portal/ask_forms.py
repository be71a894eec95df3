"""The forms of a request that somebody makes: one thing to a page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from candour.desk.models import Authority
from candour.portal.drafts import LONGEST_TEXT, MOST_QUESTIONS, questions_in
from candour.site.forms import GovForm

LARGEST_FILE = 1_000_000
"""Bytes of a text file that somebody hands in as their request."""
_FORBIDDEN_CONTROLS = {chr(code) for code in range(32)} - set("\t\n\r\f")


class ForceForm(GovForm):
    """Which force is asked."""

    heading_field = "authority"
    authority = forms.ModelChoiceField(
        Authority.objects.all(),
        to_field_name="slug",
        label=_("Which police force do you want to ask?"),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Select the police force that you want to ask"),
            "invalid_choice": _("Select one of the forces in the list"),
        },
    )


class TopicForm(GovForm):
    """What the request is about."""

    heading_field = "title"
    title = forms.CharField(
        label=_("What is your request about?"),
        max_length=200,
        help_text=_(
            "A few words, for example: police horses in 2025. Do not give names; these words may be published."
        ),
        error_messages={"required": _("Enter what your request is about")},
    )

    def clean_title(self) -> str:
        """The words in one line."""
        return " ".join(self.cleaned_data["title"].split())


class HowForm(GovForm):
    """Whether the questions are written one by one or pasted."""

    heading_field = "how"
    ONE, PASTE = "one", "paste"
    how = forms.ChoiceField(
        label=_("How do you want to give your questions?"),
        choices=[
            (ONE, _("One by one")),
            (PASTE, _("Paste the whole request")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Select how you want to give your questions")},
    )


class TextForm(GovForm):
    """A whole request, pasted or as a plain text file."""

    heading_field = "text"
    text = forms.CharField(
        label=_("Your request"),
        required=False,
        max_length=LONGEST_TEXT,
        help_text=_("Paste all of it. On the next page you see the questions that we find in it and can change them."),
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    file = forms.FileField(
        label=_("Or choose a text file"),
        required=False,
        help_text=_("A plain text file (.txt) of at most 1 MB. Other files are not accepted."),
        widget=forms.ClearableFileInput(attrs={"accept": ".txt,text/plain"}),
    )

    def clean_file(self) -> str:
        """The text of the file. Refuses what is no plain text, whatever it is called."""
        file = self.cleaned_data.get("file")
        if not file:
            return ""
        if not str(file.name).lower().endswith(".txt"):
            raise ValidationError(_("The file must be a plain text file whose name ends with .txt"))
        if file.size > LARGEST_FILE:
            raise ValidationError(_("The file must be smaller than 1 MB"))
        try:
            text: str = file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ValidationError(_("The file is not plain text. Save it as text in UTF-8, or paste it")) from None
        if _FORBIDDEN_CONTROLS & set(text):
            raise ValidationError(_("The file is not plain text. Save it as text in UTF-8, or paste it"))
        if len(text) > LONGEST_TEXT:
            raise ValidationError(_("The text is too long. Shorten it, or send it in several requests"))
        return text

    def clean(self) -> dict[str, Any]:
        """One text, from the box or from the file."""
        given = super().clean() or {}
        if self.errors:
            return given
        given["whole"] = given.get("text") or given.get("file") or ""
        if not given["whole"].strip():
            self.add_error("text", _("Paste your request, or choose a text file"))
        elif (found := len(questions_in(given["whole"]))) > MOST_QUESTIONS:
            too_many = _("We found %(found)s questions. One request can have %(most)s: send the others in another one")
            self.add_error("text", too_many % {"found": found, "most": MOST_QUESTIONS})
        return given


class QuestionForm(GovForm):
    """One question."""

    heading_field = "text"
    text = forms.CharField(
        max_length=20_000,
        help_text=_("Say which period and which place you mean, and ask for one thing."),
        error_messages={"required": _("Enter your question")},
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class NameForm(GovForm):
    """Who asks."""

    heading_field = "name"
    name = forms.CharField(
        label=_("What is your name?"),
        max_length=200,
        help_text=_("The law asks for your real name. The people who decide on your request do not see it."),
        error_messages={"required": _("Enter your name")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false", "dir": "auto"}),
    )

    def clean_name(self) -> str:
        """The name in one line."""
        return " ".join(self.cleaned_data["name"].split())


class EmailForm(GovForm):
    """Where the answer goes."""

    heading_field = "email"
    email = forms.EmailField(
        label=_("What is your e-mail address?"),
        help_text=_("We send a code to it, then the reference of your request, and later the answer. Nothing else."),
        error_messages={
            "required": _("Enter your e-mail address"),
            "invalid": _("Enter an e-mail address in the right form, such as name@example.com"),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


class CodeForm(GovForm):
    """The code that was mailed."""

    heading_field = "code"
    code = forms.CharField(
        label=_("Enter the code that we sent you"),
        max_length=20,
        help_text=_("Six digits. It can take some minutes to arrive; look among unwanted mail as well."),
        error_messages={"required": _("Enter the code from the mail")},
        widget=forms.TextInput(
            attrs={"class": "govuk-input--width-10", "inputmode": "numeric", "autocomplete": "one-time-code"}
        ),
    )

    def clean_code(self) -> str:
        """The digits without spaces."""
        return "".join(self.cleaned_data["code"].split())
