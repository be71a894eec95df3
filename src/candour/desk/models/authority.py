"""A force: the public authority that answers, with its own references, contacts, wording and colours."""

from __future__ import annotations

import re
import string
import unicodedata
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models

from candour.letters.model import Sender
from candour.letters.wording import Wording, WordingError, english

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from candour.desk.models.ledger import LedgerRelease

_LONGEST_REFERENCE = 40
_HIGH_NUMBER, _YEAR = 99_999, 2026
"""A number that no force reaches in a year, and any year: with them a scheme prints its longest reference."""
_WIDTH = re.compile(r"0?[1-8]?d?")
"""How a number may be set: as it is, or filled up to so many places; any other form can give two numbers one print."""
_UNPRINTED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_COLOUR = RegexValidator(re.compile(r"#[0-9a-fA-F]{6}\Z"), "Give the colour as # and six hexadecimal digits.")


def check_reference_scheme(scheme: str) -> None:
    """Raise ValidationError unless the scheme prints a reference of its own for every number and year."""
    try:
        fields = [field[1:] for field in string.Formatter().parse(scheme) if field[1] is not None]
    except ValueError as error:
        raise ValidationError(f"The scheme cannot be used: {error}.") from error
    names = {name for name, _, _ in fields}
    if not names <= {"seq", "yy", "yyyy"}:
        raise ValidationError("The scheme knows no other fields than {seq}, {yy} and {yyyy}.")
    if "seq" not in names or not names & {"yy", "yyyy"}:
        raise ValidationError("The scheme needs {seq} and one of {yy} and {yyyy}, for example {seq}A/{yy}.")
    for name, form, conversion in fields:
        if conversion or (form and (name != "seq" or not _WIDTH.fullmatch(form))):
            raise ValidationError(
                f"The scheme sets {{{name}}} in a form that cannot be used. Only {{seq}} has one, such as {{seq:06}}."
            )
    example = _reference(scheme, _HIGH_NUMBER, _YEAR)
    if any(unicodedata.category(character) in _UNPRINTED for character in example):
        raise ValidationError("The scheme must print a reference in one line, without control characters.")
    if len(example) > _LONGEST_REFERENCE:
        raise ValidationError(f"The scheme must print a reference of at most {_LONGEST_REFERENCE} characters.")


def _reference(scheme: str, number: int, year: int) -> str:
    return scheme.format(seq=number, yy=f"{year % 100:02}", yyyy=f"{year}")


def check_clearance(rules: str) -> None:
    """Raise ValidationError when a force's own rules of clearance cannot be used."""
    # Read here, since the rules name roles and kinds of letters, whose models know this one.
    from candour.desk.clearing.rules import ClearanceRulesError, read_rules

    try:
        read_rules(rules)
    except ClearanceRulesError as error:
        raise ValidationError(str(error)) from error


def check_wording(wording: str) -> None:
    """Raise ValidationError when a force's own wording cannot stand beside what the law fixes."""
    try:
        english().overridden(wording)
    except WordingError as error:
        raise ValidationError(str(error)) from error


def check_reference_patterns(patterns: str) -> None:
    """Raise ValidationError unless they are patterns as the gate for files takes them."""
    from candour.desk.checked_files.reference_patterns import fault

    if says := fault(patterns):
        raise ValidationError(says)


class Authority(models.Model):
    """A public authority under Part V of Schedule 1 to the Act: one force, with its own clock and its own answers."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120, unique=True)
    unit = models.CharField(
        max_length=120, blank=True, help_text="The team that signs, for example Information Rights Unit."
    )
    address = models.TextField(blank=True, help_text="One line of the address on each line.")
    email = models.EmailField()
    review_contact = models.TextField(help_text="Where a request for internal review is sent, as the letter says it.")
    reference_scheme = models.CharField(
        max_length=60,
        default="{seq}/{yy}",
        validators=[check_reference_scheme],
        help_text="{seq} is the number in the year, {yy} the year: {seq}A/{yy} or 01.FOI.{yy}.{seq:06}.",
    )
    wording = models.TextField(
        blank=True, validators=[check_wording], help_text='The force\'s own words, as TOML: opening = "…".'
    )
    reference_patterns = models.TextField(
        "forms of references to crimes and numbers of officers",
        blank=True,
        validators=[check_reference_patterns],
        help_text="As TOML, beside the forms that are known: [[crime_reference]] or [[collar_number]], and on the next "
        "line pattern = '…' with a regular expression.",
    )
    clearance = models.TextField(
        blank=True,
        validators=[check_clearance],
        help_text="The force’s own rules of who clears a letter, as TOML; empty for one approver.",
    )
    threshold = models.PositiveSmallIntegerField(
        default=5,
        validators=[MinValueValidator(2)],
        help_text="The smallest count that tables show as it is; a table may set another.",
    )
    acknowledges = models.BooleanField(
        "acknowledge requests",
        default=False,
        help_text="Tell each requester by e-mail, without anybody’s help, that the request has arrived, with its "
        "reference and the day by which it is answered.",
    )
    whatdotheyknow = models.SlugField(
        "name on WhatDoTheyKnow",
        blank=True,
        allow_unicode=True,
        help_text="The last part of the address of the force’s page there: westvale_police. Requests that the site "
        "sent and that never arrived are then found.",
    )
    keep_years = models.PositiveSmallIntegerField(
        default=3,
        validators=[MinValueValidator(1)],
        help_text="How many years after a case was closed its content is kept; holds keep it longer.",
    )
    publish_after = models.PositiveSmallIntegerField(
        default=0,
        help_text="Working days after an answer was sent until it appears on the log, for every answer in which the "
        "force neither confirms nor denies: the day follows from this rule alone.",
    )
    publication_rule = models.TextField(
        blank=True, help_text="Which answers the force publishes, in its own words; readers see this on “About”."
    )
    brand_colour = models.CharField(max_length=7, default="#1d3f72", validators=[_COLOUR])
    accent_colour = models.CharField(max_length=7, default="#3d6fb4", validators=[_COLOUR])

    if TYPE_CHECKING:
        ledger_releases: RelatedManager[LedgerRelease]

    class Meta:
        verbose_name = "force"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def sender(self) -> Sender:
        """The force as the head of a letter shows it."""
        lines = tuple(line.strip() for line in self.address.splitlines() if line.strip())
        return Sender(self.name, self.unit, lines, self.email)

    @property
    def words(self) -> Wording:
        """The wording of this force's letters."""
        return english().overridden(self.wording) if self.wording.strip() else english()

    def reference(self, number: int, year: int) -> str:
        """The reference of the request with that number in that year."""
        return _reference(self.reference_scheme, number, year)


class ReferenceCounter(models.Model):
    """The last number given in a year; a row is locked while the next is taken, so that no two cases share one."""

    authority = models.ForeignKey(Authority, on_delete=models.CASCADE)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("authority", "year"), name="one_counter_a_year")]

    def __str__(self) -> str:
        return f"{self.authority_id} {self.year}: {self.last}"
