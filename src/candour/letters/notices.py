"""Letters that are not answers: asking what is meant, asking for a fee, needing more time for the public interest.

Each is a kind of its own, with what the Act wants of it; `notice_gaps` says what is missing, as `compose.gaps` does for
an answer. Every one carries the rights, which s17(7) wants of a notice and which a fair letter has anyway.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from candour.law.catalogue import Kind, Nature, UnknownLimb, catalogue
from candour.law.decision import Claim
from candour.law.provision import Provision, format_provisions
from candour.law.working_days import RESPONSE_DAYS, foia_calendar
from candour.letters.compose import rights_sections
from candour.letters.gaps import Gap, date_gaps
from candour.letters.labels import in_words
from candour.letters.model import Block, BulletList, Facts, Letter, Paragraph, Quote, Section, SectionKind, Sender, day
from candour.letters.reasons import paragraphs
from candour.letters.wording import Wording, english

LONGEST_EXTENSION = 40
"""Working days from receipt within which the Commissioner expects the public interest to be decided."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Who writes to whom about which request."""

    sender: Sender
    review_contact: str
    reference: str
    subject: str
    received: date
    dated: date
    requester: str = ""
    signatory: str = ""


@dataclass(frozen=True, slots=True)
class Unclear:
    """One thing that has to be cleared up: the words of the request, what is needed, and why."""

    words: str
    needed: str
    why: str


@dataclass(frozen=True, slots=True)
class Clarification:
    """A request for what is needed to identify and locate the information (s1(3))."""

    unclear: tuple[Unclear, ...]
    close_after: str = "two months"


@dataclass(frozen=True, slots=True)
class FeesNotice:
    """A notice that a fee is to be paid first (s9). `items` say what it is for: a name and pounds each."""

    items: tuple[tuple[str, Decimal], ...]
    how_to_pay: str
    pay_by: date

    @property
    def total(self) -> Decimal:
        """The fee, in pounds."""
        return sum((amount for _, amount in self.items), Decimal(0))


@dataclass(frozen=True, slots=True)
class Extension:
    """A notice that the public interest needs more time (s10(3), s17(2)).

    limbs: the qualified exemptions under consideration. questions: which of the request they concern, in words.
    """

    limbs: tuple[Provision, ...]
    by_virtue_of: tuple[Provision, ...]
    questions: str
    why: str
    estimated: date


@dataclass(frozen=True, slots=True)
class HandOver:
    """Notice that questions leave the request, because another law or an easier way fits them, or another authority.

    under: `eir` (environmental information), `access` (the requester's own data), `routine` (the ordinary course of
    work), `transfer` (another authority holds it; passed on with the requester's agreement alone). questions: labels
    with the words of each. rest: whether other questions stay with this request.
    """

    under: str
    questions: tuple[tuple[str, str], ...]
    to: str
    contact: str
    rest: bool


UNDER = ("eir", "access", "routine", "transfer")
"""What questions can be handed over to."""

Notice = Clarification | FeesNotice | Extension | HandOver


def notice_gaps(heading: Heading, notice: Notice) -> tuple[Gap, ...]:
    """What the notice lacks in law; empty when nothing. Wrong dates are told alone: the rest is counted from them."""
    if wrong := tuple(date_gaps(heading.received, heading.dated)):
        return wrong
    if isinstance(notice, Clarification):
        return tuple(_clarification_gaps(notice))
    if isinstance(notice, FeesNotice):
        return tuple(_fees_gaps(heading, notice))
    if isinstance(notice, HandOver):
        return tuple(_hand_over_gaps(notice))
    return tuple(_extension_gaps(heading, notice))


def compose_notice(heading: Heading, notice: Notice, wording: Wording | None = None) -> Letter:
    """The notice as a letter. Raises ValueError naming what is missing."""
    lacking = notice_gaps(heading, notice)
    if lacking:
        raise ValueError("; ".join(gap.what for gap in lacking))
    words = wording or english()
    opening = Section(
        SectionKind.OPENING,
        words.say("opening_title"),
        (
            Facts(
                (
                    ("Our reference", heading.reference),
                    ("Date received", day(heading.received)),
                    ("Date of this letter", day(heading.dated)),
                )
            ),
            Paragraph(words.say("notice_opening", received=day(heading.received))),
        ),
    )
    greeting = (
        words.say("salutation", requester=heading.requester) if heading.requester else words.say("salutation_public")
    )
    return Letter(
        sender=heading.sender,
        reference=heading.reference,
        subject=heading.subject,
        received=heading.received,
        dated=heading.dated,
        salutation=greeting,
        sections=(opening, *_body(notice, words), *rights_sections(heading, words)),
        addressee=heading.requester,
    )


def _body(notice: Notice, words: Wording) -> list[Section]:
    match notice:
        case Clarification():
            return _clarification(notice, words)
        case FeesNotice():
            return _fees(notice, words)
        case Extension():
            return _extension(notice, words)
        case HandOver():
            return _hand_over(notice, words)


def _clarification(notice: Clarification, words: Wording) -> list[Section]:
    blocks: list[Block] = [Paragraph(words.say("clarification"))]
    for unclear in notice.unclear:
        if unclear.words.strip():
            blocks.append(Quote(unclear.words.strip()))
        blocks.append(Paragraph(words.say("clarification_needed", needed=unclear.needed.strip()), strong=True))
        blocks.append(Paragraph(words.say("clarification_why", why=unclear.why.strip())))
    clock = Paragraph(words.say("clarification_clock", days=str(RESPONSE_DAYS)), locked=True)
    close = Paragraph(words.say("clarification_close", close_after=notice.close_after))
    return [
        Section(SectionKind.CLARIFICATION, words.say("clarification_title"), tuple(blocks)),
        Section(SectionKind.ADVICE, words.say("clarification_next_title"), (clock, close)),
    ]


def _fees(notice: FeesNotice, words: Wording) -> list[Section]:
    items = BulletList(tuple(f"{name}: £{amount:,.2f}" for name, amount in notice.items))
    total = words.say("fees_total", total=f"{notice.total:,.2f}")
    clock = words.say("fees_clock", pay_by=day(notice.pay_by))
    blocks: tuple[Block, ...] = (
        Paragraph(words.say("fees"), locked=True),
        items,
        Paragraph(total, strong=True),
        *paragraphs(notice.how_to_pay),
        Paragraph(clock, locked=True),
        Paragraph(words.say("fees_time"), locked=True),
    )
    return [Section(SectionKind.FEE, words.say("fees_title"), blocks)]


def _extension(notice: Extension, words: Wording) -> list[Section]:
    claim = Claim(notice.limbs, notice.by_virtue_of)
    titles = dict.fromkeys(limb.section_title for limb in claim.known)
    cited = words.say("extension_limb", cited=claim.cited, title="; ".join(titles).lower(), questions=notice.questions)
    blocks: tuple[Block, ...] = (
        Paragraph(words.say("extension"), locked=True),
        BulletList((cited,)),
        *paragraphs(notice.why),
        Paragraph(words.say("extension_undecided"), locked=True),
        Paragraph(words.say("extension_date", estimated=day(notice.estimated)), strong=True),
    )
    return [Section(SectionKind.EXTENSION, words.say("extension_title"), blocks)]


def _hand_over(notice: HandOver, words: Wording) -> list[Section]:
    labels = in_words(tuple(label for label, _ in notice.questions))
    blocks: list[Block] = [Paragraph(words.say("hand_over_passed" if notice.under == "transfer" else "hand_over"))]
    blocks += [Quote(text.strip()) for _, text in notice.questions]
    blocks += [
        Paragraph(words.say(f"hand_over_{notice.under}", questions=labels), locked=True),
        Paragraph(words.say("hand_over_to", to=notice.to.strip(), contact=notice.contact.strip())),
    ]
    if notice.rest:
        blocks.append(Paragraph(words.say("hand_over_rest"), locked=True))
    return [Section(SectionKind.ADVICE, words.say("hand_over_title"), tuple(blocks))]


def _hand_over_gaps(notice: HandOver) -> Iterator[Gap]:
    if not notice.questions:
        yield Gap("the letter", "Say which questions are handed over", "the others are still owed an answer (s1(1))")
    if notice.under not in UNDER:
        yield Gap("the letter", "Say under what they are dealt with", "each way has rights and times of its own")
    if not notice.to.strip() or not notice.contact.strip():
        yield Gap(
            "the letter", "Say who deals with them and how to reach them", "advice and assistance is owed (s16(1))"
        )


def _clarification_gaps(notice: Clarification) -> Iterator[Gap]:
    if not notice.unclear:
        yield Gap(
            "the letter",
            "Say what has to be made clear",
            "only what is needed to find the information is asked (s1(3))",
        )
    for number, unclear in enumerate(notice.unclear, start=1):
        if not unclear.needed.strip():
            yield Gap(
                f"point {number}", "Say what you need to know", "the requester has to know what to answer (s1(3))"
            )
        if not unclear.why.strip():
            yield Gap(
                f"point {number}", "Say why you need it", "further information must be reasonably required (s1(3)(a))"
            )


def _fees_gaps(heading: Heading, notice: FeesNotice) -> Iterator[Gap]:
    if not notice.items or notice.total <= 0:
        yield Gap("the fee", "Say what the fee is for, and how much", "a fees notice states the amount (s9(1))")
    if any(amount < 0 for _, amount in notice.items):
        yield Gap("the fee", "No item of a fee can be negative", "a fee covers a cost")
    if not notice.how_to_pay.strip():
        yield Gap("the fee", "Say how it can be paid", "the requester has to be able to pay (s9(2))")
    if notice.pay_by <= heading.dated:
        yield Gap("the fee", "Give three months to pay", "three months, beginning with the day of the notice (s9(2))")
    if any(_is_staff_time(name) for name, _ in notice.items):
        yield Gap(
            "the fee",
            "Take away the time of staff",
            "within the cost limit only informing and communicating are charged, never time (SI 2004/3244 reg 6(4))",
        )


def _extension_gaps(heading: Heading, notice: Extension) -> Iterator[Gap]:
    calendar = foia_calendar()
    if not notice.limbs:
        yield Gap("the extension", "Name a qualified exemption", "only the public interest test extends time (s10(3))")
    for limb in notice.limbs:
        try:
            yield from _not_qualified(limb, notice)
        except UnknownLimb as error:
            yield Gap("the extension", str(error), "only what the Act provides can be claimed")
    if not notice.questions.strip():
        yield Gap("the extension", "Say which questions it concerns", "the others are still due on day 20 (s10(1))")
    if not notice.why.strip():
        yield Gap(
            "the extension",
            "Say why more time is needed",
            "the time has to be reasonable in the circumstances (s10(3))",
        )
    if heading.dated > calendar.after(heading.received, RESPONSE_DAYS):
        yield Gap("the extension", "The notice is too late", "it is owed by the 20th working day (s10(3), s17(1))")
    latest = calendar.after(heading.received, LONGEST_EXTENSION)
    if not heading.dated < notice.estimated <= latest:
        yield Gap(
            "the extension",
            f"Give an estimated date after this letter and no later than {day(latest)}",
            "the notice estimates the date (s17(2)); the Commissioner expects at most 40 working days in all",
        )


def _not_qualified(provision: Provision, notice: Extension) -> Iterator[Gap]:
    limb = catalogue().limb(provision)
    absolute = limb.nature is Nature.ABSOLUTE or (
        limb.nature is Nature.DEPENDS and Claim((provision,), notice.by_virtue_of).absolute
    )
    if absolute or limb.kind in (Kind.PROCEDURE, Kind.CONDITION):
        yield Gap(
            "the extension",
            f"Take away section {format_provisions((provision,))}",
            "no public interest test applies to it, so it gives no more time (s10(3))",
        )


def _is_staff_time(name: str) -> bool:
    words = name.casefold()
    return any(word in words for word in ("staff time", "hour", "officer time", "search", "retriev", "redact"))
