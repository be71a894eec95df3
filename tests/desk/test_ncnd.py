"""A denial that leaves the desk depends on the request and the reasons alone, never on what goes on within."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

from django.core import mail
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from candour.desk.answering.decide import changing, save_fields
from candour.desk.answering.decide import complete as finish
from candour.desk.answering.letter import compose_letter
from candour.desk.audit_trail.writing import record
from candour.desk.clearing.clear import clear, send_back
from candour.desk.clearing.put_up import prepare
from candour.desk.models import Case, Claim, EventKind, Publication
from candour.desk.publishing.publish import publish
from candour.law import Outcome
from candour.letters.response import Answer
from candour.post.send import send
from candour.site.demo import decide
from desk.complete import claim, complete
from desk.world import TODAY, World, decision_on, disclosure, make_staff, make_world, open_case, taken_back

DENIAL = complete(Outcome.NCND, claim("30(3)", "30(1)(a)(i)"), claim("31(3)", "31(1)(a)"), claim("40(5B)(a)(i)"))
REST = complete(Outcome.NCND, claim("38(2)", "38(1)(a)"), other_information=True)
KINDS = [EventKind.REQUESTER_SEEN, EventKind.ASSIGNED, EventKind.QUESTIONS_CHANGED]


@dataclasses.dataclass(frozen=True)
class Inside:
    """What goes on within the force while a denial is made."""

    notes: tuple[tuple[EventKind, str], ...] = ()
    saves: int = 0
    tried: tuple[str, ...] = ()
    officer: str = "Will"
    sent_back: bool = False
    other_cases: int = 0


REASONING = {
    "whose": "Officers.",
    "identifiable": "By rank.",
    "purpose": "Scrutiny.",
    "necessity": "Totals are enough.",
    "balance": "Their rights override it.",
    "fails_at": "balance",
}
"""The steps of section 40 as the desk stores them."""
INSIDES = st.builds(
    Inside,
    notes=st.lists(
        st.tuples(st.sampled_from(KINDS), st.text(st.characters(categories=("L", "Zs")), max_size=20)), max_size=3
    ).map(tuple),
    saves=st.integers(0, 3),
    tried=st.lists(st.sampled_from(["There are nine.", "There are none.", "Ask the stables."]), max_size=2).map(tuple),
    officer=st.sampled_from(["Will", "Wanda", "Wilfred Featherstonehaugh"]),
    sent_back=st.booleans(),
    other_cases=st.integers(0, 2),
)


PLAIN: list[tuple[dict[str, bytes], list[object], dict[str, bytes]]] = []
"""What leaves a force in which nothing else goes on, once it was worked out."""


def leaves(inside: Inside) -> tuple[dict[str, bytes], list[object], dict[str, bytes]]:
    """What leaves the force: the files sent, what the log says, and the files on the log."""
    mail.outbox.clear()
    world = make_world()
    world = dataclasses.replace(world, officer=make_staff(world.force, "writer", inside.officer, "officer"))
    case = open_case(world)
    for number in range(inside.other_cases):
        open_case(world, title=f"Another {number}")
    for kind, detail in inside.notes:
        record(case, kind, world.officer, detail)
    for text in inside.tried:
        decision = decision_on(case, "1")
        with changing(decision, decision.version, world.officer, text) as stored:
            save_fields(stored, {"explanation": text})
    decide(case, Answer(DENIAL, ("1", "2")), world.officer)
    decide(case, Answer(REST), world.officer)
    for _ in range(inside.saves):
        decision = decision_on(case, "1")
        with changing(decision, decision.version, world.officer, "again"):
            pass
        finish(decision_on(case, "1"), decision.version + 1, world.officer)
    if inside.sent_back:
        send_back(prepare(case.pk, TODAY, world.officer).pk, "We do hold it: say less.", world.approver)
    response = prepare(case.pk, TODAY, world.officer)
    entry = publish(send(clear(response.pk, response.digest, world.approver).pk, world.officer).pk, world.officer)
    files = {file.name: bytes(file.content) for file in response.files.all()}
    shown: list[object] = [
        entry.slug,
        entry.title,
        entry.content,
        list(entry.marks.order_by("kind", "value").values_list("kind", "value")),
        entry.words,
        entry.responded,
    ]
    (message,) = mail.outbox
    files["the mail"] = f"{message.subject} {message.to} {message.from_email} {message.body}".encode()
    files["its identity"] = message.extra_headers["Message-ID"].encode()
    return files, shown, {file.name: bytes(file.content) for file in entry.files.all()}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12, deadline=None)
@given(inside=INSIDES)
def test_two_worlds_that_differ_within_send_and_publish_the_same_denial(db: None, inside: Inside) -> None:
    """Notes, looks, drafts, saves, officers, letters sent back and other cases change no byte of what leaves."""
    if not PLAIN:
        with taken_back():
            PLAIN.append(leaves(Inside()))
    with taken_back():
        assert [leaves(inside)] == PLAIN


def residue(world: World) -> Case:
    """A case whose first question was withheld in words, and then denied."""
    case = open_case(world)
    withheld = complete(Outcome.WITHHELD, claim("31(1)(a)"))
    decide(case, Answer(dataclasses.replace(withheld, withheld="LEAK: the nine files."), ("1",)), world.officer)
    client = Client()
    client.force_login(world.officer)
    question = case.questions.get(number="1")
    decision = decision_on(case, "1")
    claims = reverse("desk:decision-act", args=[case.pk, f"q{question.pk}"])
    client.post(claims, {"action": f"claim-{decision.claims.get().pk}", "version": decision.version})
    outcome = reverse("desk:step", args=[case.pk, f"q{question.pk}", "outcome"])
    answered = client.post(outcome, {"outcome": "ncnd", "explanation": "", "version": decision.version + 1})
    assert answered.status_code == 302
    return case


def test_a_decision_that_becomes_a_denial_says_nothing_of_what_it_was(world: World) -> None:
    """Somebody chose "withheld", described it, and then chose to deny: the letter does not tell what was described."""
    # BUG (reported, serious): the text of "What exactly do we withhold?" stays in the decision, its page is gone from
    # the task list, and the letter of the denial prints "What we do not disclose: ...".
    case = residue(world)
    decision = decision_on(case, "1")
    assert decision.outcome == Outcome.NCND
    with changing(decision, decision.version, world.officer, "denied") as stored:
        for position, each in enumerate(DENIAL.claims):
            limbs, grounds = ([str(provision) for provision in group] for group in (each.limbs, each.by_virtue_of))
            Claim.objects.create(
                decision=stored,
                position=position,
                limbs=limbs,
                by_virtue_of=grounds,
                in_the_alternative=each.in_the_alternative,
                why=each.why,
                likelihood=each.likelihood or "",
                harm=each.harm,
                favouring=list(each.favouring),
                against=list(each.against),
                balance=each.balance,
                personal_data=REASONING if each.personal_data else {},
            )
    if not finish(decision_on(case, "1"), decision.version + 1, world.officer):
        assert "LEAK" not in str(compose_letter(Case.objects.get(pk=case.pk), TODAY, draft=True))


def test_what_a_denial_must_not_carry_can_be_taken_away(world: World) -> None:
    """A decision that disclosed a table and then denies leads to the page where the table is taken away."""
    # BUG (reported): it says "Take away what is disclosed" and links to the outcome, where nothing can be taken away;
    # the page of the disclosure is no longer on the task list.
    case = open_case(world)
    given_away, exhibit = disclosure()
    decide(case, Answer(given_away, ("1",), (exhibit,)), world.officer)
    question = case.questions.get(number="1")
    decision = decision_on(case, "1")
    client = Client()
    client.force_login(world.officer)
    step = reverse("desk:step", args=[case.pk, f"q{question.pk}", "outcome"])
    client.post(step, {"outcome": "ncnd", "explanation": "", "version": decision.version})
    hub = client.get(reverse("desk:decision", args=[case.pk, f"q{question.pk}"])).content.decode()
    carried = decision_on(case, "1")
    assert (not carried.exhibits.exists() and not carried.disclosed) or "/disclosure/" in hub


def test_a_denial_is_published_no_sooner_and_no_later_for_what_is_held(world: World) -> None:
    """An entry has the dates of receipt and of sending, and no other."""
    case = open_case(world)
    decide(case, Answer(DENIAL, ("1", "2")), world.officer)
    response = prepare(case.pk, TODAY - timedelta(days=1), world.officer)
    entry = publish(send(clear(response.pk, response.digest, world.approver).pk, world.officer).pk, world.officer)
    dates = {entry.received.isoformat(), entry.responded.isoformat()}
    assert dates == {"2026-03-09", "2026-03-27"}
    assert Publication.objects.count() == 1
