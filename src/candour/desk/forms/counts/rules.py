"""What each column of the counts means, and how much is protected."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from candour.desk.forms.counts.columns import CATEGORY, COUNTS, GROUPS, UNUSED, as_data, role_of
from candour.desk.forms.decision import StepForm, area
from candour.desk.models import Decision, ProtectedCounts
from candour.desk.safe_figures.protect import refuse_if_large, withdraw_agreement
from candour.site.forms import HintedChoice
from candour.tables import TableError
from candour.tables.counts import CountTable
from candour.tables.distinct import DistinctTable, read_distinct
from candour.tables.guess import Guess, guess_columns
from candour.tables.protection import Aim, Protection
from candour.tables.read_counts import Columns, read_counts

_LARGEST = 1_000


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
                    (CATEGORY, "Categories"),
                    (COUNTS, "The counts"),
                    *(
                        (f"{GROUPS}{other}", f"Groups of the categories in “{other}”")
                        for other in self.guess.header
                        if other != name
                    ),
                    (UNUSED, "Leave it out"),
                ],
                help_text=_examples(self.guess, name),
                initial=role_of(counts.columns, name),
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
        counting = [name for name, role in roles.items() if role == COUNTS]
        if len(counting) > 1:
            self.add_error(None, f"Only one column can hold the counts, but you chose {_listed(counting)}.")
        hierarchy: dict[str, str] = {}
        for name, role in roles.items():
            if role.startswith(GROUPS):
                child = role.removeprefix(GROUPS)
                if child in hierarchy:
                    self.add_error(
                        None, f"“{child}” can have one column of groups, but you chose two. Let one group the other."
                    )
                hierarchy[child] = name
        by = tuple(name for name, role in roles.items() if role == CATEGORY)
        if not by:
            self.add_error(None, "Choose at least one column of categories.")
        for child, parent in hierarchy.items():
            if roles.get(child) in {UNUSED, COUNTS}:
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
            same = as_data(meaning) == self.counts.columns and repeated == self.counts.repeated
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
        counts.columns, counts.overrides = as_data(self._meaning), self._kept
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


def _examples(guess: Guess, name: str) -> str:
    labels, count = guess.labels[name]
    more = count - len(labels)
    return f"Holds {', '.join(label or '(empty)' for label in labels)}{f' and {more:,} more' if more > 0 else ''}."


def _listed(names: list[str]) -> str:
    return " and ".join(f"“{name}”" for name in names)
