"""The read-only API against its own description, by a tool that knows nothing of ours: it asks what it can think of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from desk.world import World, published, taken_back
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from candour.desk.publishing.publish import withdraw
from candour.site.wsgi import application

EXAMPLES = 40
_BOUNDED = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
"""The same questions in each run: what fails once fails always."""


@pytest.fixture
def connected() -> Iterator[None]:
    """Keep the database of the test open between requests, as Django’s own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def asked_of(api: Any, mode: GenerationMode) -> int:
    """Ask each operation what the tool thinks of, and hold the answers against the description; how many were asked."""
    asked = 0

    def check(case: Any) -> None:
        nonlocal asked
        asked += 1
        case.call_and_validate(headers={"Host": "localhost"})

    operations = [each.ok() for each in api.get_all_operations()]
    assert {operation.path for operation in operations} == set(api.raw_schema["paths"])
    for operation in operations:
        if mode is GenerationMode.NEGATIVE and not operation.query:
            continue
        _BOUNDED(given(case=operation.as_strategy(generation_mode=mode))(check))()
    return asked


@pytest.mark.usefixtures("connected")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_answer_is_as_the_description_says(world: World, mode: GenerationMode) -> None:
    """Whatever is asked, sensible or not: a status, a kind and a body that are described, and no failure of ours."""
    shown, gone = published(world), published(world)
    with taken_back():
        withdraw(gone.pk, "Published in error.", world.officer)
        api = schemathesis.openapi.from_wsgi("/openapi.json", application)
        assert asked_of(api, mode) > EXAMPLES
        for slug, status in ((shown.slug, 200), (gone.slug, 410), ("none", 404)):
            case = api["/log/{force}/{entry}.json"]["GET"].Case(path_parameters={"force": "westvale", "entry": slug})
            assert case.call_and_validate(headers={"Host": "localhost"}).status_code == status
