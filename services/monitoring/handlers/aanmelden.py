"""Who looks at the page: an attempt to log in, and the session that comes of it, both kept sealed in the browser.

A session is the access token of the provider under a seal of ours: it lives as long as the token does, and is checked
anew at every look by the same rules as a token in a header. Nothing of it is kept here, so that any copy of the door
can answer, and there is no list of who works when (docs/adr/0030).
"""

import base64
import json
import os
import secrets
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.monitoring.domain.aanmelden import POGING_SECONDS_MAX, AanmeldError, Poging, Reden, code_of
from services.monitoring.partners.aanmelddienst import Aanmelddienst
from shared.clock import system_clock
from shared.crypto import NONCE_BYTES, Vault
from shared.errors import NotAuthenticatedError
from shared.log import get_logger
from shared.rules.codes import Rol
from shared.web.app import Resources
from shared.web.auth import Caller

log = get_logger()

_SECRET_BYTES = 32
# What a browser keeps of one cookie, its name and attributes included (RFC 6265 section 6.1).
COOKIE_BYTES_MAX = 3_800

# Who may look at the page, and as what: figures of Veilig Thuis, or the published ones of a municipality.
VEILIG_THUIS = frozenset({Rol.VT_MEDEWERKER, Rol.VT_TEAMLEIDER, Rol.BEHEERDER})
LEZERS = VEILIG_THUIS | {Rol.GEMEENTE}


def begin() -> Poging:
    """Return a new attempt."""
    return Poging(*(secrets.token_urlsafe(_SECRET_BYTES) for _ in range(3)))


def keep(vault: Vault, poging: Poging, *, now: float) -> str:
    """Return an attempt as the browser keeps it; ``now`` is real time, in seconds."""
    told = {"state": poging.state, "nonce": poging.nonce, "verifier": poging.verifier, "begonnen": now}
    return _seal(vault, "poging", json.dumps(told).encode())


def recall(vault: Vault, kept: str, *, now: float) -> Poging | None:
    """Return the attempt that a browser kept, None when it is none of ours or began too long ago."""
    opened = _open(vault, "poging", kept)
    if opened is None:
        return None
    told = json.loads(opened)
    if not 0 <= now - told["begonnen"] <= POGING_SECONDS_MAX:
        return None
    return Poging(told["state"], told["nonce"], told["verifier"])


async def finish(
    made: Resources, dienst: Aanmelddienst, kept: str, answer: Mapping[str, str], *, now: float
) -> tuple[str, int]:
    """Return the session of who came back from the provider, sealed, and how many seconds it lives.

    Raises ``AanmeldError``, and ``OperationalError`` when the provider cannot be reached.
    """
    poging = recall(made.vault, kept, now=now)
    code = code_of(poging, answer, issuers=dienst.issuers)
    assert poging is not None  # noqa: S101, without an attempt there is no code
    token = await dienst.exchange(code, poging)
    try:
        caller = await made.verifier.verify(token)
    except NotAuthenticatedError:
        raise AanmeldError(Reden.ONGELDIG) from None
    session = _seal(made.vault, "sessie", token.encode())
    if len(session) > COOKIE_BYTES_MAX:
        raise AanmeldError(Reden.ONGELDIG)
    log.info("login_done", soort=caller.rol.value)
    # The verifier found it good: what stands in it may be believed.
    told = token.split(".")[1]
    until = json.loads(base64.urlsafe_b64decode(told + "=" * (-len(told) % 4)))["exp"]
    return session, max(1, int(until - now))


async def look(made: Resources, session: str) -> Caller:
    """Return whose session this is; raises ``NotAuthenticatedError`` when it is no longer one."""
    token = _open(made.vault, "sessie", session)
    if token is None:
        raise NotAuthenticatedError("Meld u opnieuw aan.")
    return await made.verifier.verify(token.decode())


def real_seconds() -> float:
    """Return real time, by which tokens and sessions live, also when the rooms live in simulated time."""
    return system_clock().timestamp()


def _cipher(vault: Vault) -> AESGCM:
    # Derived from what every copy of this door has, and nobody else; each half is a keyed hash of 128 bits.
    return AESGCM(vault.blind("sleutel-van-sessies", "1") + vault.blind("sleutel-van-sessies", "2"))


def _seal(vault: Vault, kind: str, plain: bytes) -> str:
    nonce = os.urandom(NONCE_BYTES)
    return base64.urlsafe_b64encode(nonce + _cipher(vault).encrypt(nonce, plain, kind.encode())).decode()


def _open(vault: Vault, kind: str, sealed: str) -> bytes | None:
    try:
        raw = base64.urlsafe_b64decode(sealed.encode())
        return _cipher(vault).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], kind.encode())
    except (InvalidTag, ValueError):
        return None
