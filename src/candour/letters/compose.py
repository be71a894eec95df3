"""From decisions to a letter: every question once, its outcome first, then what is given, then the reasons.

Nothing reaches the letter but the request, the decisions and the wording. A decision to neither confirm nor deny has no
place for what is held, so a letter that denies cannot depend on it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from candour.law.catalogue import Need
from candour.law.decision import Decision, Locator
from candour.law.provision import Provision
from candour.law.requirements import decision_needs, missing
from candour.letters.gaps import Gap, gaps
from candour.letters.labels import OTHER, about, in_words
from candour.letters.model import (
    Attachment,
    Block,
    BulletList,
    Facts,
    Letter,
    Link,
    Paragraph,
    Quote,
    Section,
    SectionKind,
    Sender,
    day,
)
from candour.letters.reasons import paragraphs, reasons_section, reasons_title
from candour.letters.response import Answer, Asked, Exhibit, Response, regulator
from candour.letters.wording import Wording, english

__all__ = ["Gap", "IncompleteResponse", "compose", "gaps", "rights_sections"]


class IncompleteResponse(ValueError):
    """The response cannot be made into a letter yet; `gaps` says why, question by question."""

    def __init__(self, gaps: tuple[Gap, ...]) -> None:
        self.gaps = gaps
        super().__init__("; ".join(f"{gap.about}: {gap.what}" for gap in gaps))


@dataclass
class _Group:
    decision: Decision
    about: list[str] = field(default_factory=list)

    @property
    def questions(self) -> str:
        """What the group is about, in words."""
        return in_words(tuple(self.about))


def compose(response: Response, wording: Wording | None = None, *, draft: bool = False) -> Letter:
    """The letter of a response.

    Raises IncompleteResponse when a question has no decision or a decision lacks something; with `draft` the letter is
    composed as far as it goes, and says which questions are undecided.
    """
    wording = wording or english()
    lacking = gaps(response)
    if lacking and not draft:
        raise IncompleteResponse(lacking)
    answers = tuple(answer for answer in response.answers if not draft or not missing(answer.decision))
    groups = _reason_groups(answers)
    earlier: dict[str, str] = {}
    sections = [
        _opening(response, wording),
        *(_question(asked, answers, groups, earlier, wording) for asked in response.questions),
        *(_other(answer, groups, earlier, wording) for answer in answers if answer.decision.other_information),
        *_refusal_notice(answers, wording),
        *(reasons_section(group.decision, tuple(group.about), group.questions, wording) for group in groups),
        *_help(answers, wording),
        *_attachments(answers, wording),
        *rights_sections(response, wording),
    ]
    salutation = (
        wording.say("salutation", requester=response.requester)
        if response.requester
        else wording.say("salutation_public")
    )
    return Letter(
        sender=response.sender,
        reference=response.reference,
        subject=response.subject,
        received=response.received,
        dated=response.dated,
        salutation=salutation,
        sections=tuple(sections),
        addressee=response.requester,
        attachments=_attached(answers),
    )


def _opening(response: Response, wording: Wording) -> Section:
    blocks: list[Block] = [
        Facts(
            (
                ("Our reference", response.reference),
                ("Date received", day(response.received)),
                ("Date of this letter", day(response.dated)),
            )
        ),
        Paragraph(wording.say("opening", received=day(response.received))),
        *_stage(response, wording),
    ]
    if response.opening.strip():
        blocks += [Paragraph(wording.say("opening_put")), Quote(response.opening.strip())]
    return Section(SectionKind.OPENING, wording.say("opening_title"), tuple(blocks))


def _stage(response: Response, wording: Wording) -> list[Block]:
    """What this letter of several answers, what was answered before, and what follows (s45 Code, part 1)."""
    if not response.before and not response.following:
        return []
    here = tuple(asked.label for asked in response.questions)
    if any(answer.decision.other_information for answer in response.answers):
        here += (OTHER,)
    said = [wording.say("stage_here" if response.in_stages else "stage_only", questions=in_words(here))]
    said += [
        wording.say(
            "stage_handed_over" if earlier.handed_over else "stage_before",
            questions=in_words(earlier.about),
            dated=day(earlier.dated),
        )
        for earlier in response.before
    ]
    if response.following:
        said.append(wording.say("stage_following", questions=in_words(response.following)))
    elif response.in_stages:
        said.append(wording.say("stage_last"))
    return [Paragraph(text) for text in said]


def _question(
    asked: Asked, answers: tuple[Answer, ...], groups: list[_Group], earlier: dict[str, str], wording: Wording
) -> Section:
    title = (
        wording.say("question_title_grouped", group=asked.group, number=asked.number)
        if asked.group
        else wording.say("question_title", number=asked.number)
    )
    blocks: list[Block] = [Quote(_as_put(asked, with_lead_in=asked.lead_in not in earlier))]
    earlier.setdefault(asked.lead_in, asked.label)
    parts = []
    whole = [answer for answer in answers if asked.label in answer.about]
    if whole:
        blocks.extend(_answer(whole[0], asked.label, groups, earlier, wording))
    else:
        for part in asked.parts:
            decided = [answer for answer in answers if asked.part_label(part.letter) in answer.about]
            label = asked.part_label(part.letter)
            title_of_part = wording.say("part_title", letter=part.letter, number=asked.label)
            said = (
                _answer(decided[0], label, groups, earlier, wording)
                if decided
                else (Paragraph(wording.say("undecided")),)
            )
            parts.append(Section(SectionKind.ANSWER, title_of_part, said, about=(label,)))
        if not parts:
            blocks.append(Paragraph(wording.say("undecided")))
    return Section(SectionKind.ANSWER, title, tuple(blocks), tuple(parts), about=(asked.label,))


def _other(answer: Answer, groups: list[_Group], earlier: dict[str, str], wording: Wording) -> Section:
    scope = Paragraph(wording.say("other_scope", scope=answer.decision.scope.strip().rstrip(".")))
    said = _answer(answer, OTHER, groups, earlier, wording)
    return Section(SectionKind.ANSWER, wording.say("other_title"), (scope, *said), about=(OTHER,))


def _as_put(asked: Asked, *, with_lead_in: bool) -> str:
    """The question in its requester's words; the words that lead to several questions stand before the first."""
    lines = [
        asked.lead_in.strip() if with_lead_in else "",
        asked.text.strip(),
        *(f"{part.letter}) {part.text.strip()}" for part in asked.parts),
    ]
    return "\n".join(line for line in lines if line)


def _answer(
    answer: Answer, label: str, groups: list[_Group], earlier: dict[str, str], wording: Wording
) -> tuple[Block, ...]:
    decision = answer.decision
    assert decision.outcome is not None
    blocks: list[Block] = [Paragraph(decision.outcome.facts.tells, locked=True, strong=True)]
    if _confirms_under_cost_limit(decision):
        blocks.append(Paragraph(wording.say("cost_holds")))
    elif _rests_on(decision, Provision("12", ("2",))):
        blocks.append(Paragraph(wording.say("cost_finding_out")))
    blocks.extend(_said(decision.explanation, label, earlier, wording))
    needs = decision_needs(decision)
    if decision.outcome.facts.gives:
        blocks.extend(_said(decision.disclosed, label, earlier, wording))
    for exhibit in _given(answer):
        blocks.extend(_shown(exhibit, answer, label, wording))
    if decision.outcome.facts.claims == "withhold" and decision.withheld.strip():
        blocks.extend(paragraphs(wording.say("withheld", withheld=decision.withheld.strip())))
    if Need.LOCATOR in needs and decision.locators:
        blocks.append(Paragraph(wording.say("accessible")))
        blocks.extend(_links(decision.locators))
    if Need.PUBLICATION in needs and decision.publication.strip():
        blocks.extend(paragraphs(wording.say("publication", publication=decision.publication.strip())))
        blocks.append(Paragraph(wording.say("publication_settled")))
    for group in groups:
        if label in group.about:
            title = reasons_title(decision, group.questions, wording)
            blocks.append(Paragraph(wording.say("reasons_pointer", title=title)))
    return tuple(blocks)


def _said(text: str, label: str, earlier: dict[str, str], wording: Wording) -> tuple[Block, ...]:
    """What a person wrote, or where it was said before: two questions may have one answer."""
    said = text.strip()
    if said and said in earlier and earlier[said] != label:
        return (Paragraph(wording.say("said_before", questions=in_words((earlier[said],)))),)
    if said:
        earlier[said] = label
    return paragraphs(text)


def _given(answer: Answer) -> tuple[Exhibit, ...]:
    """The tables of the answer, where its outcome gives anything."""
    outcome = answer.decision.outcome
    return answer.exhibits if outcome and outcome.facts.gives else ()


def _shown(exhibit: Exhibit, answer: Answer, label: str, wording: Wording) -> list[Block]:
    """The exhibit where it is first given, and where it is given after that, the way to it."""
    title = exhibit.table.title
    if exhibit.file:
        return [Paragraph(wording.say("in_attachment", file=exhibit.file, title=title))]
    if answer.about and label != answer.about[0]:
        return [Paragraph(wording.say("in_table_elsewhere", title=title, questions=in_words(answer.about[:1])))]
    return [Paragraph(wording.say("in_table", title=title)), exhibit.table]


def _confirms_under_cost_limit(decision: Decision) -> bool:
    return _rests_on(decision, Provision("12", ("1",)))


def _rests_on(decision: Decision, limb: Provision) -> bool:
    return any(limb in claim.limbs for claim in decision.claims)


def _links(locators: tuple[Locator, ...]) -> list[Block]:
    return [Link(locator.title, locator.url, locator.answers) for locator in locators]


def _reason_groups(answers: tuple[Answer, ...]) -> list[_Group]:
    groups: list[_Group] = []
    for answer in answers:
        if not answer.decision.claims:
            continue
        same = [group for group in groups if _reasons_key(group.decision) == _reasons_key(answer.decision)]
        group = same[0] if same else _Group(answer.decision)
        if not same:
            groups.append(group)
        group.about.extend([OTHER] if answer.decision.other_information else answer.about)
    return groups


def _reasons_key(decision: Decision) -> tuple[object, ...]:
    claims = decision.outcome.facts.claims if decision.outcome else ""
    estimate = decision.estimate if Need.ESTIMATE in decision_needs(decision) else None
    return (claims, decision.claims, estimate)


def _refusal_notice(answers: tuple[Answer, ...], wording: Wording) -> list[Section]:
    refused = [label for answer in answers if _refuses(answer.decision) for label in about(answer)]
    if not refused:
        return []
    paragraph = Paragraph(wording.say("refusal_notice", questions=in_words(tuple(refused))), locked=True)
    return [
        Section(SectionKind.REFUSAL_NOTICE, wording.say("refusal_notice_title"), (paragraph,), about=tuple(refused))
    ]


def _refuses(decision: Decision) -> bool:
    return decision.outcome is not None and decision.outcome.facts.refuses


def _help(answers: tuple[Answer, ...], wording: Wording) -> list[Section]:
    sections = []
    signposts = tuple(dict.fromkeys(link for answer in answers for link in answer.decision.signposts))
    if signposts:
        sections.append(Section(SectionKind.SIGNPOSTS, wording.say("signposts_title"), tuple(_links(signposts))))
    advice = dict.fromkeys(answer.decision.advice.strip() for answer in answers if answer.decision.advice.strip())
    if advice:
        blocks = tuple(paragraph for text in advice for paragraph in paragraphs(text))
        sections.append(Section(SectionKind.ADVICE, wording.say("advice_title"), blocks))
    return sections


def _attached(answers: tuple[Answer, ...]) -> tuple[Attachment, ...]:
    exhibits = (exhibit for answer in answers for exhibit in _given(answer) if exhibit.file)
    return tuple(dict.fromkeys(Attachment(exhibit.file, exhibit.table.title) for exhibit in exhibits))


def _attachments(answers: tuple[Answer, ...], wording: Wording) -> list[Section]:
    attached = _attached(answers)
    if not attached:
        return []
    items = BulletList(tuple(f"{attachment.name}: {attachment.title}" for attachment in attached))
    return [Section(SectionKind.ATTACHMENTS, wording.say("attachments_title"), (items,))]


class _Rights(Protocol):
    """What the rights are stated from: an answer, or a notice."""

    @property
    def sender(self) -> Sender: ...
    @property
    def review_contact(self) -> str: ...
    @property
    def reference(self) -> str: ...
    @property
    def dated(self) -> date: ...
    @property
    def signatory(self) -> str: ...


def rights_sections(letter: _Rights, wording: Wording) -> list[Section]:
    """The right to internal review, the right to complain to the regulator of that day, and the close of the letter."""
    body = regulator(letter.dated)
    review = wording.say("review", contact=letter.review_contact, reference=letter.reference)
    complain = wording.say("commissioner", regulator=body.name, contact=body.contact)
    signature = (letter.signatory, letter.sender.unit, letter.sender.name)
    closing = (Paragraph(wording.say("closing")), *(Paragraph(line) for line in signature if line))
    return [
        Section(SectionKind.INTERNAL_REVIEW, wording.say("review_title"), (Paragraph(review, locked=True),)),
        Section(SectionKind.COMMISSIONER, wording.say("commissioner_title"), (Paragraph(complain, locked=True),)),
        Section(SectionKind.CLOSING, "", closing),
    ]
