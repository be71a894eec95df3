"""The section 40 journey: whose data, protected data, legitimate interest, necessity, the balance with people's rights.

The journey ends where lawfulness fails: without a condition for criminal offence or special category data no later step
is needed (UK GDPR Arts 9, 10); without a legitimate interest there is nothing to weigh (Art 6(1)(f)).
"""

from __future__ import annotations

from collections.abc import Iterator

from candour.law.decision import LawfulnessFailsAt, PersonalDataReasoning, SensitiveData
from candour.law.steps import Missing, Step

FAILS_ON = {
    Step.PROTECTED_DATA: LawfulnessFailsAt.GATEWAY,
    Step.LEGITIMATE_INTEREST: LawfulnessFailsAt.PURPOSE,
    Step.NECESSITY: LawfulnessFailsAt.NECESSITY,
    Step.RIGHTS: LawfulnessFailsAt.BALANCE,
}
"""Where lawfulness can fail, in the order of the journey."""

PERSONAL_DATA_STEPS = (Step.WHOSE_DATA, *FAILS_ON)
"""All steps of the journey."""

_WHY = "the first condition of section 40 is reasoned step by step (UK GDPR Art 5(1)(a), 6(1)(f), 9, 10)"


def personal_data_steps(reasoning: PersonalDataReasoning) -> tuple[Step, ...]:
    """The steps that this reasoning calls for: all of them, or those up to where lawfulness fails."""
    steps = [Step.WHOSE_DATA]
    for step, failure in FAILS_ON.items():
        steps.append(step)
        if reasoning.fails_at is failure:
            break
    return tuple(steps)


def missing_personal_data(position: int, reasoning: PersonalDataReasoning) -> Iterator[Missing]:
    """What the reasoning of the claim at `position` lacks, step by step."""
    for step in personal_data_steps(reasoning):
        for what in _LACKS[step](reasoning):
            yield Missing(step, what, _WHY, position)


def _whose(reasoning: PersonalDataReasoning) -> Iterator[str]:
    if not reasoning.whose.strip():
        yield "Say whose personal data it is, without naming anyone"
    if not reasoning.identifiable.strip():
        yield "Say how they could be identified"


def _protected(reasoning: PersonalDataReasoning) -> Iterator[str]:
    if reasoning.sensitive is None:
        yield "Say whether it is criminal offence or special category data"
        return
    if reasoning.sensitive is not SensitiveData.NONE and not reasoning.gateway.strip():
        yield f"Say which condition for {reasoning.sensitive} data was considered, and why it is not met"
    if reasoning.fails_at is LawfulnessFailsAt.GATEWAY and reasoning.sensitive is SensitiveData.NONE:
        yield "Choose the kind of sensitive data, or another step at which disclosure fails"


def _interest(reasoning: PersonalDataReasoning) -> Iterator[str]:
    if not reasoning.purpose.strip():
        yield "Give the reasoning on the legitimate interest"


def _necessity(reasoning: PersonalDataReasoning) -> Iterator[str]:
    if not reasoning.necessity.strip():
        yield "Give the reasoning on whether it is necessary"


def _rights(reasoning: PersonalDataReasoning) -> Iterator[str]:
    if not reasoning.balance.strip():
        yield "Give the reasoning on the balance with the people's rights"
    if reasoning.fails_at is None:
        yield "Say at which step disclosure fails to be lawful"


_LACKS = {
    Step.WHOSE_DATA: _whose,
    Step.PROTECTED_DATA: _protected,
    Step.LEGITIMATE_INTEREST: _interest,
    Step.NECESSITY: _necessity,
    Step.RIGHTS: _rights,
}
