"""Scaling up and down through the door: who is at a table, what is agreed there, and what nobody may leave behind."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.events.behandeling import ActieAfgerond, ActieAfgesproken, OpschalingBeeindigd, OpschalingGestart
from shared.events.payloads import Fact
from shared.rules.opschaling import DEELNEMERS, DeelnemerSoort, Onderdeel
from tests.integration.triage.room import GEHEIM, TriageRoom
from tests.integration.triage.steps import faults, step

pytestmark = pytest.mark.anyio

DOEL = {"X-Doelbinding": "uitvoeren-van-dossierrechten"}
POLITIE = {"soort": "politie", "organisatieId": "politie-eenheid-rotterdam", "functie": "wijkagent", "naam": GEHEIM}
ACTIE = {
    "besluit": GEHEIM,
    "eigenaar": {"organisatieId": "politie-eenheid-rotterdam", "naam": GEHEIM},
    "uiterlijkDag": "2026-12-31",
}
NAAR_VELD = {"vervolg": {"soort": "lokaal-veld"}, "motivering": GEHEIM}


def opschaling(melding_id: UUID, **changes: object) -> dict[str, object]:
    return {
        "meldingId": str(melding_id),
        "soort": "zsm",
        "aanleiding": GEHEIM,
        "inhoud": [{"onderdeel": one, "tekst": f"over {one}"} for one in Onderdeel],
        "procesregie": {"organisatieId": "vtrr", "soort": "veilig-thuis"},
        "deelnemers": [POLITIE],
        **changes,
    }


def verslag(triage: TriageRoom, **changes: object) -> dict[str, object]:
    return {
        "gehoudenOp": triage.klok().isoformat().replace("+00:00", "Z"),
        "verslag": [{"onderdeel": "strafrecht", "tekst": GEHEIM}],
        "acties": [ACTIE],
        **changes,
    }


def overleg(triage: TriageRoom, **changes: object) -> dict[str, object]:
    planned = (triage.klok() + timedelta(days=2)).isoformat().replace("+00:00", "Z")
    return {"geplandOp": planned, "agenda": [{"onderdeel": "plan", "tekst": GEHEIM}], **changes}


async def started(triage: TriageRoom, melding_id: UUID | None = None, **changes: object) -> str:
    body = opschaling(melding_id or await triage.receive(), **changes)
    answer = await triage.post("/opschalingen", body)
    assert answer.status_code == 201, answer.text
    return f"/opschalingen/{answer.json()['id']}"


async def shown(triage: TriageRoom, path: str) -> dict[str, Any]:
    found: dict[str, Any] = (await triage.get(path)).json()
    return found


async def told(triage: TriageRoom) -> list[Fact]:
    kinds = (OpschalingGestart, OpschalingBeeindigd, ActieAfgesproken, ActieAfgerond)
    return [fact for fact in await triage.facts() if isinstance(fact, kinds)]


# --- the good road -----------------------------------------------------------------------------------------------


async def test_a_table_goes_from_scaling_up_to_the_local_field(triage: TriageRoom) -> None:
    path = await started(triage)
    held = await triage.post(f"{path}/overleggen", overleg(triage, gehouden=verslag(triage)))
    actie = held.json()["acties"][0]
    done = await step(triage, f"{path}/acties/{actie['id']}", "afronding", {"gedaan": True, "toelichting": GEHEIM})
    ended = await step(triage, path, "afschaling", NAAR_VELD)

    assert (held.status_code, held.json()["status"]) == (201, "gehouden")
    assert (actie["uiterlijkDag"], actie["teLaat"]) == ("2026-12-31", False)
    assert any("31 december" in line for line in actie["uitleg"])
    assert done.json()["status"] == "gedaan"
    assert (ended.json()["status"], ended.json()["afschaling"]["organisatieId"]) == ("afgeschaald", "lokaal-team-0599")
    assert ended.json() == await shown(triage, path)
    assert [type(fact) for fact in await told(triage)] == [
        OpschalingGestart,
        ActieAfgesproken,
        ActieAfgerond,
        OpschalingBeeindigd,
    ]
    assert GEHEIM not in str(await triage.rows("SELECT data FROM outbox"))


async def test_the_local_field_is_always_a_party_and_cannot_leave(triage: TriageRoom) -> None:
    path = await started(triage, deelnemers=[])
    (lokaal,) = (await shown(triage, path))["deelnemers"]

    refused = await step(triage, f"{path}", f"deelnemers/{lokaal['id']}/vertrek")

    assert (lokaal["soort"], lokaal["organisatieId"]) == ("lokaal-veld", "lokaal-team-0599")
    assert (refused.status_code, "eindpunt" in refused.json()["detail"]) == (409, True)


async def test_a_local_field_that_was_named_is_not_added_again(triage: TriageRoom) -> None:
    named = {"soort": "lokaal-veld", "organisatieId": "lokaal-team-0599", "naam": GEHEIM}

    path = await started(triage, deelnemers=[named])

    assert [one["naam"] for one in (await shown(triage, path))["deelnemers"]] == [GEHEIM]


async def test_who_takes_part_is_added_and_leaves(triage: TriageRoom) -> None:
    path = await started(triage)
    om = {"soort": "openbaar-ministerie", "organisatieId": "om-rotterdam", "magZien": ["plan"]}

    added = await triage.post(f"{path}/deelnemers", om)
    twice = await triage.post(f"{path}/deelnemers", om)
    nosy = await triage.post(f"{path}/deelnemers", {**om, "soort": "anders", "magZien": ["strafrecht"]})
    seen = await triage.get(added.headers["Location"].removeprefix("/v1"))
    left = [await step(triage, path, f"deelnemers/{added.json()['id']}/vertrek") for _ in range(2)]
    unknown = await step(triage, path, f"deelnemers/{uuid4()}/vertrek")

    assert (added.status_code, added.json()["ziet"]) == (201, ["plan"])
    assert (faults(twice), faults(nosy)) == ({"/organisatieId"}, {"/magZien"})
    assert seen.json()["teksten"] == [
        {"tijdstip": seen.json()["teksten"][0]["tijdstip"], "onderdeel": "plan", "tekst": "over plan"}
    ]
    assert [one.status_code for one in left] == [200, 200]
    assert left[0].headers["ETag"] == left[1].headers["ETag"]
    assert next(one for one in left[1].json()["deelnemers"] if one["id"] == added.json()["id"])["ziet"] == []
    assert unknown.status_code == 404


async def test_who_directs_changes_and_who_did_stays_to_be_read(triage: TriageRoom) -> None:
    path = await started(triage)
    body = {"organisatieId": "zvhrr", "soort": "zorg-en-veiligheidshuis"}

    first, again = [await step(triage, path, "procesregie", body) for _ in range(2)]

    assert first.json()["procesregie"]["organisatieId"] == "zvhrr"
    assert [one["organisatieId"] for one in first.json()["eerdereProcesregie"]] == ["vtrr"]
    assert again.headers["ETag"] == first.headers["ETag"]


async def test_a_meeting_is_planned_and_then_held_or_called_off(triage: TriageRoom) -> None:
    path = await started(triage)
    people = [one["id"] for one in (await shown(triage, path))["deelnemers"]]
    planned = [await triage.post(f"{path}/overleggen", overleg(triage)) for _ in range(2)]
    first, second = (one.headers["Location"].removeprefix("/v1") for one in planned)
    body = verslag(triage, aanwezig=people[:1], afwezig=people[1:])

    held, again = [await step(triage, first, "verslag", body) for _ in range(2)]
    other = await step(triage, first, "verslag", verslag(triage))
    off = [await step(triage, second, "afzegging") for _ in range(2)]
    late = await step(triage, second, "verslag", body)

    assert [one.json()["status"] for one in planned] == ["gepland", "gepland"]
    assert (held.json()["aanwezig"], held.json()["afwezig"]) == (people[:1], people[1:])
    assert (again.json(), other.status_code) == (held.json(), 409)
    assert [one.json()["status"] for one in off] == ["afgezegd", "afgezegd"]
    assert late.status_code == 409
    assert len([fact for fact in await told(triage) if isinstance(fact, ActieAfgesproken)]) == 1
    assert (await shown(triage, path))["status"] == "lopend"


async def test_an_actie_is_agreed_outside_a_meeting_with_the_day_of_the_region(triage: TriageRoom) -> None:
    path = await started(triage)
    day = (triage.klok() + timedelta(weeks=2)).date().isoformat()

    answer = await triage.post(f"{path}/acties", {**ACTIE, "uiterlijkDag": None})
    past = await triage.post(f"{path}/acties", {**ACTIE, "uiterlijkDag": "2020-01-01"})

    assert (answer.status_code, answer.json()["uiterlijkDag"]) == (201, day)
    assert faults(past) == {"/uiterlijkDag"}
    assert (await triage.get(answer.headers["Location"].removeprefix("/v1"))).json() == answer.json()


async def test_an_actie_is_given_up_with_a_reason(triage: TriageRoom) -> None:
    path = await started(triage)
    actie = f"{path}/acties/{(await triage.post(f'{path}/acties', ACTIE)).json()['id']}"
    body = {"gedaan": False, "toelichting": GEHEIM}

    without = await step(triage, actie, "afronding", {"gedaan": False})
    first, again = [await step(triage, actie, "afronding", body) for _ in range(2)]
    other = await step(triage, actie, "afronding", {"gedaan": True})

    assert faults(without) == {"/toelichting"}
    assert (first.json()["status"], again.json(), other.status_code) == ("opgegeven", first.json(), 409)
    (fact,) = [one for one in await told(triage) if isinstance(one, ActieAfgerond)]
    assert fact.gedaan is False


# --- never an end point ------------------------------------------------------------------------------------------


async def test_open_acties_are_named_until_they_go_along(triage: TriageRoom) -> None:
    path = await started(triage)
    ids = [(await triage.post(f"{path}/acties", ACTIE)).json()["id"] for _ in range(2)]
    owner = {"organisatieId": "lokaal-team-0599", "naam": GEHEIM}

    refused = await step(triage, path, "afschaling", {**NAAR_VELD, "overTeDragenActies": [{"actieId": ids[0]}]})
    along = {**NAAR_VELD, "overTeDragenActies": [{"actieId": ids[0]}, {"actieId": ids[1], "eigenaar": owner}]}
    ended, again = [await step(triage, path, "afschaling", along) for _ in range(2)]
    found = await shown(triage, path)
    later = await step(triage, f"{path}/acties/{ids[1]}", "afronding", {"gedaan": True})

    assert refused.status_code == 409
    assert "(1)" in refused.json()["detail"]
    assert ids[1] in refused.json()["detail"]
    assert ids[0] not in refused.json()["detail"]
    assert (ended.status_code, again.status_code) == (200, 200)
    assert {one["eigenaarOrganisatieId"] for one in found["acties"]} == {
        "lokaal-team-0599",
        "politie-eenheid-rotterdam",
    }
    assert {one["status"] for one in found["acties"]} == {"open"}
    assert later.json()["status"] == "gedaan"
    assert len([fact for fact in await told(triage) if isinstance(fact, OpschalingBeeindigd)]) == 1


async def test_another_table_takes_over_and_then_may_not_leave_it_behind_either(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    zsm, mdo = await started(triage, melding_id), await started(triage, melding_id, soort="mdo")
    actie_id = (await triage.post(f"{zsm}/acties", ACTIE)).json()["id"]
    mdo_id = mdo.rsplit("/", 1)[-1]
    vervolg = {"soort": "opschaling", "opschalingId": mdo_id}
    body = {"vervolg": vervolg, "motivering": "x", "overTeDragenActies": [{"actieId": actie_id}]}

    ended = await step(triage, zsm, "afschaling", body)
    refused = await step(triage, mdo, "afschaling", NAAR_VELD)
    done = await step(triage, f"{mdo}/acties/{actie_id}", "afronding", {"gedaan": True})
    second = await step(triage, mdo, "afschaling", NAAR_VELD)
    again = await step(triage, zsm, "afschaling", body)

    assert [one.status_code for one in (ended, refused, done, second)] == [200, 409, 200, 200]
    assert again.status_code == 200  # said before, when the other table was still open
    assert actie_id in refused.json()["detail"]
    assert done.json()["gevolgdDoorId"] == mdo_id


async def test_a_table_goes_on_only_in_one_that_is_open_in_the_same_casus(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    zsm, elsewhere, ended = (
        await started(triage, melding_id),
        await started(triage),
        await started(triage, melding_id),
    )
    assert (await step(triage, ended, "afschaling", NAAR_VELD)).status_code == 200

    for target in (zsm, elsewhere, ended, f"/opschalingen/{uuid4()}"):
        vervolg = {"soort": "opschaling", "opschalingId": target.rsplit("/", 1)[-1]}
        answer = await step(triage, zsm, "afschaling", {"vervolg": vervolg, "motivering": "x"})
        assert faults(answer) == {"/vervolg/opschalingId"}
    nameless = await step(triage, zsm, "afschaling", {"vervolg": {"soort": "opschaling"}, "motivering": "x"})
    stranger = {**NAAR_VELD, "overTeDragenActies": [{"actieId": str(uuid4())}]}

    assert faults(nameless) == {"/vervolg/opschalingId"}
    assert faults(await step(triage, zsm, "afschaling", stranger)) == {"/overTeDragenActies/0/actieId"}


async def test_after_scaling_down_nothing_is_added(triage: TriageRoom) -> None:
    path = await started(triage)
    assert (await step(triage, path, "afschaling", NAAR_VELD)).status_code == 200

    answers = [
        await triage.post(f"{path}/acties", ACTIE),
        await triage.post(f"{path}/overleggen", overleg(triage)),
        await triage.post(f"{path}/overleggen", overleg(triage, gehouden=verslag(triage))),
        await triage.post(f"{path}/deelnemers", {"soort": "anders", "organisatieId": "x"}),
        await step(triage, path, "procesregie", {"organisatieId": "x", "soort": "anders"}),
        await step(triage, path, "afschaling", {**NAAR_VELD, "motivering": "anders"}),
    ]

    assert {answer.status_code for answer in answers} == {409}
    assert all("afgeschaald" in answer.json()["detail"] for answer in answers)


async def test_an_actie_that_is_agreed_while_scaling_down_is_not_lost(triage: TriageRoom) -> None:
    path = await started(triage)
    etag = await triage.etag(path)

    down, agreed = await asyncio.gather(
        triage.put(f"{path}/afschaling", NAAR_VELD, etag=etag), triage.post(f"{path}/acties", ACTIE)
    )

    assert (down.status_code, agreed.status_code) in {(200, 409), (412, 201)}


# --- refusals ----------------------------------------------------------------------------------------------------


async def test_all_that_cannot_be_is_said_at_once(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    nosy = {"soort": "anders", "organisatieId": "x", "magZien": ["gezondheid"]}
    path = await started(triage)
    future = (triage.klok() + timedelta(hours=1)).isoformat()
    wrong = verslag(
        triage, gehoudenOp=future, aanwezig=[str(uuid4())], acties=[{**ACTIE, "uiterlijkDag": "2020-01-01"}]
    )

    people = await triage.post("/opschalingen", opschaling(melding_id, deelnemers=[POLITIE, nosy, POLITIE]))
    meeting = await triage.post(f"{path}/overleggen", overleg(triage, gehouden=wrong))
    shapeless = await triage.post("/opschalingen", {"soort": "borrel"})

    assert faults(people) == {"/deelnemers/1/magZien", "/deelnemers/2"}
    assert faults(meeting) == {"/gehouden/gehoudenOp", "/gehouden/aanwezig/0", "/gehouden/acties/0/uiterlijkDag"}
    assert {"/soort", "/meldingId", "/aanleiding", "/procesregie"} <= faults(shapeless)


async def test_what_is_not_there_is_not_found(triage: TriageRoom) -> None:
    path, nowhere = await started(triage), f"/opschalingen/{uuid4()}"

    answers = [
        await triage.post("/opschalingen", opschaling(uuid4())),
        await triage.get(nowhere),
        await triage.put(f"{nowhere}/afschaling", NAAR_VELD, etag='"1"'),
        await triage.get(f"{path}/deelnemers/{uuid4()}/beeld"),
        await triage.get(f"{path}/overleggen/{uuid4()}"),
        await triage.put(f"{path}/overleggen/{uuid4()}/afzegging", None, etag='"1"'),
        await triage.get(f"{path}/acties/{uuid4()}"),
        await triage.put(f"{path}/acties/{uuid4()}/afronding", {"gedaan": True}, etag='"1"'),
    ]

    assert [answer.status_code for answer in answers] == [404] * len(answers)


async def test_a_step_rests_on_the_version_that_was_seen(triage: TriageRoom) -> None:
    path = await started(triage)
    seen = await triage.etag(path)
    assert (await triage.post(f"{path}/acties", ACTIE)).status_code == 201

    stale = await triage.put(f"{path}/afschaling", NAAR_VELD, etag=seen)
    without = await triage.put(f"{path}/afschaling", NAAR_VELD, etag=None)

    assert (stale.status_code, without.status_code) == (412, 428)


async def test_of_two_who_finish_one_actie_one_counts(triage: TriageRoom) -> None:
    path = await started(triage)
    actie = f"{path}/acties/{(await triage.post(f'{path}/acties', ACTIE)).json()['id']}"
    etag = await triage.etag(actie)

    answers = await asyncio.gather(
        *(
            triage.put(f"{actie}/afronding", {"gedaan": gedaan, "toelichting": "x"}, etag=etag)
            for gedaan in (True, False)
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert len([fact for fact in await told(triage) if isinstance(fact, ActieAfgerond)]) == 1


async def test_what_is_sent_twice_under_one_key_is_one(triage: TriageRoom) -> None:
    path, key = await started(triage), {"Idempotency-Key": "tafel-1"}
    body = overleg(triage, gehouden=verslag(triage))

    first, second = [await triage.post(f"{path}/overleggen", body, **key) for _ in range(2)]

    assert first.json() == second.json()
    assert len((await shown(triage, path))["acties"]) == 1


@pytest.mark.parametrize("rol", ["lokaal-team", "ketenpartner", "gemeente", "beheerder", "systeem"])
async def test_nobody_but_veilig_thuis_comes_in(triage: TriageRoom, rol: str) -> None:
    path = await started(triage)
    one = (await shown(triage, path))["deelnemers"][0]["id"]

    answers = [
        await triage.get(path, rol),
        await triage.get("/opschalingen", rol),
        await triage.get(f"{path}/deelnemers/{one}/beeld", rol),
        await triage.put(f"{path}/afschaling", NAAR_VELD, etag='"1"', rol=rol),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4


# --- what a participant would get --------------------------------------------------------------------------------


@pytest.mark.parametrize("soort", DeelnemerSoort)
async def test_a_participant_would_get_his_parts_and_no_other(triage: TriageRoom, soort: DeelnemerSoort) -> None:
    who = {"soort": soort, "organisatieId": "wie", "naam": "Naam van een professional"}
    path = await started(triage, deelnemers=[who])
    delen = [{"onderdeel": one, "tekst": f"gezegd over {one}"} for one in Onderdeel]
    held = verslag(triage, verslag=delen)
    assert (await triage.post(f"{path}/overleggen", overleg(triage, agenda=[], gehouden=held))).status_code == 201
    one = next(one for one in (await shown(triage, path))["deelnemers"] if one["organisatieId"] == "wie")

    found = (await triage.get(f"{path}/deelnemers/{one['id']}/beeld")).json()

    may = DEELNEMERS[soort].mag_zien
    assert set(found["onderdelen"]) == may
    assert {text["onderdeel"] for text in found["teksten"]} == may
    assert [person["nr"] for person in found["personen"]] == ([0, 1] if Onderdeel.PERSONEN in may else [])
    assert len(found["acties"]) == (1 if Onderdeel.BESLUITEN in may else 0)
    for part in set(Onderdeel) - may:
        assert f"over {part}" not in str(found["teksten"])


# --- lists, seals, the casus -------------------------------------------------------------------------------------


async def test_the_list_is_read_in_pages_by_casus_kind_and_status(triage: TriageRoom) -> None:
    casus_id = uuid4()
    melding_id = await triage.receive(casus_id=casus_id)
    made = [await started(triage, melding_id) for _ in range(3)]
    await started(triage)

    first = (await triage.get(f"/opschalingen?casusId={casus_id}&limiet=2")).json()
    rest = (await triage.get(f"/opschalingen?casusId={casus_id}&limiet=2&na={first['volgende']}")).json()
    none = [
        (await triage.get(f"/opschalingen?meldingId={melding_id}&{query}")).json()["resultaten"]
        for query in ("soort=mdo", "status=afgeschaald")
    ]

    found = [one["id"] for one in (*first["resultaten"], *rest["resultaten"])]
    assert sorted(found) == sorted(path.rsplit("/", 1)[-1] for path in made)
    assert (rest["volgende"], none) == (None, [[], []])
    assert GEHEIM not in str(first)


async def everything(triage: TriageRoom, casus_id: UUID) -> tuple[UUID, str]:
    """Make a table of which everything was written down that can be."""
    melding_id = await triage.receive(casus_id=casus_id)
    path = await started(triage, melding_id)
    held = await triage.post(f"{path}/overleggen", overleg(triage, gehouden=verslag(triage)))
    actie = f"{path}/acties/{held.json()['acties'][0]['id']}"
    done = await step(triage, actie, "afronding", {"gedaan": True, "toelichting": GEHEIM})
    ended = await step(triage, path, "afschaling", NAAR_VELD)
    assert (held.status_code, done.status_code, ended.status_code) == (201, 200, 200)
    return melding_id, path


TABLES = ("opschaling", "opschaling_deelnemer", "opschaling_regie", "opschaling_overleg", "opschaling_actie")


async def test_what_was_written_down_is_sealed_and_every_act_is_recorded(triage: TriageRoom) -> None:
    _, path = await everything(triage, uuid4())
    await triage.get(path)

    rows = [await triage.rows(f"SELECT t::text FROM {table} t") for table in TABLES]  # noqa: S608
    kinds = ("opschaling", "overleg", "actie", "deelnemer")
    acts = [
        (row.object_soort, row.actie)
        for row in await triage.rows(
            "SELECT object_soort, actie FROM audit WHERE object_soort = ANY(:k)", k=list(kinds)
        )
    ]

    assert GEHEIM not in str(rows)
    assert {
        ("opschaling", "gestart"),
        ("overleg", "vastgelegd"),
        ("actie", "afgerond"),
        ("opschaling", "afgeschaald"),
        ("opschaling", "gelezen"),
    } <= set(acts)


async def test_a_table_goes_where_its_melding_goes(triage: TriageRoom) -> None:
    van, naar, blijft = uuid4(), uuid4(), uuid4()
    melding_id, path = await everything(triage, van)
    await triage.receive(casus_id=van)
    before = await shown(triage, path)

    await triage.hear(triage.split(van, naar, melding_id, volgorde=1))
    split = await shown(triage, path)
    await triage.receive(casus_id=blijft)
    await triage.hear(triage.merge(verdwenen=naar, blijft=blijft, volgorde=2))
    merged = await shown(triage, path)

    changed = {"casusId", "versie"}
    assert (split["casusId"], merged["casusId"]) == (str(naar), str(blijft))
    for found in (split, merged):
        assert {k: v for k, v in found.items() if k not in changed} == {
            k: v for k, v in before.items() if k not in changed
        }


async def test_a_destroyed_casus_leaves_no_table(triage: TriageRoom) -> None:
    casus_id, other = uuid4(), uuid4()
    melding_id, path = await everything(triage, casus_id)
    _, kept = await everything(triage, other)
    before = {table: len(await triage.rows(f"SELECT 1 FROM {table}")) for table in TABLES}  # noqa: S608

    await triage.hear(triage.destruction(casus_id, melding_id, volgorde=1))

    after = {table: len(await triage.rows(f"SELECT 1 FROM {table}")) for table in TABLES}  # noqa: S608
    assert ((await triage.get(path)).status_code, (await triage.get(kept)).status_code) == (404, 200)
    assert after == {table: count // 2 for table, count in before.items()}


async def test_a_file_holds_everything_that_was_written_down(triage: TriageRoom) -> None:
    casus_id = uuid4()
    await everything(triage, casus_id)

    found = (await triage.get(f"/casussen/{casus_id}/dossier", "systeem", **DOEL)).json()["resultaten"]

    mine = {deel["soort"]: deel for deel in found}
    assert {"opschaling", "overleg", "actie"} <= set(mine)
    assert [mine[one]["teksten"].count(GEHEIM) for one in ("opschaling", "overleg", "actie")] == [3, 2, 3]
    assert "over strafrecht" in mine["opschaling"]["teksten"]
    assert "lokaal-team-0599" in mine["opschaling"]["teksten"]
