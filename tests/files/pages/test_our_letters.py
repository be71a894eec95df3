from __future__ import annotations

from pathlib import Path

from candour.files import inside
from candour.files.limits import Limits
from candour.letters.compose import compose
from candour.letters.decisions_file import load_response
from candour.letters.write import write

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "decisions.toml"


def test_a_letter_that_we_wrote_raises_no_grave_alarm_and_keeps_its_words() -> None:
    letter = compose(load_response(EXAMPLE.read_text(encoding="utf-8")))
    report = inside.inspect(write(letter, "pdf"), "letter.pdf", Limits())
    assert not report.grave
    assert report.classified == 1.0
