"""Folders for what lies unsealed for a while are taken away, also after a crash."""

from __future__ import annotations

from candour.desk.checked_files.scratch import scratch


def test_what_a_killed_process_left_unsealed_is_taken_away() -> None:
    with scratch(0) as place:
        (place / "rows").write_text("PC Smith")
        own, pid = place.name.rsplit("-", 2)[0], place.name.rsplit("-", 2)[1]
        left = place.with_name(f"{own}-4194999-left")
        left.mkdir()
        (left / "rows").write_text("PC Smith")
        assert pid.isdecimal()
        with scratch(0):
            assert not left.exists()
            assert place.exists(), "what a living process works on stays"
    assert not place.exists()
