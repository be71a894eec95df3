"""What each question of the seeded year comes to, as complete decisions with their tables."""

from __future__ import annotations

import random
from typing import Any

from candour.law import (
    Claim,
    CostEstimate,
    Decision,
    LawfulnessFailsAt,
    Likelihood,
    Locator,
    Outcome,
    PersonalDataReasoning,
    Provision,
    SensitiveData,
)
from candour.letters.model import DataTable
from candour.letters.response import Answer, Exhibit
from candour.site.year.plan import SEED, Planned, described

_HOURS = {"locating": 6.0, "retrieving": 8.5, "extracting": 9.0}


def answers_of(case: Planned, force: str) -> list[Answer]:
    """One complete answer for each question of the case; the same each time."""
    rng = random.Random(f"{SEED} {force} {case.number} {case.received}")  # noqa: S311  see plan
    return [_answer(rng, case, position, outcome) for position, outcome in enumerate(case.outcomes)]


def _answer(rng: random.Random, case: Planned, position: int, outcome: Outcome) -> Answer:
    words, topic = described()["words"], case.topic["title"]
    about = (str(position + 1),)
    fields: dict[str, Any] = {"outcome": outcome}
    exhibits: tuple[Exhibit, ...] = ()
    if outcome in {Outcome.DISCLOSED, Outcome.PARTLY_DISCLOSED}:
        table = _table(rng, topic, case, position)
        exhibits = (Exhibit(table),)
        fields |= {"disclosed": words["disclosed"], "data": (table.title,)}
    if outcome is Outcome.PARTLY_DISCLOSED:
        fields |= {"disclosed": words["partly"], "withheld": words["withheld"]}
    if outcome is Outcome.WITHHELD:
        fields["withheld"] = words["withheld"]
    if outcome is Outcome.NOT_HELD:
        fields["explanation"] = words["not_held"]
    if outcome is Outcome.COST_LIMIT:
        fields |= {
            "estimate": CostEstimate(sum(_HOURS.values()), words["estimate"], tuple(_HOURS.items())),
            "advice": words["advice"],
            "claims": (Claim((Provision.parse("12(1)"),), why=words["over_limit"]),),
        }
    if outcome is Outcome.VEXATIOUS:
        why = "The request repeats, at length and with reproach, what was answered in full. It has no serious purpose."
        fields["claims"] = (Claim((Provision.parse("14(1)"),), why=why),)
    if outcome is Outcome.ALREADY_ACCESSIBLE:
        title, url = words["locator"]
        fields |= {
            "locators": (Locator(title.format(topic=_small(topic)), url),),
            "claims": (Claim((Provision.parse("21(1)"),), why=words["published"]),),
        }
    if outcome is Outcome.INTENDED_FOR_PUBLICATION:
        fields |= {"publication": words["publication"], "claims": (_intended(),)}
    reasons = [reason for reason in described()["reason"] if reason["outcome"] == outcome]
    if reasons:
        fields["claims"] = (_claim(rng.choice(reasons), topic),)
    return Answer(Decision(**fields), about, exhibits)


def _claim(reason: dict[str, Any], topic: str) -> Claim:
    personal = reason.get("personal_data")
    return Claim(
        limbs=tuple(map(Provision.parse, reason["limbs"])),
        by_virtue_of=tuple(map(Provision.parse, reason.get("grounds", ()))),
        why=reason["why"],
        likelihood=Likelihood(reason["likelihood"]) if "likelihood" in reason else None,
        harm=reason.get("harm", "").format(topic=_small(topic)),
        favouring=tuple(reason.get("favouring", ())),
        against=tuple(reason.get("against", ())),
        balance=reason.get("balance", ""),
        personal_data=_personal_data(personal) if personal else None,
    )


def _personal_data(stored: dict[str, str]) -> PersonalDataReasoning:
    texts = {key: stored[key] for key in ("whose", "identifiable", "purpose", "necessity", "balance")}
    return PersonalDataReasoning(
        **texts, sensitive=SensitiveData(stored["sensitive"]), fails_at=LawfulnessFailsAt(stored["fails_at"])
    )


def _intended() -> Claim:
    return Claim(
        (Provision.parse("22(1)"),),
        why="The figures were being gathered for the yearly report when the request came.",
        favouring=("The requester would have them some weeks earlier.",),
        against=("Figures that are not checked yet would have to be put right later.",),
        balance="The report comes soon, to everybody at once, with figures that hold.",
    )


def _table(rng: random.Random, topic: str, case: Planned, position: int) -> DataTable:
    """Three years of invented figures, none of them small: what a later question counts is a part of the first."""
    level = case.topic.get("level") or rng.choice((120, 480, 2600))
    level = int(level * rng.uniform(0.9, 1.1) / (3 if position else 1)) + 12
    years = range(case.received.year - 3, case.received.year)
    rows = tuple((str(year), f"{int(level * rng.uniform(0.85, 1.2)):,}") for year in years)
    title = f"{topic}, by year" if position == 0 else f"{topic}, by year, question {position + 1}"
    return DataTable(title, ("Year", "Number"), rows, (described()["words"]["note"],))


def _small(topic: str) -> str:
    kept = topic.startswith(("E-", "101", "Clare")) or topic[1].isupper()
    return topic if kept else f"{topic[0].lower()}{topic[1:]}"
