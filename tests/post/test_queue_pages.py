"""The pages of mail that came in: what waits, one message, what it becomes, and who may see it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from desk.world import EMAIL, NAME, NOW, World, cleared, decide_all, incoming, make_staff, open_case, sent
from django.test import Client
from django.urls import reverse

from candour.desk.intake.receive import receive_request
from candour.desk.models import Case, EventKind, StaffMember
from candour.desk.refusals import NotAllowed
from candour.post.acknowledge import acknowledge
from candour.post.deal import not_request
from candour.post.deal import not_requests as keep_all
from candour.post.models import EntryState, Fate, OutgoingMail, QueueEntry
from candour.post.take_in import take_in
from post.mails import bounce, mail

STRANGER, THEIR_ADDRESS = "Sorrel Quillon", "sorrel@requester.example"
REQUESTER = f"{NAME} <{EMAIL}>"


def as_(person: StaffMember) -> Client:
    """A browser in which the person has signed in."""
    client = Client()
    client.force_login(person)
    return client


def entry_of(raw: bytes) -> QueueEntry:
    """The only entry of a message that is taken in."""
    return take_in(raw).entries.get()


def seen(client: Client, name: str, *args: Any) -> str:
    """The page."""
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def posted(client: Client, entry: QueueEntry, **data: Any) -> str:
    """The page after an action on a message."""
    answer = client.post(reverse("post:message", args=[entry.pk]), data, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def request_data(client: Client, entry: QueueEntry) -> dict[str, Any]:
    """The form of a new request as the page fills it in."""
    form = client.get(reverse("post:request-from-mail", args=[entry.pk])).context["form"]
    data = {name: form[name].value() or "" for name in form.fields if name != "received"}
    received = form["received"].value()
    return {
        **data,
        "received_day": received.day,
        "received_month": received.month,
        "received_year": received.year,
    }


def test_an_empty_queue_says_so(world: World) -> None:
    assert "No message waits." in seen(as_(world.officer), "post:queue")
    assert "There is no such message." in as_(world.officer).get("/desk/mail/?state=joined").content.decode()


@pytest.mark.parametrize("name", ["post:queue", "post:sent"])
def test_the_columns_of_a_list_stand_in_its_table_alone(world: World, name: str) -> None:
    entry_of(mail())
    returned = acknowledge(open_case(world))
    assert returned is not None
    OutgoingMail.objects.update(fate=Fate.RETURNED)
    head, _, body = seen(as_(world.officer), name).partition("<body")
    assert "What became of it" not in head
    assert "Why it waits" not in head
    assert body.count('<th scope="col"') == 4


def test_the_queue_lists_the_mail_of_the_force_alone(world: World) -> None:
    entry_of(mail())
    assert "Drones" in seen(as_(world.officer), "post:queue")
    assert "Drones" not in seen(as_(world.outsider), "post:queue")


@pytest.mark.parametrize("name", ["post:message", "post:request-from-mail", "post:unplaced-message"])
def test_a_message_of_another_force_is_not_there(world: World, name: str) -> None:
    entry = entry_of(mail())
    address = reverse(name, args=[entry.pk])
    for method in ("get", "post"):
        assert getattr(as_(world.outsider), method)(address).status_code in {403, 404}


def test_the_queue_asks_the_database_the_same_number_of_times_however_long_it_is(
    world: World, django_assert_max_num_queries: Any
) -> None:
    case = open_case(world)
    for number in range(30):
        take_in(mail(message_id=f"<{number}@x.example>", subject=f"{case.reference} {number}"))
    client = as_(world.officer)
    with django_assert_max_num_queries(8) as asked:
        seen(client, "post:queue")
    for query in asked.captured_queries:
        assert "messagebytes" not in query["sql"]
        assert '"reading"' not in query["sql"]


WITH_A_FILE = (
    b"To: foi@westvale.police.example\nSubject: <b>x</b>\nContent-Type: multipart/mixed; boundary=e\n\n--e\n"
    b"Content-Type: text/html\n\n<p>Hi</p><script>alert(1)</script><img src=https://spy.example/x.gif>\n--e\n"
    b'Content-Type: text/html; name="../run \xc3\xa9\r\nX: y.html"\n\n<script>alert(2)</script>\n--e--\n'
)


def test_a_message_is_shown_as_text_and_its_files_can_only_be_saved(world: World) -> None:
    client, entry = as_(world.officer), entry_of(WITH_A_FILE)
    page = seen(client, "post:message", entry.pk)
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    for never in ("alert(1)", "alert(2)", "spy.example"):
        assert never not in page
    address = reverse("post:mail-file", args=[entry.pk, 1])
    assert f'href="{address}"' in page
    answer = client.get(address)
    assert answer.content.strip() == b"<script>alert(2)</script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "/" not in answer["Content-Disposition"]
    assert "sandbox" in answer["Content-Security-Policy"]
    assert client.get(reverse("post:mail-file", args=[entry.pk, 0])).content == WITH_A_FILE
    assert client.get(reverse("post:mail-file", args=[entry.pk, 2])).status_code == 404
    assert as_(world.outsider).get(address).status_code == 404


def test_the_files_of_a_case_are_opened_only_by_who_looked_for_a_reason(world: World) -> None:
    case = open_case(world)
    raw = WITH_A_FILE.replace(b"Subject: <b>x</b>", f"From: {EMAIL}\nSubject: {case.reference}".encode())
    entry = entry_of(raw)
    assert entry.case == case
    client, address = as_(world.officer), reverse("post:mail-file", args=[entry.pk, 1])
    for number in (0, 1):
        assert client.get(reverse("post:mail-file", args=[entry.pk, number])).status_code == 404
    assert address not in seen(client, "desk:case", case.pk)
    looked = client.post(reverse("desk:requester", args=[case.pk]), {"reason": "To read the file"}).content.decode()
    found = re.search(rf'{address}\?look=([^"]+)', looked)
    assert found
    assert client.get(address, {"look": found[1]}).content.strip() == b"<script>alert(2)</script>"
    assert as_(world.second).get(address, {"look": found[1]}).status_code == 404
    assert client.get(address, {"look": found[1][:-1]}).status_code == 404
    with time_machine.travel(NOW + timedelta(hours=2)):
        assert as_(world.officer).get(address, {"look": found[1]}).status_code == 404


def test_the_files_of_mail_for_no_force_are_for_administrators(world: World) -> None:
    entry = entry_of(WITH_A_FILE.replace(b"westvale", b"nowhere"))
    address = reverse("post:unplaced-file", args=[entry.pk, 1])
    assert as_(world.officer).get(address).status_code == 404
    type(world.officer).objects.filter(pk=world.officer.pk).update(is_superuser=True)
    client = as_(world.officer)
    assert address in seen(client, "post:unplaced-message", entry.pk)
    assert client.get(address).content.strip() == b"<script>alert(2)</script>"


def test_a_copy_is_put_to_another_case_from_the_page(world: World) -> None:
    one, entry = open_case(world), entry_of(mail())
    other = receive_request(world.force, incoming(text="1. How many horses?"), world.officer)
    client = as_(world.officer)
    posted(client, entry, action="put_to_case", **{"case-reference": one.reference})
    assert "It belongs to another case as well" in seen(client, "post:message", entry.pk)
    posted(client, entry, action="also_to_case", **{"case-reference": other.reference})
    assert {copy.case for copy in entry.message.entries.all()} == {one, other}


def test_a_person_confirms_a_new_request_and_its_questions(world: World) -> None:
    entry = entry_of(mail())
    client = as_(world.officer)
    page = seen(client, "post:request-from-mail", entry.pk)
    assert "<li>How many drones does the force own?</li>" in page
    assert Case.objects.count() == 0
    data = request_data(client, entry)
    assert (data["requester_name"], data["requester_email"], data["title"]) == (STRANGER, THEIR_ADDRESS, "Drones")
    answer = client.post(reverse("post:request-from-mail", args=[entry.pk]), data)
    case = Case.objects.get()
    assert answer.headers["Location"] == reverse("desk:questions", args=[case.pk])
    assert (case.requester.email, case.title, case.questions.count()) == (THEIR_ADDRESS, "Drones", 2)
    client.post(reverse("post:request-from-mail", args=[entry.pk]), data)
    assert Case.objects.count() == 1
    assert QueueEntry.objects.get().state == EntryState.NEW_REQUEST
    page = seen(client, "desk:case", case.pk)
    assert "Drones (the request)" in page
    assert not [told for told in (STRANGER, THEIR_ADDRESS) if told in page]


def test_the_questions_are_found_again_in_a_corrected_text(world: World) -> None:
    entry = entry_of(mail())
    client = as_(world.officer)
    data = {**request_data(client, entry), "text": "1. How many boats?\n2. How many kites?", "again": "1"}
    page = client.post(reverse("post:request-from-mail", args=[entry.pk]), data).content.decode()
    assert "<li>How many kites?</li>" in page
    assert Case.objects.count() == 0


def test_a_form_of_another_message_opens_nothing(world: World) -> None:
    entry, other = entry_of(mail()), entry_of(mail(message_id="<2@x.example>"))
    client = as_(world.officer)
    data = request_data(client, other)
    assert client.post(reverse("post:request-from-mail", args=[entry.pk]), data).status_code == 404
    assert Case.objects.count() == 0


def test_a_request_of_whatdotheyknow_is_marked_and_its_foot_left_out(world: World) -> None:
    words = f"How many?\n\n{'-' * 67}\n\nPlease use this email address for all replies to this request:\nx\n"
    raw = mail(
        words,
        sender="Jo Doe <foi+request-1234-0a1b2c3d@whatdotheyknow.com>",
        subject="Freedom of Information request - Kites",
    )
    entry = entry_of(raw)
    client = as_(world.officer)
    assert "published at once" in seen(client, "post:message", entry.pk)
    data = request_data(client, entry)
    assert (data["title"], data["text"].strip()) == ("Kites", "How many?")


def test_a_message_is_put_to_a_case_by_its_reference_and_shown_there_masked(world: World) -> None:
    case = open_case(world)
    words = f"I also want 2025.\nRegards,\n{NAME}\n07700 900123\n"
    entry = entry_of(mail(words, sender=REQUESTER, subject=f"A word of {NAME}"))
    client = as_(world.officer)
    page = posted(client, entry, action="put_to_case", **{"case-reference": "no such"})
    assert "There is no case with this reference." in page
    posted(client, entry, action="put_to_case", **{"case-reference": f" {case.reference.lower()} "})
    for name, pk in (("desk:case", case.pk), ("post:message", entry.pk)):
        page = seen(client, name, pk)
        assert "I also want 2025." in page
        assert not [told for told in (NAME, "Quillfeather", EMAIL, "900123") if told in page]
    assert case.events.filter(kind=EventKind.MAIL).count() == 1


def test_who_wrote_the_mail_of_a_case_is_seen_only_with_a_reason(world: World) -> None:
    case = open_case(world)
    entry_of(mail("From my phone: 07700 900123.\n", sender=REQUESTER, subject=case.reference))
    client = as_(world.officer)
    address = reverse("desk:requester", args=[case.pk])
    assert "900123" not in client.get(address).content.decode()
    assert "900123" in client.post(address, {"reason": "To ring back."}).content.decode()
    assert case.events.filter(kind=EventKind.REQUESTER_SEEN).count() == 1


def test_who_wrote_is_kept_apart_while_a_message_seems_to_belong_to_a_case(world: World) -> None:
    case = open_case(world)
    entry = entry_of(mail(subject=f"Re: {case.reference}"))
    client = as_(world.officer)
    for page in (seen(client, "post:queue"), seen(client, "post:message", entry.pk)):
        assert THEIR_ADDRESS not in page
        assert "Quillon" not in page
    answer = client.get(reverse("post:request-from-mail", args=[entry.pk]))
    assert answer.status_code == 302
    page = posted(client, entry, action="not_suggested")
    assert THEIR_ADDRESS in page
    assert case.events.filter(kind=EventKind.MAIL).exists()


def test_a_message_that_is_no_request_needs_a_reason_and_can_be_put_back(world: World) -> None:
    entry = entry_of(mail())
    client = as_(world.officer)
    assert "Say why, in a few words" in posted(client, entry, action="not_request")
    posted(client, entry, action="not_request", **{"reason-reason": "An advertisement"})
    assert "An advertisement" in client.get(reverse("post:queue") + "?state=not_request").content.decode()
    posted(client, entry, action="take_back", **{"reason-reason": "It asks something"})
    entry.refresh_from_db()
    assert entry.state == EntryState.WAITING


def test_a_case_shows_that_its_letter_came_back(world: World) -> None:
    response = sent(world)
    entry_of(bounce(f"{response.digest[:40]}@westvale.police.example"))
    page = seen(as_(world.officer), "desk:case", response.case_id)
    assert "Undelivered Mail Returned to Sender (came back)" in page
    assert "550 no such user" in page
    assert EMAIL not in page


def test_a_sender_that_is_not_proven_is_warned_of(world: World) -> None:
    entry = entry_of(b"Authentication-Results: mx; dmarc=fail\n" + mail())
    assert "could not prove" in seen(as_(world.officer), "post:message", entry.pk)


def test_mail_for_no_force_is_for_administrators(world: World) -> None:
    entry = entry_of(mail(to="x@nowhere.example"))
    for address in (reverse("post:unplaced"), reverse("post:unplaced-message", args=[entry.pk])):
        assert as_(world.approver).get(address).status_code == 404
        assert Client().get(address).status_code == 302
    administrator = make_staff(None, "ada", "Ada", "officer")
    StaffMember.objects.filter(pk=administrator.pk).update(is_superuser=True)
    client = as_(administrator)
    assert "Drones" in seen(client, "post:unplaced")
    address = reverse("post:unplaced-message", args=[entry.pk])
    assert "Choose the force" in client.post(address, {"action": "give"}).content.decode()
    client.post(address, {"action": "give", "force-authority": world.force.pk})
    assert "Drones" in seen(as_(world.officer), "post:queue")
    assert "No message waits." in seen(client, "post:unplaced")


def test_the_page_that_sends_says_first_that_whatdotheyknow_publishes(world: World) -> None:
    address = "foi+request-1234-0a1b2c3d@whatdotheyknow.com"
    for email, warned in ((address, True), (EMAIL, False)):
        case = decide_all(world, open_case(world, requester_email=email))
        cleared(world, case)
        page = seen(as_(world.officer), "post:send", case.pk)
        assert ("published on that site at once" in page) is warned


def not_requests(client: Client, chosen: list[QueueEntry], **data: Any) -> str:
    """The page for several messages that were ticked; with `data`, what comes of its form."""
    path = f"{reverse('post:not-requests')}?{'&'.join(f'mail={entry.pk}' for entry in chosen)}"
    answer = client.post(path, {"mails": [entry.pk for entry in chosen], **data}, follow=True) if data else None
    answer = answer or client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_several_messages_are_kept_as_not_requests_with_one_reason(world: World) -> None:
    """Ticked in the queue, looked over with their first words, kept; each stands in the trail, and can be put back."""
    client = as_(world.officer)
    adverts = [entry_of(mail(f"Buy {number} chairs.\n", subject=f"Chairs {number}")) for number in range(3)]
    queue = seen(client, "post:queue")
    assert all(f'name="mail" value="{entry.pk}"' in queue for entry in adverts)
    page = not_requests(client, adverts[:2])
    assert "Buy 0 chairs." in page
    assert page.count(" checked") == 2
    assert "Chairs 2" not in page
    assert "Say why, in a few words" in not_requests(client, adverts[:2], reason="")
    assert "2 messages kept under “Not a request”." in not_requests(client, adverts[:2], reason="Advertisements")
    states = QueueEntry.objects.order_by("pk").values_list("state", "reason")
    assert list(states) == [("not_request", "Advertisements")] * 2 + [("waiting", "")]
    told = list(world.force.events.filter(kind=EventKind.MAIL))
    assert [(each.why, each.actor) for each in told] == [("Advertisements", world.officer)] * 2
    assert {each.detail.split()[1] for each in told} == {str(entry.pk) for entry in adverts[:2]}
    posted(client, adverts[0], action="take_back", **{"reason-reason": "It asks something"})
    assert world.force.events.filter(kind=EventKind.MAIL, why="It asks something").exists()


def test_what_was_dealt_with_or_may_belong_to_a_case_is_left_out(world: World) -> None:
    """A message of a case is read by itself; what another person took meanwhile stays as they left it."""
    case = open_case(world)
    about = entry_of(mail(f"About {case.reference}.\n", sender="x@elsewhere.example", subject=case.reference))
    assert about.suggested == case
    first, second = (entry_of(mail(f"Chairs, {number}.\n", subject=f"Chairs {number}")) for number in range(2))
    client = as_(world.officer)
    page = not_requests(client, [about, first, second])
    assert f"perhaps of {case.reference}" in page
    assert "x@elsewhere.example" not in page
    not_request(second.pk, "Meant for others", world.officer)
    page = not_requests(client, [first, second], reason="Advertisements")
    assert "Somebody has dealt with one of these messages already" in page
    done, stay = keep_all(world.force, [about.pk, first.pk, second.pk], "Advertisements", world.officer)
    assert (done, stay) == (1, [second, about])
    assert "No message was chosen" in not_requests(client, [first])


def test_messages_of_another_force_and_of_who_only_reads_are_not_kept(world: World) -> None:
    """Nobody reaches into the queue of another force, and the page is for who deals with mail."""
    entry = entry_of(mail("Buy chairs.\n", subject="Chairs"))
    assert "Chairs" not in not_requests(as_(world.outsider), [entry])
    assert keep_all(world.elsewhere, [entry.pk], "Advertisements", world.outsider) == (0, [])
    with pytest.raises(NotAllowed):
        keep_all(world.force, [entry.pk], "Advertisements", world.outsider)
    auditor = as_(make_staff(world.force, "ivo", "Ivo", "auditor"))
    assert 'name="mail"' not in seen(auditor, "post:queue")
    assert auditor.get(reverse("post:not-requests")).status_code in {302, 403}
    entry.refresh_from_db()
    assert entry.state == EntryState.WAITING
