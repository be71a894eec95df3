"""The parts of which the small letters of these tests are made, in our own words."""

from __future__ import annotations

HEAD = "Westvale Police\nOur reference: 114-26\nDate received: 2 March 2026\nDate of letter: 20 March 2026\n\n"
ASKED = "Request\n\n1. How many horses were hurt on duty last year?\n2. What did their care cost?\n\n"
RIGHTS = (
    "\n\nIf you are unhappy with this answer, you can ask for an internal review within 40 working days by writing to "
    "foi@westvale.police.example. You can then apply to the Information Commissioner under section 50, at "
    "https://ico.org.uk/foicomplaints.\n"
)
PERSONAL = (
    "Section 40(2) by virtue of section 40(3A)(a)\n\nThe riders can be identified. There is a legitimate interest in "
    "the cost, but disclosure is not necessary for it, and the rights and freedoms of the riders override it. It would "
    "contravene the principle in Article 5(1)(a) UK GDPR."
)
HARM = "Disclosure would be likely to prejudice the detection of crime, because it shows where horses patrol."
WEIGHED = (
    "Factors favouring disclosure\n\nPeople could see what patrols cost.\n\nFactors against "
    "disclosure\n\nPatrols could "
    "be avoided.\n\nBalance\n\nThe public interest in maintaining the exemption outweighs that in disclosing."
)
DENIAL = (
    "Westvale Police neither confirms nor denies that it holds this information. The duty in section 1(1)(a) does not "
    "apply by virtue of:\n\n"
)
NO_INFERENCE = "\n\nNo inference should be drawn that the information is or is not held."
LONDON = "The horses are kept at the Harbour Road stables, and each of them was seen by a vet in the summer."


def answer(body: str, *, asked: str = ASKED, head: str = HEAD, rights: str = RIGHTS) -> str:
    """A whole letter around an answer."""
    return f"{head}{asked}Response\n\n{body}{rights}"


def refusal(body: str, **parts: str) -> str:
    """A letter that withholds something that is held."""
    return answer(f"We hold this information. It is exempt from disclosure.\n\n{body}", **parts)


def denial(body: str, **parts: str) -> str:
    """A letter that neither confirms nor denies."""
    return answer(f"{DENIAL}{body}", **parts)
