"""Outcomes and topics in plain words, in the language of the reader."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from candour.desk.publishing.topics import topics
from candour.law import Outcome

_LABELS = {
    Outcome.DISCLOSED: _("Disclosed"),
    Outcome.PARTLY_DISCLOSED: _("Partly disclosed"),
    Outcome.WITHHELD: _("Withheld"),
    Outcome.NCND: _("Neither confirmed nor denied"),
    Outcome.NOT_HELD: _("Not held"),
    Outcome.COST_LIMIT: _("Over the cost limit"),
    Outcome.VEXATIOUS: _("Vexatious request"),
    Outcome.REPEATED: _("Repeated request"),
    Outcome.ALREADY_ACCESSIBLE: _("Already published"),
    Outcome.INTENDED_FOR_PUBLICATION: _("To be published"),
}
MEANS = {
    Outcome.DISCLOSED: _("The force has the information and gives all of it."),
    Outcome.PARTLY_DISCLOSED: _("The force gives part of the information and keeps the rest back, and says why."),
    Outcome.WITHHELD: _("The force has the information and does not give it, because an exemption applies."),
    Outcome.NCND: _(
        "The force does not say whether it has the information, because even that would do harm. Nothing follows from "
        "it: the same is said whether there is anything or not."
    ),
    Outcome.NOT_HELD: _("The force has looked and does not have the information."),
    Outcome.COST_LIMIT: _("To find the information would take longer than the law asks of the force."),
    Outcome.VEXATIOUS: _("The request would burden the force out of proportion to what it could bring."),
    Outcome.REPEATED: _("The same person asked the same a short time before."),
    Outcome.ALREADY_ACCESSIBLE: _("The information can be had elsewhere, and the force says where."),
    Outcome.INTENDED_FOR_PUBLICATION: _("The force was going to publish the information anyway, and says when."),
}


def outcome_label(outcome: Outcome) -> str:
    """The outcome as lists and filters name it."""
    return str(_LABELS[outcome])


def topic_label(slug: str) -> str:
    """The topic as lists and filters name it; a slug that is no topic any more names itself."""
    topic = topics().get(slug)
    if topic is None:
        return slug
    # The vocabulary holds both names of a topic side by side, where a new one cannot be added without its Welsh.
    return topic.welsh if get_language() == "cy" else topic.title
