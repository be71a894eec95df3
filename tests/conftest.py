"""What every test can ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parent.parent

settings.register_profile("quick", max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real material beside the checkout; the test is skipped where there is none."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder ../shared with real responses is not here")
    return folder


def _flush_without_the_guard() -> None:
    """Let tests that cannot be rolled back empty their database: the guard of the trail would refuse, as it should."""
    from django.db import connections
    from django.test import TransactionTestCase

    from candour.desk.audit_trail.guard import lift_guard

    flush = TransactionTestCase._fixture_teardown

    def lift_and_flush(case: TransactionTestCase) -> None:
        for alias in case._databases_names(include_mirrors=False):
            lift_guard(connections[alias])
        # It ends with the signal after which the guard is laid again.
        flush(case)

    TransactionTestCase._fixture_teardown = lift_and_flush  # type: ignore[method-assign]


def pytest_configure() -> None:
    """Before any test."""
    _flush_without_the_guard()
