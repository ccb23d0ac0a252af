"""What a file with a melding may be, judged by its bytes and never by what it is called; and what became of it.

Let through is what somebody writes down or photographs. What can act by itself is not: programs, archives, macros, and
pages with a script in them (HTML, SVG). That a file is of a good kind does not make it harmless: a scanner looks too,
and nothing is ever shown by a browser of ours.
"""

import codecs
import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.message import EmailMessage
from enum import StrEnum
from uuid import UUID

STUK_BYTES = 262_144
NAAM_MAX = 200
_HEAD_BYTES = 4_096
_PNG_END = b"\x00\x00\x00\x00IEND\xaeB\x60\x82"
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"})


class BijlageSoort(StrEnum):
    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    HEIC = "heic"
    DOCX = "docx"
    ODT = "odt"
    TEKST = "tekst"


MEDIA: dict[BijlageSoort, str] = {
    BijlageSoort.PDF: "application/pdf",
    BijlageSoort.JPEG: "image/jpeg",
    BijlageSoort.PNG: "image/png",
    BijlageSoort.HEIC: "image/heic",
    BijlageSoort.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    BijlageSoort.ODT: "application/vnd.oasis.opendocument.text",
    BijlageSoort.TEKST: "text/plain",
}


class BijlageStatus(StrEnum):
    KOMT_BINNEN = "komt-binnen"  # not whole yet, or never
    NIET_GESCAND = "niet-gescand"
    GESCAND = "gescand"
    BESMET = "besmet"


class Oordeel(StrEnum):
    """What a scanner says of a file."""

    SCHOON = "schoon"
    BESMET = "besmet"
    TE_GROOT = "te-groot"  # for the scanner: it stays as it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Bijlage:
    id: UUID
    melding_id: UUID
    organisatie_id: str
    status: BijlageStatus
    soort: BijlageSoort
    grootte: int
    naam: str
    toegevoegd_op: datetime
    gescand_op: datetime | None


class RefusedError(ValueError):
    """A file that may not be kept; the text is Dutch and repeats nothing of it."""


# --- what it is ----------------------------------------------------------------------------------------------------

_ZIP = b"PK\x03\x04"
_SIGNS: tuple[tuple[bytes, BijlageSoort], ...] = (
    (b"%PDF-", BijlageSoort.PDF),
    (b"\xff\xd8\xff", BijlageSoort.JPEG),
    (b"\x89PNG\r\n\x1a\n", BijlageSoort.PNG),
)
# In the first lines of a text: what a browser would take for a page, or a shell for a program.
_ACTIVE_TEXT = re.compile(
    r"\A\s*(#!|<\?)|<\s*(!doctype|html|svg|script|body|head|iframe|object|embed|meta|link|base|style|form)\b",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_UNKNOWN = "Dit soort bestand kan niet mee: wel PDF, JPEG, PNG, HEIC, Word (docx), ODT en gewone tekst."


class Judge:
    """Look at a file while it comes in; what is let through by its first bytes is looked at again at its end."""

    def __init__(self) -> None:
        self._head = b""
        self._tail = b""
        self._soort: BijlageSoort | None = None
        self._zip: bytearray | None = None
        self._text: codecs.IncrementalDecoder | None = None

    def feed(self, piece: bytes) -> None:
        """Take the next bytes; raises ``RefusedError`` as soon as it is sure."""
        if self._soort is None and self._zip is None:
            self._head += piece
            if len(self._head) < _HEAD_BYTES:
                return
            piece, self._head = self._head, self._head[:_HEAD_BYTES]
            self._begin(self._head)
        self._go_on(piece)

    def end(self) -> BijlageSoort:
        """Return what the whole file is; raises ``RefusedError``."""
        if not self._head:
            raise RefusedError("Het bestand is leeg.")
        if self._soort is None and self._zip is None:
            self._begin(self._head)
            self._go_on(self._head)
        if self._zip is not None:
            return _judge_package(bytes(self._zip))
        if self._soort is BijlageSoort.PNG and not self._tail.endswith(_PNG_END):
            raise RefusedError("Deze afbeelding houdt niet op waar zij eindigt.")
        if self._text is not None:
            _decoded(self._text, b"", final=True)
        if self._soort is None:
            raise RefusedError(_UNKNOWN)
        return self._soort

    def _begin(self, head: bytes) -> None:
        if head.startswith(_ZIP):
            self._zip = bytearray()
            return
        self._soort = next((soort for sign, soort in _SIGNS if head.startswith(sign)), None)
        if self._soort is None and head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
            self._soort = BijlageSoort.HEIC
        if self._soort is None:
            text = codecs.getincrementaldecoder("utf-8")()
            if _ACTIVE_TEXT.search(_decoded(text, head).removeprefix("\ufeff")):
                raise RefusedError("Een bestand met opmaak of een programma erin kan niet mee.")
            self._text, self._soort = codecs.getincrementaldecoder("utf-8")(), BijlageSoort.TEKST

    def _go_on(self, piece: bytes) -> None:
        if self._zip is not None:
            self._zip += piece
        if self._text is not None:
            _decoded(self._text, piece)
        self._tail = (self._tail + piece)[-len(_PNG_END) :]


def _decoded(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> str:
    try:
        text = decoder.decode(piece, final)
    except UnicodeDecodeError:
        raise RefusedError(_UNKNOWN) from None
    if _CONTROL.search(text):
        raise RefusedError(_UNKNOWN)
    return text


# --- packages: a docx and an odt are archives, and an archive can hold anything --------------------------------------

_MEMBERS_MAX = 2_000
_UNPACKED_MAX = 209_715_200
_RATIO_MAX = 200
_READ_MAX = 1_048_576
_ODT = b"application/vnd.oasis.opendocument.text"
# A macro, an object that starts another program, a control; by the names that these formats themselves give them.
_ACTIVE_MEMBER = re.compile(
    r"vba(project|data)|/activex/|/embeddings/|oleobject|^basic/|^scripts/|^object |objectreplacements/"
    r"|\.(exe|dll|com|scr|js|vbs|ps1|bat|cmd|jar|lnk|hta|zip|rar|7z)$",
    re.IGNORECASE,
)
_OUTSIDE = re.compile(rb"attachedTemplate[^>]*TargetMode=.External|TargetMode=.External[^>]*attachedTemplate")


def _judge_package(content: bytes) -> BijlageSoort:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return _package_soort(package)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        if isinstance(error, RefusedError):
            raise
        raise RefusedError(_UNKNOWN) from None


def _package_soort(package: zipfile.ZipFile) -> BijlageSoort:
    members = package.infolist()
    names = {member.filename for member in members}
    if len(members) > _MEMBERS_MAX or len(names) != len(members) or is_bomb(members):
        raise RefusedError("Dit bestand is groter dan het lijkt.")
    if any(member.flag_bits & 1 for member in members):
        raise RefusedError("Een bestand met een wachtwoord kan niet mee.")
    if any(_ACTIVE_MEMBER.search(name) or ".." in name or name.startswith(("/", "\\")) for name in names):
        raise RefusedError("Een bestand met macro's of met andere bestanden erin kan niet mee.")
    if "word/document.xml" in names and "[Content_Types].xml" in names:
        if b"macroenabled" in _part(package, "[Content_Types].xml").lower():
            raise RefusedError("Een bestand met macro's kan niet mee.")
        if any(_OUTSIDE.search(_part(package, name)) for name in names if name.startswith("word/_rels/")):
            raise RefusedError("Een bestand dat een sjabloon van elders ophaalt, kan niet mee.")
        return BijlageSoort.DOCX
    if members and members[0].filename == "mimetype" and _part(package, "mimetype") == _ODT and "content.xml" in names:
        return BijlageSoort.ODT
    raise RefusedError(_UNKNOWN)


def is_bomb(members: list[zipfile.ZipInfo], *, unpacked_max: int = _UNPACKED_MAX) -> bool:
    """Say whether an archive says of itself that it becomes far larger than it is."""
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    return unpacked > unpacked_max or (unpacked > _READ_MAX and unpacked > _RATIO_MAX * max(packed, 1))


def _part(package: zipfile.ZipFile, name: str) -> bytes:
    with package.open(name) as part:
        return part.read(_READ_MAX)


# --- what it is called -----------------------------------------------------------------------------------------------

_NO_NAME = "bijlage"
_PLAIN_NAME = re.compile(r";\s*filename\s*=\s*(\"[^\"]*\"|[^;]*)", re.IGNORECASE)
_STEERING = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")  # control, invisible, direction of writing, line ends


def name_of(content_disposition: str | None) -> str:
    """Return the name of a file from its header (RFC 6266), as it can stand in a list: no folder, no hidden signs.

    Raises ``RefusedError`` for a header that cannot be read.
    """
    if not content_disposition:
        return _NO_NAME
    message = EmailMessage()
    told_twice = _PLAIN_NAME.sub("", content_disposition) if "filename*" in content_disposition.lower() else None
    try:
        message["Content-Disposition"] = told_twice or content_disposition
        told = message.get_filename()
    except (HeaderParseError, ValueError, LookupError, IndexError, AttributeError):
        raise RefusedError("De naam van het bestand is niet te lezen.") from None
    return clean_name(told or "")


def clean_name(told: str) -> str:
    """Return a name without a folder and without signs that hide or turn what it says."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", told))[-1]
    shown = "".join(sign for sign in last if unicodedata.category(sign) not in _STEERING).strip(" .")
    return shown[-NAAM_MAX:] or _NO_NAME
