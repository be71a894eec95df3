"""The page of mail that goes out, and what is done about a letter that came back."""

from __future__ import annotations

import smtplib
from typing import Any

import pytest
from desk.world import EMAIL, NOW, World, cleared, open_case
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from candour.desk.refusals import NotAllowed, Refused
from candour.post.acknowledge import acknowledge, resolve_acknowledgement
from candour.post.background import deliver_due
from candour.post.deal import deal_with_returned
from candour.post.models import MailState, OutgoingMail
from candour.post.send import send
from candour.post.take_in import take_in
from post.mails import bounce
from post.test_send import Down, down

__all__ = ["down"]


def returned_letter(world: World) -> OutgoingMail:
    """An answer that was sent and came back."""
    response = send(cleared(world).pk, world.officer)
    take_in(bounce(response.digest[:40] + "@westvale.police.example"))
    return OutgoingMail.objects.get(response=response)


def officer(world: World) -> Client:
    """The officer at the desk."""
    client = Client()
    client.force_login(world.officer)
    return client


def test_a_letter_that_came_back_stands_at_the_top_of_its_case(world: World) -> None:
    """The case and the list of what needs somebody show it, until somebody says how the requester was reached."""
    mail = returned_letter(world)
    assert mail.case is not None
    client = officer(world)
    case_page, list_page = reverse("desk:case", args=[mail.case_id]), reverse("post:sent")
    assert "the requester has not had it" in client.get(case_page).content.decode()
    assert mail.case.reference in client.get(list_page).content.decode()
    page = client.get(reverse("post:returned", args=[mail.pk])).content.decode()
    assert "550 no such user" in page
    assert EMAIL not in page
    client.post(reverse("post:returned", args=[mail.pk]), {"action": "reached", "how": "Posted today."})
    assert "the requester has not had it" not in client.get(case_page).content.decode()
    assert mail.case.reference not in client.get(list_page).content.decode()
    event = mail.case.events.last()
    assert event is not None
    assert (event.actor, event.why) == (world.officer, "Posted today.")


def test_how_the_requester_was_reached_has_to_be_said(world: World) -> None:
    """An empty form is shown again, with what to do."""
    mail = returned_letter(world)
    page = (
        officer(world)
        .post(reverse("post:returned", args=[mail.pk]), {"action": "reached", "how": " "})
        .content.decode()
    )
    assert "Say how it reached the requester" in page
    mail.refresh_from_db()
    assert mail.dealt_with == ""


def test_it_is_said_once_and_by_the_same_force(world: World) -> None:
    """A second answer is refused, and another force has nothing to say."""
    mail = returned_letter(world)
    with pytest.raises(NotAllowed):
        deal_with_returned(mail.pk, "x", world.outsider)
    deal_with_returned(mail.pk, "Posted.", world.officer)
    with pytest.raises(Refused, match="dealt with this message already"):
        deal_with_returned(mail.pk, "Posted.", world.officer)
    stranger = Client()
    stranger.force_login(world.outsider)
    assert stranger.get(reverse("post:returned", args=[mail.pk])).status_code == 404


def test_each_list_shows_its_messages_and_never_to_whom(world: World) -> None:
    """An acknowledgement that waits is on its way; a letter that went is sent; nobody’s address is on the page."""
    send(cleared(world).pk, world.officer)
    acknowledge(open_case(world, title="Carts"))
    client = officer(world)
    on_its_way = client.get(reverse("post:sent"), {"show": "waiting"}).content.decode()
    gone = client.get(reverse("post:sent"), {"show": "sent"}).content.decode()
    assert "Carts" in on_its_way
    assert "Carts" not in gone
    assert "Answer" in gone
    assert EMAIL not in on_its_way + gone
    assert "Nothing needs you here" in client.get(reverse("post:sent"), {"show": "nonsense"}).content.decode()


def test_another_force_sees_none_of_it(world: World) -> None:
    """Forces are separate."""
    returned_letter(world)
    stranger = Client()
    stranger.force_login(world.outsider)
    for show in ("trouble", "sent", "returned"):
        assert "1A/26" not in stranger.get(reverse("post:sent"), {"show": show}).content.decode()


def acknowledged(world: World, state: MailState, said: str = "") -> OutgoingMail:
    """The acknowledgement of a new request, as far on its way as that."""
    mail = acknowledge(open_case(world))
    assert mail is not None
    OutgoingMail.objects.filter(pk=mail.pk).update(state=state, said=said, claimed_at=NOW)
    mail.refresh_from_db()
    return mail


def test_an_acknowledgement_that_is_refused_is_told_of_at_its_case(world: World, down: Down) -> None:
    """The address is wrong: somebody has to know before the answer goes the same way."""
    mail = acknowledge(open_case(world))
    assert mail is not None
    down(smtplib.SMTPRecipientsRefused({EMAIL: (550, b"no such user")}))
    deliver_due()
    mail.refresh_from_db()
    assert mail.case is not None
    assert mail.state == MailState.REFUSED
    event = mail.case.events.last()
    assert event is not None
    assert event.detail == "The acknowledgement did not reach the requester."
    assert EMAIL not in event.why
    client = officer(world)
    case_page = reverse("desk:case", args=[mail.case_id])
    assert "the mail server refused it" in client.get(case_page).content.decode()
    assert mail.case.reference in client.get(reverse("post:sent")).content.decode()
    client.post(reverse("post:returned", args=[mail.pk]), {"action": "reached", "how": "By telephone."})
    assert "the mail server refused it" not in client.get(case_page).content.decode()


def test_a_person_says_what_became_of_an_acknowledgement_that_was_interrupted(
    world: World, mailoutbox: list[Any]
) -> None:
    """It was sent, and stays so; or it was not, and goes once more."""
    mail = acknowledged(world, MailState.HANDING_OVER, "The line broke.")
    assert mail.case is not None
    client = officer(world)
    page = client.get(reverse("post:returned", args=[mail.pk])).content.decode()
    assert "Was this message sent?" in page
    assert mail.key in page
    client.post(reverse("post:returned", args=[mail.pk]), {"action": "was_not_sent"})
    assert "not sent. It is sent again" in str(mail.case.events.last().detail)  # type: ignore[union-attr]  # there is one
    deliver_due()
    assert len(mailoutbox) == 1
    mail.refresh_from_db()
    assert mail.state == MailState.TAKEN
    with pytest.raises(Refused, match="not interrupted"):
        resolve_acknowledgement(mail.pk, was_taken=False, actor=world.officer)


def test_an_acknowledgement_that_was_sent_is_not_sent_again(world: World, mailoutbox: list[Any]) -> None:
    """The person looked it up in the log of the server."""
    mail = acknowledged(world, MailState.HANDING_OVER, "The line broke.")
    officer(world).post(reverse("post:returned", args=[mail.pk]), {"action": "was_sent"})
    deliver_due()
    mail.refresh_from_db()
    assert (mail.state, mailoutbox) == (MailState.TAKEN, [])


def test_an_acknowledgement_that_is_handed_over_just_now_is_left_alone(world: World) -> None:
    """Nobody is asked about an attempt that is at work."""
    mail = acknowledged(world, MailState.HANDING_OVER)
    OutgoingMail.objects.filter(pk=mail.pk).update(claimed_at=timezone.now())
    client = officer(world)
    assert "Was this message sent?" not in client.get(reverse("post:returned", args=[mail.pk])).content.decode()
    client.post(reverse("post:returned", args=[mail.pk]), {"action": "was_not_sent"})
    mail.refresh_from_db()
    assert mail.state == MailState.HANDING_OVER


def test_a_letter_that_was_interrupted_leads_to_its_own_page(world: World) -> None:
    """There a person says what became of it."""
    mail = returned_letter(world)
    OutgoingMail.objects.filter(pk=mail.pk).update(state=MailState.HANDING_OVER)
    answer = officer(world).get(reverse("post:returned", args=[mail.pk]))
    assert answer["Location"] == reverse("post:send", args=[mail.case_id])
