"""The files that a page needs: under an address that changes with them, so that a browser asks for each only once."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from fastapi import APIRouter, Request, Response

from shared.errors import NotFoundError

router = APIRouter()

_STATIC = Path(__file__).parents[1] / "static"
# Only what stands here is given out: a name from outside never becomes a path.
_KINDS = MappingProxyType(
    {
        "pagina.css": "text/css; charset=utf-8",
        "nlds.css": "text/css; charset=utf-8",
        "ketenradar.css": "text/css; charset=utf-8",
        "ververs.js": "text/javascript; charset=utf-8",
        "ketenradar.svg": "image/svg+xml",
    }
)
# One after another, so that a page waits for one file.
_TOGETHER = MappingProxyType({"pagina.css": ("nlds.css", "ketenradar.css")})
_NO_PAGE = "default-src 'none'; frame-ancestors 'none'"
_YEAR_SECONDS = 31_536_000


@dataclass(frozen=True, slots=True)
class Bestand:
    """One file, read once."""

    plain: bytes
    packed: bytes
    kind: str
    mark: str  # another one when the content is another


@cache
def bestand(naam: str) -> Bestand:
    """Return a file by its name; raises ``NotFoundError`` for any other."""
    if naam not in _KINDS:
        raise NotFoundError("Dit bestand is er niet.")
    plain = b"".join((_STATIC / part).read_bytes() for part in _TOGETHER.get(naam, (naam,)))
    return Bestand(plain, pack(plain), _KINDS[naam], hashlib.sha256(plain).hexdigest()[:16])


def address_of(naam: str) -> str:
    """Return where a page finds a file."""
    return f"/static/{naam}?v={bestand(naam).mark}"


def pack(content: bytes) -> bytes:
    """Return content as it goes to a browser that unpacks; the same content always gives the same bytes."""
    return gzip.compress(content, 6, mtime=0)


def wants_packed(request: Request) -> bool:
    """Say whether a browser unpacks what it gets."""
    return "gzip" in request.headers.get("accept-encoding", "")


@router.get("/static/{naam}", include_in_schema=False)
async def give_static(naam: str, request: Request, v: str = "") -> Response:
    """Give out one of the files that a page needs."""
    if naam not in _KINDS:
        raise NotFoundError("Dit bestand is er niet.")
    found = bestand(naam)
    etag = f'W/"{found.mark}"'
    headers = {
        # Asked for by its mark it never changes; without, whoever kept it asks whether it did.
        "Cache-Control": f"public, max-age={_YEAR_SECONDS}, immutable" if v == found.mark else "no-cache",
        "Content-Security-Policy": _NO_PAGE,
        "ETag": etag,
        "Vary": "Accept-Encoding",
    }
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if wants_packed(request):
        return Response(found.packed, media_type=found.kind, headers=headers | {"Content-Encoding": "gzip"})
    return Response(found.plain, media_type=found.kind, headers=headers)
