"""The realm of the identity provider: who may ask for a token, in which way, with which claims, and for how long."""

import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from deploy.identity.realm import PEOPLE_CLIENT, realm
from deploy.local.identity import CLIENT_SCOPES, client_id
from shared.events.catalogue import Room
from shared.rules.codes import Rol
from shared.rules.scopes import ALLES, SCOPES, SCOPES_OF_ROOM
from shared.web.client import key_id

KEYS = {client_id(room): ec.generate_private_key(ec.SECP256R1()).public_key() for room in Room}
MADE = realm("keten.test", KEYS)
CLIENTS: dict[str, dict[str, Any]] = {client["clientId"]: client for client in MADE["clients"]}
PEOPLE = CLIENTS[PEOPLE_CLIENT]


def claims_of(client: dict[str, Any]) -> dict[str, dict[str, str]]:
    configs = (mapper["config"] for mapper in client["protocolMappers"])
    return {config["claim.name"]: config for config in configs if "claim.name" in config}


def test_people_come_in_by_the_authorization_code_with_pkce_and_in_no_other_way() -> None:
    assert PEOPLE_CLIENT == "ketenradar-dashboard"
    assert PEOPLE["publicClient"]
    assert PEOPLE["standardFlowEnabled"]
    assert PEOPLE["attributes"]["pkce.code.challenge.method"] == "S256"
    ways = ("implicitFlowEnabled", "directAccessGrantsEnabled", "serviceAccountsEnabled", "fullScopeAllowed")
    assert not [way for way in ways if PEOPLE[way]]
    grants = ("oauth2.device.authorization.grant.enabled", "oidc.ciba.grant.enabled")
    assert {PEOPLE["attributes"][grant] for grant in grants} == {"false"}


def test_people_are_sent_back_to_our_own_page_only() -> None:
    assert PEOPLE["redirectUris"] == ["https://monitoring.keten.test/aanmelden/terug"]
    assert PEOPLE["attributes"]["post.logout.redirect.uris"] == "https://monitoring.keten.test/afgemeld"
    assert PEOPLE["webOrigins"] == ["https://monitoring.keten.test"]


@pytest.mark.parametrize("client", MADE["clients"], ids=list(CLIENTS))
def test_a_token_holds_what_the_rooms_read_and_is_meant_for_them(client: dict[str, Any]) -> None:
    kinds = {mapper["protocolMapper"]: mapper["config"] for mapper in client["protocolMappers"]}

    assert {"rol", "organisatieId"} <= claims_of(client).keys()
    assert kinds["oidc-audience-mapper"]["included.custom.audience"] == "ketenradar"
    assert "oidc-sub-mapper" in kinds
    assert client["attributes"]["access.token.header.type.rfc9068"] == "true"
    assert {mapper["config"]["id.token.claim"] for mapper in client["protocolMappers"]} == {"false"}


def test_municipalities_come_as_a_list_and_the_role_as_one_word() -> None:
    claims = claims_of(PEOPLE)

    assert {name: claim["multivalued"] for name, claim in claims.items()} == {
        "rol": "false",
        "organisatieId": "false",
        "gemeenteCodes": "true",
    }


def test_a_token_of_a_person_lives_a_quarter_and_one_of_a_room_five_minutes() -> None:
    lives = {name: client["attributes"]["access.token.lifespan"] for name, client in CLIENTS.items()}

    assert lives == {PEOPLE_CLIENT: "900", **{client_id(room): "300" for room in Room}}
    assert MADE["accessTokenLifespan"] == 300
    assert MADE["revokeRefreshToken"]


@pytest.mark.parametrize("room", list(Room))
def test_a_room_proves_itself_with_its_key_and_has_one_grant(room: Room) -> None:
    client = CLIENTS[client_id(room)]
    attributes = client["attributes"]

    assert client["clientAuthenticatorType"] == "client-jwt"
    assert attributes["token.endpoint.auth.signing.alg"] == "ES256"
    (row,) = json.loads(attributes["jwks.string"])["keys"]
    key: Any = jwt.PyJWK(row).key
    assert key.public_numbers() == KEYS[client_id(room)].public_numbers()
    assert row["kid"] == key_id(KEYS[client_id(room)])
    assert "d" not in row
    assert client["serviceAccountsEnabled"]
    ways = ("standardFlowEnabled", "implicitFlowEnabled", "directAccessGrantsEnabled", "publicClient")
    assert not [way for way in ways if client[way]]
    assert attributes["client_credentials.use_refresh_token"] == "false"
    assert "secret" not in client
    assert claims_of(client)["rol"]["claim.value"] == Rol.SYSTEEM


def test_each_client_has_the_scopes_of_its_task_and_cannot_ask_for_more() -> None:
    given = {name: set(client["defaultClientScopes"]) for name, client in CLIENTS.items()}

    assert given == {PEOPLE_CLIENT: {ALLES}, **{client_id(room): SCOPES_OF_ROOM[room] for room in Room}}
    assert given.keys() - {PEOPLE_CLIENT} == CLIENT_SCOPES.keys()
    assert not [client["optionalClientScopes"] for client in MADE["clients"] if client["optionalClientScopes"]]


def test_the_scopes_exist_and_stand_in_the_token() -> None:
    scopes = {scope["name"]: scope for scope in MADE["clientScopes"]}

    assert scopes.keys() == SCOPES.keys()
    assert {scope["attributes"]["include.in.token.scope"] for scope in scopes.values()} == {"true"}
    assert (MADE["defaultDefaultClientScopes"], MADE["defaultOptionalClientScopes"]) == ([], [])
