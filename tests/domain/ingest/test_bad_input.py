"""Files that cannot be read: each gets a sentence that says what is wrong, and leaves nothing behind."""

import sys
from pathlib import Path

import pytest

from app.domain.ingest.read import read_file
from app.errors import NotFound, Rejected
from tests.domain.ingest.spreadsheets import read, xlsx_bytes, zip_bytes

OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
ENCRYPTED = OLE + "EncryptedPackage".encode("utf-16-le") + bytes(600)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
BOOK = xlsx_bytes({"People": [["Name", "Phone"], ["Ann", "2015550123"]]})
BOMB = zip_bytes({"xl/workbook.xml": "", "xl/worksheets/1.xml": " " * 50_000_000})
HTML = b"<html><body><table><tr><td>Name</td></tr></table></body></html>"
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    "</sheetData></worksheet>"
)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.csv", b"", "The file is empty"),
        ("blank.csv", b"\n\n \n,,\n", "no text in any cell"),
        ("header.csv", b"First Name,Phone\n", "a header in row 1, but no rows below it"),
        ("header.xlsx", xlsx_bytes({"P": [["First Name", "Phone"]]}), "a header in row 1, but no rows"),
        ("photo.xlsx", PNG, "This is a picture"),
        ("list.pdf", b"%PDF-1.7 ...", "This is a PDF"),
        ("page.xls", HTML, "This is a web page"),
        ("secret.xlsx", ENCRYPTED, "This file has a password"),
        ("cut.xlsx", BOOK[: len(BOOK) // 2], "damaged"),
        (
            "scrambled.xlsx",
            BOOK[: len(BOOK) // 4] + bytes(len(BOOK) // 2) + BOOK[len(BOOK) * 3 // 4 :],
            "damaged",
        ),
        ("old.xls", OLE + "Workbook".encode("utf-16-le") + bytes(600), "damaged"),
        ("letter.docx", zip_bytes({"word/document.xml": "<a/>"}), "Word document"),
        ("files.zip", zip_bytes({"people.csv": "Name"}), "zip archive"),
        ("bomb.xlsx", BOMB, "Unpacked"),
        ("binary.csv", b"Name,Phone\nAnn\0,201\n" * 10, "zero bytes"),
        ("quote.csv", b'Name,Notes\nAnn,"never closed\nBob,b\nCay,c\n', "row 2 is never closed"),
        ("endless.csv", b'Name,Notes\nAnn,"' + b"x,y\n" * 20_000, "never closed"),
        ("wide.csv", b"Name\n" + b"a," * 600 + b"a\n", "200 is the most"),
    ],
)
def test_a_file_that_cannot_be_read_gets_a_sentence(
    tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    with pytest.raises(Rejected, match=sentence) as caught:
        read(tmp_path, content, name)
    assert caught.value.message.endswith((".", "again."))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["original"]
    assert (tmp_path / "original").read_bytes() == content


def test_a_sheet_that_claims_seventeen_billion_cells_ends_the_reader_and_nothing_else(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match=r"unfolds to far more cells|more memory|damaged"):
        read(tmp_path, _with_sheet(SHEET), "vast.xlsx")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["original"]


def _with_sheet(sheet: str) -> bytes:
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        "</Types>"
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    book = (
        f'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{kind}">'
        '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    return zip_bytes(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": relations.format(
                f'<Relationship Id="rId1" Type="{kind}/officeDocument" Target="xl/workbook.xml"/>'
            ),
            "xl/workbook.xml": book,
            "xl/_rels/workbook.xml.rels": relations.format(
                f'<Relationship Id="rId1" Type="{kind}/worksheet" Target="worksheets/sheet1.xml"/>'
            ),
            "xl/worksheets/sheet1.xml": sheet,
        }
    )


@pytest.mark.parametrize(
    ("crash", "sentence"),
    [
        ("import os; os.abort()", "The reader stopped"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "The reader stopped"),
        ("raise SystemExit(3)", "The reader stopped"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "took too long"),
    ],
)
def test_a_reader_that_dies_is_a_sentence(tmp_path: Path, crash: str, sentence: str) -> None:
    source = tmp_path / "people.csv"
    source.write_bytes(b"Name\nAnn\n")
    with pytest.raises(Rejected, match=sentence):
        read_file(
            source,
            filename="people.csv",
            rows_file=tmp_path / "rows.parquet",
            child=(sys.executable, "-c", crash),
        )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["people.csv"]


def test_a_file_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_file(tmp_path / "none.csv", filename="none.csv", rows_file=tmp_path / "rows.parquet")


def test_the_reader_has_none_of_our_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for the reader")
    source = tmp_path / "people.csv"
    source.write_bytes(b"Name\nAnn\n")
    tell = (
        "import os, pathlib; "
        "pathlib.Path('answer.json').write_text('{\"refused\": \"%s\"}' % sorted(os.environ))"
    )
    with pytest.raises(Rejected) as caught:
        read_file(
            source,
            filename="people.csv",
            rows_file=tmp_path / "rows.parquet",
            child=(sys.executable, "-c", tell),
        )
    assert "PYTHONPATH" in caught.value.message
    assert "SECRET_KEY" not in caught.value.message
