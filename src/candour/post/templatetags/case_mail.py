"""The mail of a case, for the pages of the desk, which does not know the post."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import RequestContext

from candour.desk.models import Case, InternalReview
from candour.post.acknowledge import acknowledged_at
from candour.post.file_pages import look_of
from candour.post.sent_pages import returned_of, sent_of, sent_of_review
from candour.post.shown import mail_of

register = template.Library()


@register.inclusion_tag("post/case_mail.html")
def case_mail(case: Case) -> dict[str, Any]:
    """The mail of the case as the people who decide may read it."""
    return {"mail": mail_of(case, identified=False), "sent": sent_of(case), "case": case}


@register.inclusion_tag("post/acknowledged.html", takes_context=True)
def acknowledged(context: RequestContext, case: Case) -> dict[str, Any]:
    """When the request was acknowledged, or that it was not, and the way to do it."""
    return {"case": case, "at": acknowledged_at(case), "may": context.get("may"), "is_done": context.get("is_done")}


@register.inclusion_tag("post/mail_alert.html")
def mail_alert(case: Case) -> dict[str, Any]:
    """What went wrong with the mail of the case, which somebody has to see before anything else."""
    return {"returned": returned_of(case)}


@register.inclusion_tag("post/review_mail.html")
def review_mail(review: InternalReview) -> dict[str, Any]:
    """What became of the letter of the review, attempt by attempt."""
    return {"sent": sent_of_review(review)}


@register.inclusion_tag("post/case_mail.html", takes_context=True)
def case_mail_in_full(context: RequestContext, case: Case) -> dict[str, Any]:
    """The mail of the case with who wrote it and what came with it; for a page that was opened for a reason."""
    staff = context["request"].user
    mail = mail_of(case, identified=True, look=lambda entry: look_of(staff, entry))
    return {"mail": mail, "sent": sent_of(case), "case": case}
