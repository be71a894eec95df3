"""The table builder: counts become safe before they go into an answer, and what is true of them stays in the force."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from candour.desk.answering.decide import changing, complete
from candour.desk.clearing.clear import clear, send_back
from candour.desk.clearing.put_up import prepare
from candour.desk.models import Case, Decision, Event, EventKind, Exhibit, ProtectedCounts, Response
from candour.desk.publishing.publish import chart_of, publish
from candour.desk.refusals import Refused
from candour.desk.safe_figures import methods as ways
from candour.desk.safe_figures import protect
from candour.desk.safe_figures.protect import check_again, table_faults
from candour.letters.response import Answer
from candour.post.send import send
from candour.site.demo import decide, dismiss_figures, load_examples
from candour.tables.suppress import Stopped
from desk.world import TODAY, World, decision_on, denial, disclosure, open_case

SOURCE = """\
Kind\tOffence\tYear\tHorses stolen
Acquisitive\tBurglary\t2024\t31
Acquisitive\tBurglary\t2025\t27
Acquisitive\tTheft\t2024\t3
Acquisitive\tTheft\t2025\t44
Other\tArson\t2024\t12
Other\tArson\t2025\t2
Other\tCruelty\t2024\t19
Other\tCruelty\t2025\t23"""
COLUMNS = {
    "column_0": "groups:Offence",
    "column_1": "category",
    "column_2": "category",
    "column_3": "counts",
}
RULES = {**COLUMNS, "threshold": "5", "aim": "believable", "width": ""}


class Builder:
    """An officer in front of the table builder, on question 2 of a case whose first question is decided."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.case = open_case(world)
        decide(self.case, Answer(denial(), ("1",)), world.officer)
        self.client = Client()
        self.client.force_login(world.officer)
        question = self.case.questions.get(number="2")
        self.name = f"q{question.pk}"
        self.client.post(
            reverse("desk:step", args=[self.case.pk, self.name, "outcome"]),
            {"outcome": "disclosed", "explanation": "", "version": 0},
        )

    @property
    def decision(self) -> Decision:
        """The decision on question 2 as it is stored."""
        return decision_on(self.case, "2")

    @property
    def counts(self) -> ProtectedCounts:
        """Its table in the builder."""
        return ProtectedCounts.objects.get(decision=self.decision)

    def address(self, name: str) -> str:
        """The address of a page of the builder."""
        numbered = [] if name in {"add-table", "new-counts"} else [self.counts.pk]
        return reverse(f"desk:{name}", args=[self.case.pk, self.name, *numbered])

    def post(self, name: str, data: dict[str, Any], **more: Any) -> Any:
        """Post to a page of the builder, as opened just now."""
        return self.client.post(self.address(name), {"version": self.decision.version, **data}, **more)

    def paste(self, source: str = SOURCE, title: str = "Horses stolen") -> Any:
        """Paste counts, new ones or in the place of those stored."""
        name = "counts" if ProtectedCounts.objects.filter(decision=self.decision).exists() else "new-counts"
        return self.post(name, {"title": title, "source": source, "unit": "cases", "new_register": "Horse crime"})

    def rules(self, **changed: str) -> Any:
        """Say what the columns mean and how much is protected."""
        return self.post("counts-rules", {**RULES, **changed})

    def agree(self, method: str = "suppress", place: str = "letter") -> Any:
        """Agree to what a way makes of the table."""
        address = f"{self.address('counts-methods')}?method={method}"
        data = {"action": "agree", "notes": "By date of theft.", "place": place, "version": self.decision.version}
        return self.client.post(address, data, follow=True)

    def decide_cell(self, *labels: str, sensitive: str = "yes", reason: str = "One stable has one horse.") -> Any:
        """Decide on one cell."""
        chosen = {f"label_{place}": label for place, label in enumerate(labels)}
        return self.post("counts-methods", {"action": "cell", **chosen, "sensitive": sensitive, "reason": reason})

    def built(self, method: str = "suppress", place: str = "letter", **changed: str) -> Exhibit:
        """The exhibit of a table agreed to, in a decision that is complete."""
        self.paste()
        self.rules(**changed)
        self.agree(method, place)
        with changing(self.decision, self.decision.version, self.world.officer, "described") as stored:
            stored.disclosed = "Horses stolen by offence and year."
        assert not complete(self.decision, self.decision.version, self.world.officer)
        return self.decision.exhibits.get()

    def shown(self) -> str:
        """What the page with the ways says."""
        return words(self.client.get(self.address("counts-methods")).content.decode())


def words(page: str) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.fixture
def builder(world: World) -> Builder:
    return Builder(world)


# The example


def test_the_example_holds_a_table_that_was_made_safe(db: None) -> None:
    load_examples()
    counts = ProtectedCounts.objects.get()
    assert counts.is_agreed
    assert check_again(counts) == []
    assert any("withheld" in row for row in counts.exhibit.rows)  # type: ignore[union-attr]  # agreed, so it has one
    assert counts.candidate("suppress")["minimal"]  # type: ignore[index]  # every way is stored


# The steps


def test_a_table_is_counts_or_other_figures(builder: Builder) -> None:
    address = builder.address("add-table")
    assert "Counts of cases or people" in builder.client.get(address).content.decode()
    assert builder.client.post(address, {"kind": "counts"})["Location"] == builder.address("new-counts")
    free = reverse("desk:new-exhibit", args=[builder.case.pk, builder.name])
    assert builder.client.post(address, {"kind": "figures"})["Location"] == free
    assert "Error:" in builder.client.post(address, {}).content.decode()


def test_what_the_columns_mean_is_guessed_and_can_be_corrected(builder: Builder) -> None:
    builder.paste()
    page = builder.client.get(builder.address("counts-rules")).content.decode()
    assert "“Horses stolen” holds the counts" in words(page)
    for value in ("groups:Offence", "counts"):
        assert re.search(rf'<option value="{value}"\s+selected', page)
    builder.rules(column_0="unused")
    assert builder.counts.columns == {"count": "Horses stolen", "hierarchy": {}, "by": ["Offence", "Year"]}


def test_each_way_is_shown_with_marks_loss_and_proof(builder: Builder) -> None:
    builder.paste()
    assert builder.rules()["Location"] == builder.address("counts-methods")
    page = builder.shown()
    assert "Every small count could be 0 and could be 5 or more, for all that a reader can work out." in page
    assert re.search(r"Proven with \d+ other registers, checked in whole numbers", page)
    assert re.search(r"\d+ of 21 figures are not shown", page)
    assert "3, small" in page
    assert "for others" in page
    assert "Round every figure" in page
    assert "Put categories together" in page


def test_agreeing_gives_the_answer_one_mark_and_keeps_the_truth_apart(builder: Builder) -> None:
    exhibit = builder.built()
    assert exhibit.columns == ["Offence", "2024", "2025", "Total"]
    assert exhibit.rows[-1][0] == "Total"
    assert exhibit.rows[2][0] == "Acquisitive, total"
    assert exhibit.rows[1][1] == exhibit.rows[3][2] == "withheld"
    assert "By date of theft." in exhibit.notes
    kept = builder.counts
    assert (kept.exhibit, kept.method, kept.agreed_by) == (exhibit, "suppress", builder.world.officer)
    assert kept.source == SOURCE
    assert kept.proof["registers"]
    assert not table_faults(builder.case)


@pytest.mark.parametrize(
    ("method", "changed"),
    [
        ("round", {"aim": "width", "width": "4"}),
        ("coarsen", {}),
        ("suppress", {"aim": "undetermined"}),
        ("suppress", {"aim": "width", "width": "6"}),
        ("suppress", {"zeros": "on"}),
    ],
)
def test_every_way_can_be_agreed_to_and_is_checked_again(
    builder: Builder, method: str, changed: dict[str, str]
) -> None:
    exhibit = builder.built(method, **changed)
    assert builder.counts.method == method
    assert exhibit.rows
    assert check_again(builder.counts) == []
    letter = prepare(builder.case.pk, TODAY, builder.world.officer)
    assert clear(letter.pk, letter.digest, builder.world.approver).cleared_digest


def test_rounding_that_does_not_meet_the_rules_says_so_and_cannot_be_agreed_to(builder: Builder) -> None:
    builder.paste()
    builder.rules()
    address = f"{builder.address('counts-methods')}?method=round"
    page = words(builder.client.get(address).content.decode())
    assert "cannot be both 0 and 5 or more" in page
    assert "Put this table into the answer" not in page
    assert "does not make the table safe" in words(builder.agree("round").content.decode())
    assert not builder.decision.exhibits.exists()


def test_a_table_of_one_row_a_case_is_counted(builder: Builder) -> None:
    rows = [f"{number}\t{'Foal' if number % 3 else 'Mare'}\t{2024 + number % 2}" for number in range(100, 160)]
    builder.paste("Reference\tHorse\tYear\n" + "\n".join(rows))
    page = builder.client.get(builder.address("counts-rules")).content.decode()
    assert "Each row is one of the cases." in words(page)
    roles = {"column_0": "unused", "column_1": "category", "column_2": "category", "column_3": ""}
    builder.post("counts-rules", {"threshold": "5", "aim": "believable", **roles})
    builder.agree()
    assert builder.decision.exhibits.get().rows[-1] == ["Total", "30", "30", "60"]


def test_a_table_of_three_dimensions_stands_in_one_row_a_figure(builder: Builder) -> None:
    builder.paste(
        "A\tB\tC\tCount\n"
        + "\n".join(f"a{a}\tb{b}\tc{c}\t{7 * a + 5 * b + c + 6}" for a in range(2) for b in range(2) for c in range(2))
    )
    roles = {f"column_{place}": "category" for place in range(3)} | {"column_3": "counts"}
    builder.rules(**roles)
    builder.agree(place="attachment")
    exhibit = builder.decision.exhibits.get()
    assert exhibit.columns == ["A", "B", "C", "Cases"]
    assert len(exhibit.rows) == 27
    assert exhibit.file == "1A-26_question_2.csv"


# Single cells


def test_a_cell_is_decided_on_with_a_reason_and_taken_back(builder: Builder) -> None:
    builder.paste()
    builder.rules()
    assert builder.decide_cell("Burglary", "2024")["Location"] == builder.address("counts-methods")
    assert builder.counts.overrides[0]["labels"] == ["Burglary", "2024"]
    page = builder.shown()
    assert "31, small" in page
    assert "by decision" in page
    builder.agree()
    assert builder.decision.exhibits.get().rows[0][1] == "withheld"
    assert not table_faults(builder.case)
    builder.post("counts-methods", {"action": "undo-0"})
    assert builder.counts.overrides == []
    assert not builder.counts.is_agreed
    details = " ".join(Event.objects.values_list("detail", flat=True))
    assert "cell Burglary, 2024 to be protected: One stable has one horse." in details
    assert "decision on cell Burglary, 2024 taken back" in details


def test_a_small_count_is_shown_when_somebody_says_why(builder: Builder) -> None:
    builder.paste()
    builder.rules()
    for labels in (("Theft", "2024"), ("Arson", "2025")):
        builder.decide_cell(*labels, sensitive="no", reason="Published in the annual report.")
    assert "2 cells are not protected, by decision." in builder.shown()
    builder.agree()
    assert builder.decision.exhibits.get().rows[1] == ["Theft", "3", "44", "47"]
    assert not table_faults(builder.case)


@pytest.mark.parametrize(("changed", "told"), [({"reason": " "}, "Enter why"), ({"sensitive": ""}, "Select")])
def test_a_decision_on_a_cell_lacks_nothing(builder: Builder, changed: dict[str, str], told: str) -> None:
    builder.paste()
    builder.rules()
    answer = builder.decide_cell("Theft", "2024", **changed)
    assert answer.status_code == 200
    assert "There is a problem" in answer.content.decode()
    assert builder.counts.overrides == []


def test_other_figures_undo_what_was_decided_on_cells(builder: Builder) -> None:
    builder.paste()
    builder.rules()
    builder.decide_cell("Theft", "2024", sensitive="no")
    answer = builder.post(
        "counts",
        {"title": "Horses", "source": SOURCE.replace("31", "33"), "unit": "people", "register": "Horse crime"},
        follow=True,
    )
    assert "was undone" in answer.content.decode()
    assert (builder.counts.overrides, builder.counts.candidates) == ([], [])


# Bad input


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("", "Enter the counts"),
        ("Offence\tCount", "no rows"),
        ("Offence\tCount\nTheft", "Line 2 has 1 cells"),
        ("Offence\tOffence\nTheft\t1", "Two columns are headed “Offence”"),
        ("\tCount\nTheft\t1", "Every column needs a heading"),
        ('Offence,Count\n"Theft,1', "cannot be read"),
        ("A" * 1_000_001, "longer than 1000000 characters"),
    ],
)
def test_text_that_is_no_table_is_told_at_once(builder: Builder, source: str, told: str) -> None:
    answer = builder.paste(source)
    assert told in words(answer.content.decode())
    assert not ProtectedCounts.objects.exists()


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (SOURCE.replace("\t31", "\t-31"), "Line 2: Offence Burglary, Year 2024 is “-31”: a count is a whole number"),
        (SOURCE.replace("\t31", "\t3.5"), "Line 2: Offence Burglary, Year 2024 is “3.5”: a count is a whole number"),
        (SOURCE.replace("\t31", "\t"), "Line 2: Offence Burglary, Year 2024 is “”"),
        (SOURCE + "\nOther\tCruelty\t2025\t23", "Line 10: Offence Cruelty, Year 2025 is given twice, first on line 9"),
        (SOURCE + "\nOther\tTheft\t2026\t6", "Line 10: Offence “Theft” has the Kind “Other”, but “Acquisitive”"),
        (SOURCE + "\nTotal\tTotal\tTotal\t7", "Line 10: Offence Total, Year Total is 7, but its parts add up to 161"),
        (SOURCE.replace("Other\tArson", "Arson\tArson"), "“Arson”"),
        (SOURCE.replace("\t2024\t31", "\t\t31"), "Line 2: Year is empty"),
    ],
)
def test_counts_that_cannot_be_are_told_by_line_and_cell(builder: Builder, source: str, told: str) -> None:
    builder.paste(source)
    answer = builder.rules()
    assert answer.status_code == 200
    assert told in words(answer.content.decode())
    assert builder.counts.candidates == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"column_1": "unused"}, "“Kind” groups “Offence”, so “Offence” has to be categories or groups"),
        ({"column_2": "counts"}, "Only one column can hold the counts"),
        ({"column_2": "groups:Offence"}, "“Offence” can have one column of groups"),
        ({"column_1": "groups:Kind", "column_2": "category"}, "The hierarchy goes in a loop"),
        ({"column_1": "unused", "column_0": "unused", "column_2": "unused"}, "at least one column of categories"),
        ({"threshold": "1"}, "greater than or equal to 2"),
        ({"threshold": "five"}, "whole number"),
        ({"aim": "nothing"}, "not one of the available choices"),
        ({"aim": "width"}, "Enter how wide the range must be"),
    ],
)
def test_rules_that_cannot_be_are_told(builder: Builder, changed: dict[str, str], told: str) -> None:
    builder.paste()
    answer = builder.rules(**changed)
    assert told in words(answer.content.decode())
    assert builder.counts.candidates == []


def test_a_table_that_is_too_large_is_told_what_to_do(builder: Builder) -> None:
    builder.paste("A\tB\tCount\n" + "\n".join(f"a{a}\tb{a % 50}\t{a + 5}" for a in range(60)))
    answer = builder.rules(column_0="category", column_1="category", column_2="counts")
    assert "3,000 innermost cells (60 of “A” by 50 of “B”); 2,000 are the most" in words(answer.content.decode())


def test_a_million_cells_are_refused_before_they_take_room(builder: Builder) -> None:
    header = "\t".join("ABCDEF")
    builder.paste(header + "\n" + "\n".join("\t".join(f"{c}{row % 200}" for c in "abcdef") for row in range(400)))
    roles = {f"column_{place}": "category" for place in range(6)}
    answer = builder.post("counts-rules", {"threshold": "5", "aim": "believable", **roles})
    assert "400,000 are the most" in words(answer.content.decode())


def test_work_that_takes_too_long_is_told(builder: Builder, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_given: object, **_more: object) -> None:
        raise Stopped

    monkeypatch.setattr(ways, "suppress", never)
    builder.paste()
    builder.rules()
    assert "No safe table was found within 25 seconds" in builder.shown()


# Two people, other forces, letters that have gone


def test_two_people_at_once_do_not_overwrite_each_other(builder: Builder) -> None:
    builder.paste()
    answer = builder.post("counts-rules", {**RULES, "version": "0"})
    assert "saved this decision while you were working on it" in answer.content.decode()
    builder.rules()
    late = builder.post("counts-methods", {"action": "agree", "place": "letter", "version": "0"}, follow=True)
    assert "nothing was done" in late.content.decode()
    assert not builder.decision.exhibits.exists()


def test_a_table_of_another_decision_is_not_found(builder: Builder) -> None:
    builder.paste()
    other = f"q{builder.case.questions.get(number='1').pk}"
    for name in ("counts", "counts-rules", "counts-methods"):
        address = reverse(f"desk:{name}", args=[builder.case.pk, other, builder.counts.pk])
        assert builder.client.get(address).status_code == 404
        assert builder.client.post(address, {"action": "agree"}).status_code == 404


def test_nothing_is_changed_once_the_letter_has_gone(builder: Builder) -> None:
    builder.built()
    letter = prepare(builder.case.pk, TODAY, builder.world.officer)
    clear(letter.pk, letter.digest, builder.world.approver)
    send(letter.pk, builder.world.officer)
    before = builder.counts.candidates
    builder.paste(SOURCE.replace("31", "32"))
    builder.rules(threshold="7")
    builder.decide_cell("Burglary", "2024")
    assert builder.counts.candidates == before
    assert builder.counts.is_agreed


def test_a_table_that_the_builder_made_is_changed_there(builder: Builder) -> None:
    exhibit = builder.built()
    free = reverse("desk:exhibit", args=[builder.case.pk, builder.name, exhibit.position])
    assert builder.client.get(free)["Location"] == builder.address("counts-methods")
    assert builder.client.post(free, {"cells": "a\tb\n1\t2"})["Location"] == builder.address("counts-methods")


def test_taking_the_table_away_takes_the_truth_away(builder: Builder) -> None:
    exhibit = builder.built()
    act = reverse("desk:decision-act", args=[builder.case.pk, builder.name])
    builder.client.post(act, {"action": f"counts-{builder.counts.pk}", "version": builder.decision.version})
    assert ProtectedCounts.objects.count() == 1, "a table of the answer is taken away as such"
    builder.client.post(act, {"action": f"exhibit-{exhibit.pk}", "version": builder.decision.version})
    assert not ProtectedCounts.objects.exists()
    builder.paste()
    builder.client.post(act, {"action": f"counts-{builder.counts.pk}", "version": builder.decision.version})
    assert not ProtectedCounts.objects.exists()


# Clearance


def test_a_change_in_the_builder_keeps_the_letter_back_until_agreed_again(builder: Builder) -> None:
    builder.built()
    builder.rules(threshold="10")
    complete(builder.decision, builder.decision.version, builder.world.officer)
    with pytest.raises(Refused, match="not agreed again"):
        prepare(builder.case.pk, TODAY, builder.world.officer)
    page = builder.client.get(reverse("desk:letter", args=[builder.case.pk])).content.decode()
    assert "Open it there and agree to it." in page
    builder.agree()
    complete(builder.decision, builder.decision.version, builder.world.officer)
    assert prepare(builder.case.pk, TODAY, builder.world.officer)


ALTERED: dict[str, dict[str, object]] = {
    "the digest of the print": {"output": "0" * 64},
    "the digest of the counts": {"input": "0" * 64},
    "its verdict": {"safe": False},
    "how many small counts": {"cells": 99},
}


def tampered(builder: Builder, what: str) -> None:
    """Change, behind the back of the desk, what a proof rests on."""
    counts, exhibit = builder.counts, builder.decision.exhibits.get()
    if what == "a figure shown":
        exhibit.rows[1][1] = "3"
    elif what == "a wrong figure":
        exhibit.rows[0][3] = "59"
    elif what == "a row less":
        exhibit.rows = exhibit.rows[1:]
    elif what == "other words":
        exhibit.rows[0][0] = "Arson"
    elif what == "no number":
        exhibit.rows[0][3] = "<60"
    elif what == "the truth":
        counts.source = SOURCE.replace("31", "32")
    elif what == "the registers":
        counts.proof = {**counts.proof, "registers": counts.proof["registers"][:1]}
    elif what in ALTERED:
        counts.proof = {**counts.proof, **ALTERED[what]}
    elif what == "weaker rules":
        counts.proof = {**counts.proof, "settings": {**counts.proof["settings"], "threshold": 2}}
    elif what == "the rules":
        counts.threshold = 9
    elif what == "a decision":
        counts.overrides = [{"labels": ["Cruelty", "2025"], "sensitive": True, "reason": "Known.", "by": "Will"}]
    else:
        counts.proof = {}
    exhibit.save()
    counts.save()


@pytest.mark.parametrize(
    "what",
    [
        "a figure shown",
        "a wrong figure",
        "a row less",
        "other words",
        "no number",
        "the truth",
        "the registers",
        "the digest of the print",
        "the digest of the counts",
        "its verdict",
        "how many small counts",
        "weaker rules",
        "the rules",
        "a decision",
        "no proof",
    ],
)
def test_a_proof_that_does_not_stand_blocks(builder: Builder, what: str) -> None:
    builder.built()
    tampered(builder, what)
    with pytest.raises(Refused, match=r"no longer proven safe: .*Open it in the table builder and agree to it again"):
        prepare(builder.case.pk, TODAY, builder.world.officer)


def test_the_proof_is_checked_once_more_when_the_letter_is_cleared(builder: Builder) -> None:
    builder.built()
    letter = prepare(builder.case.pk, TODAY, builder.world.officer)
    tampered(builder, "the registers")
    approver = Client()
    approver.force_login(builder.world.approver)
    page = approver.get(reverse("desk:clearance", args=[builder.case.pk])).content.decode()
    assert "is no longer proven safe" in page
    with pytest.raises(Refused, match="Send the letter back until that is done"):
        clear(letter.pk, letter.digest, builder.world.approver)
    assert Response.objects.get(pk=letter.pk).state == "awaiting_clearance"


def test_an_approver_sees_how_each_table_was_made_safe(builder: Builder) -> None:
    builder.built()
    prepare(builder.case.pk, TODAY, builder.world.officer)
    approver = Client()
    approver.force_login(builder.world.approver)
    page = words(approver.get(reverse("desk:clearance", args=[builder.case.pk])).content.decode())
    assert "Withhold figures, agreed by Will Hart" in page
    assert "checked in whole numbers" in page


# Nothing of the truth leaves


def test_nothing_of_the_truth_is_in_what_leaves(builder: Builder) -> None:
    builder.built(place="attachment")
    builder.client.post(reverse("desk:decision-act", args=[builder.case.pk, builder.name]), {"action": "complete"})
    with_truth = prepare(builder.case.pk, TODAY, builder.world.officer)
    clear(with_truth.pk, with_truth.digest, builder.world.approver)
    send(with_truth.pk, builder.world.officer)
    entry = publish(with_truth.pk, builder.world.officer)
    left = [bytes(file.content) for file in with_truth.files.all()]
    left += [bytes(file.content) for file in entry.files.all()]
    left += [str(with_truth.frozen).encode(), str(entry.content).encode(), entry.words.encode()]
    public = Client().get(reverse("portal:entry", args=[entry.authority.slug, entry.slug])).content
    proof = builder.counts.proof
    for content in [*left, public]:
        text = content.decode("utf-8", errors="replace")
        for secret in ("register", "secondary", "primary", proof["input"], proof["output"], "for others"):
            assert secret not in text.casefold() or content == public, secret
        assert "Theft\t2024" not in text
    csv = next(content for content in left if b"Acquisitive, total" in content and content.startswith(b"\xef\xbb\xbf"))
    assert b"Theft,withheld" in csv


def test_two_desks_that_differ_in_the_truth_alone_send_the_same_bytes(world: World) -> None:
    """The letter is a function of the exhibit: behind the marks other counts may stand."""
    builder = Builder(world)
    builder.built()
    letter = prepare(builder.case.pk, TODAY, world.officer)
    first = [bytes(file.content) for file in letter.files.all()]
    ProtectedCounts.objects.update(source="Nothing at all", candidates=[], proof={}, overrides=[], title="Secret")
    send_back(letter.pk, "Made by other hands.", world.approver)
    ProtectedCounts.objects.all().delete()
    dismiss_figures(builder.case, world.officer, "They are those of the table.")
    again = prepare(
        builder.case.pk, TODAY, world.officer, confirmed="No small figure is shown.", unaudited="As before."
    )
    assert [bytes(file.content) for file in again.files.all()] == first


# Small counts in tables that the builder did not make


def free_table(world: World, *rows: list[str]) -> Case:
    """A case with a table of other figures."""
    case = open_case(world)
    given, exhibit = disclosure(attached=False)
    decide(case, Answer(denial(), ("1",)), world.officer)
    decide(case, Answer(given, ("2",), (exhibit,)), world.officer)
    Exhibit.objects.update(columns=["Station", "Horses"], rows=list(rows))
    return case


def test_small_counts_in_other_figures_are_named_and_need_a_reason(world: World) -> None:
    case = free_table(world, ["1", "12"], ["North", "3"], ["South", "0"], ["West", "<5"])
    client = Client()
    client.force_login(world.officer)
    name = f"q{case.questions.get(number='2').pk}"
    for address in (
        reverse("desk:decision", args=[case.pk, name]),
        reverse("desk:letter", args=[case.pk]),
        reverse("desk:exhibit", args=[case.pk, name, 0]),
    ):
        page = words(client.get(address).content.decode())
        assert "North, Horses is 3" in page
        assert "South" not in page or "South, Horses" not in page
        assert "table builder" in page
    with pytest.raises(Refused, match="North, Horses is 3"):
        prepare(case.pk, TODAY, world.officer)
    dated = {"dated_day": "27", "dated_month": "3", "dated_year": "2026"}
    address = reverse("desk:letter", args=[case.pk])
    assert "Enter why the small counts may be shown" in words(client.post(address, dated).content.decode())
    assert not Response.objects.exists()
    client.post(address, {**dated, "small_counts": "Horses are no people."})
    assert Response.objects.count() == 1
    event = Event.objects.get(kind=EventKind.SMALL_COUNTS)
    assert (event.detail, event.why) == ("“Horses kept”.", "Horses are no people.")
    approver = Client()
    approver.force_login(world.approver)
    page = words(approver.get(reverse("desk:clearance", args=[case.pk])).content.decode())
    assert "North, Horses is 3" in page
    assert "Horses are no people." in page


def test_other_figures_without_small_counts_ask_for_nothing(world: World) -> None:
    case = free_table(world, ["North", "12"], ["South", "0"], ["West", "14"], ["East", "withheld"])
    assert prepare(case.pk, TODAY, world.officer)
    assert not Event.objects.filter(kind=EventKind.SMALL_COUNTS).exists()


def test_the_force_sets_from_which_count_on_figures_are_shown(builder: Builder) -> None:
    builder.world.force.threshold = 10
    builder.world.force.save()
    builder.paste()
    assert builder.counts.threshold == 10


def test_every_step_is_in_the_trail(builder: Builder) -> None:
    builder.built()
    details = list(
        Event.objects.filter(kind=EventKind.DECISION_SAVED, case=builder.case).values_list("detail", flat=True)
    )
    for told in (
        "Question 2: counts of “Horses stolen” entered.",
        "Question 2: rules of “Horses stolen” set: threshold 5, aim “believable”.",
        "Question 2: table “Horses stolen” agreed (withhold figures).",
    ):
        assert told in details
    assert protect.MOST_INNERMOST == 2_000


def test_a_safe_table_is_drawn_as_bars_for_staff_and_on_the_log(builder: Builder) -> None:
    exhibit = builder.built()
    counts = ProtectedCounts.objects.get()
    page = builder.client.get(reverse("desk:counts-methods", args=[builder.case.pk, builder.name, counts.pk]))
    assert '<figure class="candour-chart">' in page.content.decode()
    assert exhibit.charted
    drawn = chart_of(exhibit.value)
    assert "figures are withheld and have no bar" in drawn
    shown = {cell for row in exhibit.rows for cell in row[1:]}
    assert set(re.findall(r">([0-9,]+)</text>", drawn)) <= shown | set(exhibit.columns), (
        "no figure that readers are not given"
    )
    exhibit.charted = False
    assert chart_of(exhibit.value) == "", "a table that was not made safe is never drawn"
