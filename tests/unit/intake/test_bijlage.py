"""What a file with a melding may be: judged by its bytes, whatever it is called, however it comes in."""

import contextlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.bijlage import NAAM_MAX, BijlageSoort, Judge, RefusedError, clean_name, name_of

_ODT = "application/vnd.oasis.opendocument.text"


def package(**members: str | bytes) -> bytes:
    """Return an archive; two underscores in a name stand for a slash, three for a dot."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        for name, value in members.items():
            made.writestr(name.replace("___", ".").replace("__", "/"), value)
    return content.getvalue()


def docx(**more: str | bytes) -> bytes:
    types = {"[Content_Types]___xml": "<Types/>", "word__document___xml": "<w:document/>"}
    return package(**{**types, **more})


PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 5_000 + b"\x00\x00\x00\x00IEND\xaeB`\x82"
GOOD = {
    BijlageSoort.PDF: b"%PDF-1.7\n" + b"\x00" * 9_000,
    BijlageSoort.JPEG: b"\xff\xd8\xff\xe0" + b"\x00" * 9_000,
    BijlageSoort.PNG: PNG,
    BijlageSoort.HEIC: b"\x00\x00\x00\x18ftypheic" + b"\x00" * 9_000,
    BijlageSoort.DOCX: docx(),
    BijlageSoort.ODT: package(mimetype=_ODT, content___xml="<office/>"),
    BijlageSoort.TEKST: "Ik hoorde geschreeuw; één keer. < 5 minuten\n".encode() * 400,
}
BAD = {
    "empty": b"",
    "a program of Windows": b"MZ" + b"\x00" * 100,
    "a program of Linux": b"\x7fELF" + b"\x00" * 100,
    "a script": b"#!/bin/sh\nrm -rf /\n",
    "a page": b"  <!DOCTYPE html><html><script>alert(1)</script>",
    "a page behind a text": b"Beste lezer, <script src=//a></script>",
    "a drawing with a script": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "XML": b"<?xml version='1.0'?><a/>",
    "an archive": package(a___txt="a"),
    "an archive in a document": docx(word__media__a___zip="PK"),
    "a program in a document": docx(word__a___exe="MZ"),
    "a macro": docx(word__vbaProject___bin="x"),
    "a macro by its type": docx(**{"[Content_Types]___xml": "document.macroEnabled.main+xml"}),
    "an object": docx(word__embeddings__oleObject1___bin="x"),
    "a control": docx(word__activeX__a___xml="x"),
    "a template from elsewhere": docx(
        **{"word/_rels/settings.xml.rels": '<R Type="x/attachedTemplate" Target="http://a/b" TargetMode="External"/>'}
    ),
    "a macro of LibreOffice": package(mimetype=_ODT, content___xml="", Basic__a___xml=""),
    "a sheet": package(**{"[Content_Types]___xml": "", "xl__workbook___xml": ""}),
    "a bomb": docx(word__media__a___png=b"\x00" * 50_000_000),
    "half an archive": docx()[:60],
    "RAR": b"Rar!\x1a\x07\x00" + b"\x00" * 50,
    "7z": b"7z\xbc\xaf\x27\x1c",
    "gzip": b"\x1f\x8b\x08\x00",
    "old Word": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
    "an image that goes on behind its end": PNG + b"PK\x03\x04",
    "latin-1": "caf\u00e9".encode("latin-1"),
    "UTF-16": "tekst".encode("utf-16"),
    "a text with a NUL at its end": b"a" * 300_000 + b"\x00",
}


def judged(content: bytes, *, at: int = 1_000) -> BijlageSoort:
    judge = Judge()
    for begin in range(0, len(content), at):
        judge.feed(content[begin : begin + at])
    return judge.end()


@pytest.mark.parametrize("soort", GOOD)
@pytest.mark.parametrize("at", [1, 4_096, 1_000_000])
def test_what_people_write_and_photograph_is_let_through_as_what_it_is(soort: BijlageSoort, at: int) -> None:
    assert judged(GOOD[soort], at=at) is soort


@pytest.mark.parametrize("kind", BAD)
def test_what_can_act_by_itself_is_refused(kind: str) -> None:
    for at in (4_096, 1_000_000):
        with pytest.raises(RefusedError):
            judged(BAD[kind], at=at)


def test_a_program_is_refused_before_the_rest_of_it_came_in() -> None:
    with pytest.raises(RefusedError):
        Judge().feed(b"\x7fELF" + b"\x00" * 4_096)


@given(st.binary(max_size=6_000), st.integers(1, 6_000))
def test_any_bytes_are_judged_or_refused_and_the_pieces_do_not_matter(content: bytes, at: int) -> None:
    def outcome(size: int) -> object:
        try:
            return judged(content, at=size)
        except RefusedError:
            return None

    assert outcome(at) == outcome(10_000)


def test_a_name_is_read_from_its_header_in_any_form() -> None:
    assert name_of("attachment; filename*=UTF-8''na%C3%AFef%20stuk.pdf") == "naïef stuk.pdf"
    assert name_of("attachment; filename=\"oud.pdf\"; filename*=UTF-8''nieuw.pdf") == "nieuw.pdf"
    assert name_of("attachment") == name_of(None) == "bijlage"


@given(st.text())
def test_a_name_hides_nothing_and_leads_nowhere(told: str) -> None:
    found = clean_name(told)

    assert 0 < len(found) <= NAAM_MAX
    assert not set(found) & set("/\\\x00\r\n\u202e\u200b")
    assert found not in {".", ".."}


@given(st.text(max_size=300))
def test_any_header_gives_a_name_or_a_refusal(header: str) -> None:
    with contextlib.suppress(RefusedError):
        assert name_of(header)
