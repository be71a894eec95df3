"""Original and rebuilt in pieces that fit a page, whatever the file is."""

from candour.desk.checked_files.side_by_side import SCREENS, screens_of


def _sheet(name: str, rows: list[list[str]]) -> dict[str, object]:
    return {"name": name, "rows": rows, "row_count": len(rows), "column_count": 1}


def test_a_long_sheet_is_shown_piece_by_piece_on_several_pages() -> None:
    rows = [[str(number)] for number in range(500)]
    both = {"sheets": [_sheet("Figures", rows)]}

    first, last = screens_of(both, both, None), screens_of(both, both, "99")

    assert [(screen.first, screen.last) for screen in first][:2] == [(1, 50), (51, 100)]
    assert len(first) == SCREENS
    assert last[-1].last == last[-1].of == 500
    assert not any(screen.differs for screen in first)


def test_a_part_that_only_one_side_has_is_shown_as_missing_on_the_other() -> None:
    original = {"parts": [{"name": "Page 1", "blocks": [{"text": "Horses"}]}, {"name": "Page 2", "blocks": []}]}
    rebuilt = {"parts": [{"name": "Page 1", "blocks": [{"text": "Horse"}]}]}

    page, second = screens_of(original, rebuilt, None)

    assert page.differs
    assert second.rebuilt is None
    assert [side for side, _, _ in second.sides] == ["Original", "Rebuilt"]


def test_a_blocked_file_has_no_sides() -> None:
    assert not screens_of({}, {}, None).object_list
