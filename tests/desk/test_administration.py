"""An administrator looks after the accounts and settings of one force, and comes to no case and no other force."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from candour.desk.administration import administers, looks_after_all
from candour.desk.caseload.overview import overview
from candour.desk.caseload.queues import Queue
from candour.desk.models import Authority, BusinessArea, Case, Event, EventKind, OneOffHoliday, StaffMember, Team
from candour.desk.models.staff import Role
from desk.world import TODAY, World, make_staff, open_case

PAGES = ("authority", "staffmember", "team", "businessarea", "oneoffholiday")
NEW = {
    "username": "nora",
    "usable_password": "true",
    "password1": "a long passphrase",
    "password2": "a long passphrase",
    "first_name": "Nora",
    "last_name": "Finch",
    "email": "nora@westvale.police.example",
    "role": "officer",
    "team": "",
}


@pytest.fixture
def ada(world: World) -> StaffMember:
    """The administrator of the force: by role, without any of Django’s rights."""
    return make_staff(world.force, "ada", "Ada", "administrator")


@pytest.fixture
def client(ada: StaffMember) -> Iterator[Client]:
    """Signed in as the administrator."""
    signed_in = Client()
    signed_in.force_login(ada)
    return signed_in  # type: ignore[return-value]  # a fixture


def page(client: Client, name: str, *args: int) -> str:
    return client.get(reverse(f"admin:desk_{name}", args=args)).content.decode()


def form_of(client: Client, person: StaffMember, **changed: str) -> dict[str, str]:
    """The form of an account as it stands, with some of it changed; an empty value leaves a field out."""
    answer = client.get(reverse("admin:desk_staffmember_change", args=[person.pk]))
    form = answer.context["adminform"].form
    given = {name: str(form.get_initial_for_field(field, name) or "") for name, field in form.fields.items()}
    return {name: value for name, value in {**given, **changed}.items() if value}


def save(client: Client, person: StaffMember, **changed: str) -> str:
    given = form_of(client, person, **changed)
    address = reverse("admin:desk_staffmember_change", args=[person.pk])
    return client.post(address, given, follow=True).content.decode()


@pytest.mark.parametrize("role", [role for role in Role.values if role != "administrator"])
def test_nobody_else_comes_in(world: World, role: str) -> None:
    """Whatever Django’s “staff status” says of the account."""
    person = make_staff(world.force, "x", "X", role)
    person.is_staff = True
    person.save()
    other = Client()
    other.force_login(person)
    for name in PAGES:
        assert other.get(reverse(f"admin:desk_{name}_changelist")).status_code == 302
    assert not administers(person) and not administers(AnonymousUser())


def test_nothing_of_another_force_is_seen(world: World, client: Client) -> None:
    """Neither in a list, nor among what can be chosen or searched, nor at its address."""
    theirs = {
        "authority": world.elsewhere,
        "staffmember": world.outsider,
        "team": Team.objects.create(authority=world.elsewhere, name="Kestrels"),
        "businessarea": BusinessArea.objects.create(authority=world.elsewhere, name="Kennels", email="k@k.example"),
    }
    for name, row in theirs.items():
        listed = page(client, f"{name}_changelist")
        for secret in ("Kingsferry", "kemi", "Kestrels", "Kennels"):
            assert secret not in listed, (name, secret)
        for what in ("change", "history"):
            answer = client.get(reverse(f"admin:desk_{name}_{what}", args=[row.pk]))
            assert answer.status_code == 302, name
        assert "Kestrels" not in page(client, "staffmember_add") and "Kingsferry" not in page(
            client, f"{name}_changelist"
        )
    password = reverse("admin:auth_user_password_change", args=[world.outsider.pk])
    assert client.get(password).status_code in {302, 404}
    every = StaffMember.objects.create_superuser("omni", password="a long passphrase")
    StaffMember.objects.filter(pk=every.pk).update(authority=world.force)
    assert "omni" not in page(client, "staffmember_changelist"), "its password would give every right"
    searched = client.get(reverse("admin:desk_staffmember_changelist"), {"q": "kemi"}).content.decode()
    assert "0 people" in searched


def test_nothing_of_a_case_is_reached(world: World, client: Client) -> None:
    """References of open cases alone, with whoever holds them; no page asks about deleting what hangs on cases."""
    case = open_case(world)
    area = BusinessArea.objects.create(authority=world.force, name="Stables", email="s@westvale.police.example")
    assert case.reference in page(client, "staffmember_change", world.officer.pk)
    assert case.title not in page(client, "staffmember_change", world.officer.pk)
    for name, key in (("staffmember", world.officer.pk), ("businessarea", area.pk), ("authority", world.force.pk)):
        assert client.get(reverse(f"admin:desk_{name}_delete", args=[key])).status_code == 403
    assert client.get(reverse("desk:case", args=[case.pk])).status_code == 403
    index = client.get(reverse("admin:index")).content.decode()
    for word in ("People", "Teams", "Business areas", "Forces", "One-off bank holidays"):
        assert word in index
    assert "Groups" not in index and "Users" not in index


def test_an_administrator_makes_a_person_of_their_own_force(world: World, client: Client) -> None:
    """With role and team; no force can be chosen, no right given that a role does not have."""
    team = Team.objects.create(authority=world.force, name="Blue")
    far = Team.objects.create(authority=world.elsewhere, name="Kestrels")
    address = reverse("admin:desk_staffmember_add")
    refused = client.post(address, {**NEW, "team": far.pk}).content.decode()
    assert "Select a valid choice" in refused and not StaffMember.objects.filter(username="nora").exists()
    given = {**NEW, "team": team.pk, "authority": world.elsewhere.pk, "is_superuser": "on", "is_staff": "on"}
    client.post(address, given)
    nora = StaffMember.objects.get(username="nora")
    assert (nora.authority, nora.role, nora.team) == (world.force, "officer", team)
    assert not nora.is_superuser and not nora.is_staff and not nora.user_permissions.exists()
    save(client, nora, sees_rows="on")
    assert StaffMember.objects.get(pk=nora.pk).has_perm("desk.see_case_rows")
    save(client, nora, sees_rows="")
    assert not StaffMember.objects.get(pk=nora.pk).has_perm("desk.see_case_rows")


def test_nobody_gives_themselves_another_role(client: Client, ada: StaffMember) -> None:
    """Nor takes their own account away."""
    save(client, ada, role="manager", is_active="")
    ada.refresh_from_db()
    assert (ada.role, ada.is_active) == ("administrator", True)


def test_an_account_ends_once_its_cases_are_handed_over(world: World, client: Client) -> None:
    """Which they are is said; somebody can be ended today all the same, and their cases are found."""
    case = open_case(world)
    said = save(client, world.officer, is_active="")
    assert f"Will Hart has 1 open case: {case.reference}." in said
    world.officer.refresh_from_db()
    assert world.officer.is_active
    save(client, world.officer, is_active="", all_the_same="on")
    world.officer.refresh_from_db()
    assert not world.officer.is_active
    assert [each.key for each in overview(world.force, world.approver, TODAY).queues[Queue.AWAY]] == [case.pk]
    Case.objects.filter(pk=case.pk).update(officer=world.approver)
    save(client, world.second, is_active="")
    world.second.refresh_from_db()
    assert not world.second.is_active


def test_a_holiday_moves_the_cases_of_every_force_and_names_nobody_elsewhere(world: World, client: Client) -> None:
    """It is of no force; the trail of another says why, and not who of us entered it."""
    own = open_case(world)
    form = {"on": "2026-03-31", "name": "A day off", "nations": '["E&W"]', "source": "Proclamation"}
    moved = World(world.elsewhere, world.outsider, *[world.outsider] * 2, world.force, world.officer)
    far = open_case(moved)
    said = client.post(reverse("admin:desk_oneoffholiday_add"), form, follow=True).content.decode()
    assert "1 open case has another due date now." in said
    actors = dict(Event.objects.filter(kind=EventKind.REDATED).values_list("case", "actor__username"))
    assert actors == {own.pk: "ada", far.pk: None}
    assert "England and Wales" in page(client, "oneoffholiday_changelist") and OneOffHoliday.objects.exists()


def test_who_looks_after_the_installation_makes_forces(world: World) -> None:
    """The first account belongs to none, and is not held to one; whoever belongs to one is, whatever their rights."""
    root = StaffMember.objects.create_superuser("root", password="a long passphrase")
    client = Client()
    client.force_login(root)
    listed = page(client, "staffmember_changelist")
    assert "will" in listed and "kemi" in listed
    given = {"slug": "northmarch", "name": "Northmarch Police", "email": "foi@n.example", "review_contact": "x"}
    more = {"reference_scheme": "{seq}/{yy}", "threshold": 5, "keep_years": 3, "publish_after": 0}
    colours = {"brand_colour": "#1d3f72", "accent_colour": "#3d6fb4"}
    client.post(reverse("admin:desk_authority_add"), {**given, **more, **colours})
    made = Authority.objects.get(slug="northmarch")
    lost = client.post(reverse("admin:desk_staffmember_add"), {**NEW, "role": "administrator"}).content.decode()
    assert "Say first to which force" in lost
    client.post(reverse("admin:desk_staffmember_add"), {**NEW, "role": "administrator", "authority": made.pk})
    assert administers(StaffMember.objects.get(username="nora"))
    root.authority = world.force
    root.save()
    assert not looks_after_all(root)
    assert client.get(reverse("admin:desk_authority_add")).status_code == 403
    assert "kemi" not in page(client, "staffmember_changelist")
