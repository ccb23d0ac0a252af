"""Where a person logs in at the local issuer: he says who he is, and is believed. That is why it is local only.

The authorization code with PKCE, as a real provider gives it: a code is good once, for a minute, for the address and
the secret of whoever asked.
"""

import base64
import hashlib
import hmac
import html
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from shared.rules.gemeenten import GEMEENTEN

PEOPLE_CLIENT = "ketenradar-dashboard"
_CODE_LIFETIME = timedelta(minutes=1)
_CODES_MAX = 1_000
_ASKED = ("client_id", "redirect_uri", "state", "nonce", "code_challenge")
ROLLEN = {
    "vt-teamleider": "Teamleider van Veilig Thuis",
    "vt-medewerker": "Medewerker van Veilig Thuis",
    "beheerder": "Beheerder",
    "gemeente": "Gemeente",
    "ketenpartner": "Ketenpartner (mag het dashboard niet zien)",
}


class BadRequestError(Exception):
    """What was asked is no login of ours; nobody is sent anywhere with it."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a code stands for."""

    rol: str
    gemeente: str
    nonce: str
    redirect_uri: str
    challenge: str
    until: datetime


class Logins:
    """Know which codes were given out; ``redirect_uris`` are the only places to which one is sent."""

    def __init__(self, redirect_uris: frozenset[str]) -> None:
        self._redirect_uris = redirect_uris
        self._codes: dict[str, Grant] = {}

    def check(self, asked: Mapping[str, str]) -> dict[str, str]:
        """Return the fields of a request to log in; raises ``BadRequestError`` when it is not one of our page."""
        fields = {name: asked.get(name, "") for name in _ASKED}
        ours = fields["client_id"] == PEOPLE_CLIENT and fields["redirect_uri"] in self._redirect_uris
        code_flow = asked.get("response_type") == "code" and asked.get("code_challenge_method") == "S256"
        if not ours or not code_flow or not all(fields.values()):
            raise BadRequestError
        return {**fields, "response_type": "code", "code_challenge_method": "S256"}

    def send_back(self, asked: Mapping[str, str], *, now: datetime) -> str:
        """Return where somebody goes who said who he is, with a code; raises ``BadRequestError``."""
        fields = self.check(asked)
        rol, gemeente = asked.get("rol", ""), asked.get("gemeente", "")
        if rol not in ROLLEN or gemeente not in GEMEENTEN:
            raise BadRequestError
        self._codes = {code: grant for code, grant in self._codes.items() if grant.until > now}
        if len(self._codes) >= _CODES_MAX:
            raise BadRequestError
        code = secrets.token_urlsafe(32)
        self._codes[code] = Grant(
            rol, gemeente, fields["nonce"], fields["redirect_uri"], fields["code_challenge"], now + _CODE_LIFETIME
        )
        return f"{fields['redirect_uri']}?{urlencode({'code': code, 'state': fields['state']})}"

    def redeem(self, form: Mapping[str, str], *, now: datetime) -> Grant | None:
        """Return what a code stands for, once; None when it is not good."""
        grant = self._codes.pop(form.get("code", ""), None)
        if grant is None or grant.until <= now or form.get("client_id") != PEOPLE_CLIENT:
            return None
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        fits = hmac.compare_digest(proof.encode(), grant.challenge.encode())
        return grant if fits and form.get("redirect_uri") == grant.redirect_uri else None


def login_page(fields: Mapping[str, str]) -> str:
    """Return the page on which somebody says who he is."""
    hidden = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in fields.items()
    )
    rollen = "".join(
        f'<p><label><input type="radio" name="rol" value="{rol}"{" checked" if not number else ""}> {tekst}</label></p>'
        for number, (rol, tekst) in enumerate(ROLLEN.items())
    )
    gemeenten = "".join(
        f'<option value="{row.code}"{" selected" if row.code == "0599" else ""}>{html.escape(row.naam)}</option>'
        for row in sorted(GEMEENTEN.values(), key=lambda row: row.naam)
    )
    return _PAGE.format(hidden=hidden, rollen=rollen, gemeenten=gemeenten)


_PAGE = """<!doctype html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>Aanmelden bij de lokale run van Ketenradar</title>
</head>
<body>
<main>
<h1>Aanmelden bij de lokale run</h1>
<p><strong>Dit is geen echte aanmelddienst.</strong> Zij gelooft wie u zegt te zijn, en draait alleen op deze machine,
met verzonnen gegevens.</p>
<form method="post" action="/authorize">
{hidden}
<fieldset><legend>Als wie kijkt u?</legend>{rollen}</fieldset>
<p><label for="gemeente">Gemeente (voor de rol Gemeente)</label>
<select id="gemeente" name="gemeente">{gemeenten}</select></p>
<p><button type="submit">Aanmelden</button></p>
</form>
</main>
</body>
</html>
"""
