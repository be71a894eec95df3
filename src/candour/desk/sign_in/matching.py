"""Which account belongs to somebody whom the identity provider has signed in. None is ever made by itself."""

from __future__ import annotations

from django.http import HttpRequest

from candour.desk.models import SignInKind, StaffMember
from candour.desk.sign_in import log
from candour.desk.sign_in.provider import Identity, NotSignedIn


def account_of(request: HttpRequest, identity: Identity) -> StaffMember:
    """The account of this identity; the first time that whose name at the provider it has, which is tied to it then.

    A name can be given to somebody else later, an identity cannot: so only the first sign-in goes by the name. Raises
    NotSignedIn, in words for the person, where there is no account, or it is off, or another’s.
    """
    people = StaffMember.objects.select_related("authority")
    person = people.filter(provider_issuer=identity.issuer, provider_subject=identity.subject).first()
    if person is None and identity.name:
        person = people.filter(provider_name=identity.name, is_active=True).first()
        if person and not _tie(request, person, identity):
            log.note(request, SignInKind.REFUSED, person, "tied to another identity at the provider")
            raise NotSignedIn(
                f"The account for {identity.name} was used by somebody else of that name at your force. If it is "
                "yours, ask an administrator to undo its tie to the identity provider."
            )
    if person is None or not person.is_active:
        log.note(request, SignInKind.REFUSED, person, "no account for who the identity provider signed in")
        raise NotSignedIn(
            f"You are known to your force as {identity.name or 'somebody without a name'}, but no account here is for "
            "that name. Ask an administrator of accounts to make one, or to enter the name in the one you have."
        )
    return person


def _tie(request: HttpRequest, person: StaffMember, identity: Identity) -> bool:
    """Tie the account, unless it is tied to another identity already. Whether it is tied to this one is returned."""
    tied = StaffMember.objects.filter(pk=person.pk, provider_subject="").update(
        provider_issuer=identity.issuer, provider_subject=identity.subject
    )
    if tied:
        log.note(request, SignInKind.TIED, person, f"as {identity.name}")
    return bool(tied)


def untie(request: HttpRequest, person: StaffMember, by: StaffMember) -> bool:
    """Undo the tie of an account, so that whoever comes next under its name has it. Whether it had one is returned."""
    had_one = bool(person.provider_subject)
    StaffMember.objects.filter(pk=person.pk).update(provider_issuer="", provider_subject="")
    if had_one:
        log.note(request, SignInKind.UNTIED, person, by=by)
    return had_one
