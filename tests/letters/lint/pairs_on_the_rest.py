"""Letters on personal data, names, rights, quality and letters of other kinds: by rule, a wrong and a right one."""

from __future__ import annotations

from letters.lint.parts import HARM, HEAD, PERSONAL, RIGHTS, answer, denial, refusal

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

PAIRS: dict[str, tuple[str, str]] = {
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
