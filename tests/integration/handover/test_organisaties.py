"""How organisations are kept, and what stands behind every door of this room for who works elsewhere."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.organisaties import Stand
from services.handover.handlers import organisaties as handlers
from services.handover.handlers.partnerdeur import MELDINGEN, REMEMBERED_SECONDS
from services.handover.main import build
from services.handover.store import organisaties as store
from shared.db import in_transaction
from shared.rules.access import BELEID, PARTNERROLLEN, Betrekking, Doel, Inhoud, Toegang
from shared.rules.codes import Rol
from shared.web.auth import Caller
from shared.work import WORKER_WALL, Wall, Work, working
from tests.integration.handover.conftest import BEHEERDER, OPVANG, OTHER_TEAM, TEAM, VT, HandoverRoom
from tests.integration.handover.test_overdrachten import TO_OPVANG, TO_TEAM, besluit, melding, offered
from tests.integration.handover.test_walls import as_

pytestmark = pytest.mark.anyio

OIN = "00000001123456782000"
CONTACT = {"rol": "overdrachten", "email": "overdracht@opvang.example", "telefoonnummer": "010-4938888"}
RECHT = {"doel": "overdracht-en-zicht-op-veiligheid", "geldigVan": "2026-01-01"}


def here(who: tuple[str, str, Any] | str, rest: str = "") -> str:
    return f"/organisaties/{who if isinstance(who, str) else who[1]}{rest}"


async def put(room: HandoverRoom, path: str, body: Any = None, *, seen: str = "*") -> httpx.Response:
    return await room.call("PUT", path, BEHEERDER, json=body, headers={"If-Match": seen})


async def make(room: HandoverRoom, organisatie_id: str = OPVANG[1], **changes: Any) -> httpx.Response:
    body = {"organisatieId": organisatie_id, "naam": "Opvang Voorbeeld", "oin": OIN, **changes}
    return await room.call("POST", "/organisaties", BEHEERDER, json=body)


async def give(room: HandoverRoom, who: tuple[str, str, Any] | str, **changes: Any) -> httpx.Response:
    return await room.call("POST", here(who, "/rechten"), BEHEERDER, json={**RECHT, **changes})


async def enrol(room: HandoverRoom, who: tuple[str, Any, Any], *rechten: dict[str, Any], clients: Any = ()) -> None:
    """Let an organisation take part, with these rights."""
    assert (await make(room, who[1])).status_code == 201
    assert (await put(room, here(who, "/contacten"), {"contacten": [CONTACT]})).status_code == 200
    if clients:
        assert (await put(room, here(who, "/clients"), {"clients": list(clients)})).status_code == 200
    for recht in rechten or ({},):
        told = await give(room, who, **recht)
        assert told.status_code == 201, told.text
    told = await put(room, here(who, "/inschrijving"))
    assert (told.status_code, told.json()["status"]) == (200, "ingeschreven")


# --- keeping them -----------------------------------------------------------------------------------------------


async def test_an_organisation_is_made_once_and_read_back_by_who_may(handover: HandoverRoom) -> None:
    made, again = await make(handover), await make(handover)
    other = await make(handover, naam="Een andere naam")

    assert (made.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert made.headers["Location"] == f"/v1{here(OPVANG)}"
    assert made.json() == again.json()
    assert (made.json()["status"], made.json()["versie"], made.headers["ETag"]) == ("concept", 1, '"1"')
    for who, status in ((VT, 200), (BEHEERDER, 200), (OPVANG, 200), (TEAM, 404)):
        assert (await handover.call("GET", here(OPVANG), who)).status_code == status, who
    assert (await handover.call("POST", "/organisaties", VT, json={})).status_code == 403


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"oin": "99999999000000001000"}, "/oin"),
        ({"oin": "00000099123456789000"}, "/oin"),  # a test number, outside a local run
        ({"oin": "1"}, "/oin"),
        ({"organisatieId": "Hoofdletter"}, "/organisatieId"),
        ({"naam": " "}, "/naam"),
        ({"iets": "anders"}, "/"),  # the name of what is not known is not repeated
    ],
)
async def test_an_organisation_that_cannot_be_is_refused_and_nothing_is_kept(
    handover: HandoverRoom, changes: dict[str, Any], pointer: str
) -> None:
    handover.settings_of_door("productie")

    refused = await make(handover, **changes)

    assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (400, [pointer])
    assert (await handover.call("GET", "/organisaties", BEHEERDER)).json()["resultaten"] == []


async def test_a_list_is_read_in_pages_and_shows_who_works_elsewhere_only_his_own(handover: HandoverRoom) -> None:
    for name in ("a-team", "b-team", OPVANG[1]):
        await make(handover, name)

    first = (await handover.call("GET", "/organisaties?limiet=2", VT)).json()
    second = (await handover.call("GET", f"/organisaties?limiet=2&na={first['volgende']}", VT)).json()
    own = (await handover.call("GET", "/organisaties", OPVANG)).json()
    none = (await handover.call("GET", "/organisaties", TEAM)).json()

    assert [[one["organisatieId"] for one in part["resultaten"]] for part in (first, second, own, none)] == [
        ["a-team", "b-team"],
        [OPVANG[1]],
        [OPVANG[1]],
        [],
    ]
    assert second["volgende"] is None
    enrolled = await handover.call("GET", "/organisaties?status=ingeschreven", VT)
    assert enrolled.json()["resultaten"] == []
    assert (await handover.call("GET", "/organisaties?na=AAAA", VT)).status_code == 400


async def test_contacts_are_kept_sealed_and_are_of_teams(handover: HandoverRoom) -> None:
    await make(handover)

    refused = await put(handover, here(OPVANG, "/contacten"), {"contacten": [CONTACT | {"email": "j.jansen@x.nl"}]})
    kept = await put(handover, here(OPVANG, "/contacten"), {"contacten": [CONTACT]}, seen='"1"')
    again = await put(handover, here(OPVANG, "/contacten"), {"contacten": [CONTACT]}, seen='"2"')
    stale = await put(handover, here(OPVANG, "/contacten"), {"contacten": []}, seen='"1"')
    read = await handover.call("GET", here(OPVANG, "/contacten"), OPVANG)

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/contacten/0/email")
    assert "jansen" not in refused.text
    assert (kept.status_code, again.status_code, stale.status_code) == (200, 200, 412)
    assert kept.json() == again.json() == read.json() == {"contacten": [CONTACT], "versie": 2}
    async with in_transaction(handover.made.engine) as conn:
        (sealed,) = (await conn.execute(text("SELECT gegevens FROM organisatie_contact"))).scalars()
    assert b"overdracht" not in bytes(sealed)


@pytest.mark.parametrize("what", ["contacten", "clients", "inschrijving", "beeindiging"])
async def test_a_change_names_the_version_that_was_seen(handover: HandoverRoom, what: str) -> None:
    await make(handover)
    body = {"contacten": {"contacten": []}, "clients": {"clients": []}, "beeindiging": {"reden": "opgeheven"}}.get(what)

    without = await handover.call("PUT", here(OPVANG, f"/{what}"), BEHEERDER, json=body)
    stale = await put(handover, here(OPVANG, f"/{what}"), body, seen='"7"')

    assert (without.status_code, stale.status_code) == (428, 412)


async def test_a_right_is_given_once_and_ends_on_a_day_from_today_on(handover: HandoverRoom) -> None:
    await make(handover)
    given, again = await give(handover, OPVANG), await give(handover, OPVANG)
    other_end = await give(handover, OPVANG, geldigTot="2026-12-31")
    path = here(OPVANG, f"/rechten/{given.json()['id']}/einde")

    past = await put(handover, path, {"geldigTot": "2026-03-01"})
    ended = await put(handover, path, {"geldigTot": "2026-03-05"})
    same = await put(handover, path, {"geldigTot": "2026-03-05"})
    later = await put(handover, path, {"geldigTot": "2026-03-06"})
    listed = (await handover.call("GET", here(OPVANG, "/rechten"), VT)).json()

    assert (given.status_code, again.status_code, other_end.status_code) == (201, 200, 409)
    assert (past.status_code, ended.status_code, same.status_code, later.status_code) == (409, 200, 200, 409)
    assert [one["geldigTot"] for one in listed["resultaten"]] == ["2026-03-05"]
    assert listed["versie"] == 3
    unknown = await put(handover, here(OPVANG, f"/rechten/{uuid4()}/einde"), {"geldigTot": "2026-03-05"})
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"doel": "beheer"}, "/doel"),
        ({"gemeenteCode": "9999"}, "/gemeenteCode"),
        ({"geldigTot": "2026-01-01"}, "/geldigTot"),
        ({"soort": "iets"}, "/soort"),
    ],
)
async def test_a_right_that_could_never_hold_is_refused(
    handover: HandoverRoom, changes: dict[str, Any], pointer: str
) -> None:
    await make(handover)

    refused = await give(handover, OPVANG, **changes)

    assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (400, [pointer])
    assert (await handover.call("GET", here(OPVANG, "/rechten"), VT)).json()["resultaten"] == []


async def test_who_cannot_be_reached_is_not_enrolled(handover: HandoverRoom) -> None:
    await make(handover)

    refused = await put(handover, here(OPVANG, "/inschrijving"))

    assert refused.status_code == 409
    assert "contact voor overdrachten en een recht" in refused.json()["detail"]
    assert (await handover.call("GET", here(OPVANG), VT)).json()["status"] == "concept"


async def test_an_organisation_with_work_in_hand_is_not_ended(handover: HandoverRoom) -> None:
    _, (team, opvang) = await offered(handover)
    await enrol(handover, OPVANG)
    await enrol(handover, TEAM)

    first = await put(handover, here(OPVANG, "/beeindiging"), {"reden": "opgeheven"})
    said = {"reden": "anders", "toelichting": "Vol."}
    assert (await handover.call("POST", f"/overdrachten/{opvang['id']}/weigering", OPVANG, json=said)).is_success
    assert (await handover.call("POST", f"/overdrachten/{team['id']}/acceptatie", TEAM, json={})).is_success
    second = await put(handover, here(OPVANG, "/beeindiging"), {"reden": "opgeheven"})
    holder = await put(handover, here(TEAM, "/beeindiging"), {"reden": "opgeheven"})

    assert (first.status_code, second.status_code, holder.status_code) == (409, 200, 409)
    assert "nog 1 overdracht(en)" in first.json()["detail"]
    assert "zicht op de veiligheid van 1 casus" in holder.json()["detail"]
    refused = await handover.call("GET", "/overdrachten", OPVANG)
    assert (refused.status_code, refused.json()["detail"]) == (403, MELDINGEN["beeindigd"])  # type: ignore[index]
    assert (await give(handover, OPVANG, geldigVan="2026-04-01")).status_code == 409


async def test_everything_that_is_done_with_organisations_is_in_the_audit(handover: HandoverRoom) -> None:
    await enrol(handover, OPVANG, clients=("ketenradar-lokaal",))
    await handover.call("GET", here(OPVANG, "/rechten"), OPVANG)
    await handover.call("GET", here(OPVANG, "/contacten"), VT)

    rows = [row for row in await handover.audit() if row.object_soort == "organisatie"]

    assert [row.actie for row in rows] == [
        "aangemaakt", "contacten-gewijzigd", "clients-gewijzigd", "recht-gegeven", "ingeschreven", "gelezen", "gelezen",
    ]  # fmt: skip
    assert len({row.object_id for row in rows}) == 1
    assert [row.rol for row in rows[-2:]] == ["ketenpartner", "vt-medewerker"]


# --- behind every door ------------------------------------------------------------------------------------------


async def test_who_is_not_enrolled_works_as_the_policy_says(handover: HandoverRoom) -> None:
    _, (_, opvang) = await offered(handover)
    await make(handover)  # a concept is not enrolled

    assert [row["id"] for row in await handover.overdrachten(OPVANG)] == [opvang["id"]]
    assert len(await handover.overdrachten(TEAM)) == 1


async def test_where_enrolment_is_demanded_nobody_comes_in_without_and_hears_where_it_is_done(
    handover: HandoverRoom,
) -> None:
    await offered(handover)
    await enrol(handover, OPVANG)
    handover.deur.verplicht = True

    refused = await handover.call("GET", "/overdrachten", TEAM)

    assert refused.status_code == 403
    assert "/v1/organisaties" in refused.json()["detail"]
    assert len(await handover.overdrachten(OPVANG)) == 1
    for who in (VT, BEHEERDER):
        assert (await handover.call("GET", "/organisaties", who)).status_code == 200
    (row,) = [row for row in await handover.audit() if row.resultaat == "geweigerd"]
    assert (row.rol, row.organisatie_id, row.actie) == ("lokaal-team", TEAM[1], "listOverdrachten")


async def test_a_token_of_another_system_does_not_speak_for_an_organisation(handover: HandoverRoom) -> None:
    await enrol(handover, OPVANG, clients=("opvang-systeem",))
    other = await handover.call("GET", "/overdrachten", OPVANG)
    own = handover.issuer.headers(*OPVANG[:2], client="opvang-systeem")

    assert (other.status_code, other.json()["detail"]) == (403, MELDINGEN["client"])  # type: ignore[index]
    assert (await handover.call("GET", "/overdrachten", OPVANG, headers=own)).status_code == 200
    # Not even what stands on the organisation itself.
    assert (await handover.call("GET", here(OPVANG), OPVANG)).status_code == 403


async def test_a_right_for_one_municipality_and_kind_hides_the_rest_on_every_door(handover: HandoverRoom) -> None:
    casus_id, _ = await offered(handover)
    await handover.hear(uuid4(), *_of("0622", handover))
    await enrol(handover, OPVANG, {"gemeenteCode": "0599", "soort": "opvang"})
    everything = {row["gemeenteCode"]: row for row in await handover.overdrachten() if row["soort"] == "opvang"}

    listed = await handover.overdrachten(OPVANG)
    mine, hidden = everything["0599"], everything["0622"]

    assert [row["id"] for row in listed] == [mine["id"]]
    said = {"reden": "anders", "toelichting": "Vol."}
    doors: tuple[tuple[str, str, Any], ...] = (
        ("GET", "", None),
        ("POST", "/acceptatie", {}),
        ("POST", "/weigering", said),
        ("POST", "/eerste-contact", {"tijdstip": "2026-03-02T10:00:00Z"}),
    )
    for method, rest, body in doors:
        answer = await handover.call(method, f"/overdrachten/{hidden['id']}{rest}", OPVANG, json=body)
        assert answer.status_code == 404, rest
    zicht = [
        (await handover.call("GET", f"/casussen/{one}/zicht-op-veiligheid", OPVANG)).status_code
        for one in (casus_id, hidden["casusId"])
    ]
    assert zicht == [200, 404]
    assert (await handover.call("GET", f"/overdrachten/{mine['id']}", OPVANG)).status_code == 200


def _of(gemeente_code: str, room: HandoverRoom) -> tuple[Any, Any]:
    fact = besluit(room, TO_OPVANG)
    told = {name: getattr(fact, name) for name in type(fact).__dataclass_fields__} | {"gemeente_code": gemeente_code}
    return melding(room, gemeente_code=gemeente_code), type(fact)(**told)


async def test_a_right_of_another_kind_or_purpose_opens_nothing(handover: HandoverRoom) -> None:
    await offered(handover)
    await enrol(handover, OPVANG, {"soort": "jeugd-ggz"})
    await enrol(handover, TEAM, {"doel": "hulp-verlenen"})

    assert await handover.overdrachten(OPVANG) == []
    refused = await handover.call("GET", "/overdrachten", TEAM)
    assert (refused.status_code, refused.json()["detail"]) == (403, MELDINGEN["geen-recht"])  # type: ignore[index]
    helping = {"X-Doelbinding": "hulp-verlenen"}
    assert len((await handover.call("GET", "/overdrachten", TEAM, headers=helping)).json()["resultaten"]) == 1
    # What the policy does not give for a purpose, no right gives.
    (mine,) = [row for row in await handover.overdrachten() if row["soort"] == "lokaal-veld"]
    denied = await handover.call("POST", f"/overdrachten/{mine['id']}/acceptatie", TEAM, json={}, headers=helping)
    assert denied.status_code == 403


async def test_a_right_gives_a_role_nothing_that_the_policy_does_not_give_it(handover: HandoverRoom) -> None:
    await offered(handover)
    await enrol(handover, OTHER_TEAM, {"gemeenteCode": "0599", "soort": "lokaal-veld"})

    assert await handover.overdrachten(OTHER_TEAM) == []


async def test_a_right_holds_by_the_days_of_the_clock(handover: HandoverRoom) -> None:
    await offered(handover)
    await enrol(handover, OPVANG, {"geldigVan": "2026-03-03", "geldigTot": "2026-03-05"})

    statuses = []
    for _ in range(4):
        statuses.append((await handover.call("GET", "/overdrachten", OPVANG)).status_code)
        handover.klok.advance(timedelta(days=1))

    assert statuses == [403, 200, 200, 403]


async def test_who_breaks_the_glass_is_not_held_back_by_rights_but_by_the_enrolment(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    await enrol(handover, OPVANG, {"gemeenteCode": "0622"}, clients=("ketenradar-lokaal",))
    path, body = f"/overdrachten/{team['id']}/noodtoegangen", {"reden": "acuut-gevaar", "toelichting": "Nu."}

    broken = await handover.call("POST", path, OPVANG, json=body)
    read = await handover.call("GET", f"/overdrachten/{team['id']}", OPVANG)
    stranger = handover.issuer.headers(*OPVANG[:2], client="een-ander-systeem")
    other = await handover.call("POST", path, OPVANG, json=body, headers=stranger)

    assert (broken.status_code, read.status_code, other.status_code) == (201, 200, 403)


async def test_what_an_organisation_was_given_is_asked_once_in_some_seconds(
    handover: HandoverRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, asked, whole = [100.0], list[str](), store.read_stand

    async def counted(conn: AsyncConnection, organisatie_id: str) -> Stand | None:
        asked.append(organisatie_id)
        return await whole(conn, organisatie_id)

    monkeypatch.setattr(store, "read_stand", counted)
    monkeypatch.setattr(handover.deur, "_monotonic", lambda: now[0])
    await enrol(handover, OPVANG)
    for _ in range(5):
        await handover.overdrachten(OPVANG)
    # Another process of the room ends its rights: here that is known some seconds later, and not at once.
    async with in_transaction(handover.made.engine) as conn:
        await conn.execute(text("UPDATE organisatie SET status = 'beeindigd'"))
    before = (await handover.call("GET", "/overdrachten", OPVANG)).status_code
    now[0] += REMEMBERED_SECONDS
    after = (await handover.call("GET", "/overdrachten", OPVANG)).status_code

    assert REMEMBERED_SECONDS <= 5
    assert (before, after, asked) == (200, 403, [OPVANG[1]] * 2)


async def test_a_change_holds_at_once_in_the_process_that_made_it(handover: HandoverRoom) -> None:
    await offered(handover)
    assert len(await handover.overdrachten(OPVANG)) == 1

    await enrol(handover, OPVANG, {"gemeenteCode": "0622"})
    held = await handover.overdrachten(OPVANG)
    await give(handover, OPVANG, gemeenteCode="0599")

    assert held == []
    assert len(await handover.overdrachten(OPVANG)) == 1


async def test_every_door_of_the_room_has_it_behind_it(handover: HandoverRoom) -> None:
    """Asked of every route that lets in somebody from elsewhere, as somebody of an organisation that was ended."""
    await make(handover, "geweest")
    await put(handover, here("geweest", "/beeindiging"), {"reden": "misbruik"})
    paths = build(None).api.openapi()["paths"]
    asked = 0
    for path, item in paths.items():
        for method, operation in item.items():
            row = BELEID["handover", operation["operationId"]]
            for rol in sorted(PARTNERROLLEN & set(row.rollen)):
                url = _filled(path)
                answer = await handover.call(method.upper(), url, (rol, "geweest", ("0599",)), json={})
                assert (answer.status_code, answer.json()["detail"]) == (403, MELDINGEN["beeindigd"]), path  # type: ignore[index]
                asked += 1
    assert asked > 10


def _filled(path: str) -> str:
    parts = [(str(UUID(int=1)) if part.startswith("{") else part) for part in path.split("/")]
    return "/".join(parts)


# --- the wall ---------------------------------------------------------------------------------------------------


async def test_the_wall_shows_each_organisation_its_own_rows_and_lets_none_of_them_write(
    handover: HandoverRoom,
) -> None:
    await enrol(handover, OPVANG, clients=("x",))
    await make(handover, "ander")

    async with as_(handover, OPVANG) as conn:
        seen = (await conn.execute(text("SELECT organisatie_id FROM organisatie"))).scalars().all()
        changed = (await conn.execute(text("UPDATE organisatie_recht SET gemeente_code = NULL"))).rowcount
        gone = (await conn.execute(text("DELETE FROM organisatie_client"))).rowcount
    async with as_(handover, TEAM) as conn:
        others = [
            (await conn.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one()  # noqa: S608, our own names
            for table in ("organisatie", "organisatie_contact", "organisatie_client", "organisatie_recht")
        ]

    assert (seen, changed, gone, others) == ([OPVANG[1]], 0, 0, [0, 0, 0, 0])


async def test_the_room_shows_only_the_own_organisation_by_itself_and_not_by_the_wall_alone(
    handover: HandoverRoom,
) -> None:
    for name in (OPVANG[1], "ander"):
        await make(handover, name)
    toegang = Toegang(BELEID["handover", "listOrganisaties"], Betrekking.EIGEN_ORGANISATIE, Doel.BEHEER)
    caller = Caller("s", "c", Rol.KETENPARTNER, OPVANG[1], frozenset(), toegang=toegang)

    # As the worker, before whom no wall stands.
    with working(Work(Wall(WORKER_WALL), handover.made.vault)):
        found = await handlers.list_organisaties(handover.made, caller, status=None, na=None, limiet=10)

    assert [one.organisatie_id for one in found] == [OPVANG[1]]


async def test_who_keeps_organisations_sees_how_many_overdrachten_and_none_of_them(handover: HandoverRoom) -> None:
    await handover.hear(uuid4(), melding(handover), besluit(handover, TO_TEAM, TO_OPVANG))

    async with as_(handover, BEHEERDER) as conn:
        rows = (await conn.execute(text("SELECT count(*) FROM overdracht"))).scalar_one()
        counted = (
            await conn.execute(text("SELECT aangeboden FROM tel_openstaand(:who)"), {"who": OPVANG[1]})
        ).scalar_one()

    assert (rows, counted) == (0, 1)


def test_figures_and_organisations_need_no_right_of_a_purpose() -> None:
    free = {row.operation for row in BELEID.values() if row.room == "handover" and row.inhoud is Inhoud.TECHNIEK}

    assert {"readOrganisatie", "listOrganisaties", "readRechten"} <= free
