"""Accounts and settings of forces for administrators. Cases are not here: an administrator is no decision maker."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Count, Model, Q, QuerySet
from django.http import HttpRequest

from candour.desk.administration import OfForce, looks_after_all
from candour.desk.checked_files.reference_patterns import tried
from candour.desk.deadlines.clock import redate_open_cases
from candour.desk.forms.staff_account import NewPersonForm, PersonForm, in_hand
from candour.desk.models import Authority, BusinessArea, OneOffHoliday, SignInKind, SignInRecord, StaffMember, Team
from candour.desk.models.clock import NATIONS
from candour.desk.sign_in import log, second_factor, steps
from candour.desk.sign_in.matching import untie
from candour.letters.model import day as written_day

# What somebody may do is told by their role alone.
admin.site.unregister(Group)

admin.site.site_header = admin.site.site_title = "Freedom of Information desk"
admin.site.index_title = "Accounts and settings"


class AuthorityForm(forms.ModelForm):  # type: ignore[type-arg]  # ModelForm is not generic at run time
    """A force, with a text on which its patterns are tried."""

    try_patterns = forms.CharField(
        label="Try them on a text",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Saving says what is found in it. The text is not kept. Use invented references.",
    )

    class Meta:
        model = Authority
        fields = (
            "name",
            "slug",
            "unit",
            "address",
            "email",
            "review_contact",
            "reference_scheme",
            "wording",
            "clearance",
            "reference_patterns",
            "threshold",
            "keep_years",
            "publication_rule",
            "publish_after",
            "acknowledges",
            "whatdotheyknow",
            "brand_colour",
            "accent_colour",
        )


@admin.register(Authority)
class AuthorityAdmin(OfForce):
    """A force and how it presents itself."""

    form = AuthorityForm
    of_force = "pk"
    list_display = ("name", "unit", "email", "reference_scheme")
    prepopulated_fields = {"slug": ("name",)}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Forces are made by who looks after the installation."""
        return looks_after_all(request.user)

    def save_model(self, request: HttpRequest, obj: Authority, form: AuthorityForm, change: bool) -> None:
        """Save the force, and say what its patterns find in the text that was given to try them."""
        super().save_model(request, obj, form, change)
        if text := form.cleaned_data.get("try_patterns"):
            messages.info(request, tried(obj.reference_patterns, text))


@admin.register(StaffMember)
class StaffMemberAdmin(OfForce, UserAdmin):  # type: ignore[type-arg]  # UserAdmin is not generic at run time
    """A log-in, its force and its role. An account is ended, never deleted: the trail names whose it was."""

    form = PersonForm
    add_form = NewPersonForm
    list_display = (
        "name_of",
        "username",
        "authority",
        "role",
        "team",
        "open_cases",
        "last_login",
        "is_active",
        "has_second_factor",
    )
    list_display_links = ("name_of", "username")
    list_filter = ("authority", "role", ("team", admin.RelatedOnlyFieldListFilter), "is_active")
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("first_name", "last_name", "username")
    readonly_fields = ("last_login", "date_joined", "cases_in_hand")
    filter_horizontal = ()
    actions = ("take_away_second_factor", "end_sessions", "untie_from_provider")
    _person = ("first_name", "last_name", "email", "authority", "role", "team", "provider_name", "sees_rows")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Who and what", {"fields": _person}),
        ("The account", {"fields": ("is_active", "cases_in_hand", "all_the_same", "last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "usable_password", "password1", "password2", *_person)}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[StaffMember]:
        """The people of the force, with how many open cases each has.

        An account with every right is seen by none who has fewer: its password would give them all.
        """
        in_hand = Count("cases", filter=Q(cases__final_stage="", cases__destroyed_at=None))
        people: QuerySet[StaffMember] = (
            super().get_queryset(request).select_related("team", "authority", "second_factor")
        )
        people = people.annotate(in_hand=in_hand)
        may_have_all = isinstance(request.user, StaffMember) and request.user.is_superuser
        return people if may_have_all else people.filter(is_superuser=False)

    @admin.display(description="Name", ordering="first_name")
    def name_of(self, person: StaffMember) -> str:
        """As the desk names them."""
        return str(person)

    @admin.display(description="Open cases", ordering="in_hand")
    def open_cases(self, person: StaffMember) -> int:
        """How many cases have to be handed over before the account ends."""
        return int(vars(person)["in_hand"])

    @admin.display(description="Open cases in their hands")
    def cases_in_hand(self, person: StaffMember) -> str:
        """The references of those cases, and nothing else of them."""
        return ", ".join(in_hand(person)) or "None"

    def get_fieldsets(self, request: HttpRequest, obj: StaffMember | None = None) -> Any:
        """Without the force, which `get_exclude` does not take out of fieldsets."""
        shown = super().get_fieldsets(request, obj)
        if looks_after_all(request.user):
            return shown
        return [
            (name, {**options, "fields": [each for each in options["fields"] if each != "authority"]})
            for name, options in shown
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: StaffMember | None = None) -> Any:
        """Nobody gives themselves another role, or ends their own account."""
        own = obj is not None and obj.pk == request.user.pk
        return (*super().get_readonly_fields(request, obj), *(("role", "is_active") if own else ()))

    def get_form(
        self, request: HttpRequest, obj: StaffMember | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form, which checks a team against the force of whoever fills it in."""
        made: Any = super().get_form(request, obj, change=change, **kwargs)
        made.force = None if looks_after_all(request.user) else getattr(request.user, "authority", None)
        return made

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the person with what they may look at besides."""
        super().save_related(request, form, formsets, change)
        form.keep_rights()

    @admin.display(boolean=True, description="second factor")
    def has_second_factor(self, person: StaffMember) -> bool:
        """Whether the person has set one up."""
        factor = getattr(person, "second_factor", None)
        return factor is not None and factor.confirmed_at is not None

    @admin.action(description="Take away the second factor (lost telephone)", permissions=["change"])
    def take_away_second_factor(self, request: HttpRequest, people: QuerySet[StaffMember]) -> None:
        """Let each set up another, having signed in with the password alone; their sessions end."""
        taken = [person for person in people if second_factor.remove(request, person, by=_actor(request))]
        self.message_user(request, f"Second factor taken away: {_listed(taken)}.")

    @admin.action(description="End all sessions", permissions=["change"])
    def end_sessions(self, request: HttpRequest, people: QuerySet[StaffMember]) -> None:
        """Sign each out everywhere."""
        ended = [person for person in people if steps.end_sessions(person)]
        for person in ended:
            log.note(request, SignInKind.ENDED, person, by=_actor(request))
        self.message_user(request, f"Signed out everywhere: {_listed(ended)}.")

    @admin.action(description="Undo the tie to the identity provider", permissions=["change"])
    def untie_from_provider(self, request: HttpRequest, people: QuerySet[StaffMember]) -> None:
        """Let the next who signs in there under the name of the account have it."""
        untied = [person for person in people if untie(request, person, _actor(request))]
        self.message_user(request, f"Tie undone: {_listed(untied)}.")

    def save_model(self, request: HttpRequest, obj: StaffMember, form: forms.ModelForm, change: bool) -> None:  # type: ignore[type-arg]  # as above
        """Save the account; under another name at the identity provider it is tied anew."""
        super().save_model(request, obj, form, change)
        if change and "provider_name" in form.changed_data:
            untie(request, obj, _actor(request))

    def log_change(self, request: HttpRequest, obj: StaffMember, message: Any) -> Any:
        """Named by Django, which tells in this way alone that an administrator has set somebody’s password."""
        if request.resolver_match and request.resolver_match.url_name == "auth_user_password_change":
            log.note(request, SignInKind.PASSWORD_CHANGED, obj, by=_actor(request))
            steps.end_sessions(obj, but=request.session.session_key)
        return super().log_change(request, obj, message)


@admin.register(SignInRecord)
class SignInRecordAdmin(OfForce):
    """The log of signing in, to be read."""

    list_display = ("at", "kind", "who", "authority", "detail", "address", "browser", "by")
    list_filter = ("kind", "authority", "at")
    list_select_related = ("authority",)
    search_fields = ("who", "address")
    date_hierarchy = "at"

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002  Django's
        """Nobody writes it by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002  Django's
        """Nobody changes it."""
        return False


@admin.register(Team)
class TeamAdmin(OfForce):
    """A team of a force. Without it, its people have no team."""

    may_delete = True
    list_display = ("name", "authority", "people")
    list_filter = ("authority",)
    search_fields = ("name",)

    @admin.display(description="People")
    def people(self, team: Team) -> str:
        """Who is in it."""
        return ", ".join(str(person) for person in team.members.all() if person.is_active) or "Nobody"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        """The teams, with their people."""
        return super().get_queryset(request).prefetch_related("members")


@admin.register(BusinessArea)
class BusinessAreaAdmin(OfForce):
    """Whom a force asks for information, and when they are reminded. One that is asked no more is taken out of use."""

    list_display = ("name", "authority", "email", "escalation_email", "remind_after", "escalate_after", "in_use")
    list_filter = ("authority", "in_use")
    search_fields = ("name", "email", "escalation_email")


@admin.register(OneOffHoliday)
class OneOffHolidayAdmin(OfForce):
    """Holidays proclaimed since the calendar was shipped; saving one dates every open case anew.

    A holiday is of no force: it stops the clock of every one (section 10(6)), so whoever hears of it first enters it.
    """

    of_force = ""
    may_delete = True
    list_display = ("name", "on", "where", "source")
    search_fields = ("name", "source")

    def get_queryset(self, request: HttpRequest) -> QuerySet[OneOffHoliday]:  # noqa: ARG002  Django’s
        """All of them, whoever looks."""
        return OneOffHoliday.objects.all()

    @admin.display(description="Kept in")
    def where(self, holiday: OneOffHoliday) -> str:
        """The parts of the country that keep it."""
        return ", ".join(name for code, name in NATIONS if code in holiday.nations) or "The whole of the United Kingdom"

    def save_model(self, request: HttpRequest, obj: OneOffHoliday, form: object, change: bool) -> None:
        """Save the holiday and date the open cases anew."""
        super().save_model(request, obj, form, change)
        self._redate(request, f"Bank holiday {'changed' if change else 'added'}: {_named(obj)} ({obj.source}).")

    def delete_model(self, request: HttpRequest, obj: OneOffHoliday) -> None:
        """Take the holiday away and date the open cases anew."""
        why = f"Bank holiday taken away: {_named(obj)}."
        super().delete_model(request, obj)
        self._redate(request, why)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[OneOffHoliday]) -> None:
        """Take several holidays away and date the open cases anew."""
        why = f"Bank holidays taken away: {'; '.join(_named(each) for each in queryset)}."
        super().delete_queryset(request, queryset)
        self._redate(request, why)

    def _redate(self, request: HttpRequest, why: str) -> None:
        actor = request.user if isinstance(request.user, StaffMember) else None
        changed = redate_open_cases(actor, why)
        messages.info(request, f"{changed} open case{'s have' if changed != 1 else ' has'} another due date now.")


def _actor(request: HttpRequest) -> StaffMember:
    assert isinstance(request.user, StaffMember)
    return request.user


def _listed(people: list[StaffMember]) -> str:
    return ", ".join(str(person) for person in people) or "none of them had any"


def _named(holiday: OneOffHoliday) -> str:
    return f"{holiday.name}, {written_day(holiday.on)}"
