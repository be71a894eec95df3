"""Small letters in our own words: for every rule one that breaks it and one that does not."""

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


_COST = (
    "We hold this information and refuse the request: section 12(1) applies. We estimate "
    "900 records at 5 minutes each, 75 hours in all. The "
    "limit is £450, which is 18 hours at £25. "
)
_NARROW = "If you narrow the request to one year we can answer it within the limit."
_EXTENDS = "We need further time to consider the public interest under section 10(3). "
_FEES = "Fees notice\n\nThis is a fees notice. "
_SCOTS = "This is a response under the Freedom of Information (Scotland) Act 2002. "
_EIR = "Under the Environmental Information Regulations 2004 we refuse this request. "
_BOTH_SIDES = "People could see what is done.\n\n"

PAIRS: dict[str, tuple[str, str]] = {
    "L-HDR-01": (
        answer("Three horses were hurt.", head="Westvale Police\n2 March 2026\n\n"),
        answer("Three horses were hurt."),
    ),
    "L-HDR-02": (
        answer("Three horses were hurt.", head="Westvale Police\nOur reference: 114-26\n\n"),
        answer("Three horses were hurt."),
    ),
    "L-HDR-03": (
        answer("Three horses were hurt.", head=HEAD.replace("20 March", "30 April")),
        answer("Three horses were hurt."),
    ),
    "L-REQ-01": (
        answer("In relation to question 3, three horses were hurt."),
        answer("In relation to question 2, their care cost £900."),
    ),
    "L-REQ-02": (
        answer("You asked “how many horses were injured while working in the past year”. Three were."),
        answer("You asked “How many horses were hurt on duty last year?”. Three were."),
    ),
    "L-OUT-01": (
        answer("Please find attached our response."),
        answer("Please find attached our response. Question 1 is answered in sheet 1, question 2 in sheet 2."),
    ),
    "L-OUT-02": (
        answer("This is not recorded centrally."),
        answer("This is not recorded centrally. We do not hold it in any other form."),
    ),
    "L-CFM-01": (
        answer("Section 21\n\nThis is exempt because you can find it on our web pages."),
        answer("We hold this. Section 21\n\nIt is exempt because you can find it on our web pages."),
    ),
    "L-SCP-01": (
        refusal("The file cannot be disclosed in full. " + PERSONAL),
        refusal("The file cannot be disclosed in full. We have removed the names of riders. " + PERSONAL),
    ),
    "L-FMT-01": (
        "1 attachment\ncare costs.pdf\n12K\n\n"
        + answer("They are attached.", asked=ASKED + "Please send it in CSV format.\n\n"),
        "1 attachment\ncare costs.csv\n12K\n\n"
        + answer("They are attached.", asked=ASKED + "Please send it in CSV format.\n\n"),
    ),
    "L-FMT-02": (
        "1 attachment\ncare costs table.pdf\n12K\n\n" + answer("They are attached."),
        "1 attachment\ncare costs table.csv\n12K\n\n" + answer("They are attached."),
    ),
    "L-REF-01": (
        answer("Section 31(1)(a) - Law enforcement\n\nSection 43(2) - Commercial interests\n\n" + LONDON),
        refusal("Section 31(1)(a) - Law enforcement\n\nSection 43(2) - Commercial interests\n\n" + LONDON),
    ),
    "L-REF-02": (
        answer("We hold this information. It is exempt under section 43."),
        answer("We hold this information. It is exempt under section 43(2)."),
    ),
    "L-REF-03": (
        refusal(
            "Section 43(2) - Commercial interests\n\nSection 40(2) - Personal "
            "information\n\nSection 40(2) applies because riders could be identified."
        ),
        refusal(
            "Section 43(2) - Commercial interests\n\nSection 40(2) - Personal "
            "information\n\nSection 40(2) applies because riders could be identified. Section 43(2) "
            "applies because the stable would lose trade."
        ),
    ),
    "L-LIM-01": (
        refusal("Section 31(1)(a)(b)(2)(b)\n\n" + HARM),
        refusal("Section 31(1)(g) by virtue of section 31(2)(b)\n\n" + HARM),
    ),
    "L-LIM-02": (denial("Section 40(5)"), denial("Section 40(5B)(a)(i)")),
    "L-LIM-03": (refusal("Section 40(2)(3)"), refusal("Section 40(2) by virtue of section 40(3A)(a)")),
    "L-LIM-04": (denial("Section 31(3)"), denial("Section 31(3) by virtue of section 31(1)(a)")),
    "L-LIM-05": (denial("Section 38(2)"), denial("Section 38(2) by virtue of section 38(1)(b)")),
    "L-LIM-06": (denial("Section 30(3)"), denial("Section 30(3) by virtue of section 30(1)(a)(i)")),
    "L-LIM-07": (
        denial("Section 30(3)\n\nSection 31(3)"),
        denial("Section 30(3)\n\nSection 31(3)\n\nWe rely on section 31(3) in the alternative."),
    ),
    "L-LIM-08": (refusal("Section 35(1)(a) applies."), refusal("Section 36(2)(b)(i) applies.")),
    "L-LIM-09": (
        refusal("Section 40(2) applies. The conditions in subsections 3(A) and 4(A) of the Act were looked at."),
        refusal("Section 40(2) applies. The conditions in section 40(3A) and 40(4A) of the Act were looked at."),
    ),
    "L-LIM-10": (
        denial("Section 30(3)\n\nA misconduct investigation would be harmed by saying so."),
        denial("Section 30(3)\n\nAn investigation with a view to a charge would be harmed by saying so."),
    ),
    "L-CLS-01": (
        refusal("Section 40 is an absolute exemption."),
        refusal("Section 40(2) is an absolute exemption where section 40(3A)(a) is met."),
    ),
    "L-CLS-02": (refusal("Section 38 is a prejudice-based exemption."), refusal("Section 38 turns on endangerment.")),
    "L-CLS-03": (refusal("Section 43 is an absolute exemption."), refusal("Section 43 is a qualified exemption.")),
    "L-CLS-04": (
        refusal("Section 32 is absolute, which means that Parliament has decided that harm follows from release."),
        refusal("Section 32 is absolute, which means that no public interest test is owed."),
    ),
    "L-HRM-01": (refusal("Section 31(1)(a) applies."), refusal("Section 31(1)(a) applies. " + HARM)),
    "L-HRM-02": (
        refusal("Section 31(1)(a)\n\nThat would, or would be likely to, prejudice our patrols."),
        refusal("Section 31(1)(a)\n\nThat would be likely to prejudice our patrols."),
    ),
    "L-HRM-03": (
        refusal(
            "Section 31(1)(a)\n\nSection 38(1)(b)\n\nEvidence of harm\n\nRoutes would become known "
            "and people would be hurt."
        ),
        refusal(
            "Section 31(1)(a)\n\nSection 38(1)(b)\n\nEvidence of harm\n\nFor section 31(1)(a): "
            "routes would become known. For section 38(1)(b): people would be hurt."
        ),
    ),
    "L-HRM-04": (
        denial("Section 31(3) by virtue of section 31(1)(a)\n\nA yes would alert suspects to an inquiry."),
        denial(
            "Section 31(3) by virtue of section 31(1)(a)\n\nA yes would alert suspects, since a "
            "total of one can only mean them."
        ),
    ),
    "L-HRM-05": (
        refusal("Section 38(1)(b)\n\nThere would be a loss of public confidence in the mounted branch."),
        refusal("Section 38(1)(b)\n\nRiders would be in danger of attack."),
    ),
    "L-PIT-01": (
        refusal("Section 43(2) applies because the stable would lose trade."),
        refusal("Section 43(2) applies because the stable would lose trade.\n\n" + WEIGHED),
    ),
    "L-PIT-02": (
        refusal("Section 43(2)\n\nFactors favouring disclosure\n\nPeople could see what is paid"),
        refusal("Section 43(2)\n\n" + WEIGHED),
    ),
    "L-PIT-03": (
        refusal(
            "Section 43(2) - Factors favouring disclosure\n\n"
            + _BOTH_SIDES
            + "Section 31(1)(a) - Factors favouring disclosure\n\n"
            + _BOTH_SIDES
            + "Balance\n\nWithholding outweighs."
        ),
        refusal(
            "Section 43(2) - Factors favouring disclosure\n\n"
            + _BOTH_SIDES
            + "Balance\n\nWithholding outweighs.\n\nSection 31(1)(a) - Factors favouring disclosure\n\n"
            + _BOTH_SIDES
            + "Balance\n\nWithholding outweighs."
        ),
    ),
    "L-PIT-04": (
        refusal("Section 43(2)\n\nBalance\n\nTherefore it is our view that the test is appropriate."),
        refusal(
            "Section 43(2)\n\nBalance\n\nThe public interest in maintaining the exemption outweighs that in disclosing."
        ),
    ),
    "L-PIT-05": (
        refusal("Section 43(2)\n\nThe benefit of disclosure does not outweigh the case for keeping it."),
        refusal("Section 43(2)\n\nThe case for keeping it outweighs the benefit of disclosure."),
    ),
    "L-PIT-06": (
        denial(
            "Section 31(3) by virtue of section 31(1)(a)\n\nFactors favouring complying with "
            "section 1(1)(a)\n\nDisclosure would show what patrols cost."
        ),
        denial(
            "Section 31(3) by virtue of section 31(1)(a)\n\nFactors favouring complying with "
            "section 1(1)(a)\n\nConfirming would show that patrols exist."
        ),
    ),
    "L-PIT-07": (
        refusal("Section 21(1) - Factors favouring disclosure\n\nIt is public."),
        refusal("Section 43(2) - Factors favouring disclosure\n\nIt is of interest."),
    ),
    "L-PIT-08": (
        refusal("Section 43(2)\n\nFactors against disclosure\n\nIt would embarrass the mounted branch."),
        refusal("Section 43(2)\n\nFactors against disclosure\n\nThe stable would lose trade."),
    ),
    "L-PIT-09": (
        refusal(
            "Section 43(2) - Factors against disclosure\n\nTrade.\n\nSection 31(1)(a) - Factors "
            "favouring non-disclosure\n\nPatrols."
        ),
        refusal(
            "Section 43(2) - Factors against disclosure\n\nTrade.\n\nSection 31(1)(a) - Factors "
            "against disclosure\n\nPatrols."
        ),
    ),
    "L-NCND-01": (
        answer("Westvale Police neither confirms nor denies that it has this. Section 31(3) applies."),
        denial("Section 31(3)"),
    ),
    "L-NCND-02": (
        denial("Section 31(3)\n\nSection 21(1)"),
        denial("Section 31(3)\n\nSection 38(2)"),
    ),
    "L-NCND-03": (
        denial("Section 31(3)\n\nEvidence of harm\n\nA yes would tell people where to go."),
        denial("Section 31(3)\n\nEvidence of harm\n\nA yes would tell people where to go, and a denial where not to."),
    ),
    "L-NCND-04": (
        denial("Section 40(5B)(a)(i)\n\nThere is no lawful basis to provide this information."),
        denial("Section 40(5B)(a)(i)\n\nThere is no lawful basis to confirm or deny."),
    ),
    "L-NCND-05": (
        answer(
            "In addition to the figures provided below, the force can neither confirm nor deny that "
            "it holds any other information.",
            asked="Request\n\n1. How many riders fell?\n2. For each of those, what is the name?\n\n",
        ),
        answer(
            "In addition to the figures provided below, the force can neither confirm nor deny that "
            "it holds any other information about covert patrols.",
            asked="Request\n\n1. How many riders fell?\n2. For each of those, what is the name?\n\n",
        ),
    ),
    "L-NCND-06": (
        answer(
            "We can neither confirm nor deny that we hold any other information relevant to this request. Section 31(3)"
        ),
        answer(
            "We can neither confirm nor deny that we hold any other information about covert patrols. Section 31(3)"
        ),
    ),
    "L-NCND-07": (
        answer("We neither confirm nor deny that we hold any other information about patrols. Section 31(3)"),
        answer("We neither confirm nor deny that we hold information about patrols. Section 31(3)"),
    ),
    "L-NCND-08": (denial("Section 31(3)"), denial("Section 31(3)" + NO_INFERENCE)),
    "L-NCND-10": (
        denial(
            "Section 31(3)",
            asked="Request\n\n1. Northmarch Police announced that 214 horses were hurt. How many were yours?\n\n",
        ),
        denial(
            "Section 31(3)\n\nOur own numbers are not in the public domain.",
            asked="Request\n\n1. Northmarch Police announced that 214 horses were hurt. How many were yours?\n\n",
        ),
    ),
    "L-NCND-11": (
        denial("Section 31(3)", asked="Request\n\nHow many riders are\na) under inquiry;\nb) dismissed?\n\n"),
        denial(
            "Section 31(3)\n\nWe looked at each part by itself.",
            asked="Request\n\nHow many riders are\na) under inquiry;\nb) dismissed?\n\n",
        ),
    ),
    "L-S40-01": (refusal("Section 40(2) applies: these are people's data."), refusal(PERSONAL)),
    "L-S40-02": (
        refusal("Section 40(2) applies: the Data Protection Act 2018 gives them a right to privacy."),
        refusal(PERSONAL),
    ),
    "L-S40-03": (refusal("Section 40(2) applies. Individuals would not expect it."), refusal(PERSONAL)),
    "L-S40-04": (
        refusal("Section 40(2) applies. Individuals who were victims of assault could be identified."),
        refusal(
            "Section 40(2) applies. Individuals who were victims of assault could be identified. "
            "This is criminal offence data and Article 10 UK GDPR forbids it."
        ),
    ),
    "L-S40-05": (
        denial("Section 40(5B)(a)(i)\n\nRelease would not be fair and therefore the exemption is absolute."),
        denial("Section 40(5B)(a)(i)\n\nConfirming would contravene Article 5(1)(a)."),
    ),
    "L-S40-06": (
        refusal("Section 40(2) applies. It would cause unwarranted harm to the individuals."),
        refusal(PERSONAL),
    ),
    "L-S40-07": (
        refusal(
            PERSONAL,
            asked="Request\n\n1. What happened to each rider? Details that would not identify anyone will "
            "do, with names redacted.\n\n",
        ),
        refusal(
            PERSONAL + " We tried an aggregated table.",
            asked="Request\n\n1. What happened to each rider? Details that would not identify anyone will "
            "do, with names redacted.\n\n",
        ),
    ),
    "L-S40-08": (refusal("Section 40(2) applies, by the Data Protection Act 2018 principles."), refusal(PERSONAL)),
    "L-LAW-01": (
        refusal("Section 40(2) and the Data Protection Act 1998 apply."),
        refusal("Section 40(2) and the Data Protection Act 2018 apply."),
    ),
    "L-LAW-02": (
        refusal("Section 40(2) and the General Data Protection Regulation apply."),
        refusal("Section 40(2) and the UK General Data Protection Regulation apply."),
    ),
    "L-LAW-03": (
        refusal("Section 40(2): the first data protection principle."),
        refusal("Section 40(2): the principle in Article 5(1)(a)."),
    ),
    "L-LAW-04": (
        answer(_COST + "See the Freedom of Information (Fees and Appropriate Limit) Regulations 2004."),
        answer(
            _COST + "See the Freedom of Information and Data Protection (Appropriate Limit and Fees) Regulations 2004."
        ),
    ),
    "L-LAW-05": (
        refusal("Section 44(1)(b) applies: an EU obligation."),
        refusal("Section 44(1)(b) applies: an assimilated obligation."),
    ),
    "L-LAW-06": (answer("See www.app.college.police.uk for more."), answer("See www.college.police.uk/app for more.")),
    "L-RTS-01": (refusal(PERSONAL, rights="\n\nYou may write to the Information Commissioner.\n"), refusal(PERSONAL)),
    "L-RTS-02": (refusal(PERSONAL, rights="\n\nYou may ask us for an internal review.\n"), refusal(PERSONAL)),
    "L-RTS-03": (
        refusal(
            PERSONAL, rights="\n\nYou may ask us for an internal review, then go to the Information Commissioner.\n"
        ),
        refusal(PERSONAL),
    ),
    "L-RTS-04": (
        refusal(PERSONAL, rights=RIGHTS + "\nThe Information Commissioner can be reached on 01625 999 999.\n"),
        refusal(PERSONAL, rights=RIGHTS + "\nThe Information Commissioner can be reached on 0303 123 1113.\n"),
    ),
    "L-RTS-05": (
        answer(_SCOTS + "We do not hold this.", rights=""),
        answer(
            _SCOTS
            + "We do not hold this. You may ask for a review, and then apply to the Scottish Information Commissioner.",
            rights="",
        ),
    ),
    "L-TXT-01": (answer("Three three horses were hurt."), answer("Three horses were hurt.")),
    "L-TXT-02": (
        answer("The stable calls them “working horses. Three were hurt."),
        answer("The stable calls them “working horses”. Three were hurt."),
    ),
    "L-TXT-03": (
        answer("Sexual harassment has no place in this force. Three horses were hurt."),
        answer("Cruelty has no place in this force. Three horses were hurt."),
    ),
    "L-TXT-04": (
        answer("Your details will not further processed by us."),
        answer("Your details will not be further processed by us."),
    ),
    "L-EXP-01": (
        refusal("Section 31(1)(a) applies for operational reasons."),
        refusal("Section 31(1)(a) applies. " + HARM),
    ),
    "L-EXP-02": (
        refusal("Section 31(1)(a)\n\nThese exemptions are explained here: https://www.westvale.police.example"),
        refusal("Section 31(1)(a) applies. " + HARM),
    ),
    "L-ATT-01": (
        answer("In relation to question 1, please see the attached."),
        answer("In relation to question 1, please see the attached file horses.csv."),
    ),
    "L-ADV-01": (
        denial(
            "Section 31(3)", rights="\n\nYou may ask for an internal review or go to the Information Commissioner.\n"
        ),
        denial("Section 31(3)\n\nYou may wish to ask about closed inquiries instead."),
    ),
    "L-ADV-02": (
        answer("We do not hold this information.", rights=""),
        answer("We do not hold this information. The county council may hold it.", rights=""),
    ),
    "L-NH-01": (
        answer("No information was found.", rights=""),
        answer("No information was found. We do not hold it.", rights=""),
    ),
    "L-S12-01": (answer("We hold it and refuse it: section 12 applies."), answer(_COST + _NARROW)),
    "L-S12-02": (answer("We hold it and refuse it: section 12(1) applies, with 900 records."), answer(_COST + _NARROW)),
    "L-S12-03": (
        answer("We hold it, but section 12(1) applies: it would exceed the limit of £450."),
        answer(_COST + _NARROW),
    ),
    "L-S12-04": (answer("Section 12(1) applies: it would exceed the cost limit of £450."), answer(_COST + _NARROW)),
    "L-S12-05": (answer(_COST), answer(_COST + _NARROW)),
    "L-S12-06": (
        answer("We refuse it: section 12(2) applies. We can confirm that we hold some of it. The limit is £450."),
        answer(
            "We refuse it: section 12(2) applies. Finding out whether anything is there would "
            "exceed the cost limit of £450."
        ),
    ),
    "L-S14-01": (
        answer("We refuse the request under section 14."),
        answer("We refuse the request under section 14(1)."),
    ),
    "L-S14-02": (
        answer("You are a vexatious requester. We rely on section 14(1)."),
        answer("The request is vexatious. We rely on section 14(1)."),
    ),
    "L-S21-01": (
        refusal(
            "Section 21(1) applies. Please follow this link:\n\nHorses hurt on duty",
            rights="\n\nYou may ask for an internal review.\n",
        ),
        refusal(
            "Section 21(1) applies. Please follow this link:\n\nHorses hurt on duty, "
            "https://www.westvale.police.example/horses"
        ),
    ),
    "L-S21-02": (
        refusal(
            "Section 21(1) applies. The link below includes an answer to your request as well as "
            "other data: https://www.westvale.police.example"
        ),
        refusal("Section 21(1) applies. Question 1 is answered for 2025 at https://www.westvale.police.example"),
    ),
    "L-S22-01": (
        refusal("Section 22(1) applies."),
        refusal(
            "Section 22(1) applies. It will be published in May. That was settled before your "
            "request, and it is reasonable to wait."
        ),
    ),
    "L-S36-01": (
        refusal("Section 36(2)(b)(i) applies."),
        refusal("Section 36(2)(b)(i) applies in the reasonable opinion of the Chief Constable, the qualified person."),
    ),
    "L-S24-01": (
        refusal("Section 24(1) applies."),
        refusal("Section 24(1) applies, as exemption is required to safeguard national security."),
    ),
    "L-S44-01": (refusal("Section 44(1)(a) applies."), refusal("Section 44(1)(a) applies, by the Horses Act 1970.")),
    "L-CLR-01": (
        answer("Please clarify your request.", asked="", rights=""),
        answer("Please clarify your request: which year do you mean?", asked="", rights=""),
    ),
    "L-CLR-02": (
        answer("Please clarify which year you mean.", asked="", rights=""),
        answer("Please clarify which year you mean. The 20 working days run from your reply.", asked="", rights=""),
    ),
    "L-FEE-01": (
        answer(_FEES + "The fee is £20.", asked=""),
        answer(_FEES + "The fee is £20. Pay by cheque within three months.", asked=""),
    ),
    "L-FEE-02": (
        answer(_FEES + "The fee is £20 for staff time. Pay by cheque within three months.", asked=""),
        answer(_FEES + "The fee is £20 for copies. Pay by cheque within three months.", asked=""),
    ),
    "L-EXT-01": (
        answer(_EXTENDS + "Section 31(1)(a).", asked="", head=HEAD.replace("20 March", "30 April")),
        answer(_EXTENDS + "Section 31(1)(a).", asked=""),
    ),
    "L-EXT-02": (
        answer(_EXTENDS + "It may be exempt under section 32(1)(a).", asked=""),
        answer(_EXTENDS + "It may be exempt under section 31(1)(a).", asked=""),
    ),
    "L-EXT-03": (
        answer(_EXTENDS + "It may be exempt under section 31(1)(a).", asked=""),
        answer(
            _EXTENDS + "It may be exempt under section 31(1)(a). We have not yet reached a decision and expect "
            "to by 17 April 2026.",
            asked="",
        ),
    ),
    "L-EXT-04": (
        answer(_EXTENDS + "We have not yet reached a decision and expect to by 17 July 2026.", asked=""),
        answer(_EXTENDS + "We have not yet reached a decision and expect to by 17 April 2026.", asked=""),
    ),
    "L-EIR-01": (
        answer(_EIR),
        answer(_EIR + "The exception is in regulation 12(5)(a), and the public interest favours it."),
    ),
    "L-EIR-02": (answer(_EIR, rights=""), answer(_EIR)),
    "L-EIR-03": (
        answer(_EIR + "The exception is in regulation 12(5)(a)."),
        answer(_EIR + "The exception is in regulation 12(5)(a). We applied the presumption in regulation 12(2)."),
    ),
    "L-SAR-01": (
        refusal("We cannot disclose your own personal data."),
        refusal("We cannot disclose your own personal data: section 40(1). You can make a subject access request."),
    ),
    "L-IR-01": (
        answer("I have now reviewed our decision. It is upheld.", asked=""),
        answer("I have now reviewed our decision. I had no part in it. It is upheld.", asked=""),
    ),
    "L-IR-02": (
        answer("I have now reviewed our letter.", asked=""),
        answer("I have now reviewed our letter. The refusal is upheld.", asked=""),
    ),
    "L-IR-03": (
        answer("I have now reviewed our decision.", asked="", head=HEAD.replace("20 March", "30 April")),
        answer(
            "I have now reviewed our decision. I am sorry for the delay.",
            asked="",
            head=HEAD.replace("20 March", "30 April"),
        ),
    ),
    "L-SCT-01": (
        answer(_SCOTS + "The Freedom of Information Act 2000 exempts it."),
        answer(_SCOTS + "Section 35(1)(a) exempts it."),
    ),
    "L-SCT-02": (
        answer(_SCOTS + "It is exempt under section 35(1)(a)."),
        answer(_SCOTS + "We hold it. It is exempt under section 35(1)(a)."),
    ),
}
"""Letters by rule: the first breaks it, the second does not."""

DESK_ONLY = frozenset({"L-SEC-01", "L-REF-04", "L-NCND-09"})
"""Rules that no text can break: they turn on what only the desk knows."""
