"""How the first sheet of an Excel file is read row by row as CSV: values only, nothing is computed or fetched.

The file is not in memory: its pieces are fetched as they are asked for. What an archive says of its size is looked at
before anything of it is unpacked, and no more than that is ever unpacked.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError  # nosec B405  # the error only; what reads is defusedxml

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.utils.exceptions import InvalidFileException

from services.intake.domain.bijlage import is_bomb
from services.intake.domain.importeren import KOLOMMEN, RIJEN_MAX, STUK_BYTES, BrokenOffError, ImportFout

_UNPACKED_MAX = 67_108_864
_COLUMNS_MAX = len(KOLOMMEN) + 20
_EMPTY_ROWS_MAX = 1_000
_PIECES_KEPT = 4
_UNREADABLE = (
    zipfile.BadZipFile,
    InvalidFileException,
    DefusedXmlException,
    ParseError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    EOFError,
)

Fetch = Callable[[int], bytes]
"""Return a piece of a file by its number; nothing behind the end."""


class PieceFile(io.RawIOBase):
    """A file that is read from its pieces, of which a few are remembered."""

    def __init__(self, fetch: Fetch, size: int) -> None:
        self._fetch = fetch
        self._size = size
        self._at = 0
        self._kept: dict[int, bytes] = {}

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that one can go to any place in it."""
        return True

    def tell(self) -> int:
        """Return the place at which is read."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:  # what the protocol calls a writable buffer
        """Fill a buffer as far as the piece at this place goes."""
        nr, begin = divmod(self._at, STUK_BYTES)
        part = self._piece(nr)[begin : begin + len(buffer)] if self._at < self._size else b""
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def _piece(self, nr: int) -> bytes:
        if nr not in self._kept:
            while len(self._kept) >= _PIECES_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[nr] = self._fetch(nr)
        return self._kept[nr]


def as_csv(fetch: Fetch, size: int) -> Iterator[bytes]:
    """Yield the first sheet as CSV in pieces of one size, the last one shorter; raises ``BrokenOffError``."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    left = bytearray()
    try:
        for row in _rows(fetch, size):
            writer.writerow(row)
            if text.tell() >= STUK_BYTES // 4:
                left += _taken(text)
            while len(left) >= STUK_BYTES:
                yield bytes(left[:STUK_BYTES])
                del left[:STUK_BYTES]
    except _UNREADABLE as error:
        if isinstance(error, BrokenOffError):
            raise
        raise BrokenOffError(ImportFout.ONLEESBAAR) from None
    left += _taken(text)
    while left:
        yield bytes(left[:STUK_BYTES])
        del left[:STUK_BYTES]


def _taken(text: io.StringIO) -> bytes:
    content = text.getvalue().encode("utf-8", errors="replace")
    text.seek(0)
    text.truncate()
    return content


def _rows(fetch: Fetch, size: int) -> Iterator[list[str]]:
    file = io.BufferedReader(PieceFile(fetch, size))
    with zipfile.ZipFile(file) as package:
        if is_bomb(package.infolist(), unpacked_max=_UNPACKED_MAX):
            raise BrokenOffError(ImportFout.TE_GROOT_UITGEPAKT)
    file.seek(0)
    book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of itself is not believed
        seen = empty = 0
        for row in sheet.iter_rows(max_col=_COLUMNS_MAX, values_only=True):
            values = [_text(value) for value in row]
            while values and not values[-1]:
                values.pop()
            filled = bool(values)
            seen, empty = seen + filled, 0 if filled else empty + 1
            if seen > RIJEN_MAX + 1:
                raise BrokenOffError(ImportFout.TE_VEEL_RIJEN)
            if empty > _EMPTY_ROWS_MAX:
                return  # a sheet that goes on without anything in it
            yield values
    finally:
        book.close()


def _text(value: object) -> str:
    """Return the value of a cell as somebody would type it."""
    match value:
        case None:
            return ""
        case bool():
            return "ja" if value else "nee"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.isoformat(sep=" ")
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)
