"""Uploads never lie unsealed on a disk, small or large, on any page."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory
from django.urls import reverse

from candour.desk.forms.task import ReplyForm
from candour.desk.jobs import run_due
from candour.desk.models import CheckedFile, RecordSet
from candour.portal.ask_forms import TextForm
from candour.site.config import config
from candour.site.uploads import SealedUploads, TooLarge
from desk.counting.test_data_sets import Answering, register, text
from desk.world import World

LINE = b"C1,PC Ada Smith,Neglect\n"
LARGE = LINE * 150_000
"""3.6 MB, which Django would put into a file."""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Path:
    """Where temporary files go, and where Django is told to put uploads."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    return tmp_path


@pytest.fixture
def seen(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of all files that were there while an upload came in."""
    names: set[str] = set()
    receive = SealedUploads.receive_data_chunk

    def looking(self: SealedUploads, raw_data: bytes, start: int) -> None:
        receive(self, raw_data, start)
        folders = (temporary, config().data_dir / "uploads")
        names.update(path.name for folder in folders if folder.exists() for path in folder.iterdir())

    monkeypatch.setattr(SealedUploads, "receive_data_chunk", looking)
    return names


def posted(content: bytes) -> WSGIRequest:
    return RequestFactory().post("/", {"file": SimpleUploadedFile("extract.csv", content, "text/csv")})


def the_file(request: WSGIRequest) -> UploadedFile[Any]:
    found = request.FILES["file"]
    assert isinstance(found, UploadedFile)
    return found


def nameless() -> Iterator[bytes]:
    """What is in the files without a name that this process has open in the folder of uploads."""
    for each in Path("/proc/self/fd").iterdir():
        try:
            goes_to = str(each.readlink())
        except OSError:
            continue
        if str(config().data_dir / "uploads") in goes_to:
            with each.open("rb") as file:
                yield file.read()


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only Linux lists the open files of a process")
def test_a_large_upload_is_sealed_as_it_comes_and_has_no_name_on_the_disk(temporary: Path, seen: set[str]) -> None:
    request = posted(LARGE)
    upload = the_file(request)
    assert (upload.name, upload.size, upload.content_type) == ("extract.csv", len(LARGE), "text/csv")
    [held] = nameless()
    assert b"Smith" not in held
    assert upload.read() == LARGE
    assert b"".join(upload.chunks()) == LARGE
    assert not seen
    assert not list(temporary.iterdir())
    request.close()
    assert not list(nameless())


def test_a_small_upload_stays_in_memory(temporary: Path, seen: set[str]) -> None:
    assert the_file(posted(LINE)).read() == LINE
    assert not seen
    assert not list(temporary.iterdir())


def test_nothing_is_kept_of_what_is_larger_than_any_form_takes(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("upload_largest", "records_largest"):
        monkeypatch.setattr(config(), name, 3)
    upload = the_file(posted(LARGE))
    assert upload.size == len(LARGE)
    assert not list(nameless())
    with pytest.raises(TooLarge):
        upload.read()
    assert not list(temporary.iterdir())


def test_an_upload_that_breaks_off_leaves_nothing(temporary: Path) -> None:
    handler = SealedUploads()
    handler.new_file("file", "extract.csv", "text/csv", len(LARGE))
    handler.receive_data_chunk(LARGE, 0)
    assert len(list(nameless())) == 1
    handler.upload_interrupted()
    assert not list(nameless())
    assert not list(temporary.iterdir())


def test_every_form_that_takes_a_file_says_so_where_it_is_too_large(
    world: World, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    desk = Answering(world)
    for name in ("upload_largest", "records_largest"):
        monkeypatch.setattr(config(), name, 0)
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 500
    sets = RecordSet.objects.count()
    assert "larger than 0 MB. Leave out columns that no question needs" in text(desk.send(LARGE))
    assert RecordSet.objects.count() == sets
    file = {"title": "Offences", "file": SimpleUploadedFile("a.csv", LARGE), "version": "1"}
    page = desk.client.post(reverse("desk:new-file", args=[desk.case.pk, desk.name]), file)
    assert "larger than 0 MB. Give a smaller extract" in text(page)
    assert not CheckedFile.objects.exists()


def test_a_form_of_the_public_refuses_a_large_file_as_well() -> None:
    upload = the_file(posted(LARGE))
    upload.name = "request.txt"
    form = TextForm({"text": ""}, {"file": upload})
    assert not form.is_valid()
    assert "smaller than 1 MB" in str(form.errors["file"])


def test_an_answer_to_a_task_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config(), "upload_largest", 3)
    monkeypatch.setattr(config(), "records_largest", 3)
    form = ReplyForm({"submission": str(uuid.uuid4())}, {"file": the_file(posted(LARGE))})
    assert "larger than 3 MB" in str(form.errors["file"])


def test_the_gate_and_the_import_take_uploads_that_were_sealed(
    world: World, temporary: Path, seen: set[str], settings: Any
) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 500
    answering = Answering(world)
    assert answering.record_set.counts.count() == 0
    address = reverse("desk:new-file", args=[answering.case.pk, answering.name])
    given = {"title": "Offences", "rows": "", "columns": "", "row_is": "", "version": "1"}
    file = SimpleUploadedFile("conduct.csv", register(), "text/csv")
    page = answering.client.post(address, {**given, "file": file}, follow=True)
    checked = CheckedFile.objects.get()
    assert checked.upload_size == len(register()), text(page)
    run_due()
    checked.refresh_from_db()
    assert checked.looked_at
    assert checked.proof
    assert not seen
