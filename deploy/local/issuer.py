"""The token issuer of a local run: OpenID discovery, public keys, and tokens for the rooms and for who logs in.

It signs as a real identity provider does, so that the rooms check its tokens with the same code as in
production. Outside a local run it refuses to start.
"""

import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from jwt.algorithms import ECAlgorithm

from deploy.local import identity, places
from deploy.local.databases import ROOMS
from deploy.local.inloggen import PEOPLE_CLIENT, BadRequestError, Grant, Logins, login_page
from deploy.local.servers import write_private
from shared.clock import system_clock
from shared.rules.codes import Rol
from shared.rules.scopes import ALLES
from shared.web.client import key_id

ALGORITHM = "ES256"
AUDIENCE = "ketenradar"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ROOM_TOKEN_LIFETIME = timedelta(minutes=5)
PERSON_TOKEN_LIFETIME = timedelta(hours=8)
SYSTEM_TOKEN_LIFETIME = timedelta(hours=6)  # the rooms take none of a system that lives longer
_ASSERTION_SECONDS_MAX = 300
_JTI_BYTES = 16
_JTI_LENGTH_MIN = 22  # 128 bits in base64url
_FOREIGN_HEADERS = frozenset({"jku", "jwk", "x5u", "crit"})
_BODY_BYTES_MAX = 65_536

# One organisation for every role of the contract, as the local run hands out tokens.
ROLES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "ketenpartner": ("politie-eenheid-rotterdam", ()),
    "vt-medewerker": ("vtrr", ()),
    "vt-teamleider": ("vtrr", ()),
    "lokaal-team": ("lokaal-team-0599", ("0599",)),
    "gemeente": ("0599", ("0599",)),
    "beheerder": ("vtrr", ()),
    "systeem": ("ketenradar-lokaal", ()),
}


class RefusedError(Exception):
    """Carry the error code of RFC 6749 section 5.2 for a token that is not given."""


@dataclass(frozen=True, slots=True)
class TokenIssuer:
    """Sign tokens under one name with one key."""

    issuer: str
    key: ec.EllipticCurvePrivateKey

    @property
    def key_id(self) -> str:
        """Return the name of the key: a hash of its public half."""
        return key_id(self.key.public_key())

    def jwks(self) -> dict[str, list[dict[str, Any]]]:
        """Return the public keys as a JSON Web Key Set (RFC 7517)."""
        public = ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": self.key_id, "alg": ALGORITHM, "use": "sig"}]}

    def mint(  # noqa: PLR0913, what a token says, keyword only
        self,
        rol: str,
        organisatie: str,
        *,
        gemeenten: Sequence[str] = (),
        lifetime: timedelta | None = None,
        client: str = "ketenradar-lokaal",
        subject: str | None = None,
        **changes: object,
    ) -> str:
        """Return a signed token; ``changes`` sets or (with ``None``) removes claims, for tests of bad tokens."""
        now = system_clock()
        if lifetime is None:
            lifetime = SYSTEM_TOKEN_LIFETIME if rol == Rol.SYSTEEM else PERSON_TOKEN_LIFETIME
        claims: dict[str, object] = {
            "iss": self.issuer,
            "sub": subject or f"{rol}@{organisatie}",
            "aud": AUDIENCE,
            "iat": now,
            "nbf": now,
            "exp": now + lifetime,
            "jti": secrets.token_urlsafe(_JTI_BYTES),
            "azp": client,
            "scope": ALLES,
            "rol": rol,
            "organisatieId": organisatie,
            "gemeenteCodes": list(gemeenten),
        }
        claims = {name: value for name, value in {**claims, **changes}.items() if value is not None}
        return jwt.encode(claims, self.key, ALGORITHM, headers={"kid": self.key_id, "typ": "at+jwt"})


class Clients:
    """Know the rooms that may ask for a token, by their public keys, and which proofs were used before.

    ``keys`` is looked at for each proof: a key that is replaced in it is the only one from then on.
    """

    def __init__(
        self,
        keys: Mapping[str, ec.EllipticCurvePublicKey],
        audiences: Sequence[str],
        scopes: Mapping[str, frozenset[str]] = identity.CLIENT_SCOPES,
    ) -> None:
        self._keys = keys
        self._audiences = frozenset(audiences)
        self._scopes = scopes
        self._used: dict[str, float] = {}

    def authenticate(self, form: Mapping[str, str]) -> str:
        """Return the client that signed the assertion (RFC 7523 section 3), or raise ``RefusedError``."""
        if form.get("grant_type") != "client_credentials":
            raise RefusedError("unsupported_grant_type")
        assertion = form.get("client_assertion", "")
        if form.get("client_assertion_type") != ASSERTION_TYPE or not assertion:
            raise RefusedError("invalid_client")
        try:
            claims = self._verified(assertion)
        except (jwt.PyJWTError, LookupError, TypeError, ValueError) as error:
            raise RefusedError("invalid_client") from error
        name = str(claims["sub"])
        if claims["iss"] != name or form.get("client_id", name) != name:
            raise RefusedError("invalid_client")
        self._use_once(f"{name}:{claims['jti']}", float(claims["exp"]))
        return name

    def grant(self, client: str, asked: str) -> frozenset[str]:
        """Return the scopes of a client's token: what it asks of what it may, or all of that when it asks nothing."""
        may = self._scopes.get(client, frozenset())
        wanted = frozenset(asked.split()) or may
        if not wanted <= may:
            raise RefusedError("invalid_scope")
        return wanted

    def _verified(self, assertion: str) -> dict[str, Any]:
        unproven = jwt.decode_complete(assertion, options={"verify_signature": False})
        if _FOREIGN_HEADERS & unproven["header"].keys():
            raise RefusedError("invalid_client")
        claims: dict[str, Any] = jwt.decode(
            assertion,
            self._keys[str(unproven["payload"]["sub"])],
            algorithms=[ALGORITHM],
            audience=self._audiences,
            options={"require": ["iss", "sub", "aud", "exp", "iat", "jti"]},
            leeway=5,
        )
        # One audience only: a proof that another issuer could use as well is no proof for us.
        if claims["aud"] not in self._audiences or len(claims["jti"]) < _JTI_LENGTH_MIN:
            raise RefusedError("invalid_client")
        if not 0 < claims["exp"] - claims["iat"] <= _ASSERTION_SECONDS_MAX:
            raise RefusedError("invalid_client")
        return claims

    def _use_once(self, proof: str, expires: float) -> None:
        now = system_clock().timestamp()
        self._used = {name: until for name, until in self._used.items() if until + 5 > now}
        if proof in self._used:
            raise RefusedError("invalid_client")
        self._used[proof] = expires


def create_app(issuer: TokenIssuer, clients: Clients, logins: Logins | None = None) -> FastAPI:
    """Return the issuer as a web application; without ``logins`` nobody logs in."""
    logins = logins or Logins(frozenset())
    app = FastAPI(title="Lokale tokenuitgever", docs_url=None, redoc_url=None, openapi_url=None)
    base = issuer.issuer
    _add_login(app, logins)

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/.well-known/openid-configuration")
    async def discovery() -> dict[str, object]:
        return {
            "issuer": base,
            "jwks_uri": f"{base}/jwks",
            "token_endpoint": f"{base}/token",
            "authorization_endpoint": f"{base}/authorize",
            "grant_types_supported": ["client_credentials", "authorization_code"],
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "token_endpoint_auth_methods_supported": ["private_key_jwt", "none"],
            "token_endpoint_auth_signing_alg_values_supported": [ALGORITHM],
        }

    @app.get("/jwks")
    async def jwks() -> dict[str, list[dict[str, Any]]]:
        return issuer.jwks()

    @app.post("/token")
    async def token(request: Request) -> JSONResponse:
        try:
            form = await _read_form(request)
            if form.get("grant_type") == "authorization_code":
                return _person(issuer, logins.redeem(form, now=system_clock()))
            client = clients.authenticate(form)
            scope = " ".join(sorted(clients.grant(client, form.get("scope", ""))))
        except RefusedError as error:
            status = 401 if str(error) == "invalid_client" else 400
            return JSONResponse({"error": str(error)}, status, headers=_NOT_STORED)
        granted = issuer.mint(
            "systeem", client, lifetime=ROOM_TOKEN_LIFETIME, client=client, subject=client, scope=scope or None
        )
        seconds = int(ROOM_TOKEN_LIFETIME.total_seconds())
        answer = {"access_token": granted, "token_type": "Bearer", "expires_in": seconds, "scope": scope}
        return JSONResponse(answer, headers=_NOT_STORED)

    return app


def _add_login(app: FastAPI, logins: Logins) -> None:
    @app.get("/authorize")
    async def ask_who(request: Request) -> Response:
        try:
            return HTMLResponse(login_page(logins.check(request.query_params)), headers=_NOT_STORED)
        except BadRequestError:
            return JSONResponse({"error": "invalid_request"}, 400, headers=_NOT_STORED)

    @app.post("/authorize")
    async def believe(request: Request) -> Response:
        try:
            place = logins.send_back(await _read_form(request), now=system_clock())
        except (BadRequestError, RefusedError):
            return JSONResponse({"error": "invalid_request"}, 400, headers=_NOT_STORED)
        return RedirectResponse(place, 303, headers=_NOT_STORED)


_NOT_STORED = {"Cache-Control": "no-store"}


def _person(issuer: TokenIssuer, grant: Grant | None) -> JSONResponse:
    if grant is None:
        return JSONResponse({"error": "invalid_grant"}, 400, headers=_NOT_STORED)
    return JSONResponse(_tokens_of(issuer, grant), headers=_NOT_STORED)


def _tokens_of(issuer: TokenIssuer, grant: Grant) -> dict[str, object]:
    """Return what a person's code is worth: a token for the rooms, and one that says to which attempt it belongs."""
    organisatie, gemeenten = ROLES[grant.rol]
    if grant.rol == Rol.GEMEENTE:
        organisatie, gemeenten = grant.gemeente, (grant.gemeente,)
    now = system_clock()
    told = {
        "iss": issuer.issuer,
        "sub": f"{grant.rol}@{organisatie}",
        "aud": PEOPLE_CLIENT,
        "iat": now,
        "exp": now + ROOM_TOKEN_LIFETIME,
        "nonce": grant.nonce,
    }
    return {
        "access_token": issuer.mint(grant.rol, organisatie, gemeenten=gemeenten, client=PEOPLE_CLIENT),
        "id_token": jwt.encode(told, issuer.key, ALGORITHM, headers={"kid": issuer.key_id}),
        "token_type": "Bearer",
        "expires_in": int(PERSON_TOKEN_LIFETIME.total_seconds()),
    }


async def _read_form(request: Request) -> dict[str, str]:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _BODY_BYTES_MAX:
            raise RefusedError("invalid_request")
    try:
        fields = parse_qs(body.decode(), strict_parsing=True, max_num_fields=20)
    except ValueError as error:
        raise RefusedError("invalid_request") from error
    if any(len(values) > 1 for values in fields.values()):
        raise RefusedError("invalid_request")
    return {name: values[0] for name, values in fields.items()}


def ensure_signing_key(folder: Path) -> Path:
    """Make the signing key of this run when it is not there, and return its place."""
    file = folder / "uitgever.pem"
    if not file.exists():
        write_private(file, identity.new_private_key())
    return file


def issuer_from(state: Path, url: str) -> TokenIssuer:
    """Return the issuer that runs on a state folder, to sign in this process what it would sign."""
    return TokenIssuer(url, identity.read_key(ensure_signing_key(state)))


def main() -> None:
    """Serve the issuer that the environment describes; refuse outside a local run."""
    if os.environ.get("KETENRADAR_OMGEVING") != "lokaal":
        raise SystemExit("De lokale tokenuitgever start alleen met KETENRADAR_OMGEVING=lokaal.")
    url = os.environ["KETENRADAR_ISSUER"]
    secrets = Path(os.environ["KETENRADAR_SECRETS_DIR"])
    keys = {
        identity.client_id(room): identity.read_key(identity.client_key_file(secrets, room)).public_key()
        for room in ROOMS
    }
    home = os.environ.get("KETENRADAR_DASHBOARD_URL", "")
    logins = Logins(frozenset({f"{home}/aanmelden/terug"} if home else ()))
    app = create_app(issuer_from(places.state_folder(), url), Clients(keys, [url, f"{url}/token"]), logins)
    uvicorn.run(
        app,
        host=os.environ["KETENRADAR_HOST"],
        port=int(os.environ["KETENRADAR_PORT"]),
        log_level="warning",
        access_log=False,
    )


if __name__ == "__main__":
    main()
