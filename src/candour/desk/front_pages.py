"""Where the day of each role begins: the caseload for who sees cases, a page of their own for the others."""

from __future__ import annotations

from candour.desk.models import StaffMember
from candour.desk.models.staff import Role

CASELOAD = "desk:caseload"

OF_ROLE = {
    Role.CONTACT.value: ("Your tasks", "desk:given-tasks"),
    Role.NATIONAL.value: ("Referred to you", "desk:referrals"),
    Role.ADMINISTRATOR.value: ("Accounts and settings", "admin:index"),
}
"""By a role that sees no cases, what its page is called and the page’s name."""


def front_page(person: StaffMember) -> str:
    """The name of the person’s first page."""
    return OF_ROLE.get(person.role, ("", CASELOAD))[1]
