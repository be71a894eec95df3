"""Letters on the head, the outcome and the reasons: by rule, one that breaks it and one that does not."""

from __future__ import annotations

from letters.lint.parts import ASKED, HARM, HEAD, LONDON, NO_INFERENCE, PERSONAL, WEIGHED, answer, denial, refusal

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
}
