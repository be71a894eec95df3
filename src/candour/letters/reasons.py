"""The reasons of a refusal as sections of a letter: exemptions, harm, public interest, personal data."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from candour.law.catalogue import Basis, Kind, Limb, Need, catalogue
from candour.law.decision import Claim, CostEstimate, Decision, LawfulnessFailsAt, PersonalDataReasoning, SensitiveData
from candour.law.provision import Provision, format_provisions
from candour.law.requirements import cost_limit, countable_activities
from candour.letters.model import Block, BulletList, Paragraph, Section, SectionKind, day
from candour.letters.wording import Wording

_OWN_DATA = frozenset({Provision("40", ("1",)), Provision("40", ("5A",))})
"""The limbs on the requester's own data, which is asked for under data protection law instead (R-140)."""

_TITLES = {
    "withhold": "title_withhold",
    "deny": "title_deny",
    "12": "title_cost",
    "14(1)": "title_vexatious",
    "14(2)": "title_repeated",
    "21": "title_accessible",
    "22": "title_publication",
}


def reasons_title(decision: Decision, questions: str, wording: Wording) -> str:
    """The heading under which the reasons for `questions` stand."""
    assert decision.outcome is not None
    return wording.say(_TITLES[decision.outcome.facts.claims], questions=questions)


def reasons_section(decision: Decision, about: tuple[str, ...], questions: str, wording: Wording) -> Section:
    """The reasons for refusing `about`, which `questions` names in words."""
    sections = [_exemptions(decision, wording)]
    for claim in decision.claims:
        sections.extend(_claim_sections(claim, wording))
    if decision.estimate and any(Need.ESTIMATE in limb.needs for claim in decision.claims for limb in claim.known):
        sections.append(_cost(decision.estimate, wording))
    if any(claim.denies for claim in decision.claims):
        paragraph = Paragraph(wording.say("no_inference"), locked=True)
        sections.append(Section(SectionKind.NO_INFERENCE, wording.say("no_inference_title"), (paragraph,)))
    title = reasons_title(decision, questions, wording)
    return Section(SectionKind.REASONS, title, sections=tuple(sections), about=about)


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """Text that a person wrote, one paragraph for each run of lines between blank lines."""
    lines = text.replace("\r\n", "\n").split("\n")
    runs = [
        " ".join(line.strip() for line in run)
        for filled, run in groupby(lines, lambda line: bool(line.strip()))
        if filled
    ]
    return tuple(Paragraph(run) for run in runs)


def _exemptions(decision: Decision, wording: Wording) -> Section:
    duty = "duty_deny" if any(claim.denies for claim in decision.claims) else "duty_withhold"
    if any(limb.kind is Kind.PROCEDURE for claim in decision.claims for limb in claim.known):
        duty = "duty_procedure"
    items = tuple(
        wording.say(
            "exemption", cited=claim.cited, title=_lower(claim.known[0].section_title), nature=_nature(claim, wording)
        )
        for claim in decision.claims
    )
    blocks: list[Block] = [Paragraph(wording.say(duty), locked=True), BulletList(items)]
    for claim in decision.claims:
        if claim.in_the_alternative:
            blocks.append(Paragraph(wording.say("alternative", cited=format_provisions(claim.limbs))))
        blocks.extend(_why(claim, wording))
    return Section(SectionKind.EXEMPTIONS, wording.say("rely_title"), tuple(blocks))


def _nature(claim: Claim, wording: Wording) -> str:
    basis = claim.known[0].basis
    if basis is Basis.PROCEDURE:
        return wording.say("nature_procedure")
    force = wording.say("force_absolute" if claim.absolute else "force_qualified")
    return wording.say("nature", basis=wording.say(f"basis_{basis}"), force=force)


def _why(claim: Claim, wording: Wording) -> Iterator[Block]:
    first, *rest = paragraphs(claim.why) or (Paragraph(""),)
    if first.text:
        yield Paragraph(f"Section {format_provisions(claim.limbs)}: {first.text}")
        yield from rest
    if claim.function.strip():
        yield Paragraph(wording.say("function", function=claim.function.strip()))
    if set(claim.limbs) & _OWN_DATA:
        yield Paragraph(wording.say("own_data"))
    if claim.enactment.strip():
        yield Paragraph(wording.say("enactment", enactment=claim.enactment.strip()))


def _claim_sections(claim: Claim, wording: Wording) -> Iterator[Section]:
    if claim.wants_harm:
        yield _harm(claim, wording)
    if claim.qualified_opinion:
        opinion = claim.qualified_opinion
        given = day(opinion.given_on) if opinion.given_on else ""
        text = wording.say("qualified", person=opinion.person, given=given, opinion=opinion.opinion)
        title = wording.say("qualified_title", cited=claim.cited)
        yield Section(SectionKind.QUALIFIED_PERSON, title, paragraphs(text))
    if any(Need.PERSONAL_DATA in limb.needs for limb in claim.known):
        yield _personal_data(claim, claim.personal_data or PersonalDataReasoning(), wording)
    if claim.wants_public_interest:
        yield _public_interest(claim, wording)


def _harm(claim: Claim, wording: Wording) -> Section:
    blocks: list[Block] = list(paragraphs(claim.harm))
    mode = "deny" if claim.denies else "withhold"
    if claim.likelihood and claim.wants_likelihood:
        for effect, interests in _harmed(claim).items():
            fields = {"likelihood": str(claim.likelihood), "effect": effect, "interests": _listed(interests)}
            blocks.append(Paragraph(wording.say(f"harm_level_{mode}", **fields)))
    elif not claim.wants_likelihood:
        blocks.append(Paragraph(wording.say(f"harm_required_{mode}")))
    return Section(SectionKind.HARM, wording.say("harm_title", cited=claim.cited), tuple(blocks))


def _harmed(claim: Claim) -> dict[str, list[str]]:
    """The interests that the claim protects, by what would be done to them: "prejudice", "inhibit" or "endanger"."""
    harmed: dict[str, list[str]] = {}
    for limb in claim.known:
        for ground in _protected(limb, claim) if limb.effect else ():
            says, alike = _lower(ground.says), harmed.setdefault(ground.effect or limb.effect, [])
            if says not in alike:
                alike.append(says)
    return harmed


def _protected(limb: Limb, claim: Claim) -> list[Limb]:
    """The limbs that say what a limb protects: a denial speaks through its grounds, or through the only one it has."""
    grounds = [ground for ground in claim.grounds if ground.provision in limb.by_virtue_of]
    if limb.kind is not Kind.DENY:
        return [limb, *grounds]
    if not grounds and len(limb.by_virtue_of) == 1:
        return [catalogue().limb(limb.by_virtue_of[0])]
    return grounds or [limb]


def _listed(says: list[str]) -> str:
    return says[0] if len(says) == 1 else "; ".join(says[:-1]) + "; and " + says[-1]


def _public_interest(claim: Claim, wording: Wording) -> Section:
    mode = "deny" if claim.denies else "withhold"
    return Section(
        SectionKind.PUBLIC_INTEREST,
        wording.say("public_interest_title", cited=claim.cited),
        sections=(
            Section(SectionKind.FACTORS_FAVOURING, wording.say(f"favouring_{mode}"), _factors(claim.favouring)),
            Section(SectionKind.FACTORS_AGAINST, wording.say(f"against_{mode}"), _factors(claim.against)),
            Section(
                SectionKind.BALANCE,
                wording.say("balance_title"),
                (*paragraphs(claim.balance), Paragraph(wording.say(f"balance_{mode}"), locked=True)),
            ),
        ),
    )


def _factors(factors: tuple[str, ...]) -> tuple[Block, ...]:
    items = tuple(" ".join(factor.split()) for factor in factors if factor.strip())
    return (BulletList(items),) if items else ()


def _personal_data(claim: Claim, reasoning: PersonalDataReasoning, wording: Wording) -> Section:
    blocks: list[Block] = [
        *_filled("personal_whose", wording, whose=reasoning.whose),
        *_filled("personal_identifiable", wording, identifiable=reasoning.identifiable),
    ]
    if reasoning.sensitive is SensitiveData.NONE:
        blocks.append(Paragraph(wording.say("personal_ordinary")))
    elif reasoning.sensitive is not None:
        kind = str(reasoning.sensitive)
        blocks.extend(paragraphs(wording.say("personal_gateway", kind=kind, gateway=reasoning.gateway)))
    if reasoning.fails_at is not LawfulnessFailsAt.GATEWAY:
        blocks.extend(_filled("personal_purpose", wording, purpose=reasoning.purpose))
        blocks.extend(_filled("personal_necessity", wording, necessity=reasoning.necessity))
        blocks.extend(_filled("personal_balance", wording, balance=reasoning.balance))
    if claim.absolute:
        key = "personal_conclusion_deny" if claim.denies else "personal_conclusion_withhold"
        blocks.append(Paragraph(wording.say(key, cited=claim.cited), locked=True))
    return Section(SectionKind.PERSONAL_DATA, wording.say("personal_title", cited=claim.cited), tuple(blocks))


def _filled(key: str, wording: Wording, **fields: str) -> tuple[Paragraph, ...]:
    (value,) = fields.values()
    return paragraphs(wording.say(key, **fields)) if value.strip() else ()


def _cost(estimate: CostEstimate, wording: Wording) -> Section:
    limit = cost_limit()
    text = wording.say(
        "cost",
        hours=f"{estimate.hours:g}",
        rate=str(limit.pounds_per_hour),
        cost=f"{estimate.hours * limit.pounds_per_hour:,.2f}".removesuffix(".00"),
        limit=str(limit.pounds),
        limit_hours=str(limit.hours),
    )
    texts = {activity.key: activity.text for activity in countable_activities()}
    lines = tuple(
        wording.say("cost_activity", activity=texts[key], hours=f"{hours:g}")
        for key, hours in estimate.activities
        if hours
    )
    listed = (BulletList(lines),) if lines else ()
    return Section(SectionKind.COST, wording.say("cost_title"), (*paragraphs(estimate.basis), *listed, Paragraph(text)))


def _lower(text: str) -> str:
    head, tail = text[:1], text[1:]
    return text if tail[:1].isupper() else head.lower() + tail
