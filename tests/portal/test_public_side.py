"""What stands around the log: feedback, comparison, explanations, and a server that has the public side alone."""

from __future__ import annotations

import re

import pytest
from desk.complete import claim, complete
from desk.world import World, open_case, published, published_elsewhere, sent
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve, reverse

from candour.desk.models import Authority
from candour.law import Outcome
from candour.letters.response import Answer
from candour.portal.models import Feedback
from candour.site.demo import decide
from portal.surfaces import ENTRIES, LISTINGS, surfaces

CASE_TABLES = re.compile(
    r'"desk_(?:case|request|requester|question\w*|decision|claim|response\w*|event|clockevent|job)"'
)


def test_feedback_is_kept_with_its_page_and_shown_to_staff(world: World) -> None:
    """Every page leads to it, naming itself; nothing of the reader is kept; staff read it."""
    assert "/feedback/?page=/about/" in Client().get("/about/").content.decode()
    answer = Client().post("/feedback/", {"page": "/about/", "useful": "no", "text": "<b>Too long</b>"})
    assert "Thank you" in answer.content.decode()
    said = Feedback.objects.get()
    assert (said.page, said.useful, said.text) == ("/about/", False, "<b>Too long</b>")
    staff = Client()
    staff.force_login(world.officer)
    html = staff.get(reverse("portal-staff:feedback")).content.decode()
    assert "&lt;b&gt;Too long" in html
    assert Client().get(reverse("portal-staff:feedback")).status_code == 302


def test_empty_feedback_and_that_of_programs_is_refused(world: World) -> None:
    """With words on what to do."""
    assert "Say whether the page was useful" in Client().post("/feedback/", {"page": "x"}).content.decode()
    assert Client().post("/feedback/", {"text": "x", "website": "y"}).status_code == 400
    assert not Feedback.objects.exists()


def test_a_private_address_is_not_told_to_the_feedback(world: World) -> None:
    """The page that feedback is about never names a secret."""
    html = Client().get("/follow/a-secret/").content.decode()
    assert "page=/ask/" in html
    assert "page=/follow" not in html


def test_forces_are_compared_side_by_side(world: World) -> None:
    """Each force stands there once, with the answer that fits best, its outcome and its limbs."""
    published(world)
    published_elsewhere(world, "Police horses elsewhere")
    html = Client().get("/compare/", {"q": "police horses"}).content.decode()
    assert html.index("Kingsferry Police") < html.index("Westvale Police")
    assert '<a class="govuk-link" href="/explained/#section-30">30(3)</a>' in html
    assert "Not held" in html
    assert "How many <mark>police</mark> <mark>horses</mark> are under investigation?" in html
    assert "We neither confirm nor deny" in html
    assert "No answer found" in Client().get("/compare/", {"q": "camels"}).content.decode()
    assert Client().get("/compare/", {"q": '") OR 1=1\x00'}).status_code == 200


def test_the_rule_and_the_share_published_stand_with_the_figures(world: World) -> None:
    """Readers see by which rule a force publishes, and how many of the answers it sent are on the log."""
    published(world)
    sent(world)
    Authority.objects.filter(pk=world.force.pk).update(publication_rule="Whatever others ask too.")
    html = Client().get("/figures/westvale/").content.decode()
    assert "Whatever others ask too." in html
    assert "Answers that were sent: 2. On the disclosure log: 1 (50%)." in html
    assert "Ar y cofnod datgelu: 1 (50%)" in Client().get("/cy/figures/westvale/").content.decode()
    assert 'href="/figures/"' in Client().get("/about/").content.decode()


@pytest.mark.parametrize("path", ["/nowhere/", "/log/westvale/nothing/", "/follow/wrong/", "/cy/nowhere/"])
def test_an_address_that_leads_nowhere_lets_a_reader_leave_and_change_the_language(world: World, path: str) -> None:
    """The page that is not there has the quick exit and the other language, as every other has."""
    answer = Client().get(path)
    html = answer.content.decode()
    assert answer.status_code == 404
    assert "data-candour-quick-exit" in html
    assert "candour-language" in html
    assert ("Ni chafwyd y dudalen" if path.startswith("/cy/") else "Page not found") in html


def test_a_form_without_its_token_is_refused_in_the_language_of_the_page(world: World) -> None:
    """What to do is said in Welsh on a Welsh page, and the reader can leave at once."""
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/cy/ask/force/", {"chosen": "1", "authority": "westvale"})
    assert answer.status_code == 403
    assert "Ni allem dderbyn y ffurflen honno" in answer.content.decode()
    assert "data-candour-quick-exit" in answer.content.decode()


def test_what_cannot_be_read_at_all_is_answered_in_words(world: World) -> None:
    """More fields than any form has, and a host that is not ours: a page that says what to do, and no trace."""
    for answer in (
        Client().post("/feedback/", {f"field{number}": "x" for number in range(1_100)}),
        Client(SERVER_NAME="elsewhere.example").get("/"),
    ):
        assert answer.status_code == 400
        assert "could not read what your browser sent" in answer.content.decode()


def test_outcomes_and_limbs_are_explained_one_click_away(world: World) -> None:
    """The outcome opens its explanation, and each limb leads to where it is explained."""
    entry = published(world)
    html = Client().get(f"/log/westvale/{entry.slug}/").content.decode()
    assert "does not say whether it has the information" in html
    explained = Client().get("/explained/").content.decode()
    for anchor in re.findall(r'href="/explained/#([^"]+)"', html):
        assert f'id="{anchor}"' in explained, anchor
    assert html.count("/explained/#section-") == 2


def test_the_log_reads_published_snapshots_and_no_table_of_cases(world: World) -> None:
    """On no page, feed, file or piece of data is a table of cases, decisions or letters asked."""
    entry = published(world)
    case = open_case(world, title="Stables")
    decide(case, Answer(complete(Outcome.NCND, claim("38(2)", "38(1)(a)")), ("1", "2")), world.officer)
    for path in surfaces(entry, {**LISTINGS, **ENTRIES}):
        with CaptureQueriesContext(connection) as queries:
            answer = Client().get(path)
            if answer.streaming:
                b"".join(answer.streaming_content)  # type: ignore[arg-type]
        assert not [query["sql"] for query in queries if CASE_TABLES.search(query["sql"])], path


@pytest.mark.parametrize("path", ["/desk/", "/desk/cases/1/", "/admin/", "/desk/sign-in/", "/desk/feedback/"])
def test_a_public_server_cannot_route_to_the_desk(path: str) -> None:
    """With CANDOUR_SIDE=public there is no such address, whoever asks."""
    with pytest.raises(Resolver404):
        resolve(path, "candour.site.public_urls")
    assert resolve(path, "candour.site.urls")


def test_a_public_server_answers_every_public_page(world: World) -> None:
    """Nothing on a page needs an address of the desk, and none is linked."""
    entry = published(world)
    with override_settings(ROOT_URLCONF="candour.site.public_urls", CANDOUR_SIDE="public"):
        for path in [*surfaces(entry), "/nowhere/"]:
            answer = Client().get(path)
            assert answer.status_code in {200, 404, 409}, path
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[arg-type]
            assert b'href="/desk/' not in content, path
