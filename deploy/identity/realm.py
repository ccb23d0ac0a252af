"""The realm of the identity provider (Keycloak): the claims that the rooms read, and who may ask for a token.

The role of a person is an attribute that only an administrator can change; a room gets the role ``systeem`` by
its client, proves itself with its own key (private_key_jwt, NL GOV profile for OAuth) and gets no scope beyond its
task. Only the scopes named here exist, so that no token carries more than what the rooms read; the account pages of
the provider, which live by scopes of their own, are thereby not for use.
"""

import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from deploy.local.identity import CLIENT_SCOPES
from shared.rules.codes import Rol
from shared.rules.scopes import ALLES, SCOPES
from shared.web.client import key_id

REALM = "ketenradar"
AUDIENCE = "ketenradar"
PEOPLE_CLIENT = "ketenradar-dashboard"
# NL GOV OAuth: at most 15 minutes for a program that can keep no secret.
PERSON_TOKEN_SECONDS = 900
ROOM_TOKEN_SECONDS = 300
CODE_SECONDS = 60


def realm(domain: str, rooms: Mapping[str, ec.EllipticCurvePublicKey]) -> dict[str, Any]:
    """Return the realm as the import of Keycloak reads it; ``rooms`` gives the public key of each client."""
    return {
        "realm": REALM,
        "enabled": True,
        "displayName": "Ketenradar",
        "sslRequired": "external",
        "registrationAllowed": False,
        "resetPasswordAllowed": False,
        "rememberMe": False,
        "bruteForceProtected": True,
        "failureFactor": 5,
        "passwordPolicy": "length(14) and notUsername and passwordHistory(5)",
        "defaultSignatureAlgorithm": "RS256",
        "accessTokenLifespan": ROOM_TOKEN_SECONDS,
        "accessCodeLifespan": CODE_SECONDS,
        "revokeRefreshToken": True,
        "refreshTokenMaxReuse": 0,
        "ssoSessionIdleTimeout": 1800,
        "ssoSessionMaxLifespan": 36_000,
        "internationalizationEnabled": True,
        "supportedLocales": ["nl", "en"],
        "defaultLocale": "nl",
        "eventsEnabled": True,
        "adminEventsEnabled": True,
        "clientScopes": [_scope(name, meaning) for name, meaning in SCOPES.items()],
        "defaultDefaultClientScopes": [],
        "defaultOptionalClientScopes": [],
        "components": {"org.keycloak.userprofile.UserProfileProvider": [_user_profile()]},
        "clients": [_people_client(domain), *(_room_client(name, key) for name, key in rooms.items())],
    }


def _people_client(domain: str) -> dict[str, Any]:
    """Return the client of people's programs: the authorization code with PKCE, without a secret."""
    home = f"https://monitoring.{domain}"
    return {
        "clientId": PEOPLE_CLIENT,
        "enabled": True,
        "protocol": "openid-connect",
        "publicClient": True,
        "standardFlowEnabled": True,
        "implicitFlowEnabled": False,
        "directAccessGrantsEnabled": False,
        "serviceAccountsEnabled": False,
        "fullScopeAllowed": False,
        # One place, and no pattern: a code is sent nowhere else, whatever page of ours could be made to pass it on.
        "redirectUris": [f"{home}/aanmelden/terug"],
        "webOrigins": [home],
        "attributes": {
            **_token_attributes(PERSON_TOKEN_SECONDS),
            "pkce.code.challenge.method": "S256",
            "post.logout.redirect.uris": f"{home}/afgemeld",
            "oauth2.device.authorization.grant.enabled": "false",
            "oidc.ciba.grant.enabled": "false",
        },
        "defaultClientScopes": [ALLES],
        "optionalClientScopes": [],
        "protocolMappers": [
            *_common_mappers(),
            _attribute("rol", multivalued=False),
            _attribute("organisatieId", multivalued=False),
            _attribute("gemeenteCodes", multivalued=True),
        ],
    }


def _room_client(name: str, key: ec.EllipticCurvePublicKey) -> dict[str, Any]:
    jwk = {**ECAlgorithm.to_jwk(key, as_dict=True), "use": "sig", "alg": "ES256", "kid": key_id(key)}
    return {
        "clientId": name,
        "enabled": True,
        "protocol": "openid-connect",
        "publicClient": False,
        "standardFlowEnabled": False,
        "implicitFlowEnabled": False,
        "directAccessGrantsEnabled": False,
        "serviceAccountsEnabled": True,
        "fullScopeAllowed": False,
        "clientAuthenticatorType": "client-jwt",
        "attributes": {
            **_token_attributes(ROOM_TOKEN_SECONDS),
            "use.jwks.string": "true",
            "jwks.string": json.dumps({"keys": [jwk]}),
            "token.endpoint.auth.signing.alg": "ES256",
            "client_credentials.use_refresh_token": "false",
        },
        "defaultClientScopes": sorted(CLIENT_SCOPES[name]),
        "optionalClientScopes": [],
        "protocolMappers": [
            *_common_mappers(),
            _hardcoded("rol", Rol.SYSTEEM),
            _hardcoded("organisatieId", name),
        ],
    }


def _token_attributes(seconds: int) -> dict[str, str]:
    """Return what makes an access token of a client one of RFC 9068, and how long it lives."""
    return {"access.token.header.type.rfc9068": "true", "access.token.lifespan": str(seconds)}


def _scope(name: str, meaning: str) -> dict[str, Any]:
    return {
        "name": name,
        "description": meaning,
        "protocol": "openid-connect",
        "attributes": {"include.in.token.scope": "true", "display.on.consent.screen": "false"},
    }


def _common_mappers() -> list[dict[str, Any]]:
    return [
        _mapper("sub", "oidc-sub-mapper", {"introspection.token.claim": "true"}),
        _mapper("audience", "oidc-audience-mapper", {"included.custom.audience": AUDIENCE}),
    ]


def _attribute(name: str, *, multivalued: bool) -> dict[str, Any]:
    return _mapper(
        name,
        "oidc-usermodel-attribute-mapper",
        {
            "user.attribute": name,
            "claim.name": name,
            "jsonType.label": "String",
            "multivalued": str(multivalued).lower(),
        },
    )


def _hardcoded(name: str, value: str) -> dict[str, Any]:
    return _mapper(
        name, "oidc-hardcoded-claim-mapper", {"claim.name": name, "claim.value": value, "jsonType.label": "String"}
    )


def _mapper(name: str, kind: str, config: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": name,
        "protocol": "openid-connect",
        "protocolMapper": kind,
        "config": {"access.token.claim": "true", "id.token.claim": "false", **config},
    }


def _user_profile() -> dict[str, Any]:
    """Return which attributes a person has; what is not named here cannot be kept."""
    people = [rol.value for rol in Rol if rol is not Rol.SYSTEEM]
    attributes = [
        _field("username", required=True),
        _field("email"),
        _field("firstName"),
        _field("lastName"),
        _field("rol", required=True, validations={"options": {"options": people}}),
        _field("organisatieId", required=True, validations={"length": {"min": 1, "max": 100}}),
        _field(
            "gemeenteCodes",
            multivalued=True,
            validations={"pattern": {"pattern": "^[0-9]{4}$", "error-message": "vier cijfers"}},
        ),
    ]
    return {
        "providerId": "declarative-user-profile",
        "config": {"kc.user.profile.config": [json.dumps({"attributes": attributes})]},
    }


def _field(
    name: str,
    *,
    required: bool = False,
    multivalued: bool = False,
    validations: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """Return one attribute that a person may see and only an administrator may change."""
    field: dict[str, Any] = {
        "name": name,
        "displayName": name,
        "permissions": {"view": ["admin", "user"], "edit": ["admin"]},
        "validations": dict(validations or {}),
        "multivalued": multivalued,
    }
    if required:
        field["required"] = {"roles": ["admin"]}
    return field
