"""What a page offers somebody is what their role may do: no link and no form ends in a refusal of the role."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone
from lxml import html

import candour.desk
import candour.post
from candour.desk.models import StaffMember
from candour.desk.offers import FORM_OF, May
from candour.desk.reviewing.complaint import open_complaint
from candour.desk.reviewing.review import open_review
from candour.desk.workflow import why_not_in, workflow
from desk.test_views import PAGES, address, client_of
from desk.test_workflow import SITUATIONS
from desk.world import World, decide_all, make_staff, open_case, sent

READERS = ("auditor", "press", "legal", "reviewer")
"""One changes nothing and may see who asked; the others may say or clear a little and must not see it."""
OF_A_STEP = {page.split(":")[1] for page in FORM_OF}


WHILE_DECIDING = {"case", "questions", "decision", "clock", "letter", "figures", "task", "holds", "publish"}


def open_pages(world: World) -> dict[str, str]:
    """The address of every page of staff for a case that was answered, and of those used while one is decided."""
    deciding = decide_all(world, open_case(world))
    answered = sent(world).case
    of_answered = {address(pattern, answered, world): str(pattern.name) for pattern in PAGES}
    of_deciding = {
        address(pattern, deciding, world): str(pattern.name) for pattern in PAGES if pattern.name in WHILE_DECIDING
    }
    return of_answered | of_deciding


def offered_forms(page: html.HtmlElement) -> list[html.HtmlElement]:
    """The forms of the page that post and can be used."""
    forms = page.xpath("//main//form[@method='post']")
    return [form for form in forms if not form.xpath("ancestor::fieldset[@disabled]")]


def posted(form: html.HtmlElement) -> dict[str, str]:
    """What the browser posts when the first button of the form is pressed as it stands."""
    values = dict(form.form_values())
    for button in form.xpath(".//button[@name]")[:1]:
        values[button.get("name")] = button.get("value", "")
    return values


@pytest.mark.parametrize("role", READERS)
def test_no_page_offers_a_role_what_it_is_refused(world: World, role: str) -> None:
    """Each page that opens has only links and forms that are not refused; each that does not is a form of a step."""
    pages = open_pages(world)
    client = client_of(make_staff(world.force, f"the-{role}", "Robin", role))
    assert refused_on(client, pages) == []


def refused_on(client: Client, pages: dict[str, str]) -> list[tuple[str, object]]:
    """What the pages offer and what is refused all the same, by the address of the page."""
    tried, found = set(pages), []
    for path, name in pages.items():
        answer = client.get(path)
        if answer.status_code == 403 and not (name.endswith("-file") or name in OF_A_STEP):
            found.append((path, "the page"))
        if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
            continue
        page = html.fromstring(answer.content)
        for link in page.xpath("//main//a/@href"):
            if link in pages and pages[link] in OF_A_STEP and client.get(link).status_code == 403:
                found.append((path, link))
            elif link.startswith("/desk/") and (plain := re.split("[?#]", link)[0]) not in tried:
                tried.add(plain)
                found += [(path, link)] if client.get(link).status_code == 403 else []
        for form in offered_forms(page):
            answer = client.post(form.get("action") or path, posted(form))
            found += [(path, posted(form))] if answer.status_code == 403 else []
    return found


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_page_of_a_case_offers_no_form_that_its_stage_refuses(world: World, situation: str) -> None:
    """Nobody fills in the form of a step to be told at its end that the case is not where it could be taken."""
    case, (stage, bring) = open_case(world), SITUATIONS[situation]
    bring(world, case)
    page = html.fromstring(client_of(world.officer).get(reverse("desk:case", args=[case.pk])).content)
    links = [link for link in page.xpath("//main//a/@href") if link.startswith("/desk/")]
    names = [resolve(urlsplit(link).path).view_name for link in links]
    assert len(names) > 3
    assert [name for name in names if name in FORM_OF and why_not_in(FORM_OF[name], stage)] == []


def test_no_second_review_is_offered_while_one_is_open(world: World) -> None:
    """It would be refused when the form is sent."""
    case = sent(world).case
    address = reverse("desk:case", args=[case.pk])
    assert "Take up a review" in client_of(world.officer).get(address).content.decode()
    open_review(case.pk, timezone.localdate(), "The harm is not shown.", world.officer)
    assert "Take up a review" not in client_of(world.officer).get(address).content.decode()


def test_an_administrator_is_led_to_what_is_theirs(world: World) -> None:
    """Accounts and settings under their own name, and mail that no force has got, which no menu of theirs holds."""
    chief = StaffMember.objects.create_superuser("the-administrator", role="administrator", authority=world.force)
    answer = client_of(chief).get(reverse("desk:caseload"), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("admin:index")
    page = html.fromstring(answer.content)
    assert page.xpath("//h1[.='Accounts and settings']")
    (mail,) = page.xpath("//a[.='Mail that was sent to no force']/@href")
    assert client_of(chief).get(mail).status_code == 200


@pytest.mark.parametrize("role", ["press", "auditor"])
def test_a_reader_meets_no_heading_of_a_form_that_is_not_there(world: World, role: str) -> None:
    """On a complaint: what they may not record is left out whole."""
    case = sent(world).case
    complaint = open_complaint(case.pk, {"reference": "IC-1", "told_on": timezone.localdate()}, world.officer)
    address = reverse("desk:complaint", args=[case.pk, complaint.pk])
    reader = client_of(make_staff(world.force, f"the-{role}", "Robin", role))
    assert "Record how the complaint ended" in client_of(world.officer).get(address).content.decode()
    assert "Record " not in html.fromstring(reader.get(address).content).xpath("string(//main)")


def test_access_keys_are_told_to_whom_they_lead_somewhere(world: World) -> None:
    """“New request” stands in the menu, and on the page about the keyboard, of those who may enter one."""
    keyboard = reverse("desk:keyboard")
    assert "<dd>New request</dd>" in client_of(world.officer).get(keyboard).content.decode()
    press = make_staff(world.force, "the-press", "Robin", "press")
    assert "<dd>New request</dd>" not in client_of(press).get(keyboard).content.decode()


def test_the_form_of_a_step_says_why_it_is_not_for_the_person(world: World) -> None:
    """Before anything is typed in, not after."""
    case = open_case(world)
    auditor = make_staff(world.force, "the-auditor", "Robin", "auditor")
    answer = client_of(auditor).get(reverse("desk:new-task", args=[case.pk]))
    assert answer.status_code == 403
    assert "You cannot ask a business area: your role, Auditor, is not among those that do." in answer.content.decode()
    assert "New request" not in client_of(auditor).get(reverse("desk:caseload")).content.decode()


def test_an_officer_is_offered_every_form(world: World) -> None:
    """Nothing that an officer may do is hidden with what readers may not."""
    page = client_of(world.officer).get(reverse("desk:case", args=[open_case(world).pk])).content.decode()
    for offered in ("Ask a business area", "Triage the questions", "Hand over", "Correct the questions", "Export the"):
        assert offered in page


def test_the_link_of_a_task_is_shown_to_nobody_who_may_not_ask(world: World) -> None:
    """Whoever has the link can answer as the area, which an auditor, who changes nothing, must not."""
    pattern = next(pattern for pattern in PAGES if pattern.name == "task")
    path = address(pattern, open_case(world), world)
    auditor = make_staff(world.force, "the-auditor", "Robin", "auditor")
    assert "The link that they got" in client_of(world.officer).get(path).content.decode()
    assert "The link that they got" not in client_of(auditor).get(path).content.decode()


def test_every_step_that_a_page_or_a_template_names_is_in_the_workflow() -> None:
    """A name that is none would hide a form from everybody."""
    folders = [Path(next(iter(module.__path__))) / "templates" for module in (candour.desk, candour.post)]
    texts = [path.read_text() for path in chain.from_iterable(folder.rglob("*.html") for folder in folders)]
    named = {name for text in texts for name in re.findall(r"\bmay\.(\w+)", text)} | set(FORM_OF.values())
    assert len(named) > 10
    assert named <= set(workflow().events)


def test_a_step_that_there_is_not_is_an_error(world: World) -> None:
    """Asked for in Python, a wrong name does not pass for a no."""
    with pytest.raises(KeyError):
        May(world.officer)["fly"]


def test_nobody_who_sees_no_case_is_told_what_may_be_done(world: World) -> None:
    """A page that such a person may open holds no form of a case."""
    contact: StaffMember = make_staff(world.force, "the-contact", "Robin", "contact")
    client = Client()
    client.force_login(contact)
    assert client.get(reverse("desk:my-day")).status_code == 403
