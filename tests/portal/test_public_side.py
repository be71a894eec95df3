"""What stands around the log: feedback, comparison, explanations, and a server that has the public side alone."""

from __future__ import annotations

import re

import pytest
from desk.complete import claim, complete
from desk.world import World, open_case, published, published_elsewhere
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve, reverse

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
    assert "30(3)" in html
    assert "Not held" in html
    assert "No answer found" in Client().get("/compare/", {"q": "camels"}).content.decode()
    assert Client().get("/compare/", {"q": '") OR 1=1\x00'}).status_code == 200


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
