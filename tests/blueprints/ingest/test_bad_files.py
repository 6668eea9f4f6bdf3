"""Files that cannot be read: kept, with a sentence on their page, and nothing half imported."""

import io
import sys
import zipfile

import pytest
from sqlalchemy import func, select

from app.domain.ingest import store
from app.models import ContactRecord
from app.unit_of_work import transaction
from tests.blueprints.ingest.conftest import PEOPLE, Wizard

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(200)
PASSWORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)


def broken_workbook() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "filename"),
    [
        (b"", "empty.csv"),
        (b"First,Last,Cell\n", "header-only.csv"),
        (PICTURE, "picture.xlsx"),
        (PASSWORD, "password.xlsx"),
        (broken_workbook(), "broken.xlsx"),
        (b"a,b\n1,\x002\n" * 50, "zeros.csv"),
    ],
)
def test_a_file_that_cannot_be_read_is_kept_and_says_why(
    wizard: Wizard, content: bytes, filename: str
) -> None:
    packet_id = wizard.read(content, filename)
    assert wizard.get(f"/imports/{packet_id}").location.endswith(f"/imports/{packet_id}/reading")
    page = wizard.get(f"/imports/{packet_id}/reading").text
    assert "This file could not be read" in page
    assert "Upload another file" in page
    assert "Traceback" not in page
    company_id = wizard.company_id()
    assert store.original_file(company_id, packet_id).read_bytes() == content
    assert not store.rows_file(company_id, packet_id).exists()
    with transaction(company_id) as session:
        assert session.scalar(select(func.count()).select_from(ContactRecord)) == 0
    assert "Could not be read" in wizard.get("/imports").text


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        ("First;Cell\nJosé;212 555 0142\n".encode("cp1252"), "José"),
        ("First\tCell\nJosé\t212 555 0142\n".encode("utf-16"), "José"),
        (b"First,Cell\nAda,212 555 0142,more\nBo\n", "Column C"),
        (b"Phone,Phone\n212 555 0142,212 555 0143\n", "Phone (2)"),
    ],
)
def test_unusual_text_files_get_the_right_reading(wizard: Wizard, content: bytes, seen: str) -> None:
    packet_id = wizard.read(content)
    assert seen in wizard.get(f"/imports/{packet_id}/match").text


def test_no_file_at_all_is_a_sentence_on_the_page(wizard: Wizard) -> None:
    assert "Choose a file first." in wizard.post("/imports", expect=422).text


def test_a_file_beyond_the_limit_is_refused_before_it_is_kept(
    wizard: Wizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = sys.modules["app.blueprints.ingest"]
    monkeypatch.setattr(room, "MAX_BYTES", 1000)
    monkeypatch.setattr(room, "ENVELOPE", 0)
    answer = wizard.client.post(
        wizard.url("/imports"),
        data={"csrf_token": wizard.token, "file": (io.BytesIO(PEOPLE.encode() * 50), "big.csv")},
    )
    assert answer.status_code == 413
    assert "too large" in answer.text
    assert "No imports yet" in wizard.get("/imports").text


def test_too_many_rows_are_a_sentence_with_a_way_on(wizard: Wizard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.domain.ingest.packets.MAX_ROWS", 3)
    packet_id = wizard.read(PEOPLE)
    assert "Split it into 2 files." in wizard.get(f"/imports/{packet_id}/reading").text


def test_a_name_with_folders_and_marks_is_shown_plain_and_never_a_path(wizard: Wizard) -> None:
    packet_id = wizard.read(PEOPLE, "../../etc/\u202epasswd\x07.csv")
    page = wizard.get("/imports").text
    assert "passwd.csv" in page
    assert "etc/" not in page
    assert store.original_file(wizard.company_id(), packet_id).name == "original"
