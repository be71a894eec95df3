"""Forms for a letter on its way: its date, its clearance, a look at the requester."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from candour.desk.answering.letter import Portion, decided_questions, open_portion, rest_is_decided
from candour.site.forms import GovDateField, GovForm

_REST = "rest"


class PrepareForm(GovForm):
    """The date of the letter."""

    dated = GovDateField(label="Date of the letter", help_text="The day on which you expect it to be sent.")

    def __init__(
        self,
        *args: Any,
        errors_found: bool = False,
        small_counts_found: bool = False,
        audit_open: bool = False,
        unread_found: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("dated", timezone.localdate())
        if errors_found:
            self.fields["override"] = forms.CharField(
                label="Why is the letter right although the check found errors?",
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text="Put the errors right if you can. If you go on, your reason stays in the trail for ever.",
            )
        if small_counts_found:
            self.fields["small_counts"] = forms.CharField(
                label="Why may the small counts be shown?",
                error_messages={"required": "Enter why the small counts may be shown"},
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text="Make the tables safe in the table builder if you can. If you go on, your reason stays in "
                "the trail for ever.",
            )
        if audit_open or unread_found:
            self.fields["unaudited"] = forms.CharField(
                label="Why may the tables go, although it was not decided what they tell with earlier ones?"
                if audit_open
                else "Why are the tables safe that were not audited?",
                error_messages={"required": "Enter why the tables are safe"},
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text="Compare with the ledger of releases by hand. Your reason stays in the trail for ever.",
            )


class StageForm(GovForm):
    """Which of the questions that are decided one letter answers, where the others follow later."""

    question = forms.MultipleChoiceField(
        label="Which questions does this letter answer?",
        widget=forms.CheckboxSelectMultiple,
        help_text="Questions that are decided and not answered yet. The letter says that the others follow.",
        error_messages={
            "required": "Choose at least one question",
            "invalid_choice": "Choose questions that are decided and not answered yet",
        },
    )

    def __init__(self, case_pk: int, data: Any = None) -> None:
        super().__init__(data)
        self._open = open_portion(case_pk)
        self._ready = decided_questions(case_pk, self._open)
        self._rest = rest_is_decided(case_pk, self._open)
        choices = [(str(question.pk), question.asked.name) for question in self._ready]
        if self._rest:
            choices.append((_REST, "Any other information"))
        field = self.fields["question"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices

    def clean_question(self) -> list[str]:
        """At least one question: what is said of any other information goes with an answer."""
        chosen: list[str] = self.cleaned_data["question"]
        if chosen == [_REST]:
            raise forms.ValidationError("Choose at least one question beside any other information")
        return chosen

    @property
    def has_open(self) -> bool:
        """Whether anything is still to be answered."""
        return bool(self._open.questions or self._open.rest)

    @property
    def is_worth_while(self) -> bool:
        """Whether there is a choice: something is ready, and it is not all there is or could be less."""
        return bool(self._ready) and len(self._open.questions) + self._open.rest > 1

    @property
    def chosen(self) -> list[str]:
        """The choices as the form gives them."""
        return list(self.cleaned_data["question"])

    @property
    def portion(self) -> Portion:
        """What was chosen."""
        return Portion(frozenset(int(key) for key in self.chosen if key != _REST), _REST in self.chosen)


class SendBackForm(GovForm):
    """Why a letter goes back."""

    reason = forms.CharField(
        label="What has to change?",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The officer reads this on the case.",
    )


class BypassForm(GovForm):
    """Why a letter cannot wait for its clearance."""

    reason = forms.CharField(
        label="Why can the letter not wait?",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter why the letter cannot wait"},
        help_text="It is shown in red on the case, with the entry of the log, and in the trail, for ever.",
    )


class CommentForm(GovForm):
    """What somebody says about a passage."""

    text = forms.CharField(
        label="What should change in this passage?",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter what should change"},
        help_text="Do not write who asked. The letter cannot be cleared until the comment is settled.",
    )


class SettleForm(GovForm):
    """How a comment was settled."""

    how = forms.CharField(
        label="How is it settled?",
        max_length=500,
        error_messages={"required": "Enter how it is settled"},
        help_text="For example: the sentence stays, because it is taken from the Act.",
    )


class LookForm(GovForm):
    """Why somebody needs to know who asked."""

    reason = forms.CharField(
        label="Why do you need to know who asked?",
        max_length=300,
        help_text="For example: the answer came back, or one person’s requests may have to be added up (section 12).",
    )


class CorrectForm(GovForm):
    """What has to go from a published entry, and what its readers are told."""

    also = forms.CharField(
        label="What has to be taken out?",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter what has to be taken out"},
        help_text="Words as they stand in the entry, one entry to a line. They go from page, search and files.",
    )
    reason = forms.CharField(
        label="What are readers told?",
        max_length=300,
        error_messages={"required": "Enter what readers are told"},
        help_text="For example: a name was removed. Do not repeat what is taken out.",
    )

    @property
    def taken_out(self) -> list[str]:
        """What has to go, an entry each."""
        return [line.strip() for line in self.cleaned_data["also"].splitlines() if line.strip()]


class SupersedeForm(GovForm):
    """Which answer holds now, and what readers are told."""

    address = forms.CharField(
        label="What is the address of the answer that replaces it?",
        max_length=500,
        error_messages={"required": "Enter the address of the answer that replaces it"},
        help_text="As it stands in the address bar when you read that entry on the log.",
    )
    reason = forms.CharField(
        label="Why is it replaced?",
        max_length=300,
        error_messages={"required": "Enter why it is replaced"},
        help_text="Readers see this. For example: the review found that question 2 could be answered.",
    )


class WithdrawForm(GovForm):
    """Why an entry is taken off the log."""

    reason = forms.CharField(
        label="Why is it withdrawn?",
        max_length=300,
        error_messages={"required": "Enter why it is withdrawn"},
        help_text="Readers who come to its address see this. For example: published in error.",
    )
