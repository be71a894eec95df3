"""Figures of how the force answers: by quarter, by exemption, and by whom cases waited for."""

from candour.desk.statistics.fields import Field, Group, groups
from candour.desk.statistics.quarters import Quarter, QuarterFigures, figures_by_quarter, last_quarters

__all__ = ["Field", "Group", "Quarter", "QuarterFigures", "figures_by_quarter", "groups", "last_quarters"]
