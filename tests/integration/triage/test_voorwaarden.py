"""Veiligheidsvoorwaarden that are followed, and what becomes of everything in a dienst when its casus moves or goes."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.handover.partners.triage import read_dienst_deel
from services.triage.tables import metadata
from shared.db import in_transaction
from shared.events.behandeling import VoorwaardeGesteld, VoorwaardeNagegaan
from shared.keyring import destroy_keys
from shared.messaging.codec import dump_payload
from tests.integration.shredded import read_all
from tests.integration.triage.room import GEHEIM, TriageRoom
from tests.integration.triage.test_onderzoek import (
    INFORMANT,
    MOMENT,
    OMZETTING,
    VERTRAGING,
    acts,
    begun,
    bevinding,
    plan,
    shown,
    who,
)

pytestmark = pytest.mark.anyio

VOORWAARDE = {"omschrijving": GEHEIM, "eigenaar": "Oma", "controle": "bellen", "controleOp": "2026-04-01"}
OWN = ("dienst_plan", "informant", "bevinding", "vertraging", "vernietigingsaanbod", "voorwaarde_controle",
       "voorwaarde_instemming")  # fmt: skip
DOEL = {"X-Doelbinding": "uitvoeren-van-dossierrechten"}


def checked(status: str = "nagekomen", **changes: object) -> dict[str, object]:
    return {"status": status, "uitkomst": GEHEIM, "nagegaanOp": MOMENT, **changes}


async def posed(triage: TriageRoom, soort: str = "voorwaarden-en-vervolg") -> tuple[UUID, str, str]:
    """Return a melding, the path of its dienst and that of a veiligheidsvoorwaarde in it."""
    melding_id, path = await begun(triage, soort)
    answer = await triage.post(f"{path}/veiligheidsvoorwaarden", VOORWAARDE)
    assert answer.status_code == 201, answer.text
    return melding_id, path, f"/veiligheidsvoorwaarden/{answer.json()['id']}"


async def test_a_voorwaarde_is_set_checked_and_told_without_a_word_of_it(triage: TriageRoom) -> None:
    _, path, place = await posed(triage)
    body = checked("deels-nagekomen", volgendeControleOp="2026-05-01")

    first = await triage.put(f"{place}/status", body, etag=await triage.etag(place))
    same = await triage.put(f"{place}/status", body, etag=first.headers["ETag"])
    lapsed = await triage.put(f"{place}/status", checked("vervallen"), etag=first.headers["ETag"])

    assert (first.status_code, same.json()) == (200, first.json())
    assert (first.json()["status"], first.json()["controleOp"]) == ("deels-nagekomen", "2026-05-01")
    assert [one["status"] for one in lapsed.json()["controles"]] == ["deels-nagekomen", "vervallen"]
    assert (await triage.get(place)).json() == lapsed.json()
    assert (await shown(triage, path))["veiligheidsvoorwaarden"] == [lapsed.json()]
    facts = [fact for fact in await triage.facts() if isinstance(fact, VoorwaardeGesteld | VoorwaardeNagegaan)]
    assert [type(fact).__name__ for fact in facts] == ["VoorwaardeGesteld", *["VoorwaardeNagegaan"] * 2]
    assert facts[0].controle_dag == date(2026, 4, 1)
    assert [fact.controle_dag for fact in facts[1:]] == [date(2026, 5, 1), None]
    assert not [fact for fact in facts if GEHEIM in str(dump_payload(fact))]
    assert [one for one in await acts(triage) if one[0] == "nagegaan"] == [("nagegaan", "veiligheidsvoorwaarde")] * 3


async def test_a_check_that_cannot_be_is_refused_with_all_that_is_wrong(triage: TriageRoom) -> None:
    _, _, place = await posed(triage)
    etag = await triage.etag(place)
    wrong = checked("vervallen", volgendeControleOp="2026-05-01", nagegaanOp="2027-01-01T00:00:00Z")

    both = await triage.put(f"{place}/status", wrong, etag=etag)
    past = await triage.put(f"{place}/status", checked(volgendeControleOp="2026-02-01"), etag=etag)
    open_already = await triage.put(f"{place}/status", checked("open"), etag=etag)
    answers = await asyncio.gather(
        *(triage.put(f"{place}/status", checked(one), etag=etag) for one in ("nagekomen", "niet-nagekomen"))
    )
    without = await triage.put(f"{place}/status", checked(), etag=None)
    unknown = await triage.put(f"/veiligheidsvoorwaarden/{uuid4()}/status", checked(), etag="*")

    assert {one["pointer"] for one in both.json()["errors"]} == {"/volgendeControleOp", "/nagegaanOp"}
    assert (both.status_code, past.status_code, open_already.status_code) == (400, 400, 409)
    assert "is open" in open_already.json()["detail"]
    assert sorted(one.status_code for one in answers) == [200, 412]
    assert (without.status_code, unknown.status_code) == (428, 404)
    assert len(await triage.rows("SELECT * FROM voorwaarde_controle")) == 1


async def test_a_day_from_which_nothing_can_be_counted_is_refused(triage: TriageRoom) -> None:
    _, path = await begun(triage)

    answers = [
        await triage.post(f"{path}/veiligheidsvoorwaarden", {**VOORWAARDE, "controleOp": day})
        for day in ("0001-01-01", "9999-12-31")
    ]

    assert [one.status_code for one in answers] == [400, 400]
    assert {one["pointer"] for answer in answers for one in answer.json()["errors"]} == {"/controleOp"}


async def test_voorwaarden_are_followed_after_the_conclusie_and_after_an_omzetting(triage: TriageRoom) -> None:
    _, path, place = await posed(triage)
    _, other, converted = await posed(triage)
    await triage.conclude(path.rpartition("/")[2], "voorwaarden-vastgesteld")
    await triage.post(f"{other}/omzetting", OMZETTING)
    triage.klok.advance(timedelta(weeks=20))

    for one in (place, converted):
        etag = await triage.etag(one)
        answer = await triage.put(f"{one}/status", checked("niet-nagekomen"), etag=etag)
        assert (answer.status_code, answer.json()["status"]) == (200, "niet-nagekomen")
    assert (await shown(triage, path))["status"] == "afgerond"


async def test_a_dienst_cannot_end_on_voorwaarden_that_all_lapsed(triage: TriageRoom) -> None:
    _, path, place = await posed(triage)
    await triage.put(f"{place}/status", checked("vervallen"), etag=await triage.etag(place))

    refused = await triage.conclude(path.rpartition("/")[2], "voorwaarden-vastgesteld")
    await triage.put(f"{place}/status", checked("open"), etag=await triage.etag(place))
    taken = await triage.conclude(path.rpartition("/")[2], "voorwaarden-vastgesteld")

    assert (refused.status_code, taken.status_code) == (409, 200)


async def test_of_each_person_it_is_noted_whether_he_agrees(triage: TriageRoom) -> None:
    melding_id, _, place = await posed(triage)
    etag = await triage.etag(place)
    yes = {"directbetrokkene": who(melding_id), "instemt": "ja", "moment": MOMENT, "toelichting": GEHEIM}
    later = {"directbetrokkene": who(melding_id, 1), "instemt": "nog-niet-gevraagd"}
    wrong = {
        "instemmingen": [
            yes,
            {**yes, "moment": None},
            {**later, "directbetrokkene": who(uuid4())},
            {**yes, "directbetrokkene": who(melding_id, 1), "moment": "2027-01-01T00:00:00Z"},
        ]
    }

    refused = await triage.put(f"{place}/instemmingen", wrong, etag=etag)
    first = await triage.put(f"{place}/instemmingen", {"instemmingen": [yes, later]}, etag=etag)
    same = await triage.put(f"{place}/instemmingen", {"instemmingen": [later, yes]}, etag=first.headers["ETag"])
    no = await triage.put(
        f"{place}/instemmingen",
        {"instemmingen": [yes, {**later, "instemt": "nee", "moment": MOMENT}]},
        etag=first.headers["ETag"],
    )
    stale = [await triage.put(f"{place}/instemmingen", {"instemmingen": []}, etag=one) for one in (etag, None)]

    assert [one["pointer"] for one in refused.json()["errors"]] == [
        "/instemmingen/1/moment",
        "/instemmingen/1/directbetrokkene",
        "/instemmingen/3/moment",
        "/instemmingen/2/directbetrokkene",
    ]
    assert [one.status_code for one in (refused, first, same, no, *stale)] == [400, 200, 200, 200, 412, 428]
    assert (first.json()["instemming"], no.json()["instemming"]) == (None, False)
    assert same.json() == first.json()
    assert [one["instemt"] for one in no.json()["instemmingen"]] == ["ja", "nee"]
    assert (await triage.get(place)).json() == no.json()


async def test_voorwaarden_are_listed_by_dienst_casus_and_status(triage: TriageRoom) -> None:
    _, path, place = await posed(triage)
    new = (await triage.post(f"{path}/omzetting", OMZETTING)).json()
    second = (await triage.post(f"/diensten/{new['id']}/veiligheidsvoorwaarden", VOORWAARDE)).json()["id"]
    await posed(triage)
    await triage.put(f"{place}/status", checked(), etag=await triage.etag(place))
    first = place.rpartition("/")[2]

    async def ids(query: str) -> list[str]:
        answer = await triage.get(f"/veiligheidsvoorwaarden{query}")
        assert (answer.status_code, GEHEIM in answer.text) == (200, False)
        return [one["id"] for one in answer.json()["resultaten"]]

    assert await ids(f"?dienstId={new['id']}") == [first, second]
    assert await ids(f"?dienstId={new['vorigeDienstId']}") == [first]
    assert await ids(f"?casusId={new['casusId']}&status=open") == [second]
    assert await ids("?status=nagekomen") == [first]
    page = (await triage.get("/veiligheidsvoorwaarden?limiet=2")).json()
    assert len(await ids("")) == 3
    assert len(await ids(f"?na={page['volgende']}")) == 1


async def test_handover_reads_the_voorwaarden_that_hold_as_before(triage: TriageRoom) -> None:
    melding_id, path, place = await posed(triage)
    yes = [{"directbetrokkene": who(melding_id, nr), "instemt": "ja", "moment": MOMENT} for nr in range(2)]
    await triage.put(f"{place}/instemmingen", {"instemmingen": yes}, etag=await triage.etag(place))

    given_up = await triage.post(f"{path}/veiligheidsvoorwaarden", {**VOORWAARDE, "eigenaar": "niemand meer"})
    lapsed = f"/veiligheidsvoorwaarden/{given_up.json()['id']}"
    await triage.put(f"{lapsed}/status", checked("vervallen"), etag="*")

    deel = read_dienst_deel(await shown(triage, path))

    (voorwaarde,) = deel.veiligheidsvoorwaarden
    assert (voorwaarde.omschrijving, voorwaarde.controle_op, voorwaarde.instemming) == (GEHEIM, "2026-04-01", True)


# --- what becomes of all of it ------------------------------------------------------------------------------------


async def filled(triage: TriageRoom, casus_id: UUID, *, names: UUID | None = None) -> dict[str, Any]:
    """Write down everything that can be in the diensten of a casus; return where it is read."""
    melding_id, path = await begun(triage, "voorwaarden-en-vervolg", casus_id=casus_id)
    person = who(names or melding_id)
    voorwaarde = (await triage.post(f"{path}/veiligheidsvoorwaarden", VOORWAARDE)).json()["id"]
    new = f"/diensten/{(await triage.post(f'{path}/omzetting', OMZETTING)).json()['id']}"
    place = f"/veiligheidsvoorwaarden/{voorwaarde}"
    agreed = {"instemmingen": [{"directbetrokkene": person, "instemt": "ja", "moment": MOMENT, "toelichting": GEHEIM}]}
    contact = {"soort": "gesproken", "met": "kind", "tijdstip": MOMENT, "verslag": GEHEIM, "directbetrokkene": person}
    told = [
        await triage.put(f"{place}/status", checked(), etag="*"),
        await triage.put(f"{place}/instemmingen", agreed, etag="*"),
        await triage.put(f"{new}/plan", plan(melding_id, spreken=[person]), etag="*"),
        await triage.post(f"{new}/contacten", contact),
        await triage.post(f"{new}/informanten", INFORMANT),
        await triage.post(f"{new}/bevindingen", {**bevinding(melding_id, "weerlegd"), "directbetrokkene": person}),
        await triage.post(f"{new}/vertragingen", VERTRAGING),
        await triage.post(f"/veiligheidsbeoordelingen/{melding_id}/vertragingen", VERTRAGING),
        await triage.conclude(new.rpartition("/")[2], "weerlegd"),
        await triage.post(
            f"{new}/vernietigingsaanbiedingen", {"directbetrokkene": person, "moment": MOMENT, "wijze": "brief"}
        ),
    ]
    assert {one.status_code for one in told} <= {200, 201}, [one.text for one in told]
    assert {name: len(await triage.rows(f"SELECT * FROM {name}")) > 0 for name in OWN} == dict.fromkeys(OWN, True)  # noqa: S608
    return {"melding": melding_id, "paths": [path, new, f"{new}/plan", place]}


async def test_all_of_it_goes_along_with_a_merge_and_a_split_and_is_destroyed_with_its_casus(
    triage: TriageRoom,
) -> None:
    stays, gone = uuid4(), uuid4()
    mine, theirs = await filled(triage, stays), await filled(triage, gone)
    before = [await shown(triage, path) for path in theirs["paths"][:1]]

    await triage.hear(triage.merge(verdwenen=gone, blijft=stays, volgorde=1))
    merged = [await shown(triage, path) for path in theirs["paths"]]
    await triage.hear(triage.split(stays, gone, theirs["melding"], volgorde=2, herstelt=True))
    async with in_transaction(triage.made.engine) as conn:
        await destroy_keys(conn, stays)
    back = [await triage.get(path) for path in theirs["paths"]]
    lost = [await triage.get(path) for path in mine["paths"]]
    await triage.hear(triage.destruction(gone, theirs["melding"], volgorde=3))

    assert (before[0]["casusId"], merged[0]["casusId"]) == (str(gone), str(stays))
    assert [(one.status_code, GEHEIM in one.text) for one in back] == [(200, True)] * 4
    assert back[0].json()["casusId"] == str(gone)
    assert [one.status_code for one in lost] == [404] * 4
    assert [(await triage.get(path)).status_code for path in theirs["paths"]] == [404] * 4
    left = await read_all(triage.made.engine, metadata)
    assert {len(left[name]) for name in OWN} <= {1, 2}
    assert {row["casus_id"] for row in left["dienst"]} == {stays}


async def test_who_is_named_in_the_dienst_of_another_melding_can_still_be_split_off_and_destroyed(
    triage: TriageRoom,
) -> None:
    casus_id, new = uuid4(), uuid4()
    other = await triage.receive(casus_id=casus_id)
    mine = await filled(triage, casus_id, names=other)

    await triage.hear(triage.split(casus_id, new, other, volgorde=1))
    await triage.hear(triage.destruction(new, other, volgorde=2))

    assert (await triage.get(f"/veiligheidsbeoordelingen/{other}")).status_code == 404
    assert [(await triage.get(path)).status_code for path in mine["paths"]] == [200] * 4


async def test_everything_that_was_written_in_a_dienst_is_given_for_a_file(triage: TriageRoom) -> None:
    casus_id = uuid4()
    await filled(triage, casus_id)

    found = (await triage.get(f"/casussen/{casus_id}/dossier", "systeem", **DOEL)).json()["resultaten"]

    kinds = [one["soort"] for one in found]
    assert {kind: kinds.count(kind) for kind in sorted(set(kinds))} == {
        "bevinding": 1,
        "contact": 1,
        "dienst": 2,
        "informant": 1,
        "omzetting": 1,
        "plan": 1,
        "veiligheidsbeoordeling": 1,
        "veiligheidsvoorwaarde": 1,
        "vernietigingsaanbieding": 1,
        "vertraging": 2,
        "voorwaarde-controle": 1,
        "voorwaarde-instemming": 1,
    }
    without = {"vernietigingsaanbieding", "dienst"}
    assert [one["soort"] for one in found if one["soort"] not in without and GEHEIM not in one["teksten"]] == []
    # Who was asked could tell who reported: intake cuts texts, never codes.
    (informant,) = [one for one in found if one["soort"] == "informant"]
    assert "huisarts" not in informant["velden"].values()
    assert {"huisarts", "Praktijk Geheim"} <= set(informant["teksten"])


async def test_nothing_of_it_lies_open_on_disk(triage: TriageRoom) -> None:
    mine = await filled(triage, uuid4())

    rows = await read_all(triage.made.engine, metadata)

    for name in (*OWN, "dienst", "contact", "veiligheidsvoorwaarde", "outbox", "audit"):
        assert "Geheim" not in str(rows[name]), name
    for name in (*OWN, "contact"):
        assert str(mine["melding"]) not in str(rows[name]), name


async def test_nobody_but_veilig_thuis_comes_near_it(triage: TriageRoom) -> None:
    mine = await filled(triage, uuid4())

    for rol in ("lokaal-team", "ketenpartner", "gemeente", "beheerder"):
        for path in mine["paths"]:
            assert (await triage.get(path, rol)).status_code == 403
