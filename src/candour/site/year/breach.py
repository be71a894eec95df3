"""A personal data breach in the seeded year: found on the log by a reader, stopped, answered point by point, closed."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.utils import timezone

from candour.desk.breaches.record import Answer, answer, assess, close, learn, start
from candour.desk.models import Authority, Breach, Publication, StaffMember
from candour.site.year.made import Made
from candour.site.year.moment import at, happening
from candour.site.year.plan import described

_LATEST = timedelta(days=40)
"""How long before now it was found at the latest: by now it is closed."""


def breach_of_the_year(authority: Authority, made: list[Made], now: datetime) -> None:
    """Record the breach that the file has for the force, on the latest entry that had been on the log for so long."""
    told = described()["breach"]
    if told["force"] != authority.slug:
        return
    on_the_log = Publication.objects.visible(now - _LATEST - timedelta(days=told["published"]))
    cases = {each.case.pk: each for each in made}
    entries = on_the_log.filter(response__case__in=cases).select_related("response").defer("content", "words")
    latest = entries.order_by("-published_at", "-slug").first()
    if latest is None:
        return
    each = cases[latest.response.case_id]
    aware = at(timezone.localdate(latest.published_at + timedelta(days=told["published"])), 9, 40)
    known = {name: told[name] for name in ("what", "people", "people_about", "found_by")}
    with happening(aware + timedelta(minutes=12)):
        officer = each.officer or each.people["manager"]
        first = {**known, "way": "published", "aware_at": aware}
        number = uuid.uuid5(uuid.NAMESPACE_URL, f"breach {authority.slug}")
        breach = start(each.case.pk, number, first, officer, end_links=True)
    _answer(breach, {**first, "consequences": told["consequences"]}, officer, each.people["manager"])


def _answer(breach: Breach, known: dict[str, object], officer: StaffMember, manager: StaffMember) -> None:
    """What was done in the two days after, and its end some weeks later."""
    told, aware = described()["breach"], breach.aware_at
    with happening(aware + timedelta(hours=3)):
        assess(breach.pk, 0, told["risk"], told["why"], officer)
    with happening(aware + timedelta(hours=5)):
        learn(breach.pk, 1, known, "What may follow for them is known.", officer)
    for place, (point, (whom, how)) in enumerate(told["points"].items()):
        moment = aware + timedelta(hours=1 + 4 * place)
        with happening(moment + timedelta(minutes=10)):
            answer(breach.pk, point, Answer(done=True, at=moment, told=whom, how=how), officer)
    with happening(aware + timedelta(days=24)):
        close(breach.pk, Breach.objects.get(pk=breach.pk).version, told["lessons"], manager)
