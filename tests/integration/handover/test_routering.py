"""Who is offered a casus when nobody was named, who sees it then, and the file by which a region says so."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.handover.handlers.common import is_receiver
from services.handover.handlers.routering import load_veld
from services.handover.main import build
from services.handover.settings import HandoverSettings
from services.handover.store.overdrachten import Zicht, find_overdracht, list_overdrachten
from services.handover.worker import handler_of
from shared.db import in_transaction
from shared.events.payloads import Bestemming, CasusGesplitst, CasusSamengevoegd
from shared.rules.codes import BestemmingSoort, Leeftijdsgroep, Rol, Uitkomst
from shared.rules.veldtabel import RIJNMOND, VeldError
from shared.web.auth import Caller
from tests.integration.handover.conftest import VT, HandoverRoom
from tests.integration.handover.test_overdrachten import besluit, facts_told, melding
from tests.integration.handover.test_walls import as_
from tests.integration.shredded import vernietigd

pytestmark = pytest.mark.anyio

KIND, GROOT = Leeftijdsgroep.MINDERJARIG, Leeftijdsgroep.VOLWASSEN
APART = "0502"
JEUGD, WMO = ("lokaal-team", "jeugd-0502", (APART,)), ("lokaal-team", "wmo-0502", (APART,))
GEBIEDSTEAM = ("lokaal-team", "lokaal-team-0502", (APART,))
STANDAARD = Bestemming(
    soort=BestemmingSoort.LOKAAL_VELD, organisatie_id="lokaal-team-0502", draagt_zicht=True, genoemd=False
)


async def offered(
    room: HandoverRoom, *groepen: Leeftijdsgroep, casus_id: UUID | None = None, code: str = APART, **changes: Any
) -> tuple[UUID, dict[str, dict[str, Any]]]:
    """Report and decide in one municipality; return the casus, and what was offered by the organisation."""
    casus_id, melding_id = casus_id or uuid4(), uuid4()
    standaard = replace(STANDAARD, organisatie_id=f"lokaal-team-{code}")
    told = replace(besluit(room, standaard), melding_id=melding_id, gemeente_code=code, **changes)
    await room.hear(casus_id, melding(room, melding_id=melding_id, gemeente_code=code, leeftijdsgroepen=groepen), told)
    room.klok.advance(timedelta(hours=1))
    rows = [row for row in await room.overdrachten() if row["meldingId"] == str(melding_id)]
    return casus_id, {row["organisatieId"]: row for row in rows}


async def accept(room: HandoverRoom, row: dict[str, Any], who: tuple[str, str, tuple[str, ...]]) -> None:
    told = await room.call("POST", f"/overdrachten/{row['id']}/acceptatie", who, json={})
    assert told.status_code == 201, told.text


# --- offering ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("groepen", "receivers"),
    [
        ((KIND,), {"jeugd-0502": True}),
        ((GROOT,), {"wmo-0502": True}),
        ((KIND, GROOT), {"jeugd-0502": True, "wmo-0502": False}),
        ((), {"jeugd-0502": True, "wmo-0502": False}),
    ],
)
async def test_a_divided_field_receives_by_age_and_one_carries_sight(
    handover: HandoverRoom, groepen: tuple[Leeftijdsgroep, ...], receivers: dict[str, bool]
) -> None:
    _, rows = await offered(handover, *groepen)

    assert {name: row["draagtZicht"] for name, row in rows.items()} == receivers
    assert {row["routering"] for row in rows.values()} == {"tabel"}
    told = {fact["organisatieId"]: fact["onderdeel"] for fact in await facts_told(handover, "overdracht-aangeboden")}
    assert told == {name: name.partition("-")[0] for name in receivers}


async def test_the_ages_of_the_whole_casus_count(handover: HandoverRoom) -> None:
    casus_id, first = await offered(handover, GROOT)
    _, second = await offered(handover, KIND, casus_id=casus_id)

    assert (set(first), set(second)) == ({"wmo-0502"}, {"jeugd-0502", "wmo-0502"})


async def test_sight_goes_to_one_part_and_the_other_accepts_beside_it(handover: HandoverRoom) -> None:
    casus_id, rows = await offered(handover, KIND, GROOT)

    await accept(handover, rows["wmo-0502"], WMO)
    before = (await handover.zicht(casus_id))["houder"]["organisatieId"]
    await accept(handover, rows["jeugd-0502"], JEUGD)

    assert (before, (await handover.zicht(casus_id))["houder"]["organisatieId"]) == ("vtrr", "jeugd-0502")


async def test_who_is_involved_receives_what_comes_after(handover: HandoverRoom) -> None:
    casus_id, rows = await offered(handover, GROOT)
    await accept(handover, rows["wmo-0502"], WMO)

    _, later = await offered(handover, KIND, GROOT, casus_id=casus_id)

    assert {name: (row["draagtZicht"], row["routering"]) for name, row in later.items()} == {
        "wmo-0502": (True, "betrokkenheid"),
        "jeugd-0502": (False, "tabel"),
    }


async def test_what_is_only_offered_or_of_another_municipality_involves_nobody(handover: HandoverRoom) -> None:
    casus_id, _ = await offered(handover, GROOT)
    _, elsewhere = await offered(handover, GROOT, casus_id=casus_id, code="0599")
    await accept(handover, elsewhere["lokaal-team-0599"], ("lokaal-team", "lokaal-team-0599", ("0599",)))

    _, later = await offered(handover, KIND, GROOT, casus_id=casus_id)

    assert {name: row["routering"] for name, row in later.items()} == {"jeugd-0502": "tabel", "wmo-0502": "tabel"}


async def test_the_same_besluit_again_stays_as_it_was_routed(handover: HandoverRoom) -> None:
    casus_id, fact = uuid4(), replace(besluit(handover, STANDAARD), gemeente_code=APART)
    await handover.hear(casus_id, fact)
    before = {row["id"] for row in await handover.overdrachten()}

    # By now it is known that there are no children in it.
    told = melding(handover, melding_id=fact.melding_id, gemeente_code=APART, leeftijdsgroepen=(GROOT,))
    await handover.hear(casus_id, told, fact)

    assert len(before) == 2
    assert {row["id"] for row in await handover.overdrachten()} == before


async def test_a_child_that_is_heard_of_later_is_not_routed_by_the_besluit_of_before(handover: HandoverRoom) -> None:
    casus_id, fact = uuid4(), replace(besluit(handover, STANDAARD), gemeente_code=APART)
    told = melding(handover, melding_id=fact.melding_id, gemeente_code=APART, leeftijdsgroepen=(GROOT,))
    await handover.hear(casus_id, told, fact)

    later = melding(handover, melding_id=uuid4(), gemeente_code=APART, leeftijdsgroepen=(KIND,))
    await handover.hear(casus_id, later, fact)

    assert [row["organisatieId"] for row in await handover.overdrachten()] == ["wmo-0502"]


async def test_the_ages_of_another_casus_do_not_count(handover: HandoverRoom) -> None:
    await offered(handover, KIND)
    _, rows = await offered(handover, GROOT)

    assert set(rows) == {"wmo-0502"}


async def test_a_team_that_somebody_named_is_involved_in_its_own_municipality_only(handover: HandoverRoom) -> None:
    casus_id, team = uuid4(), ("lokaal-team", "eigen-team", ("0599",))
    named = replace(STANDAARD, organisatie_id="eigen-team", genoemd=True)
    await handover.hear(casus_id, replace(besluit(handover, named), gemeente_code="0599"))
    (row,) = await handover.overdrachten()
    await accept(handover, row, team)

    _, elsewhere = await offered(handover, GROOT, casus_id=casus_id)
    _, here = await offered(handover, GROOT, casus_id=casus_id, code="0599")

    assert (set(elsewhere), set(here)) == ({"wmo-0502"}, {"eigen-team"})


async def test_who_was_named_receives_and_stays_told_apart_from_a_standard(handover: HandoverRoom) -> None:
    named = replace(STANDAARD, genoemd=True)
    await handover.hear(uuid4(), replace(besluit(handover, named), gemeente_code=APART))

    (row,) = await handover.overdrachten()

    assert (row["organisatieId"], row["routering"], row["onderdeel"]) == ("lokaal-team-0502", "genoemd", None)
    assert [fact["routering"] for fact in await facts_told(handover, "overdracht-aangeboden")] == ["genoemd"]


async def test_a_preventive_report_goes_to_another_team_than_violence(handover: HandoverRoom) -> None:
    _, smaller = await offered(handover, KIND, code="1930", uitkomst=Uitkomst.PREVENTIEVE_ZORGMELDING)
    _, violence = await offered(handover, KIND, code="1930")

    assert (set(smaller), set(violence)) == ({"lokaal-team-1930"}, {"lthg-1930"})


async def test_what_a_part_refused_goes_to_that_part_again_or_to_who_is_named(handover: HandoverRoom) -> None:
    _, rows = await offered(handover, KIND, GROOT)
    said = {"reden": "onvoldoende-informatie", "toelichting": "Wie zijn het?"}
    told = await handover.call("POST", f"/overdrachten/{rows['jeugd-0502']['id']}/weigering", JEUGD, json=said)
    assert told.status_code == 201

    again = {"vervangtOverdrachtId": rows["jeugd-0502"]["id"], "bestemming": {"soort": "lokaal-veld"}}
    new = await handover.call("POST", "/overdrachten", VT, json=again | {"motivering": "Nu met namen."})

    assert new.status_code == 201, new.text
    assert (new.json()["organisatieId"], new.json()["onderdeel"], new.json()["draagtZicht"]) == (
        "jeugd-0502",
        "jeugd",
        True,
    )


# --- who sees it ------------------------------------------------------------------------------------------------


async def test_only_the_part_that_is_addressed_sees_its_overdracht_on_every_door(handover: HandoverRoom) -> None:
    casus_id, rows = await offered(handover, KIND)
    mine = rows["jeugd-0502"]

    assert [row["id"] for row in await handover.overdrachten(JEUGD)] == [mine["id"]]
    for other in (WMO, GEBIEDSTEAM):
        assert await handover.overdrachten(other) == []
        for method, path, body in (
            ("GET", f"/overdrachten/{mine['id']}", None),
            ("POST", f"/overdrachten/{mine['id']}/acceptatie", {}),
            ("GET", f"/casussen/{casus_id}/zicht-op-veiligheid", None),
        ):
            assert (await handover.call(method, path, other, json=body)).status_code == 404
        async with as_(handover, other) as conn:
            assert (await conn.execute(text("SELECT count(*) FROM overdracht"))).scalar_one() == 0
    assert (await handover.call("GET", f"/overdrachten/{mine['id']}", JEUGD)).status_code == 200
    # A token with the name of a part and no municipality is nobody's.
    assert await handover.overdrachten(("lokaal-team", "jeugd-0502", ())) == []


async def test_the_room_keeps_parts_apart_by_itself_and_not_by_the_wall_alone(handover: HandoverRoom) -> None:
    _, rows = await offered(handover, KIND, GROOT)
    zicht = Zicht(gemeente_codes=frozenset({APART}), onderdeel_van=WMO[1])

    async with in_transaction(handover.made.engine) as conn:  # as the worker, before whom no wall stands
        found = await list_overdrachten(conn, zicht=zicht, gemeente_code=None, status=None, na=None, limiet=10)
        mine = await find_overdracht(conn, UUID(rows["jeugd-0502"]["id"]))

    assert [one.organisatie_id for one in found] == ["wmo-0502"]
    assert mine is not None
    callers = [Caller("s", "c", Rol(rol), name, frozenset(codes)) for rol, name, codes in (JEUGD, WMO, GEBIEDSTEAM)]
    assert [is_receiver(caller, mine) for caller in callers] == [True, False, False]


async def test_of_a_field_that_is_one_whoever_comes_for_the_municipality_sees_it(handover: HandoverRoom) -> None:
    await offered(handover, KIND, code="0599")

    assert len(await handover.overdrachten(("lokaal-team", "wijkteam-centrum", ("0599",)))) == 1


# --- with the casus ---------------------------------------------------------------------------------------------


async def ages(room: HandoverRoom) -> dict[str, list[str]]:
    async with in_transaction(room.made.engine) as conn:
        rows = (await conn.execute(text("SELECT casus_id, groepen FROM leeftijden ORDER BY casus_id"))).all()
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(str(row.casus_id), []).extend(row.groepen)
    return found


async def test_the_ages_go_along_when_casussen_are_merged_and_split(handover: HandoverRoom) -> None:
    stays, gone, apart, moving = uuid4(), uuid4(), uuid4(), uuid4()
    await handover.hear(stays, melding(handover, leeftijdsgroepen=(GROOT,)))
    await handover.hear(gone, melding(handover, melding_id=moving, leeftijdsgroepen=(KIND,)))

    now = handover.klok()
    merge = CasusSamengevoegd(verdwenen_casus_id=gone, melding_ids=(), samengevoegd_op=now, volgorde=1)
    await handover.hear(stays, merge)
    merged = await ages(handover)
    split = CasusGesplitst(
        nieuwe_casus_id=apart, melding_ids=(moving,), gesplitst_op=now, herstelt_samenvoeging=False, volgorde=2
    )
    await handover.hear(stays, split)
    parted = await ages(handover)

    assert {key: sorted(value) for key, value in merged.items()} == {str(stays): ["minderjarig", "volwassen"]}
    assert parted == {str(stays): ["volwassen"], str(apart): ["minderjarig"]}


async def test_nothing_is_left_of_the_ages_in_a_file_that_is_destroyed(handover: HandoverRoom) -> None:
    gone, _ = await offered(handover, KIND, GROOT)
    stays, _ = await offered(handover, KIND)

    await handover.hear(gone, vernietigd(handover.klok()))

    assert await ages(handover) == {str(stays): ["minderjarig"]}


# --- the file of a region ---------------------------------------------------------------------------------------


def rows_of_a_file(**changes: Any) -> list[dict[str, Any]]:
    """Return the table of the region as a file would say it, with one team for everybody in Capelle."""
    rows = [
        {
            "gemeenteCode": row.gemeente_code,
            "doorzettingen": sorted(row.doorzettingen),
            "onderdeel": row.onderdeel,
            "organisatieId": row.organisatie_id,
            "groep": row.groep,
        }
        for rows in RIJNMOND.regels.values()
        for row in rows
        if row.gemeente_code != APART
    ]
    own = {
        "gemeenteCode": APART,
        "doorzettingen": ["lokaal-veld", "preventieve-zorgmelding"],
        "onderdeel": "gebiedsteam",
        "organisatieId": "een-team",
    }
    return [*rows, own | changes]


def write(folder: Path, content: object) -> Path:
    file = folder / "veld.json"
    file.write_text(json.dumps(content))
    return file


async def test_a_region_organises_its_field_by_a_file(handover: HandoverRoom, tmp_path: Path) -> None:
    file = write(tmp_path, {"regels": rows_of_a_file()})
    settings = HandoverSettings.model_construct(vt_organisatie_id="vtrr", lokaal_veld_bestand=file)
    told = replace(besluit(handover, STANDAARD), gemeente_code=APART)

    handover.settings = settings
    await handover.hear(uuid4(), told)

    assert [row["organisatieId"] for row in await handover.overdrachten()] == ["een-team"]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ({"regels": rows_of_a_file(gemeenteCode="9999")}, "not known"),
        ({"regels": rows_of_a_file(van="2026-01-01")}, "nobody receives"),
        ({"regels": [*rows_of_a_file(), *rows_of_a_file()]}, "two receive"),
        ({"regels": rows_of_a_file(onbekend=1)}, "holds no table"),
        ({"regels": rows_of_a_file(groep="bejaard")}, "holds no table"),
        ([], "holds no table"),
    ],
)
def test_a_room_does_not_start_by_a_table_that_could_leave_a_family_with_nobody(
    tmp_path: Path, content: object, word: str
) -> None:
    settings = HandoverSettings.model_construct(lokaal_veld_bestand=write(tmp_path, content))

    with pytest.raises(VeldError, match=word):
        build(settings)
    with pytest.raises(VeldError, match=word):
        handler_of(None, settings)  # type: ignore[arg-type]


def test_a_file_that_is_not_there_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(VeldError, match="holds no table"):
        load_veld(tmp_path / "er-niet.json")
