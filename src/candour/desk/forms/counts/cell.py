"""A decision on one cell of a table of counts."""

from __future__ import annotations

from typing import Any

from django import forms

from candour.desk.forms.decision import area
from candour.desk.models import ProtectedCounts, StaffMember
from candour.site.forms import GovForm, HintedChoice
from candour.tables.dimensions import TOTAL
from candour.tables.layout import in_reading_order


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
