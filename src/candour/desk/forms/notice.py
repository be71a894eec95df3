"""Forms of the letters that are no answer. What each must hold is asked from `candour.letters.notices`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from candour.desk.forms.decision import area
from candour.desk.models import Case, Handling, Question
from candour.desk.models.response import LetterKind
from candour.law import CitationError, UnknownLimb, foia_calendar
from candour.law.clock_limits import Regime, time_limit
from candour.letters.decisions_file import parse_claimed
from candour.letters.notices import (
    Clarification,
    Extension,
    FeesNotice,
    HandOver,
    Heading,
    Notice,
    Unclear,
    notice_gaps,
)
from candour.site.forms import GovDateField, GovForm

ROWS = 3


def _owed(message: str) -> dict[str, str]:
    """What a field that is left empty says to do; fields of numbered rows have no label that would say it."""
    return {"required": message}


class NoticeForm(GovForm):
    """A letter that is no answer, with its date."""

    def __init__(self, *args: Any, heading: Heading, case: Case, **kwargs: Any) -> None:
        self.heading, self.case = heading, case
        super().__init__(*args, **kwargs)
        self.fields["dated"] = GovDateField(label="Date of the letter", initial=timezone.localdate())

    @property
    def why_not(self) -> str:
        """Why the letter cannot be written at present, and what to do; empty when it can."""
        return ""

    if TYPE_CHECKING:

        def notice(self) -> Notice:
            """The letter that the form describes; every form of a letter has its own."""

    def clean(self) -> dict[str, Any]:
        """Say what the letter lacks in law."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            heading = Heading(**{**_fields_of(self.heading), "dated": cleaned["dated"]})
            for gap in notice_gaps(heading, self.notice()):
                self.add_error(None, f"{gap.what}: {gap.why}")
        return cleaned


class ClarificationForm(NoticeForm):
    """What is unclear, what is needed, and why."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in range(ROWS):
            count = f" {place + 1}"
            self.fields[f"words_{place}"] = forms.CharField(
                label=f"Words of the request that are unclear{count}", required=False, widget=area(2)
            )
            self.fields[f"needed_{place}"] = forms.CharField(
                label=f"What do we need to know?{count}",
                required=place == 0,
                widget=area(2),
                help_text="Follows “Please tell us:” in the letter.",
                error_messages=_owed("Say what we need to know"),
            )
            self.fields[f"why_{place}"] = forms.CharField(
                label=f"Why do we need it?{count}",
                required=place == 0,
                widget=area(2),
                help_text="Follows “We need this because” in the letter.",
                error_messages=_owed("Say why we need it"),
            )
        self.order_fields([name for name in self.fields if name != "dated"] + ["dated"])

    def notice(self) -> Clarification:
        """The request for clarification."""
        rows = [[self.cleaned_data.get(f"{name}_{n}", "") for name in ("words", "needed", "why")] for n in range(ROWS)]
        return Clarification(tuple(Unclear(*row) for row in rows if any(row)))


class FeesNoticeForm(NoticeForm):
    """What the fee is for, and how it is paid."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in range(ROWS):
            count = f" {place + 1}"
            self.fields[f"item_{place}"] = forms.CharField(
                label=f"What is charged?{count}",
                required=place == 0,
                max_length=120,
                error_messages=_owed("Say what is charged"),
                help_text="For example: printing 240 pages. The time of staff cannot be charged within the cost limit.",
            )
            self.fields[f"amount_{place}"] = forms.DecimalField(
                label=f"Pounds{count}",
                required=place == 0,
                min_value=0,
                max_value=Decimal(100_000),
                decimal_places=2,
                error_messages=_owed("Enter how many pounds it costs"),
                widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "inputmode": "decimal"}),
            )
        self.fields["how_to_pay"] = forms.CharField(
            label="How can it be paid?", widget=area(3), error_messages=_owed("Say how it can be paid")
        )
        self.order_fields([name for name in self.fields if name != "dated"] + ["dated"])

    def clean(self) -> dict[str, Any]:
        """A row is charged whole or not at all: half of one would be lost from the letter."""
        for place in range(1, ROWS):
            item, amount = (self.cleaned_data.get(f"{name}_{place}") for name in ("item", "amount"))
            if item and amount is None and f"amount_{place}" not in self.errors:
                self.add_error(f"amount_{place}", "Enter how many pounds it costs")
            if amount is not None and not item:
                self.add_error(f"item_{place}", "Say what is charged")
        return super().clean()

    def notice(self) -> FeesNotice:
        """The fees notice; the time to pay is that of s9(2)."""
        rows = [(self.cleaned_data.get(f"item_{n}", ""), self.cleaned_data.get(f"amount_{n}")) for n in range(ROWS)]
        items = tuple((name, amount) for name, amount in rows if name and amount is not None)
        dated: date = self.cleaned_data["dated"]
        limit = time_limit(Regime.FOIA, "fee_payment", dated)
        return FeesNotice(items, self.cleaned_data["how_to_pay"], limit.last_day(dated, foia_calendar()))


class ExtensionForm(NoticeForm):
    """Which qualified exemption is being weighed, for which questions, why, and until when."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["citation"] = forms.CharField(
            label="Which qualified exemption are we weighing?",
            max_length=200,
            error_messages=_owed("Name the qualified exemption that we are weighing"),
            help_text="For example: 31(1)(a) and (b), or 30(3) by virtue of 30(1)(a)(i)",
        )
        self.fields["questions"] = forms.CharField(
            label="For which questions?",
            max_length=200,
            error_messages=_owed("Say for which questions"),
            help_text="For example: questions 2 and 3. The others are due on day 20.",
        )
        self.fields["why"] = forms.CharField(
            label="Why do we need more time?", widget=area(4), error_messages=_owed("Say why we need more time")
        )
        self.fields["estimated"] = GovDateField(label="When do we expect to decide?", subject="The estimated date")
        self.order_fields([name for name in self.fields if name != "dated"] + ["dated"])

    def clean_citation(self) -> str:
        """Refuse what is not a limb of the Act."""
        try:
            self._limbs, self._grounds = parse_claimed(self.cleaned_data["citation"])
        except (CitationError, UnknownLimb) as error:
            raise ValidationError(f"{str(error).rstrip('.')}. Write it like 31(1)(a) and (b)") from error
        return str(self.cleaned_data["citation"])

    def notice(self) -> Extension:
        """The notice that more time is needed."""
        data = self.cleaned_data
        return Extension(self._limbs, self._grounds, data["questions"], data["why"], data["estimated"])


class HandOverForm(NoticeForm):
    """Which questions leave the request, under what they are dealt with, and by whom."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._open = {question.label: question for question in _that_can_go(self.case)}
        elsewhere = [label for label, question in self._open.items() if question.handling != Handling.FOI]
        first = next((self._open[label].handling for label in elsewhere), None)
        self.fields["handed"] = forms.MultipleChoiceField(
            label="Which questions are handed over?",
            choices=[(label, question.asked.name) for label, question in self._open.items()],
            initial=[label for label in elsewhere if self._open[label].handling == first],
            widget=forms.CheckboxSelectMultiple,
            error_messages=_owed("Choose the questions that are handed over"),
            help_text="Those that are not decided and stand in no letter.",
        )
        self.fields["under"] = forms.ChoiceField(
            label="Under what are they dealt with?",
            choices=[choice for choice in Handling.choices if choice[0] != Handling.FOI],
            initial=first,
            widget=forms.RadioSelect,
            error_messages=_owed("Choose under what they are dealt with"),
        )
        self.fields["to"] = forms.CharField(
            label="Who deals with them?", max_length=200, error_messages=_owed("Enter who deals with them")
        )
        self.fields["contact"] = forms.CharField(
            label="How can they be reached?", max_length=300, error_messages=_owed("Enter how they can be reached")
        )
        self.order_fields([name for name in self.fields if name != "dated"] + ["dated"])

    @property
    def why_not(self) -> str:
        """Nothing can go while everything is decided or stands in a letter."""
        if self._open:
            return ""
        return (
            "No question can be handed over: each is decided, or stands in a letter. To hand one over, take its "
            "decision away first."
        )

    def notice(self) -> HandOver:
        """The hand-over of the chosen questions, in the words in which they were put."""
        data = self.cleaned_data
        handed = tuple((label, _words_of(self._open[label])) for label in data["handed"])
        rest = len(handed) < Question.objects.filter(case=self.case, answered_questions__isnull=True).count()
        return HandOver(data["under"], handed, data["to"], data["contact"], rest)


def _that_can_go(case: Case) -> list[Question]:
    waiting = Question.objects.filter(case=case, answered_questions__isnull=True, decisions__isnull=True)
    return list(waiting.prefetch_related("parts"))


def _words_of(question: Question) -> str:
    lines = [question.lead_in, question.text, *(f"{part.letter}) {part.text}" for part in question.parts.all())]
    return "\n".join(line.strip() for line in lines if line.strip())


NOTICE_FORMS: dict[LetterKind, type[NoticeForm]] = {
    LetterKind.CLARIFICATION: ClarificationForm,
    LetterKind.FEES_NOTICE: FeesNoticeForm,
    LetterKind.EXTENSION: ExtensionForm,
    LetterKind.HAND_OVER: HandOverForm,
}


def _fields_of(heading: Heading) -> dict[str, Any]:
    return {name: getattr(heading, name) for name in Heading.__dataclass_fields__}
