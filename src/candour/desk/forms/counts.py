"""The forms of the table builder: the figures, what their columns mean and the rules, one cell, the agreement."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from candour.desk.forms.decision import StepForm, area
from candour.desk.forms.limits import (
    clean_day,
    clean_period,
    clean_register,
    extract_field,
    limits_field,
    limits_text,
    period_field,
    read_limits,
    register_fields,
)
from candour.desk.models import Decision, LedgerRelease, ProtectedCounts, StaffMember, Unit
from candour.desk.protect import agree, refuse_if_large, withdraw_agreement
from candour.site.forms import GovForm, HintedChoice
from candour.tables import TableError
from candour.tables.counts import CountTable
from candour.tables.dimensions import TOTAL
from candour.tables.distinct import DistinctTable, read_distinct
from candour.tables.guess import Guess, guess_columns
from candour.tables.layout import in_reading_order
from candour.tables.protection import Aim, Protection
from candour.tables.read_counts import Columns, read_counts

_LONGEST = 1_000_000
_LARGEST = 1_000
_MOST_SENT = 200
_COUNTS, _CATEGORY, _UNUSED, _GROUPS = "counts", "category", "unused", "groups:"


class KindForm(GovForm):
    """Which kind of table is added."""

    heading_field = "kind"
    kind = forms.ChoiceField(
        label="What does the table hold?",
        choices=[
            HintedChoice(
                "counts",
                "Counts of cases or people",
                "The safe way: small counts are protected, and you see the proof before you agree.",
            ),
            HintedChoice(
                "data-set",
                "A count from a data set of the force",
                "Cases, people or allegations counted from a case-level register, and protected in the same way.",
            ),
            HintedChoice(
                "figures", "Other figures", "Amounts, dates or words. You paste exactly what the reader will see."
            ),
            HintedChoice(
                "file",
                "It is in a file",
                "A workbook, a document or a picture. It is searched for what is hidden, and made anew without it.",
            ),
        ],
        widget=forms.RadioSelect,
    )


class FiguresForm(StepForm):
    """The true counts, as pasted."""

    title = forms.CharField(label="What does the table show?", max_length=200)
    source = forms.CharField(
        label="The counts",
        help_text="Paste them from your spreadsheet, headings first: one row for each combination of categories with "
        "its count, or one row for each case. They stay in the force; readers see only the safe table.",
        widget=forms.Textarea(attrs={"rows": 12, "class": "candour-cells", "spellcheck": "false"}),
        strip=False,
        max_length=_LONGEST,
        error_messages={
            "max_length": "This is longer than %(limit_value)d characters. Count the cases first, or leave columns out."
        },
    )
    unit = forms.ChoiceField(
        label="What is counted?",
        choices=[
            HintedChoice(Unit.CASES, "Cases"),
            HintedChoice(
                Unit.PEOPLE,
                "People",
                "Only where each person is counted once. If one person can be in two rows, count cases.",
            ),
            HintedChoice(Unit.ALLEGATIONS, "Allegations"),
        ],
        widget=forms.RadioSelect,
        initial=Unit.CASES,
    )

    extracted = extract_field("were the figures")
    only = limits_field(
        "Whom are they limited to? (optional)",
        "Only where the table leaves people or cases out of the register. A column and its categories on each line, as "
        "in “Role: Police officer” where staff are left out.",
    )
    without = limits_field(
        "Who is left out? (optional)", "Likewise: “Rank: Special constable” where they are not counted."
    )
    period = period_field(
        "Which period do they cover? (optional)",
        "Only where no column of the table says so: 2023, 2022/23, or 1 May 2023 to 31 July 2023.",
    )
    corrects = forms.ChoiceField(
        label="Do they correct an earlier table? (optional)",
        help_text="Choose it where figures that were sent were wrong. Readers hold both from then on.",
        required=False,
    )

    def __init__(self, data: Any = None, *, decision: Decision, counts: ProtectedCounts | None = None) -> None:
        self.counts = counts
        super().__init__(data, decision=decision)
        self.authority = decision.case.authority
        self.fields |= register_fields(self.authority, "are they from")
        sent = LedgerRelease.objects.filter(authority=self.authority).values_list("reference", "title", "register")
        self.fields["corrects"].choices = [  # type: ignore[attr-defined]  # the field is a ChoiceField
            ("", "No"),
            *((reference, f"{reference}: {title} ({register})") for reference, title, register in sent[:_MOST_SENT]),
        ]
        after = ["unit", "register", "new_register", "extracted", "only", "without", "period", "corrects"]
        self.order_fields(["title", "source", *after, "version"])
        others = decision.protected_counts.exclude(register="") if decision.pk else ProtectedCounts.objects.none()
        if not counts and (beside := others.last()):
            self.initial.setdefault("register", beside.register)

    def clean_extracted(self) -> date:
        """The day, today where none is given."""
        return clean_day(self.cleaned_data["extracted"])

    def clean_only(self) -> dict[str, list[str]]:
        """The labels by column."""
        return read_limits(self.cleaned_data["only"])

    def clean_without(self) -> dict[str, list[str]]:
        """The labels by column."""
        return read_limits(self.cleaned_data["without"])

    def clean_period(self) -> str:
        """The period, if it is one."""
        return clean_period(self.cleaned_data["period"])

    def clean(self) -> dict[str, Any]:
        """Find the register by its name; what is corrected is of the same."""
        cleaned = super().clean() or {}
        clean_register(self, self.authority)
        if (wrong := cleaned.get("corrects")) and not self.errors:
            sent = LedgerRelease.objects.filter(authority=self.authority, reference=wrong)
            if not sent.filter(register=self.cleaned_data["register"]).exists():
                self.add_error("corrects", f"{wrong} is of another register. Choose that register, or another table.")
        return cleaned

    @property
    def note(self) -> str:  # type: ignore[override]  # what is noted depends on the title
        """What the trail says."""
        return f"counts of “{self.cleaned_data['title']}” {'changed' if self.counts else 'entered'}"

    def stored(self) -> dict[str, Any]:
        """The values as they are stored now."""
        if self.counts is None:
            return {}
        names = ("title", "source", "unit", "register", "extracted", "period", "corrects")
        limits = {name: limits_text(getattr(self.counts, name)) for name in ("only", "without")}
        return {name: getattr(self.counts, name) for name in names} | limits

    def clean_source(self) -> str:
        """Read the columns, or say which line is wrong."""
        source: str = self.cleaned_data["source"].replace("\r\n", "\n")
        try:
            self._guess = guess_columns(source)
        except TableError as error:
            raise ValidationError(str(error)) from error
        return source

    def save(self, stored: Decision) -> None:
        """Write the counts. Other figures undo what was decided on single cells."""
        counts = (
            stored.protected_counts.get(pk=self.counts.pk)
            if self.counts
            else ProtectedCounts(decision=stored, threshold=stored.case.authority.threshold)
        )
        source = self.cleaned_data["source"]
        if counts.source != source:
            counts.overrides, counts.repeated = [], ""
            if not counts.columns or not _fits(counts.columns, self._guess):
                meaning = self._guess.columns()
                counts.columns = _as_data(meaning)
        counts.source, counts.candidates = source, []
        counts.title, counts.unit = self.cleaned_data["title"], self.cleaned_data["unit"]
        for name in ("register", "extracted", "only", "without", "period", "corrects"):
            setattr(counts, name, self.cleaned_data[name])
        withdraw_agreement(counts)
        counts.save()
        self.counts = counts


class RulesForm(StepForm):
    """What each column means, and how much is protected. Reads the table, so that what is wrong is said here."""

    threshold = forms.IntegerField(
        label="Which is the smallest count that may be shown?",
        min_value=2,
        max_value=_LARGEST,
        help_text="Counts from 1 to below it are protected. Your force’s own rule is filled in.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}),
    )
    zeros = forms.BooleanField(
        label="A 0 must be protected as well",
        required=False,
        help_text="Tick this where “none” tells of everybody in a group: that nobody of a team was cleared, or that "
        "all of a rank were. It costs many more figures.",
    )
    full = forms.MultipleChoiceField(
        label="Where would “all of a group” tell something of everybody in it? (optional)",
        required=False,
        help_text="Tick a column where it would do harm to know that all cases of a group fall into one of its "
        "categories, such as an outcome: that all officers of a team were dismissed.",
        widget=forms.CheckboxSelectMultiple,
    )
    populations = forms.CharField(
        label="How many people are there in small groups? (optional)",
        required=False,
        max_length=10_000,
        help_text="One on each line: the column, a colon, the category, an equals sign and how many people belong to "
        "it, whether counted or not, as in “Team: Mounted = 12”.",
        widget=area(2),
    )
    least_population = forms.IntegerField(
        label="How large must a group be for its counts to be shown? (optional)",
        required=False,
        min_value=0,
        max_value=1_000_000,
        help_text="In groups of fewer people, as given above, every count is protected.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "inputmode": "numeric"}),
    )
    repeated = forms.ChoiceField(
        label="Can one person stand in several categories of a column?",
        required=False,
        help_text="Somebody with two allegations stands under both offences, and once in the total: then totals are no "
        "sums, so they must be among the rows, under “Total”.",
    )
    tells_small = forms.ChoiceField(
        label="What do readers see in place of a withheld figure?",
        choices=[
            HintedChoice("", "The same word for all: “withheld”", "It tells nothing of the figure."),
            HintedChoice(
                "small",
                "A mark of its own for small counts, as “<5”",
                "It tells that there are few, so it cannot go with the choice “nothing” above; what it tells is "
                "counted in when the table is made safe.",
            ),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    aim = forms.ChoiceField(
        label="What may a reader still find out about a small count?",
        choices=[
            HintedChoice(
                Aim.BELIEVABLE,
                "Nothing: it could be none, and it could be the smallest count that may be shown, or more",
                "Protects against learning that there is anybody at all. Hides most. Does not protect against somebody "
                "who knows some of the people counted.",
            ),
            HintedChoice(
                Aim.WIDTH,
                "A range, which is at least as wide as you say",
                "Protects against coming close to the number. Does not protect against learning that there is anybody.",
            ),
            HintedChoice(
                Aim.UNDETERMINED,
                "That it is small, but not the number",
                "Protects only against the exact number. Does not protect against learning that it is a few people. "
                "Hides least.",
            ),
        ],
        widget=forms.RadioSelect,
    )
    width = forms.IntegerField(
        label="How wide must the range be?",
        required=False,
        min_value=1,
        max_value=_LARGEST,
        help_text="Only for a range: the largest possible count less the smallest. With 4, a count may be known to be "
        "from 1 to 5.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}),
    )

    def __init__(self, data: Any = None, *, decision: Decision, counts: ProtectedCounts) -> None:
        self.counts = counts
        self.guess = guess_columns(counts.source)
        super().__init__(data, decision=decision)
        for place, name in enumerate(self.guess.header):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=f"Column “{name}”",
                choices=[
                    (_CATEGORY, "Categories"),
                    (_COUNTS, "The counts"),
                    *(
                        (f"{_GROUPS}{other}", f"Groups of the categories in “{other}”")
                        for other in self.guess.header
                        if other != name
                    ),
                    (_UNUSED, "Leave it out"),
                ],
                help_text=_examples(self.guess, name),
                initial=_role(counts.columns, name),
            )
        columns = [f"column_{place}" for place in range(len(self.guess.header))]
        names = [(name, name) for name in self.guess.header if name != counts.columns["count"]]
        self.fields["full"].choices = names  # type: ignore[attr-defined]  # the field has choices
        self.fields["repeated"].choices = [("", "No: each stands in one"), *names]  # type: ignore[attr-defined]  # as above
        more = ["aim", "width", "tells_small", "zeros", "full", "populations", "least_population"]
        self.order_fields([*columns, "repeated", "threshold", *more, "version"])

    @property
    def note(self) -> str:  # type: ignore[override]  # what is noted depends on the title
        """What the trail says."""
        rules = f"threshold {self.cleaned_data['threshold']}, aim “{self.cleaned_data['aim']}”"
        if self.cleaned_data["aim"] == Aim.WIDTH:
            rules += f" of {self.cleaned_data['width']}"
        return f"rules of “{self.counts.title}” set: {rules}{', zeros protected' if self.cleaned_data['zeros'] else ''}"

    def stored(self) -> dict[str, Any]:
        """The values as they are stored now."""
        values = {name: getattr(self.counts, name) for name in ("threshold", "zeros", "aim")}
        lines = [f"{name}: {label} = {people}" for name, label, people in self.counts.populations]
        return {
            **values,
            "width": self.counts.width or None,
            "full": self.counts.full,
            "repeated": self.counts.repeated,
            "tells_small": "small" if self.counts.tells_small else "",
            "populations": "\n".join(lines),
            "least_population": self.counts.least_population or None,
        }

    def clean_populations(self) -> list[tuple[str, str, int]]:
        """Column, category and people of each line."""
        found = []
        for line in filter(None, map(str.strip, self.cleaned_data["populations"].splitlines())):
            about, equals, people = line.rpartition("=")
            name, colon, label = about.partition(":")
            size = people.strip().replace(",", "")
            if not equals or not colon or not (size.isascii() and size.isdigit()):
                raise ValidationError(f"“{line}”: write the column, a colon, the category, = and how many people")
            found.append((" ".join(name.split()), " ".join(label.split()), int(size)))
        return found

    def clean(self) -> dict[str, Any]:
        """Read the table with these columns, or say which line or cell is wrong."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("aim") == Aim.WIDTH and not cleaned.get("width") and "width" not in self.errors:
            self.add_error("width", "Enter how wide the range must be")
        roles = {name: cleaned.get(f"column_{place}", "") for place, name in enumerate(self.guess.header)}
        counting = [name for name, role in roles.items() if role == _COUNTS]
        if len(counting) > 1:
            self.add_error(None, f"Only one column can hold the counts, but you chose {_listed(counting)}.")
        hierarchy: dict[str, str] = {}
        for name, role in roles.items():
            if role.startswith(_GROUPS):
                child = role.removeprefix(_GROUPS)
                if child in hierarchy:
                    self.add_error(
                        None, f"“{child}” can have one column of groups, but you chose two. Let one group the other."
                    )
                hierarchy[child] = name
        by = tuple(name for name, role in roles.items() if role == _CATEGORY)
        if not by:
            self.add_error(None, "Choose at least one column of categories.")
        for child, parent in hierarchy.items():
            if roles.get(child) in {_UNUSED, _COUNTS}:
                self.add_error(None, f"“{parent}” groups “{child}”, so “{child}” has to be categories or groups.")
        if cleaned.get("populations") and not cleaned.get("least_population") and "least_population" not in self.errors:
            self.add_error(
                "least_population", "Enter how large a group must be, or leave out how many people there are"
            )
        if not self.errors:
            self._read(Columns(counting[0] if counting else None, hierarchy, by, self.counts.unit))
        return cleaned

    def _read(self, meaning: Columns) -> None:
        try:
            cleaned = self.cleaned_data
            repeated = cleaned.get("repeated", "")
            self.table = (
                read_distinct(self.counts.source, meaning, repeated)
                if repeated
                else read_counts(self.counts.source, meaning)
            )
            refuse_if_large(self.table)
            _refuse_unknown(self.table, cleaned["populations"], cleaned["full"])
            same = _as_data(meaning) == self.counts.columns and repeated == self.counts.repeated
            public = {tuple(each["labels"]) for each in self.counts.overrides if each.get("public")}
            self._kept = list(self.counts.overrides) if same else []
            self.protection = Protection(
                cleaned["threshold"],
                Aim(cleaned["aim"]),
                cleaned["width"] or 0 if cleaned["aim"] == Aim.WIDTH else 0,
                cleaned["zeros"],
                overrides=self.counts.decided_cells if same else {},
                full=tuple(cleaned["full"]),
                tells_small=bool(cleaned["tells_small"]),
                public=frozenset(public) if same else frozenset(),
                populations={(name, label): people for name, label, people in cleaned["populations"]},
                least_population=cleaned.get("least_population") or 0,
            )
        except TableError as error:
            self.add_error(None, str(error))
        else:
            self._meaning = meaning

    def save(self, stored: Decision) -> None:
        """Write the columns and the rules. Other columns undo what was decided on single cells."""
        counts = stored.protected_counts.get(pk=self.counts.pk)
        counts.columns, counts.overrides = _as_data(self._meaning), self._kept
        rules = self.protection
        counts.threshold, counts.aim, counts.width, counts.zeros = rules.threshold, rules.aim, rules.width, rules.zeros
        counts.full, counts.tells_small, counts.least_population = (
            list(rules.full),
            rules.tells_small,
            rules.least_population,
        )
        counts.populations = [list(each) for each in self.cleaned_data["populations"]]
        counts.repeated = self.cleaned_data.get("repeated", "")
        counts.candidates = self.candidates
        withdraw_agreement(counts)
        counts.save()

    candidates: list[dict[str, Any]]
    """What the methods made of the table; worked out before the decision is locked."""


class CellForm(GovForm):
    """A decision on one cell."""

    sensitive = forms.ChoiceField(
        label="How is this figure to be treated?",
        choices=[
            HintedChoice("yes", "Protect it", "Whatever its count is."),
            HintedChoice("no", "Do not protect it", "It may be shown although it is small, for the reason below."),
            HintedChoice(
                "public",
                "It is public already",
                "Say below where. It is not protected, and what readers know from it is counted in for the others.",
            ),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Why, or where is it public?",
        max_length=500,
        help_text="Your reason stays in the trail for ever.",
        widget=area(2),
        error_messages={"required": "Enter why this figure is treated so"},
    )

    def __init__(self, data: Any = None, *, counts: ProtectedCounts) -> None:
        super().__init__(data)
        self.dimensions = counts.table.dimensions
        for place, dimension in enumerate(self.dimensions):
            self.fields[f"label_{place}"] = forms.ChoiceField(
                label=dimension.name, choices=list(in_reading_order(dimension)), initial=TOTAL
            )
        self.order_fields([*(f"label_{place}" for place in range(len(self.dimensions))), "sensitive", "reason"])

    @property
    def labels(self) -> list[str]:
        """The cell."""
        return [self.cleaned_data[f"label_{place}"] for place in range(len(self.dimensions))]

    def entry(self, by: StaffMember) -> dict[str, Any]:
        """The decision as it is stored."""
        cleaned = self.cleaned_data
        return {
            "labels": self.labels,
            "sensitive": cleaned["sensitive"] == "yes",
            "reason": cleaned["reason"],
            "by": str(by),
            **({"public": True} if cleaned["sensitive"] == "public" else {}),
        }


class AgreeForm(GovForm):
    """How the safe table is given."""

    notes = forms.CharField(
        label="Notes beneath it",
        required=False,
        help_text="One on each line. What is counted, and that figures are withheld, is noted by itself.",
        widget=area(3),
    )
    place = forms.ChoiceField(
        label="How do we give it?",
        choices=[
            HintedChoice("letter", "In the letter", "The reader sees it at once."),
            HintedChoice("attachment", "As an attachment", "A CSV file made from these values."),
        ],
        widget=forms.RadioSelect,
        initial="letter",
    )

    def save(self, counts: ProtectedCounts, method: str, actor: StaffMember) -> None:
        """Give the answer the table. Raises Refused."""
        notes = [line.strip() for line in self.cleaned_data["notes"].splitlines() if line.strip()]
        agree(counts, method, self.cleaned_data["place"], notes, actor)


def _refuse_unknown(
    table: CountTable | DistinctTable, populations: list[tuple[str, str, int]], full: list[str]
) -> None:
    """Raise TableError for a column or category that the table has not."""
    known = {each.name: each for each in table.dimensions}
    for name in [*full, *(name for name, _, _ in populations)]:
        if name not in known:
            raise TableError(f"“{name}” is no column of categories. These are {_listed(list(known))}.")
    for name, label, _ in populations:
        if label not in known[name].nodes_known:
            raise TableError(f"“{name}” has no category “{label}”.")


def _as_data(meaning: Columns) -> dict[str, Any]:
    return {"count": meaning.count, "hierarchy": dict(meaning.hierarchy or {}), "by": list(meaning.by)}


def _fits(columns: dict[str, Any], guess: Guess) -> bool:
    """Whether the columns that were chosen for other figures are there in these as well."""
    named = {*columns["by"], *columns["hierarchy"], *columns["hierarchy"].values(), columns["count"]} - {None}
    return named <= set(guess.header)


def _role(columns: dict[str, Any], name: str) -> str:
    if name == columns["count"]:
        return _COUNTS
    children = [child for child, parent in columns["hierarchy"].items() if parent == name]
    if children:
        return f"{_GROUPS}{children[0]}"
    return _CATEGORY if name in columns["by"] else _UNUSED


def _examples(guess: Guess, name: str) -> str:
    labels, count = guess.labels[name]
    more = count - len(labels)
    return f"Holds {', '.join(label or '(empty)' for label in labels)}{f' and {more:,} more' if more > 0 else ''}."


def _listed(names: list[str]) -> str:
    return " and ".join(f"“{name}”" for name in names)
