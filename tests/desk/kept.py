"""What a module of tests begins from, built once: each test finds it as it was, for what it does is taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import time_machine
from django.db import transaction
from pytest_django import DjangoDbBlocker

from candour.desk.models import Authority, StaffMember
from desk.world import NOW, World, make_world


def built_once(build: Callable[[World], object]) -> Any:
    """A fixture for a module, in whose tests stand a world and what `build` makes in it. Tests fetch it anew.

    Only for modules without a test that empties the database (`transaction=True`).
    """

    @pytest.fixture(scope="module")
    def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
        with ExitStack() as stack:
            with django_db_blocker.unblock(), time_machine.travel(NOW, tick=True):
                stack.enter_context(transaction.atomic())
                build(make_world())
            yield
            with django_db_blocker.unblock():
                transaction.set_rollback(True)
                stack.close()

    return built


def found_world() -> World:
    """The world that was built, as it stands in the database: what a test changes of it in memory is its own."""
    staff = {person.first_name: person for person in StaffMember.objects.select_related("authority")}
    forces = {force.slug: force for force in Authority.objects.all()}
    return World(forces["westvale"], staff["Will"], staff["Wendy"], staff["Wes"], forces["kingsferry"], staff["Kemi"])
