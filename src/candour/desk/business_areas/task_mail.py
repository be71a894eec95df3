"""The mails of a task: plain text, with the question as the contact may read it, and never who asked."""

from __future__ import annotations

from email.utils import formataddr

from django.core.mail import EmailMessage
from django.urls import reverse

from candour.desk.business_areas.tasks import token_of
from candour.desk.models import Task
from candour.desk.publishing.masking import masked_question

_SUBJECTS = {
    "ask": "Information wanted for a Freedom of Information request",
    "remind": "Reminder: information wanted for a Freedom of Information request",
    "escalate": "No answer yet: information wanted for a Freedom of Information request",
}


def mail_about(task: Task, what: str, key: str) -> None:
    """Send the mail. Raises what the mail backend raises when it cannot be handed over."""
    authority = task.case.authority
    message = EmailMessage(
        subject=f"{_SUBJECTS[what]} (task {task.pk})",
        body=_text(task, what),
        from_email=formataddr((authority.name, authority.email)),
        to=[task.area.escalation_email if what == "escalate" else task.area.email],
        headers={"Message-ID": f"<{key.replace(' ', '-')}@{authority.email.rpartition('@')[2] or 'localhost'}>"},
    )
    message.send(fail_silently=False)


def _text(task: Task, what: str) -> str:
    question = masked_question(task.question.asked, task.case.requester)
    parts = [f"{part.letter}) {part.text}" for part in question.parts]
    lines = [
        f"To: {task.area}",
        "",
        {
            "ask": "The force has been asked for information that you may hold.",
            "remind": "We asked you for information and have not had your answer yet.",
            "escalate": f"{task.area} was asked for information and has not answered yet.",
        }[what],
        "",
        "The question:",
        *(f"  {line}" for line in [question.lead_in, question.text, *parts] if line),
        "",
        "What we need from you:",
        *(f"  {line}" for line in task.asked.splitlines()),
        "",
        f"We need it by {task.wanted_by.day} {task.wanted_by:%B %Y}.",
    ]
    if what != "escalate":
        link = f"{task.base.rstrip('/')}{reverse('task', args=[token_of(task)])}"
        lines += [
            "",
            "Answer here. You need no account, and the link is for this task only:",
            link,
            "",
            f"The link can be used until {task.expires_at.day} {task.expires_at:%B %Y}. Do not pass it on.",
        ]
    return "\n".join([*lines, "", task.case.authority.unit, task.case.authority.name])
