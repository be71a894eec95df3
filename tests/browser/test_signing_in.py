"""Signing in as people do it: password, second factor, the account of the force; and every page of it looked at."""

from __future__ import annotations

import re

from desk.sign_in.identity_provider import running
from desk.sign_in.signing import app_code
from playwright.sync_api import Page, expect
from pytest_django import Settings

from candour.desk import account_urls
from candour.desk.models import SecondFactor, StaffMember
from candour.desk.sign_in.limits import LIMITS
from candour.site.demo import PASSWORD

from .conftest import Visits
from .pages import every_finding
from .walk import follow, heading, press, see, sign_in, write

NAME = "will.okafor@westvale.example"
ERROR_TITLE = re.compile("^Error: ")
SHOWS_NOTHING = {"to-provider", "sessions"}
"""Addresses that only lead on."""


def test_a_person_sets_up_a_second_factor_signs_in_with_it_and_loses_it(visits: Visits, settings: Settings) -> None:
    """Required: it comes before the desk. Every page is usable, with errors and without."""
    settings.CANDOUR_SECOND_FACTOR = "required"
    findings: list[str] = []
    page = visits.open()
    sign_in(page, "will.westvale", "Set up a second factor")
    will = StaffMember.objects.get(username="will.westvale")
    see(page, "Your force requires a second factor.")
    picture = page.get_by_role("img", name="QR code for the app. Its key stands below as text.")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 100"), (
        "the policy lets the picture be seen"
    )
    findings += every_finding(page)
    page.goto("/desk/reviews/")
    expect(heading(page)).to_have_text("Set up a second factor")
    write(page, "Code", "000000")
    press(page, "Turn it on")
    expect(page).to_have_title(ERROR_TITLE)
    findings += every_finding(page)
    write(page, "Code", app_code(will))
    press(page, "Turn it on")
    expect(heading(page)).to_have_text("Keep your recovery codes")
    findings += every_finding(page)
    codes = page.locator(".candour-recovery-codes code").all_inner_texts()
    page.get_by_role("button", name="I have kept them").click()
    expect(heading(page)).to_have_text("Reviews and complaints")

    elsewhere = visits.open()
    elsewhere.goto("/desk/")
    sign_in(elsewhere, "will.westvale", "Enter a code")
    findings += every_finding(elsewhere)
    write(elsewhere, "Code", codes[0])
    press(elsewhere, "Sign in")
    expect(heading(elsewhere)).to_have_text("Caseload")
    see(elsewhere, "This recovery code is used up.")

    page.get_by_role("link", name="Your account").click()
    expect(heading(page)).to_have_text("Your account")
    see(page, "9 left.", "Signed in, by recovery code")
    findings += every_finding(page)
    press(page, "Sign out everywhere else")
    see(page, "You are signed out everywhere else.")
    elsewhere.reload()
    expect(heading(elsewhere)).to_have_text("Sign in")
    for link, title, button in (
        ("Change your password", "Change your password", "Change the password"),
        ("Renew your recovery codes", "Make new recovery codes", "Make new codes"),
        ("Replace your second factor", "Remove the second factor", "Remove it"),
    ):
        follow(page, link)
        expect(heading(page)).to_have_text(title)
        findings += every_finding(page)
        press(page, button)
        expect(page).to_have_title(ERROR_TITLE)
        findings += every_finding(page)
        if button != "Remove it":
            follow(page, "Back to your account")
    write(page, "Code", codes[1])
    press(page, "Remove it")
    expect(heading(page)).to_have_text("Set up a second factor")
    assert not SecondFactor.objects.filter(person=will, confirmed_at__isnull=False).exists()
    assert not findings, "\n".join(findings)


def test_who_tries_too_often_reads_when_to_try_again(visits: Visits) -> None:
    """The page is usable, and says the hour."""
    page = visits.open()
    page.goto("/desk/sign-in/")
    with visits.trouble.expecting(429):
        for _ in range(LIMITS["account"].most + 1):
            write(page, "Username", "will.westvale")
            write(page, "Password", "wrong")
            press(page, "Sign in")
            expect(page).to_have_title(ERROR_TITLE)
        see(page, "There were too many attempts that failed. Try again at")
        findings = every_finding(page)
    assert not findings, "\n".join(findings)


def test_a_person_comes_in_with_the_account_of_their_force(visits: Visits, settings: Settings) -> None:
    """Through a provider that the browser really visits; without an account here, the refusal is a page of ours."""
    findings: list[str] = []
    page = visits.open()
    with running() as provider:
        visits.trouble.allow(provider.address)
        settings.CANDOUR_IDENTITY_PROVIDER = provider.settings()
        page.goto("/desk/reviews/")
        findings += every_finding(page)
        with visits.trouble.expecting(403):
            _through_provider(page)
            expect(heading(page)).to_have_text("You are not signed in")
            see(page, f"You are known to your force as {NAME}, but no account here is for that name.")
            findings += every_finding(page)
        StaffMember.objects.filter(username="will.westvale").update(provider_name=NAME)
        page.goto("/desk/reviews/")
        _through_provider(page)
        expect(heading(page)).to_have_text("Reviews and complaints")
        page.get_by_role("link", name="Your account").click()
        see(page, "You signed in with your Westvale account.", "Tied to the identity provider")
        findings += every_finding(page)
    assert not findings, "\n".join(findings)
    names = {each.name for each in account_urls.urlpatterns}
    looked_at = {"code", "account", "password", "set-up", "remove", "recovery-codes", "from-provider"}
    assert names == looked_at | SHOWS_NOTHING, "every page of signing in is looked at in this file"


def _through_provider(page: Page) -> None:
    page.get_by_role("button", name="Sign in with your Westvale account").click()


def test_the_password_of_the_demonstration_is_enough(visits: Visits) -> None:
    """No second factor is asked for there, nor for the administration."""
    page = visits.open()
    page.goto("/desk/sign-in/")
    write(page, "Username", "ada.westvale")
    write(page, "Password", PASSWORD)
    press(page, "Sign in")
    expect(page.get_by_role("heading", name="Accounts and settings")).to_be_visible()
    page.goto("/admin/desk/signinrecord/")
    expect(page.get_by_role("main")).to_contain_text("ada.westvale")
