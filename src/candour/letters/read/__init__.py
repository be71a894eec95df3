"""A published or drafted response, read back into its structure: questions, outcomes, limbs, reasons, attachments."""

from candour.letters.read.furniture import UnreadableText
from candour.letters.read.outcome import ReadOutcome
from candour.letters.read.reading import QuestionRead, Reading, read_text

__all__ = ["QuestionRead", "ReadOutcome", "Reading", "UnreadableText", "read_text"]
