"""The data set of the demonstration: invented conduct matters, imported and counted as a person would do it."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from candour.desk.counting.data_set_counts import keep_count
from candour.desk.counting.data_sets import confirm, upload
from candour.desk.models import Authority, RecordSet, StaffMember
from candour.records.question import CountDefinition, Part, Period


def load_records(text: str) -> RecordSet:
    """The data set that a TOML text describes, with its counts."""
    described = tomllib.loads(text)
    authority = Authority.objects.get(slug=described["force"])
    officer = StaffMember.objects.filter(authority=authority, role="officer").earliest("pk")
    today = timezone.localdate()
    content = extract(described, today)
    waiting = upload(authority, None, described["title"], "conduct-matters.csv", content, "", officer)
    record_set = confirm(waiting, officer)
    for entry in described["count"]:
        keep_count(record_set, entry["title"], _definition(entry, today), officer)
    return record_set


def extract(described: Mapping[str, Any], today: date) -> bytes:
    """Rows made from their number: an officer has one to three, a case one or two, over the last three years."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(described["headings"])
    ranks, states, natures = described["ranks"], described["states"], described["natures"]
    total = described["rows"]
    for at in range(total):
        officer = at * 7 % (total * 3 // 5)
        received = today - timedelta(days=30 + (total - at) * 1_000 // total)
        closed = received + timedelta(days=90 + at % 5 * 60)
        writer.writerow(
            (
                f"NM/{at // 2:04}",
                f"N{officer:04}",
                ranks[officer % len(ranks)],
                states[officer % len(states)],
                natures[at * at % 11 % len(natures)],
                received.strftime("%d/%m/%Y"),
                closed.strftime("%d/%m/%Y") if closed < today and at % 3 else "",
            )
        )
    return out.getvalue().encode()


def _definition(entry: Mapping[str, Any], today: date) -> CountDefinition:
    year = today.year if today >= date(today.year, 3, 31) else today.year - 1
    return CountDefinition(
        unit=entry["unit"],
        by=tuple(entry.get("by", ())),
        period=Period(entry.get("period", "calendar")),
        as_at=date(year, 3, 31) if "as_at" in entry else None,
        parts=tuple(Part(part["label"], part["where"]) for part in entry.get("parts", ())),
    )
