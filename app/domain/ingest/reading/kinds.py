"""What a file really is, told from its bytes and never from its name alone."""

import zipfile
from pathlib import Path

from .shapes import MAX_BYTES, Unreadable

MAX_ENTRIES = 1_000
MAX_DECLARED = 2 * 1024**3
MAX_RATIO = 200
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
HEAD = 4096
WORKBOOKS = ("xlsx", "xlsm", "xlsb", "xls", "ods")

PICTURE = "This is a picture, not a spreadsheet. Open the list itself in Excel and save it as .xlsx or .csv."
FOREIGN = (
    (b"\x89PNG", PICTURE),
    (b"\xff\xd8\xff", PICTURE),
    (b"GIF8", PICTURE),
    (b"II*\x00", PICTURE),
    (b"MM\x00*", PICTURE),
    (
        b"%PDF",
        "This is a PDF, which has no cells to read. Ask for the list as .xlsx or .csv.",
    ),
    (b"{\\rtf", "This is a word processor's document. Save the list as .xlsx or .csv."),
    (b"\x1f\x8b", "This is a compressed file (.gz). Unpack it and upload the file inside."),
    (b"Rar!", "This is a compressed file (.rar). Unpack it and upload the file inside."),
    (b"7z\xbc\xaf", "This is a compressed file (.7z). Unpack it and upload the file inside."),
    (b"SQLite format", "This is a database file. Export the list as .csv."),
    (b"PAR1", "This is a Parquet file. Export the list as .csv or .xlsx."),
)
ENCRYPTED = (
    "This file has a password. Remove it in Excel: File › Info › Protect Workbook › Encrypt with Password, "
    "empty the box, save, and upload it again."
)
DAMAGED = "This workbook is damaged and cannot be opened. Open it in Excel, save it anew, and try again."
WEB_PAGE = (
    "This is a web page that was saved with a spreadsheet's name. Open it in Excel, choose File › Save As › "
    "Excel Workbook (.xlsx), and upload that."
)
XML_2003 = (
    "This is an “XML Spreadsheet 2003”. Open it in Excel, save it as Excel Workbook (.xlsx), and use that."
)
EMPTY = "The file is empty (0 bytes). Check that the export finished, and upload it again."


def recognise(source: Path, filename: str) -> tuple[str, list[str]]:
    """Return the format (`xlsx`, `xlsm`, `xlsb`, `xls`, `ods`, `csv`, `tsv` or `txt`) and warnings.

    Raises Unreadable for anything that is no spreadsheet, with what it is instead.
    """
    size = source.stat().st_size
    if size == 0:
        raise Unreadable(EMPTY)
    if size > MAX_BYTES:
        raise Unreadable(
            f"The file has {size // 1024**2:,} MB; {MAX_BYTES // 1024**2} MB is the most. Split it."
        )
    with source.open("rb") as stream:
        head = stream.read(HEAD)
    _refuse_what_is_no_table(head)
    ending = Path(filename).suffix.lower().lstrip(".")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        found = _kind_of_archive(source)
    elif head.startswith(OLE):
        found = _kind_of_ole(source)
    else:
        return _kind_of_text(ending)
    if found == "xlsx" and ending == "xlsm":
        return "xlsm", []
    return found, [] if ending == found else [
        f"The name ends in “.{ending}”, but it is an .{found} workbook."
    ]


def _refuse_what_is_no_table(head: bytes) -> None:
    for magic, sentence in FOREIGN:
        if head.startswith(magic):
            raise Unreadable(sentence)
    if head[:4] == b"RIFF" or head[4:12] in (b"ftypheic", b"ftypmif1", b"ftypavif"):
        raise Unreadable(PICTURE)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<body")):
        raise Unreadable(WEB_PAGE)
    if start.startswith(b"<?xml"):
        raise Unreadable(XML_2003 if b"schemas-microsoft-com:office" in start else WEB_PAGE)


def _kind_of_archive(source: Path) -> str:
    """Look at a zip archive's table of contents only; nothing is unpacked here."""
    try:
        with zipfile.ZipFile(source) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as problem:
        raise Unreadable(DAMAGED) from problem
    _refuse_bombs(entries, source.stat().st_size)
    names = {entry.filename for entry in entries}
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names and "mimetype" in names:
        return "ods"
    if "word/document.xml" in names:
        raise Unreadable("This is a Word document. Copy the list into Excel and save it as .xlsx.")
    if "[Content_Types].xml" in names:
        raise Unreadable(DAMAGED)
    raise Unreadable("This is a zip archive. Unpack it and upload the spreadsheet inside.")


def _refuse_bombs(entries: list[zipfile.ZipInfo], size: int) -> None:
    declared = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or declared > MAX_DECLARED or declared > max(size, 1024) * MAX_RATIO:
        raise Unreadable(
            f"Unpacked, this workbook would have {declared / 1024**2:,.0f} MB in {len(entries):,} parts, "
            "far more than a list of people needs. Copy the cells into a new workbook, or save as .csv."
        )


def _kind_of_ole(source: Path) -> str:
    """Tell an old .xls from an encrypted workbook by the stream names in its directory (MS-CFB 2.6)."""
    content = source.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Unreadable(ENCRYPTED)
    if "WordDocument".encode("utf-16-le") in content:
        raise Unreadable("This is a Word document. Copy the list into Excel and save it as .xlsx.")
    if any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        return "xls"
    raise Unreadable(DAMAGED)


def _kind_of_text(ending: str) -> tuple[str, list[str]]:
    if ending in WORKBOOKS:
        return "csv", [f"The name ends in “.{ending}”, but it is a text file; it was read as one."]
    return (ending, []) if ending in ("csv", "tsv", "txt") else ("csv", [])
