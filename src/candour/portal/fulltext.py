"""Finding entries by their words, ranked by fit: FTS5 on SQLite, text search on PostgreSQL.

Both stem English words, so that “dog” finds “dogs”, and both look for “words in quotation marks” as a phrase. The index
is kept by the database itself (see the migration of this app), in the transaction that changes an entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
from django.db import connection
from django.db.models import FloatField, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from numpy.typing import NDArray

from candour.desk.models import Publication

MOST_TERMS = 12
"""Words and phrases of a search that are looked at; more only slow it down."""

BEGIN, END = "\x02", "\x03"
"""What stands around each word found in a passage: no text of an entry holds them."""

_TERM = re.compile(r"[\"“]([^\"“”]+)[\"”]|(\S+)")
_SIMILAR = 8
MOST_WEIGHED = 2_000
"""Entries among which those that resemble another are looked for."""
_SHORTEST = 4
_VECTOR = "desk_publication.log_index"


def terms(words: str) -> list[str]:
    """The words and phrases of a search, as they are looked for."""
    found = (phrase or word for phrase, word in _TERM.findall(words.replace("\x00", "")))
    return [term for term in found if any(character.isalnum() for character in term)][:MOST_TERMS]


def matching(entries: QuerySet[Publication], words: str, *, first_few: bool = False) -> QuerySet[Publication]:
    """Those of the entries that have every word and phrase of the search; of signs without a word none are found.

    `first_few`: only the first of them are wanted, in the order of an index.
    """
    wanted = terms(words)
    if not wanted:
        return entries.none() if words.strip() else entries
    if connection.vendor == "sqlite":
        return entries.filter(pk__in=RawSQL(_SQLITE_MATCH, [_sqlite_query(wanted, "AND")]))  # noqa: S611  a parameter
    if first_few:
        return entries.extra(where=[f"{_VECTOR} @@ {_postgres_query(wanted, 'AND')}"], params=wanted)  # noqa: S610  ours
    return _postgres_having(entries, wanted, "AND")


def matching_keys(words: str) -> NDArray[np.int64]:
    """The keys of all entries, seen by readers or not, that have every word and phrase of the search; of signs none."""
    wanted = terms(words)
    if not wanted:
        return np.empty(0, np.int64)
    # In one text: as rows, reading them would take longer than finding them.
    match, put, value = (
        (_SQLITE_MATCH, "group_concat(rowid)", [_sqlite_query(wanted, "AND")])
        if connection.vendor == "sqlite"
        else (_postgres_match(wanted, "AND"), "string_agg(id::text, ',')", wanted)
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {put} FROM ({match}) AS found", value)  # noqa: S608  parts of our own
        (keys,) = cursor.fetchone()
    return np.fromstring(keys or "", np.int64, sep=",")


def by_fit(entries: QuerySet[Publication], words: str) -> QuerySet[Publication]:
    """The entries that match, the best fit first: words in the title count more, then the newest."""
    wanted = terms(words)
    return _ranked(entries, wanted, "AND") if wanted else matching(entries, words)


def passages(keys: Iterable[int], words: str) -> dict[int, str]:
    """For each entry, by its key, the passage that fits best, its words between BEGIN and END."""
    return _passages(list(keys), terms(words), "AND", 32)


def passages_answering(keys: Iterable[int], words: str) -> dict[int, str]:
    """For each entry that `answering` found, by its key, the passage that fits best, the question with what follows."""
    return _passages(list(keys), _telling(words) or _longer(words), "OR", 60)


def _passages(keys: list[int], wanted: list[str], how: str, length: int) -> dict[int, str]:
    if not keys or not wanted:
        return {}
    marks = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                f"SELECT rowid, snippet(log_index, 1, %s, %s, '…', {length}) FROM log_index "  # noqa: S608  marks only
                f"WHERE log_index MATCH %s AND rowid IN ({marks})",
                [BEGIN, END, _sqlite_query(wanted, how), *keys],
            )
        else:
            options = f"StartSel={BEGIN}, StopSel={END}, MaxWords={length}, MinWords={length // 2}, MaxFragments=1"
            query = _postgres_query(wanted, how)
            cursor.execute(
                f"SELECT id, ts_headline('log_words', left(words, 100000), {query}, %s) "  # noqa: S608  marks only
                f"FROM desk_publication WHERE id IN ({marks})",
                [*wanted, options, *keys],
            )
        return {key: passage for key, passage in cursor.fetchall() if BEGIN in passage}


def marked(passage: str) -> SafeString:
    """A passage as HTML, with the words found in it marked."""
    return mark_safe(escape(passage).replace(BEGIN, "<mark>").replace(END, "</mark>"))  # noqa: S308  escaped here


def similar(entry: Publication, entries: QuerySet[Publication]) -> QuerySet[Publication]:
    """Those of the entries whose words fit the title of `entry` best."""
    return _fitting(entry.title, entries.exclude(pk=entry.pk))


def answering(words: str) -> QuerySet[Publication]:
    """The entries that may answer what somebody is about to ask, the best fit first."""
    return _fitting(words, Publication.objects.visible().select_related("authority").defer("words", "content"))


def _fitting(words: str, entries: QuerySet[Publication]) -> QuerySet[Publication]:
    """The entries that have any of the rarer words, the best fit first; else the newest that have all of them."""
    if kept := _telling(words):
        return _ranked(entries, kept, "OR")
    if not (wanted := _longer(words)):
        return entries.none()
    return matching(entries, " ".join(wanted)).order_by("-published_at", "-slug", "authority_id")


def _longer(words: str) -> list[str]:
    """The first words that are long enough to tell anything."""
    return list(dict.fromkeys(word for word in re.findall(r"[^\W\d_]+", words) if len(word) >= _SHORTEST))[:_SIMILAR]


def _telling(words: str) -> list[str]:
    """The rarer of the longer words, so many that no more entries have any of them than MOST_WEIGHED.

    A word that stands in thousands of entries tells none of them from the others, and weighing them all takes long.
    """
    kept: list[str] = []
    weighed = 0
    for number, word in sorted((_number(word), word) for word in _longer(words)):
        weighed += number
        if number and weighed <= MOST_WEIGHED:
            kept.append(word)
    return kept


def _number(word: str) -> int:
    """In how many entries the word stands, counted no further than MOST_WEIGHED."""
    match, values = (
        (_SQLITE_MATCH, [_sqlite_query([word], "AND")])
        if connection.vendor == "sqlite"
        else (_postgres_match([word], "AND"), [word])
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({match} LIMIT {MOST_WEIGHED + 1}) AS found", values)  # noqa: S608  a number
        row = cursor.fetchone()
        return int(row[0])


_SQLITE_MATCH = "SELECT rowid FROM log_index WHERE log_index MATCH %s"


def _ranked(entries: QuerySet[Publication], wanted: list[str], how: str) -> QuerySet[Publication]:
    if connection.vendor == "sqlite":
        # Joined rather than asked for each entry: FTS5 works the rank out once for all matches.
        return entries.extra(
            tables=["log_index"],
            where=["log_index.rowid = desk_publication.id", "log_index MATCH %s"],
            params=[_sqlite_query(wanted, how)],
            order_by=["log_index.rank", "-published_at", "-slug", "authority_id"],
        )
    query = _postgres_query(wanted, how)
    entries = _postgres_having(entries, wanted, how)
    fit = RawSQL(f"ts_rank_cd({_VECTOR}, {query})", wanted, output_field=FloatField())  # noqa: S611  parameters only
    return entries.annotate(fit=fit).order_by("-fit", "-published_at", "-slug", "authority_id")


def _sqlite_query(wanted: list[str], how: str) -> str:
    return f" {how} ".join('"' + term.replace('"', " ") + '"' for term in wanted)


def _postgres_query(wanted: list[str], how: str) -> str:
    operator = "&&" if how == "AND" else "||"
    return "(" + f" {operator} ".join(["phraseto_tsquery('log_words', %s)"] * len(wanted)) + ")"


def _postgres_having(entries: QuerySet[Publication], wanted: list[str], how: str) -> QuerySet[Publication]:
    """The entries that match, found by the index.

    The query is put as one that the planner cannot see through: where it knows that a word is common it reads every
    entry instead, and takes the cost of unpacking each for nothing, which is most of the time.
    """
    return entries.extra(where=[f"{_VECTOR} @@ (SELECT {_postgres_query(wanted, how)})"], params=wanted)  # noqa: S610  ours


def _postgres_match(wanted: list[str], how: str) -> str:
    return f"SELECT id FROM desk_publication WHERE log_index @@ (SELECT {_postgres_query(wanted, how)})"  # noqa: S608  marks
