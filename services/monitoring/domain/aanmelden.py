"""How somebody logs in at the page: an attempt with its secrets, and what makes an answer belong to it.

The authorization code with PKCE (RFC 6749 section 4.1, RFC 7636), as NL GOV OAuth asks: the code is worth nothing to
whoever does not have the secret of the attempt, and an answer to somebody else's attempt is not taken.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

POGING_SECONDS_MAX = 600


class Reden(StrEnum):
    """Why an attempt came to nothing; it may be logged, for it says nothing of who tried."""

    GEEN_POGING = "geen-poging"  # none began in this browser, or too long ago
    ANDERE_POGING = "andere-poging"
    GEWEIGERD = "geweigerd"  # the provider says no
    ONGELDIG = "ongeldig"  # the provider says yes, with something that is not good


class AanmeldError(Exception):
    """An attempt that came to nothing."""

    def __init__(self, reden: Reden) -> None:
        super().__init__(reden.value)
        self.reden = reden


@dataclass(frozen=True, slots=True)
class Poging:
    """One attempt: three secrets, of which the browser keeps this (sealed) and the provider sees a part."""

    state: str
    nonce: str
    verifier: str

    @property
    def challenge(self) -> str:
        """The proof that the provider sees beforehand (S256, RFC 7636 section 4.2)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def code_of(poging: Poging | None, answer: Mapping[str, str], *, issuers: tuple[str, ...]) -> str:
    """Return the code in the answer of the provider; raises ``AanmeldError`` when it is no answer to this attempt.

    An answer that names who gives it must name our provider (RFC 9207).
    """
    if poging is None:
        raise AanmeldError(Reden.GEEN_POGING)
    if not hmac.compare_digest(poging.state.encode(), answer.get("state", "").encode()):
        raise AanmeldError(Reden.ANDERE_POGING)
    if answer.get("iss", issuers[0]) not in issuers:
        raise AanmeldError(Reden.ANDERE_POGING)
    if "error" in answer or not answer.get("code"):
        raise AanmeldError(Reden.GEWEIGERD)
    return answer["code"]
