"""Asking a business area: the task, its signed link, what comes back through it, and taking that into the decision.

The link is a signature over the number of the task and a secret of its own; it expires, and is void once the secret is
changed. Who follows it sees the question without who asked, the task, and nothing else.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from candour.desk.answering.decide import changing, target
from candour.desk.audit_trail.writing import lock_case, record
from candour.desk.checked_files.uploads import check_upload, keep
from candour.desk.deadlines.clock import working_calendar
from candour.desk.jobs import enqueue
from candour.desk.models import (
    BusinessArea,
    Case,
    CheckedFile,
    CleanFile,
    EventKind,
    Question,
    StaffMember,
    Task,
    TaskReply,
    TaskState,
)
from candour.desk.refusals import Refused
from candour.desk.workflow import require
from candour.law import countable_activities

_SALT = "candour.desk.task"
EXPIRES_AFTER = 30
"""Days for which a link can be followed."""
MOST_POSTS = 10
"""Replies that one link takes in an hour."""


class LinkGone(Exception):
    """The link leads nowhere any more; the message says why, in words for who followed it."""


def ask(  # noqa: PLR0917  what a task is made of
    question: Question, area: BusinessArea, asked: str, wanted_by: date, base: str, actor: StaffMember
) -> Task:
    """Ask an area about a question; it gets a mail with the link. `base` is the address of this site.

    Raises NotAllowed, Refused when the area is of another force or not in use, or the day is past.
    """
    with transaction.atomic():
        lock_case(question.case_id)
        case = Case.objects.get(pk=question.case_id)
        require("ask_area", case, actor)
        if area.authority_id != case.authority_id or not area.in_use:
            raise Refused("Choose a business area of the force that is in use.")
        if wanted_by < timezone.localdate():
            raise Refused("Give a day that is still to come.")
        task = Task.objects.create(
            case=case, question=question, area=area, asked=asked.strip(), wanted_by=wanted_by, expires_at=_expiry(),
            base=base, made_by=actor,
        )  # fmt: skip
        record(case, EventKind.TASK, actor, f"{area} asked about {_about(question)}, by {_day(wanted_by)}.")
        send_mail_about(task, "ask", actor)
        return task


def remind(task_pk: int, actor: StaffMember | None) -> None:
    """Remind the area by mail; the link is valid anew. Raises NotAllowed, Refused when the task is not open."""
    with transaction.atomic():
        task = _locked(task_pk, actor)
        task.reminded_at, task.expires_at = timezone.now(), _expiry()
        task.save(update_fields=("reminded_at", "expires_at"))
        record(task.case, EventKind.TASK, actor, f"{task.area} reminded about {_about(task.question)}.")
        send_mail_about(task, "remind", actor)


def escalate(task_pk: int, actor: StaffMember | None) -> None:
    """Tell whoever stands above the area. Raises NotAllowed, Refused when the task is not open."""
    with transaction.atomic():
        task = _locked(task_pk, actor)
        if not task.area.escalation_email:
            raise Refused(f"Nobody is named to whom {task.area} can be escalated. Ask an administrator.")
        task.escalated_at = timezone.now()
        task.save(update_fields=("escalated_at",))
        record(task.case, EventKind.TASK, actor, f"{task.area} escalated about {_about(task.question)}.")
        send_mail_about(task, "escalate", actor)


def revoke(task_pk: int, why: str, actor: StaffMember) -> None:
    """Take the task back: its link leads nowhere from now on. Raises NotAllowed, Refused when it is not open."""
    with transaction.atomic():
        task = _locked(task_pk, actor)
        task.state, task.link = TaskState.REVOKED, uuid.uuid4()
        task.save(update_fields=("state", "link"))
        record(task.case, EventKind.TASK, actor, f"{task.area}: task taken back.", why.strip())


def token_of(task: Task) -> str:
    """What stands in the link: signed, and of no use once the secret of the task is another."""
    return signing.dumps({"task": task.pk, "link": task.link.hex}, salt=_SALT)


def task_of(token: str) -> Task:
    """The task of a link. Raises LinkGone when the link is not whole, has expired, or was taken back."""
    try:
        data = signing.loads(token, salt=_SALT)
        wanted = Task.objects.select_related("case__authority", "case__requester", "question", "area").get(
            pk=data["task"], link=uuid.UUID(data["link"])
        )
    except (signing.BadSignature, Task.DoesNotExist, KeyError, TypeError, ValueError):
        raise LinkGone("This link is not valid. Perhaps a part of it is missing, or the task was taken back.") from None
    if wanted.expires_at < timezone.now():
        raise LinkGone("This link has expired. Ask the information rights team to remind you: you get it anew then.")
    return wanted


def tasks_given_to(person: StaffMember) -> QuerySet[Task]:
    """What was asked of the areas for which the person answers: those whose address, or that above it, is theirs.

    What was taken back is not among it, nor what belongs to a case that was destroyed.
    """
    if not person.email:
        return Task.objects.none()
    theirs = Q(area__email__iexact=person.email) | Q(area__escalation_email__iexact=person.email)
    given = Task.objects.filter(theirs, area__authority=person.authority_id, case__destroyed_at=None)
    related = ("case__authority", "case__requester", "question", "area")
    return given.exclude(state=TaskState.REVOKED).select_related(*related).order_by("-state", "wanted_by", "pk")


def receive_reply(  # noqa: PLR0917  what a reply is made of
    task: Task,
    submission: uuid.UUID,
    text: str,
    hours: dict[str, float],
    by: str,
    upload: UploadedFile[Any] | None = None,
) -> TaskReply:
    """Store what came through the link; a form posted twice, or the same sent again, stores one reply.

    Of a file that the gate blocks nothing is stored but that it was; the task then stays as open as it was.
    Raises Refused when the link took too much in an hour, the task was taken back, or nothing was given.
    """
    if known := TaskReply.objects.filter(submission=submission, task=task).first():
        return known
    if not text.strip() and not hours and upload is None:
        raise Refused("Write an answer, give a file, or say how long it took.")
    _count_post(task)
    # Before anything is locked: the gate takes seconds.
    made = check_upload(upload, f"From {task.area}"[:200], "", task.case.authority, None) if upload else None
    with transaction.atomic():
        lock_case(task.case_id)
        locked = Task.objects.select_for_update().get(pk=task.pk)
        if locked.state == TaskState.REVOKED or locked.link != task.link:
            raise Refused(
                "The task was taken back meanwhile, so nothing was sent and nothing is wanted any more. If you think "
                "that it should be, answer the mail that brought you the link."
            )
        if known := _sent_before(locked, text, hours, by, made[0] if made else None):
            return known
        reply = TaskReply.objects.create(
            task=locked, submission=submission, text=text.strip(), hours=hours, by=by.strip()
        )
        if made:
            _keep(reply, *made)
        blocked = bool(made and made[0].reason)
        if not blocked:
            locked.state = TaskState.ANSWERED
            locked.save(update_fields=("state",))
        given = [
            *(["an answer"] if text.strip() else []),
            *(["a file that the gate blocked" if blocked else "a file"] if made else []),
            *([f"{sum(hours.values()):g} hours"] if hours else []),
        ]
        detail = f"{task.area} gave {' and '.join(given)} on {_about(task.question)}."
        record(locked.case, EventKind.TASK_ANSWERED, None, detail)
        return reply


def take_file(checked_pk: int, version: int, actor: StaffMember) -> CheckedFile:
    """Put a file that came through a link into the decision, where it is looked at and agreed like an upload.

    Raises NotAllowed, Refused, ChangedMeanwhile.
    """
    checked = CheckedFile.objects.select_related("reply__task").get(pk=checked_pk, decision=None)
    assert checked.reply is not None
    task = checked.reply.task
    decision = target(task.case, f"q{task.question_id}")
    with changing(decision, version, actor, f"file of {task.area} taken into the answer") as stored:
        outputs = list(checked.outputs.all())
        checked.outputs.all().delete()
        return keep(stored, checked, outputs)


def take_hours(task: Task, version: int, actor: StaffMember) -> None:
    """Make the hours that all areas gave on the question its estimate for section 12.

    Raises NotAllowed, Refused when no hours were given, ChangedMeanwhile.
    """
    replies = list(TaskReply.objects.filter(task__question=task.question_id).select_related("task__area"))
    total = hours_of(replies)
    if not total:
        raise Refused("No hours were given on this question yet.")
    decision = target(task.case, f"q{task.question_id}")
    with changing(decision, version, actor, "hours of business areas taken into the estimate") as stored:
        stored.estimate_hours = total
        areas = ", ".join(dict.fromkeys(str(reply.task.area) for reply in replies if reply.hours))
        if not stored.estimate_basis.strip():
            stored.estimate_basis = f"As recorded by: {areas}."
        TaskReply.objects.filter(pk__in=[reply.pk for reply in replies]).update(hours_taken=True)


def hours_of(replies: list[TaskReply]) -> dict[str, float]:
    """The hours of the replies by activity, only of those that count (SI 2004/3244 reg 4(3))."""
    keys = [activity.key for activity in countable_activities()]
    sums = {key: sum(float(reply.hours.get(key, 0)) for reply in replies) for key in keys}
    return {key: value for key, value in sums.items() if value}


def due_for_chasing(today: date) -> tuple[list[int], list[int]]:
    """The open tasks whose areas are to be reminded today, and those to be escalated, each at most once."""
    calendar = working_calendar()
    to_remind, to_escalate = [], []
    for task in Task.objects.filter(state=TaskState.OPEN, case__final_stage="").select_related("area"):
        waited = calendar.between(timezone.localdate(task.made_at), today)
        if task.escalated_at is None and task.area.escalation_email and waited >= task.area.escalate_after:
            to_escalate.append(task.pk)
        elif task.reminded_at is None and waited >= task.area.remind_after:
            to_remind.append(task.pk)
    return to_remind, to_escalate


def any_task_open() -> bool:
    """Whether any area has still to answer."""
    return Task.objects.filter(state=TaskState.OPEN).exists()


def send_mail_about(task: Task, what: str, actor: StaffMember | None) -> None:
    """Have the mail of a task sent in the background, once for each time that something is asked."""
    key = f"task {task.pk} {what} {uuid.uuid4().hex[:12]}"
    enqueue("task.mail", key, {"task": task.pk, "what": what}, case=task.case, made_by=actor)


def _keep(reply: TaskReply, checked: CheckedFile, outputs: list[CleanFile]) -> None:
    checked.reply = reply
    checked.save()
    for output in outputs:
        output.checked = checked
        output.name = f"task_{reply.task_id}_file_{checked.pk}_{output.position}.{output.kind}"
    CleanFile.objects.bulk_create(outputs)


def _sent_before(task: Task, text: str, hours: dict[str, float], by: str, file: CheckedFile | None) -> TaskReply | None:
    """The reply that says the very same: a browser that goes back fills a new form with what was sent already."""
    for reply in task.replies.filter(text=text.strip(), by=by.strip()).prefetch_related("files"):
        sent = [each.upload_sha256 for each in reply.files.all()]
        if reply.hours == hours and sent == ([file.upload_sha256] if file else []):
            return reply
    return None


def _count_post(task: Task) -> None:
    """Count one reply of the link. Raises Refused when it took too many in an hour."""
    now = timezone.now()
    with transaction.atomic():
        locked = Task.objects.select_for_update().get(pk=task.pk)
        if locked.posts_since is None or locked.posts_since < now - timedelta(hours=1):
            locked.posts, locked.posts_since = 0, now
        locked.posts += 1
        locked.save(update_fields=("posts", "posts_since"))
    if locked.posts > MOST_POSTS:
        raise Refused("This link took many replies within the hour. Nothing was sent. Try again later.")


def _locked(task_pk: int, actor: StaffMember | None) -> Task:
    lock_case(Task.objects.values_list("case", flat=True).get(pk=task_pk))
    task = Task.objects.select_for_update(of=("self",)).select_related("case", "area", "question").get(pk=task_pk)
    require("ask_area", task.case, actor)
    if task.state != TaskState.OPEN:
        state = task.get_state_display().lower()
        raise Refused(f"This task is not open any more: {state}. If something is missing, ask the area again.")
    return task


def _about(question: Question) -> str:
    return f"question {question.label}"


def _expiry() -> datetime:
    until = timezone.localdate() + timedelta(days=EXPIRES_AFTER)
    return timezone.make_aware(datetime.combine(until, time.max))


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
