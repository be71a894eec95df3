"""Anybody can ask in a few pages: nothing is lost, nothing opens twice, and programs are held off."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from desk.world import (
    NOW,
    TODAY,
    World,
    denial,
    disclosure,
    make_force,
    open_case,
    portion,
    published,
    sent,
)
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from candour.desk.clearing.clear import clear
from candour.desk.clearing.put_up import prepare
from candour.desk.models import Case, Channel, ClockEvent, RequesterMessage
from candour.letters.response import Answer
from candour.portal import limits
from candour.portal.models import Draft, FollowLink
from candour.post.send import send
from candour.site.demo import decide

NAME, EMAIL = "Aisha Ní Bhraonáin", "aisha@requester.example"
PASTED = "Dear force,\n\nI write about stables.\n\n1. How many stables are there?\n2. Who cleans them?\n\nYours, Aisha"


class Asker:
    """Somebody who asks, with one browser."""

    def __init__(self, force: str = "westvale") -> None:
        self.client = Client(raise_request_exception=True)
        answer = self.client.post(reverse("portal:ask-force"), {"chosen": "1", "authority": force})
        assert answer.status_code == 302, answer.content
        self.secret = re.search(r"/ask/([^/]+)/topic/", answer["Location"])[1]  # type: ignore[index]

    def at(self, step: str) -> str:
        """The address of a step."""
        return reverse("portal:ask-step", args=[self.secret, step])

    def post(self, step: str, **given: Any) -> Any:
        """Post a step."""
        return self.client.post(self.at(step), given)

    def ask(self, *questions: str) -> None:
        """Write questions one by one."""
        for number, text in enumerate(questions, start=1):
            self.client.post(reverse("portal:ask-question", args=[self.secret, number]), {"text": text})

    def identify(self, name: str = NAME, email: str = EMAIL) -> None:
        """Give a name, and an address with the code that was mailed to it."""
        self.post("name", name=name)
        self.post("email", email=email)
        self.post("code", code=code())

    def all_but_sent(self, title: str = "Stables", *questions: str) -> None:
        """A request that only has to be sent."""
        self.post("topic", title=title)
        self.ask(*(questions or ("How many stables are there?",)))
        self.identify()

    def follow(self) -> str:
        """The private page."""
        return re.search(r"http://testserver(/follow/[^/\s\"]+/)", self.client.get(self.at("done")).content.decode())[1]  # type: ignore[index]


def code() -> str:
    """The code of the last mail."""
    return re.search(r"\b\d{6}\b", str(mail.outbox[-1].body))[0]  # type: ignore[index]


def test_a_request_goes_from_topic_to_reference(world: World) -> None:
    """Each page leads to the next; at the end stand reference and due date, on the page and in a mail."""
    asker = Asker()
    assert asker.post("topic", title="Stables")["Location"] == asker.at("how")
    assert asker.post("how", how="one")["Location"].endswith("/question/1/")
    asker.ask("How many stables are there?", "Who cleans them?\na) by day\nb) by night")
    assert asker.post("questions")["Location"] == asker.at("name")
    assert asker.post("name", name=NAME)["Location"] == asker.at("email")
    assert asker.post("email", email=EMAIL)["Location"] == asker.at("code")
    assert asker.post("code", code=code())["Location"] == asker.at("check")
    page = asker.client.get(asker.at("check")).content.decode()
    assert all(text in page for text in ("Stables", "Who cleans them?", NAME, EMAIL, "Westvale Police"))
    assert asker.post("check")["Location"] == asker.at("done")
    done = asker.client.get(asker.at("done")).content.decode()
    case = Case.objects.get()
    assert (case.reference, case.title, case.received.isoformat()) == ("1A/26", "Stables", "2026-03-27")
    assert (case.requester.name, case.requester.email) == (NAME, EMAIL)
    assert case.requests.get().channel == Channel.FORM
    assert [question.asked.text for question in case.questions.all()] == [
        "How many stables are there?",
        "Who cleans them?",
    ]
    assert [part.letter for part in case.questions.last().parts.all()] == ["a", "b"]  # type: ignore[union-attr]
    for text in (done, str(mail.outbox[-1].body)):
        assert "1A/26" in text
        assert f"{case.due:%-d %B %Y}" in text
        assert "/follow/" in text
    assert mail.outbox[-1].to == [EMAIL]


def test_a_pasted_request_is_split_and_kept_as_it_was(world: World) -> None:
    """The questions found are shown and can be changed; unchanged, the words are kept as they were pasted."""
    asker = Asker()
    asker.post("topic", title="Stables")
    asker.post("text", text=PASTED)
    page = asker.client.get(asker.at("questions")).content.decode()
    assert "How many stables are there?" in page
    assert "Who cleans them?" in page
    asker.identify()
    asker.post("check")
    assert Case.objects.get().requests.get().text.replace("\r\n", "\n") == PASTED


@pytest.mark.parametrize("text", ["Stables, please", "Horses\n\nand carts", "1.\n2.\n"])
def test_a_text_without_a_question_is_asked_as_one(world: World, text: str) -> None:
    """What somebody pasted is never lost between two pages, whatever can be made out in it."""
    asker = Asker()
    asker.post("topic", title="Stables")
    assert asker.post("text", text=text)["Location"] == asker.at("questions")
    assert text.split(maxsplit=1)[0] in asker.client.get(asker.at("questions")).content.decode()
    asker.identify()
    asker.post("check")
    case = Case.objects.get()
    assert case.questions.count() == 1
    assert text.rsplit(maxsplit=1)[-1] in case.requests.get().text


def test_more_questions_than_one_request_can_have_are_refused_and_none_is_dropped(world: World) -> None:
    """The page says how many there are; the text stays in the box."""
    asker = Asker()
    asker.post("topic", title="Stables")
    hundred = "\n\n".join(f"How many horses had stable {number}?" for number in range(1, 101))
    page = asker.post("text", text=f"{hundred}\n\nAnd how many were ill?").content.decode()
    assert "We found 101 questions. One request can have 100" in page
    assert "And how many were ill?" in page
    assert Draft.objects.get().questions == []
    asker.post("text", text=hundred)
    assert len(Draft.objects.get().questions) == 100


def test_questions_can_be_changed_and_removed(world: World) -> None:
    """What the requester agreed on is what is asked, also where the text was pasted."""
    asker = Asker()
    asker.post("topic", title="Stables")
    asker.post("text", text=PASTED)
    asker.client.post(reverse("portal:ask-question", args=[asker.secret, 2]), {"text": "Who feeds the horses?"})
    asker.post("questions", remove="1")
    asker.identify()
    asker.post("check")
    case = Case.objects.get()
    assert [question.text for question in case.questions.all()] == ["Who feeds the horses?"]
    assert "stables are there" not in case.requests.get().text


def test_a_request_sent_twice_opens_one_case(world: World) -> None:
    """A second press of the button, a reload and a second look lead to the same reference and one mail."""
    asker = Asker()
    asker.all_but_sent()
    for _ in range(3):
        asker.post("check")
        asker.client.get(asker.at("done"))
    assert Case.objects.count() == FollowLink.objects.count() == 1
    assert len([message for message in mail.outbox if "1A/26" in message.subject]) == 1


def test_nothing_written_stays_in_the_draft_once_it_is_sent(world: World) -> None:
    """Name, address and questions are in the case alone."""
    asker = Asker()
    asker.all_but_sent()
    asker.post("check")
    draft = Draft.objects.get()
    assert (draft.name, draft.email, draft.title, draft.text, draft.questions) == ("", "", "", "", [])


def test_secrets_are_not_in_the_database(world: World) -> None:
    """Who reads the tables can open neither the draft nor the private page."""
    asker = Asker()
    asker.all_but_sent()
    asker.post("check")
    stored = [*Draft.objects.values_list("digest", flat=True), *FollowLink.objects.values_list("digest", flat=True)]
    secrets = [asker.secret, asker.follow().split("/")[2]]
    assert not set(stored) & set(secrets)
    assert all(len(digest) == 64 for digest in stored)


def test_a_draft_survives_a_closed_browser_and_expires(world: World) -> None:
    """The browser finds it again by its cookie, any browser by its address, and nobody after fourteen days."""
    asker = Asker()
    asker.post("topic", title="Stables")
    assert asker.at("how") in asker.client.get(reverse("portal:ask")).content.decode()
    assert "Stables" in Client().get(asker.at("topic")).content.decode()
    with time_machine.travel(NOW + timedelta(days=15)):
        assert Client().get(asker.at("topic")).status_code == 404
        Asker()
        assert Draft.objects.count() == 1


def test_a_draft_can_be_deleted(world: World) -> None:
    """Who thinks better of it leaves nothing behind."""
    asker = Asker()
    asker.client.post(reverse("portal:ask"))
    assert not Draft.objects.exists()


def test_what_was_answered_is_offered_before_anybody_is_asked_who_they_are(world: World) -> None:
    """Published answers on the topic come right after it; who is content leaves without a trace."""
    published(world)
    asker = Asker()
    assert asker.post("topic", title="Horses of the police")["Location"] == asker.at("answered")
    page = asker.client.get(asker.at("answered")).content.decode()
    assert "Police horses" in page
    assert asker.post("answered", action="go-on")["Location"] == asker.at("how")
    assert "Nothing was sent" in asker.post("answered", action="enough").content.decode()
    assert not Draft.objects.exists()


@pytest.mark.parametrize("step", ["name", "email", "code", "check", "done"])
def test_no_page_can_be_skipped(world: World, step: str) -> None:
    """A request without questions, name or confirmed address is not sent."""
    asker = Asker()
    asker.post("topic", title="Stables")
    asker.post("check")
    assert not Case.objects.exists()
    assert asker.client.get(asker.at(step)).status_code in {200, 302}


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("request.docx", b"PK\x03\x04", "whose name ends with .txt"),
        ("request.txt", b"PK\x03\x04\x00\x01", "not plain text"),
        ("request.txt", b"\xff\xfe\x00", "not plain text"),
        ("request.exe", b"1. How many?", "whose name ends with .txt"),
        ("request.txt", b"x" * 1_000_001, "smaller than 1 MB"),
        ("request.txt", b"", "empty"),
    ],
)
def test_a_file_of_the_wrong_type_is_refused_in_words(world: World, name: str, content: bytes, why: str) -> None:
    """Whatever it is called: only plain text is read, and nothing is kept of what is refused."""
    asker = Asker()
    asker.post("topic", title="Stables")
    answer = asker.post("text", text="", file=SimpleUploadedFile(name, content))
    assert why in answer.content.decode()
    assert Draft.objects.get().questions == []


def test_a_text_file_is_read(world: World) -> None:
    """Its questions are found as if they had been pasted."""
    asker = Asker()
    asker.post("text", text="", file=SimpleUploadedFile("request.txt", b"1. How many?\n2. Why?"))
    assert Draft.objects.get().questions == ["How many?", "Why?"]


@pytest.mark.parametrize(
    "name",
    [
        "Łukasz Żółć",
        "Δημήτρης",
        "Анна",
        "محمد بن سلمان",
        "אבי",
        "山田太郎",
        "அருண்",
        "X Æ A-12",
        "O’Neill-Smith",
        "𝒵oë 🐎",
    ],
)
def test_names_of_every_script_arrive_whole(world: World, name: str) -> None:
    """In the case and on the page, letter for letter."""
    asker = Asker()
    asker.post("topic", title=name)
    asker.ask(f"Is {name} a horse?")
    asker.identify(name=name)
    assert name in asker.client.get(asker.at("check")).content.decode()
    asker.post("check")
    assert Case.objects.get().requester.name == name
    assert Case.objects.get().questions.get().text == f"Is {name} a horse?"


@pytest.mark.parametrize(
    "text",
    ['") OR 1=1', "<script>alert(1)</script>", "{{ 7*7 }}", "a\x00b", "\r\nBcc: x@y.example", "x" * 300, "\u202e"],
)
def test_no_input_breaks_a_page(world: World, text: str) -> None:
    """Each field takes it as text or says what is wrong."""
    asker = Asker()
    for step, field in (("topic", "title"), ("text", "text"), ("name", "name"), ("email", "email"), ("code", "code")):
        answer = asker.post(step, **{field: text})
        assert answer.status_code in {200, 302}, step
        assert b"<script>alert(1)" not in answer.content
    assert asker.client.get(asker.at("topic")).status_code == 200


def test_the_address_is_confirmed_before_anything_is_sent(world: World) -> None:
    """A wrong code is refused, five wrong ones end it, and another address needs another code."""
    asker = Asker()
    asker.post("topic", title="Stables")
    asker.ask("How many?")
    asker.post("name", name=NAME)
    asker.post("email", email=EMAIL)
    right = code()
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        assert "not the code" in asker.post("code", code=wrong).content.decode()
    assert "not the code" in asker.post("code", code=right).content.decode()
    asker.post("email", email=EMAIL)
    assert asker.post("code", code=f" {code()[:3]} {code()[3:]} ")["Location"] == asker.at("check")
    asker.post("email", email="other@requester.example")
    assert asker.post("check")["Location"] == asker.at("code")


def test_what_only_a_program_fills_in_is_refused(world: World) -> None:
    """The hidden field opens nothing, and the page says what to do."""
    asker = Asker()
    asker.all_but_sent()
    answer = asker.post("check", website="https://spam.example")
    assert answer.status_code == 400
    assert "Nothing was sent" in answer.content.decode()
    assert not Case.objects.exists()


def test_floods_are_held_off_in_the_database(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same network or address is told to wait, others are not, and the wait ends; no address is stored."""
    monkeypatch.setitem(limits.LIMITS, "code", (2, timedelta(hours=1)))
    asker = Asker()
    answers = [asker.post("email", email=EMAIL).status_code for _ in range(3)]
    assert answers == [302, 302, 429]
    assert asker.post("email", email="other@requester.example").status_code == 302
    with time_machine.travel(NOW + timedelta(hours=2)):
        assert asker.post("email", email=EMAIL).status_code == 302
    assert not any(EMAIL in str(vars(each)) for each in limits.Attempt.objects.all())


def test_a_mail_server_that_fails_loses_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The code page says so; after sending, the reference stands on the page and the mail goes at the next look."""
    asker = Asker()
    asker.all_but_sent()
    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", _refuses)
        asker.post("check")
        assert "could not send you a mail" in asker.client.get(asker.at("done")).content.decode()
        other = Asker()
        assert "could not send mail" in other.post("email", email=EMAIL).content.decode()
    asker.client.get(asker.at("done"))
    assert "1A/26" in mail.outbox[-1].subject


def _refuses(*_args: object, **_kwargs: object) -> int:
    raise ConnectionRefusedError


def test_one_force_needs_no_choice(world: World) -> None:
    """Where there is one force only, the button leads on at once."""
    world.outsider.delete()
    world.elsewhere.delete()
    answer = Client().post(reverse("portal:ask-force"))
    assert answer["Location"].endswith("/topic/")


# The private page


def case_of(asker: Asker) -> Case:
    """The case that the request opened."""
    return Case.objects.get(pk=FollowLink.objects.latest("pk").case_id)


def test_the_private_page_tells_in_plain_words_how_far_it_is(world: World) -> None:
    """Reference, dates and questions; no stage of the desk, no name of staff, not even the requester's own."""
    asker = Asker()
    asker.all_but_sent()
    asker.post("check")
    page = Client().get(asker.follow()).content.decode()
    assert "working on the answer" in page
    assert "How many stables are there?" in page
    assert not [text for text in (NAME, EMAIL, "Will", "Deciding", "clearance") if text in page]


def said(path: str, kind: str, text: str = "Only 2025, please.", number: str = "1") -> Any:
    """Say something on the private page."""
    form = {"text": text, "submission": f"00000000-0000-0000-0000-{number:0>12}"}
    return Client().post(f"{path}{kind}/", form)


def test_what_the_requester_says_is_kept_and_shown_to_staff(world: World) -> None:
    """Clarifying and narrowing are messages of the case, in its trail, without who wrote them; twice posted is once."""
    asker = Asker()
    asker.all_but_sent()
    asker.post("check")
    path, case = asker.follow(), case_of(asker)
    for _ in range(2):
        assert said(path, "narrow", f"Only 2025. {NAME}").status_code == 302
    assert [each.kind for each in case.requester_messages.all()] == ["narrow"]
    assert case.events.filter(kind="requester_wrote").count() == 1
    staff = Client()
    staff.force_login(world.officer)
    html = staff.get(reverse("desk:case", args=[case.pk])).content.decode()
    assert "Narrows the request" in html
    assert "Only 2025." in html
    assert NAME not in html
    assert "You asked for less" in Client().get(path).content.decode()


def test_a_request_can_be_withdrawn_once(world: World) -> None:
    """After that nothing more can be said, and the page says so."""
    asker = Asker()
    asker.all_but_sent()
    asker.post("check")
    path = asker.follow()
    assert said(path, "withdraw", "").status_code == 302
    assert "You withdrew this request" in Client().get(path).content.decode()
    assert said(path, "narrow", number="2").status_code == 409


def test_answer_and_files_can_be_fetched_and_a_review_asked_for_in_time(world: World) -> None:
    """The files have the bytes that were sent; a review can be asked for within 40 working days, and not after."""
    letter = sent(world)
    FollowLink.objects.create(case=letter.case, digest=_digest("s"))
    path = reverse("portal:follow", args=["s"])
    page = Client().get(path).content.decode()
    assert "Your request has been answered." in page
    assert "28 May 2026" in page
    for file in letter.files.all():
        answer = Client().get(reverse("portal:sent-file", args=["s", 1, file.name]))
        assert answer.content == bytes(file.content)
        assert answer["Content-Disposition"].startswith("attachment")
    assert said(path, "narrow").status_code == 409
    with time_machine.travel("2026-05-29T09:00:00+01:00"):
        assert said(path, "review", "Look again.").status_code == 409
    with time_machine.travel("2026-05-28T09:00:00+01:00"):
        assert said(path, "review", "Look again.").status_code == 302
    assert RequesterMessage.objects.get().kind == "review"


def _digest(secret: str) -> str:
    from candour.portal.models import digest_of

    return digest_of(secret)


def test_answers_that_come_in_stages_stand_on_the_page_one_by_one(world: World) -> None:
    """After the first letter the rest is still to come; each letter has its files, named in plain words."""
    case = open_case(world)
    FollowLink.objects.create(case=case, digest=_digest("s"))
    path = reverse("portal:follow", args=["s"])
    decide(case, Answer(denial(), ("1",)), world.officer)
    letter = prepare(case.pk, TODAY, world.officer, portion=portion(case, "1"))
    send(clear(letter.pk, letter.digest, world.approver).pk, world.officer)
    page = Client().get(path).content.decode()
    assert "Part of your request has been answered" in page
    assert "Your request has been answered." not in page
    assert [way in page for way in ("/narrow/", "/withdraw/", "/review/")] == [True, True, True]
    given, exhibit = disclosure()
    decide(case, Answer(given, ("2",), (exhibit,)), world.officer)
    sent(world, case)
    page = Client().get(path).content.decode()
    assert "Your request has been answered." in page
    assert page.count("The letter as PDF") == 2
    assert "horses.csv" in page
    assert "1A-26_letter" not in re.sub(r'href="[^"]*"', "", page)
    welsh = Client().get(f"/cy{path}").content.decode()
    assert "Y llythyr fel PDF" in welsh


@pytest.mark.parametrize(
    ("kind", "says"),
    [("withdrawn", "You withdrew"), ("lapsed", "did not hear from you in time"), ("transferred", "another authority")],
)
def test_a_request_that_has_ended_is_not_said_to_be_worked_on(world: World, kind: str, says: str) -> None:
    """The page says how it ended."""
    case = open_case(world)
    FollowLink.objects.create(case=case, digest=_digest("s"))
    ClockEvent.objects.create(case=case, kind=kind, on=TODAY, recorded_by=world.officer)
    page = Client().get(reverse("portal:follow", args=["s"])).content.decode()
    assert says in page
    assert "working on the answer" not in page


def test_what_cannot_be_said_yet_leads_back_to_the_private_page(world: World) -> None:
    """Nobody is stranded: the refusal leads to the request, and not to a new one."""
    case = open_case(world)
    FollowLink.objects.create(case=case, digest=_digest("s"))
    answer = Client().get(reverse("portal:say", args=["s", "review"]))
    assert answer.status_code == 409
    assert f'href="{reverse("portal:follow", args=["s"])}"' in answer.content.decode()


def test_a_private_page_shows_nothing_of_another_request(world: World) -> None:
    """A file is found under the page of its own request alone, and a wrong address leads nowhere."""
    mine, other = sent(world), sent(world)
    FollowLink.objects.create(case=mine.case, digest=_digest("s"))
    for path in (
        reverse("portal:sent-file", args=["s", 2, other.files.all()[0].name]),
        reverse("portal:follow", args=["t"]),
        reverse("portal:say", args=["t", "narrow"]),
        reverse("portal:say", args=["s", "complain"]),
    ):
        assert Client().get(path).status_code == 404


def test_private_pages_are_kept_by_nobody(world: World) -> None:
    """No cache stores them and no search engine lists them."""
    asker = Asker()
    asker.all_but_sent()
    for path in (asker.at("check"), reverse("portal:ask")):
        answer = asker.client.get(path)
        assert answer["Cache-Control"] == "private, no-store"
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] == "same-origin"


def test_each_force_gets_its_own(world: World) -> None:
    """The request goes to the force that was chosen."""
    make_force("northmarch", "Northmarch Constabulary")
    asker = Asker("kingsferry")
    asker.all_but_sent()
    asker.post("check")
    assert Case.objects.get().authority == world.elsewhere
