"""What is in plain sight: names, identifiers, raw data and small counts that a rebuild would carry along."""

from candour.files.plain_sight.look import blocks, look
from candour.files.plain_sight.references import ForcePatterns, WrongPatterns, patterns_in, patterns_of, usual_patterns
from candour.files.plain_sight.shape import Shape, Span, WrongShape
from candour.files.plain_sight.small_counts import SmallCount, SmallCounts, shown_small_counts

__all__ = [
    "ForcePatterns",
    "Shape",
    "SmallCount",
    "SmallCounts",
    "Span",
    "WrongPatterns",
    "WrongShape",
    "blocks",
    "look",
    "patterns_in",
    "patterns_of",
    "shown_small_counts",
    "usual_patterns",
]
