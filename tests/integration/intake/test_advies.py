"""Adviezen and the meldcode through the doors of intake: what is kept, who sees it, and what can never get in."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from anyio import from_thread, to_thread
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.handlers.adviezen import FORGET
from services.intake.settings import IntakeSettings
from services.intake.tables import metadata
from services.intake.worker import make_tasks
from shared.db import in_transaction
from shared.keyring import keyring_for
from shared.messaging.tasks import do_one
from tests.integration.intake.bodies import a_melding
from tests.integration.intake.conftest import Intake
from tests.support_advies import FAMILY, an_advies, hostile_adviezen

pytestmark = pytest.mark.anyio

JUF: dict[str, Any] = {
    "categorie": "onderwijs-en-kinderopvang",
    "rol": "leerkracht",
    "organisatie": "basisonderwijs",
    "toestemming": True,
    "naam": "Juf Fictief",
    "contact": {"telefoonnummer": "010-4438444"},
}
GROND = {"gevaar": "acuut-onveilig", "adviesvragerHandeltNiet": "durft-niet"}
HEADERS = [text for text in FAMILY if text.isascii()]
_EXAMPLES = 150


# --- nothing of a family, whatever is sent ---------------------------------------------------------------------


async def everything(intake: Intake) -> tuple[str, dict[str, Any]]:
    """Return all that lies in every table as one text, opened where it was sealed, and who asked for each advies."""
    found: list[str] = []
    asked: dict[str, Any] = {}
    for table in metadata.sorted_tables:
        for row in await intake.rows(f"SELECT * FROM {table.name}"):  # noqa: S608, names of the catalogue
            for name, value in row._mapping.items():
                found.append(value.decode("latin-1") if isinstance(value, bytes) else str(value))
                if isinstance(value, bytes) and (table.name, name) in {
                    ("advies", "adviesvrager"),
                    ("idempotentie", "antwoord"),
                }:
                    opened = await _opened(intake, table.name, row, value)
                    if table.name == "advies":
                        asked[str(row.id)] = opened
                    else:
                        found.append(opened)
    return "|".join(found), asked


async def _opened(intake: Intake, table: str, row: Any, value: bytes) -> str:
    place = f"advies:adviesvrager:{row.id}" if table == "advies" else ""
    place = place or f"idempotentie:antwoord:{row.client}:{row.route}:{row.sleutel}"
    async with in_transaction(intake.made.engine) as conn:
        return (await keyring_for(conn, intake.made.vault, [value])).open(value, place=place).decode()


def family_in(text: str, needles: Iterable[str] = FAMILY) -> list[str]:
    """Return what of a family stands in a text, also when it is written without its blanks and dots."""
    squeezed = re.sub(r"[\W_]", "", text.casefold())
    return [
        one for one in needles if one.casefold() in text.casefold() or re.sub(r"[\W_]", "", one.casefold()) in squeezed
    ]


async def test_whatever_is_sent_no_data_of_a_family_is_stored_with_an_advies(
    intake: Intake, capsys: pytest.CaptureFixture[str]
) -> None:
    agreed: dict[str, Any] = {}
    statuses: set[int] = set()

    async def send(body: Any, key: str | None, agent: str) -> httpx.Response:
        headers = intake.headers("vt-medewerker") | {"User-Agent": agent} | ({"Idempotency-Key": key} if key else {})
        return await intake.http.post("/v1/adviezen", params={"over": agent}, json=body, headers=headers)

    @settings(max_examples=_EXAMPLES, deadline=None)
    @given(hostile_adviezen(), st.none() | st.sampled_from(HEADERS), st.sampled_from(HEADERS))
    def hide(body: Any, key: str | None, agent: str) -> None:
        answer = from_thread.run(send, body, key, agent)
        statuses.add(answer.status_code)
        if answer.status_code == 201:
            asking = body["adviesvrager"]
            named = {name: asking[name] for name in ("naam", "contact") if asking.get(name)}
            assert not named or asking["toestemming"]
            agreed[answer.json()["id"]] = named
        else:
            assert answer.status_code in {400, 409}
            assert not family_in(answer.text)

    await to_thread.run_sync(hide)

    stored, asked = await everything(intake)
    assert {201, 400} <= statuses
    assert asked
    assert family_in(stored) == []
    assert family_in(capsys.readouterr().out) == []
    assert {advies_id for advies_id, named in agreed.items() if named} == asked.keys()
    for advies_id, opened in asked.items():
        for naam in FAMILY:  # the one place where a name can stand: where he who agreed to it is named
            assert naam not in opened or naam in str(agreed[advies_id])


async def test_an_id_of_ones_own_making_is_no_earlier_advies(intake: Intake) -> None:
    hidden = str(UUID(int=int("999990019", 16)))

    answer = await intake.call("POST", "/adviezen", an_advies(soort="vervolgadvies", eerderAdviesId=hidden))

    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/eerderAdviesId"]
    assert (await everything(intake))[0].count("999990019") == 0


# --- what is kept ----------------------------------------------------------------------------------------------


async def test_an_advies_a_vervolgadvies_and_ondersteuning_are_each_one_call(intake: Intake) -> None:
    first = (await intake.call("POST", "/adviezen", an_advies(kanaal="chat", adviesvrager=JUF))).json()
    later = an_advies(soort="vervolgadvies", eerderAdviesId=first["id"], veiligheidsproblematiek=["wapens"])
    second = (await intake.call("POST", "/adviezen", later)).json()
    lasting = an_advies(soort="ondersteuning", startdatum="2026-02-01", einddatum="2026-03-01")
    third = (await intake.call("POST", "/adviezen", lasting)).json()

    assert (first["soort"], first["kanaal"], first["startdatum"]) == ("advies", "chat", "2026-03-02")
    assert first["adviesvrager"] == JUF | {"soort": "professional", "contact": JUF["contact"] | {"email": None}}
    assert (second["eerderAdviesId"], second["veiligheidsproblematiek"]) == (first["id"], ["wapens"])
    assert (third["startdatum"], third["einddatum"]) == ("2026-02-01", "2026-03-01")
    for made in (first, second, third):
        assert (await intake.call("GET", f"/adviezen/{made['id']}")).json() == made
    told = await intake.rows("SELECT data FROM outbox ORDER BY tijdstip, event_id")
    assert {(row.data["soort"], row.data["adviesvragerSoort"]) for row in told} == {
        ("advies", "professional"),
        ("vervolgadvies", "onbekend"),
        ("ondersteuning", "onbekend"),
    }


async def test_an_advies_is_turned_into_a_melding_with_its_reason_and_keeps_none_of_it(intake: Intake) -> None:
    made = [(await intake.call("POST", "/adviezen", an_advies())).json()["id"] for _ in range(2)]
    own = {"reden": "ambtshalve", "motivering": "Er is acuut gevaar.", "melding": a_melding()}

    groundless = await intake.call("POST", f"/adviezen/{made[0]}/omzettingen", own)
    grounded = await intake.call("POST", f"/adviezen/{made[0]}/omzettingen", own | {"ambtshalve": GROND})
    again = await intake.call("POST", f"/adviezen/{made[0]}/omzettingen", own | {"ambtshalve": GROND})
    asked = {"reden": "omzetten", "motivering": "Op verzoek.", "melding": a_melding()}
    asked_for = await intake.call("POST", f"/adviezen/{made[1]}/omzettingen", asked)

    assert groundless.json()["errors"][0]["pointer"] == "/ambtshalve"
    assert (groundless.status_code, grounded.status_code, again.status_code) == (400, 201, 200)
    assert asked_for.status_code == 201
    read = (await intake.call("GET", f"/meldingen/{grounded.json()['id']}")).json()
    assert read["omzetting"] == {"reden": "ambtshalve", "motivering": "Er is acuut gevaar.", "ambtshalve": GROND}
    told = await intake.rows("SELECT casus_id, volgnummer, data FROM outbox WHERE soort LIKE '%advies-omgezet%'")
    assert {(str(row.casus_id), row.volgnummer, row.data["reden"], row.data["meldingId"]) for row in told} == {
        (made[0], 2, "ambtshalve", grounded.json()["id"]),
        (made[1], 2, "omzetten", asked_for.json()["id"]),
    }
    (row,) = await intake.rows("SELECT * FROM advies WHERE id = :id", id=UUID(made[0]))
    assert not {"gevaar", "durft-niet"} & set(re.findall(r"[\w-]+", str(row)))


async def test_who_asked_is_forgotten_after_its_term_and_the_codes_stay(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(IntakeSettings, "__init__", lambda _: None)
    doing = make_tasks(intake.made, IntakeSettings())
    named = (await intake.call("POST", "/adviezen", an_advies(adviesvrager=JUF))).json()
    await intake.call("POST", "/adviezen", an_advies())
    (task,) = await intake.rows("SELECT niet_voor FROM taak WHERE soort = :soort", soort=FORGET)

    too_early = await do_one(intake.made.engine, doing, clock=intake.klok)
    kept = (await intake.call("GET", f"/adviezen/{named['id']}")).json()["adviesvrager"]["naam"]
    intake.klok.advance(timedelta(days=184))
    in_time = await do_one(intake.made.engine, doing, clock=intake.klok)
    read = (await intake.call("GET", f"/adviezen/{named['id']}")).json()

    assert task.niet_voor == datetime(2026, 9, 1, 22, tzinfo=UTC)
    assert (too_early, kept, in_time) == (False, "Juf Fictief", True)
    assert (read["adviesvrager"]["naam"], read["adviesvrager"]["toestemming"]) == (None, False)
    assert (read["adviesvrager"]["rol"], read["adviesvragerVerwijderdOp"]) == ("leerkracht", "2026-09-02T09:00:00Z")
    assert await intake.rows("SELECT 1 FROM sleutel WHERE eigenaar_id = :id", id=UUID(named["id"])) == []
    assert await do_one(intake.made.engine, doing, clock=intake.klok) is False


# --- the meldcode ----------------------------------------------------------------------------------------------

STAP = {"gezet": True, "op": "2026-02-10", "toelichting": "CANARY: de intern begeleider zag het ook."}
MELDCODE: dict[str, Any] = {
    "signalen": STAP,
    "overleg": {"gezet": True, "op": "2026-02-01"},
    "gesprek": {"gezet": False},
    "weging": {"gezet": True},
    "beslissing": {"gezet": True},
    "afwegingskader": {"vermoedenGegrond": True, "acuutOfStructureelOnveilig": True, "uitkomst": "melden-en-hulp"},
}


async def test_what_is_missing_of_a_meldcode_is_seen_by_the_sender_and_veilig_thuis_and_never_refused(
    intake: Intake,
) -> None:
    melder = a_melding()["melder"] | {"categorie": "onderwijs-en-kinderopvang"}
    made = await intake.melding(a_melding(melder=melder, meldcode=MELDCODE))
    tomorrow = MELDCODE | {"gesprek": {"gezet": True, "op": "2026-03-03"}}
    refused = await intake.call("POST", "/meldingen", a_melding(meldcode=tomorrow), rol="ketenpartner")
    silent = await intake.melding(a_melding(melder=melder))

    for rol in ("vt-medewerker", "ketenpartner"):
        read = (await intake.call("GET", f"/meldingen/{made['id']}", rol=rol)).json()
        assert read["meldcodeVolledigheid"] == {"volledig": False, "ontbreekt": ["stap-gesprek"]}
        assert read["meldcode"]["signalen"] == STAP
        assert [one["pointer"] for one in read["waarschuwingen"]] == ["/meldcode/overleg/op"]
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/meldcode/gesprek/op")
    nothing = (await intake.call("GET", f"/meldingen/{silent['id']}")).json()
    assert (nothing["meldcode"], nothing["meldcodeVolledigheid"]["volledig"]) == (None, False)
    told = await intake.rows("SELECT data FROM outbox WHERE soort LIKE '%melding-ontvangen%' ORDER BY volgnummer")
    assert [row.data["meldcodeVolledig"] for row in told] == [False, None]


async def test_another_room_hears_nothing_of_a_meldcode_also_of_a_melder_who_may_be_known(intake: Intake) -> None:
    hidden = {"openbaar": False, "grond": "b", "motivering": "Er is gedreigd."}
    for agreed in ({"openbaar": True}, hidden):
        melder = a_melding()["melder"] | {"categorie": "ggz", "bekendmaking": agreed}
        made = await intake.melding(a_melding(melder=melder, meldcode=MELDCODE))

        answer = await intake.call(
            "GET", f"/meldingen/{made['id']}", rol="systeem", X_Doelbinding="overdracht-en-zicht-op-veiligheid"
        )

        read = answer.json()
        assert (read["meldcode"], read["meldcodeVolledigheid"], read["waarschuwingen"]) == (None, None, [])
        assert (read["melder"] is None) == (agreed is hidden)
        assert "intern begeleider" not in answer.text


# --- every error at once ---------------------------------------------------------------------------------------


async def test_a_melding_with_ten_errors_is_told_all_ten_and_nothing_is_kept(intake: Intake) -> None:
    body = a_melding(
        {"rol": "buurman", "bsn": "", "geslachtsnaam": "", "geboortedatum": "1990-02-31"},
        gemeenteCode="Rotterdam",
        kanaal="rooksignaal",
        duur="lang",
        aardGeweld=[{"relatie": "partnergeweld", "vorm": "verbaal"}],
        meldcode={"overleg": {"gezet": "misschien", "op": "gisteren"}},
    )

    answer = await intake.call("POST", "/meldingen", body, rol="ketenpartner")

    assert answer.status_code == 400
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {
        *(f"/personen/0/{name}" for name in ("rol", "bsn", "geslachtsnaam", "geboortedatum")),
        *("/gemeenteCode", "/kanaal", "/duur", "/aardGeweld/0/vorm"),
        *("/meldcode/overleg/gezet", "/meldcode/overleg/op"),
    }
    for table in ("melding", "persoon", "casus", "outbox", "sleutel"):
        assert await intake.count(table) == 0
