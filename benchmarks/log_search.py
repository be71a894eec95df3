# ruff: noqa: INP001, S106, S311, T201 -- a script that prints a table, with made-up words
"""The disclosure log with 50,000 entries: milliseconds of its pages, and how they grow.

    python benchmarks/log_search.py [ENTRIES]

Makes entries of about 230 words in a database of its own (SQLite in a temporary folder, or the one that
CANDOUR_DATABASE names, in a test database beside it), asks the pages that readers ask for, prints median and
95th centile of each, and processor time of ours and of the database’s. The limit is 100 ms at the 95th centile;
the script ends with 1 where a page is above it.
"""

from __future__ import annotations

import os
import random
import sys
import time
import uuid
from datetime import timedelta
from pathlib import Path

import django

ENTRIES = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
WORDS_AN_ENTRY = 230
LIMIT_MS = 100.0
RARE = 4_000
FORCES = 43
_AT_ONCE = 500


def main() -> int:
    """Fill the database, time the pages, and say which are above the limit."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "candour.site.settings")
    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        fill()
        if connection.vendor == "postgresql":
            # What the server does by itself within minutes of a change of that size.
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
        return measure()
    finally:
        connection.creation.destroy_test_db(":memory:", verbosity=0)


def vocabulary(rng: random.Random) -> list[str]:
    """Made-up words: the first few are in nearly every entry, the last ones in few, as in any language."""
    syllables = [a + b for a in "bcdfglmnprstv" for b in ("a", "e", "i", "o", "u", "an", "er", "is")]
    return ["".join(rng.choices(syllables, k=rng.randint(2, 4))) for _ in range(RARE)]


def fill() -> None:
    """Entries of every force, each with its case and letter, since an entry cannot be without them."""
    from django.utils import timezone

    from candour.desk.models import Authority, Case, Publication, PublicationMark, Requester, Response, StaffMember
    from candour.desk.publishing.publish import facets_of
    from candour.desk.publishing.topics import chosen, read, saved, topics

    rng = random.Random(1)
    words = vocabulary(rng)
    weights = [1 / (rank + 1) for rank in range(len(words))]
    about = [slug for slug in topics() if slug != "other"]
    forces = [Authority.objects.create(slug=f"force-{n}", name=f"Force {n}") for n in range(FORCES)]
    force = forces[0]
    officer = StaffMember.objects.create(username="will", authority=force, role="officer", password="!")
    asker = Requester.objects.create(name="Benchmark")
    now, today = timezone.now(), timezone.localdate()
    for start in range(0, ENTRIES, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, ENTRIES))
        cases = Case.objects.bulk_create(
            Case(
                authority=forces[number % FORCES],
                reference=f"{number}/26",
                title="Benchmark",
                requester=asker,
                received=today,
                submission=uuid.UUID(int=number),
            )
            for number in numbers
        )
        letters = Response.objects.bulk_create(
            Response(case=case, state="sent", dated=today, prepared_by=officer, sent_at=now) for case in cases
        )
        entries = []
        for number, letter in zip(numbers, letters, strict=True):
            text = rng.choices(words, weights, k=WORDS_AN_ENTRY)
            at = now - timedelta(minutes=number)
            entries.append(
                Publication(
                    response=letter,
                    authority=forces[number % FORCES],
                    slug=f"entry-{number}",
                    reference=f"{number}/26",
                    title=" ".join(text[:6]),
                    received=today,
                    responded=today,
                    year=2018 + number % 9,
                    outcomes=["disclosed"],
                    content={"answers": [], "opening": "", "reasons": "", "limbs": []},
                    words=" ".join(text),
                    published_at=at,
                    topics=saved(chosen(rng.sample(about, k=rng.choice((1, 1, 1, 2, 3))))),
                )
            )
        marked = [
            [
                PublicationMark(kind="outcome", value=rng.choice(("disclosed", "withheld", "ncnd", "not_held"))),
                PublicationMark(kind="section", value=rng.choice(("30", "31", "38", "40"))),
                *(PublicationMark(kind="topic", value=slug) for slug in read(entry.topics)),
            ]
            for entry in entries
        ]
        for entry, marks in zip(entries, marked, strict=True):
            entry.facets = facets_of(marks)
        for entry, marks in zip(Publication.objects.bulk_create(entries), marked, strict=True):
            for mark in marks:
                mark.publication = entry
        PublicationMark.objects.bulk_create(mark for marks in marked for mark in marks)


def measure() -> int:
    """Time each page and print the table."""
    from django.test import Client

    rng = random.Random(1)
    words = vocabulary(rng)
    pages = {
        "the newest": "/",
        "page 50": "/?page=50",
        "a word in nearly every entry": f"/?q={words[0]}",
        "a word in few": f"/?q={words[-1]}",
        "three words": f"/?q={words[10]}+{words[20]}+{words[40]}",
        "a filter": "/?year=2020&outcome=ncnd",
        "a topic": "/?topic=custody",
        "words and filters": f"/?q={words[30]}&year=2020&outcome=ncnd&section=31",
        "data of a search": f"/log.json?q={words[30]}",
        "a feed": f"/log.atom?q={words[30]}",
        "an entry with similar ones": f"/log/force-{7 % FORCES}/entry-7/",
        "an entry as data": f"/log/force-{7 % FORCES}/entry-7.json",
    }
    client, above = Client(), 0
    print(f"{ENTRIES:,} entries                median ms  95th centile  of it busy  database busy (mean)")
    for name, path in pages.items():
        times, busy, database = [], [], database_ms()
        for _ in range(21):
            began, worked = time.perf_counter(), time.process_time()
            answer = client.get(path, headers={"host": "localhost"})
            times.append((time.perf_counter() - began) * 1000)
            busy.append((time.process_time() - worked) * 1000)
            if answer.status_code != 200:
                raise SystemExit(f"{path} answered {answer.status_code}")
        times.sort()
        busy.sort()
        above += times[-2] > LIMIT_MS
        print(
            f"{name:30} {times[10]:9.1f} {times[-2]:9.1f} {busy[-2]:9.1f} {(database_ms() - database) / 21:9.1f}"
            f"{'  above the limit' if times[-2] > LIMIT_MS else ''}"
        )
    return 1 if above else 0


def database_ms() -> float:
    """Milliseconds of processor time that the server process of our connection has used, where it runs on this machine.

    Nought on SQLite, which works within our own process.
    """
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not stat.exists():
        return 0.0
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) * 1000 / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
