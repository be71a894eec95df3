"""Evidence of harm is told from its absence, in the ways in which letters set it out."""

from __future__ import annotations

import pytest

from candour.letters.lint import lint_text

LETTER = """FOI 12/26

Request
How many drones watch the river?

Response
The information is held, and is exempt under section 31(1)(a) of the Act.

{harm}

Public interest test
Factors favouring disclosure: accountability. Factors against disclosure: more crime. The balance favours withholding.
"""


@pytest.mark.parametrize(
    "harm",
    [
        "Harm in disclosing\n\nDisclosure would show which stretches are watched.",
        "Overall harm\n\nThieves could choose where to land.",
        "To publish the number shows an offender what to expect. This would endanger the boatmen.",
        "Harm: thieves would know the drones.",
    ],
)
def test_harm_that_is_set_out_is_seen(harm: str) -> None:
    """Under a heading, behind a label, or in a sentence that goes on from one about disclosing."""
    assert not lint_text(LETTER.format(harm=harm), select=["L-HRM-01"])


@pytest.mark.parametrize(
    "harm",
    [
        "The exemption is qualified and prejudice based.",
        "Evidence of harm\n\nAny disclosure under the Act is a disclosure to the world.",
        "The force uses drones. This is well known, and everybody likes them.",
    ],
)
def test_what_names_no_consequence_is_no_evidence(harm: str) -> None:
    """A heading alone, the nature of the exemption, or a commonplace says nothing of what would happen."""
    assert [finding.code for finding in lint_text(LETTER.format(harm=harm), select=["L-HRM-01"])] == ["L-HRM-01"]
