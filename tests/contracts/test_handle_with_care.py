"""What leerplicht and a school are told and what they may answer, byte by byte: a field too many fails."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.local.standin.scholen import SCHOLEN, school_of
from deploy.local.standin.server import create_app
from services.intake.domain.handle_with_care import Bewijs, Wijze
from services.intake.domain.schooltoets import Leerling, School, SchoolBron, leerling_of
from services.intake.partners import leerplicht as leerplicht_partner
from services.intake.partners import scholen as scholen_partner
from services.intake.partners.leerplicht import Leerplicht, PartnerFaultError
from services.intake.partners.scholen import Scholen

pytestmark = pytest.mark.anyio

URL = "https://partners.test"
SLEUTEL = UUID("5f0c6a52-7a0e-4d1b-9a63-2f1f6f4f9e11")
PIM = Leerling(voornamen="Pim", voorvoegsel="van den", geslachtsnaam="Voorbeeldsen", geboortedatum=date(2016, 5, 4))
SCHOOL = School("90ZZ00", "Basisschool De Luchtballon", f"{URL}/scholen/90ZZ00/signalen", SchoolBron.LEERPLICHT)
ZOEKEN, SIGNAAL = "handle-with-care.school-zoeken.v1", "handle-with-care.signaal.v1"
_EITHER = "*"  # a value of the library that carries the message

Answer = Callable[[httpx.Request], httpx.Response]


def contract(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(__file__).with_name(f"{name}.json").read_text())
    return found


def answering(status: int, body: object) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda _: httpx.Response(status, content=content)


def partners(answer: Answer, key_file: Path | None = None) -> tuple[Leerplicht, Scholen]:
    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return Leerplicht(f"{URL}/leerplicht", http, key_file), Scholen(f"{URL}/scholen", http, key_file)


async def ask(name: str, answer: Answer, key_file: Path | None = None) -> School | Bewijs | None:
    leerplicht, scholen = partners(answer, key_file)
    if name == ZOEKEN:
        return await leerplicht.find_school(PIM)
    return await scholen.deliver(SCHOOL, PIM, sleutel=SLEUTEL)


async def fault_of(name: str, answer: Answer) -> str:
    with pytest.raises(PartnerFaultError) as caught:
        await ask(name, answer)
    return caught.value.code


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """The key with which we are known at a partner."""
    file = tmp_path / "sleutel"
    file.write_text("sleutel-van-de-partner\n")
    return file


@pytest.mark.parametrize("name", [ZOEKEN, SIGNAAL])
async def test_what_leaves_is_what_the_contract_says_and_nothing_more(name: str, key_file: Path) -> None:
    told = contract(name)
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return answering(told["answer"]["status"], told["answer"]["body"])(request)

    found = await ask(name, answer, key_file)

    (request,) = asked
    allowed: Mapping[str, str] = told["request"]["headers"]
    headers = {name: _EITHER if allowed.get(name) == _EITHER else value for name, value in request.headers.items()}
    sent = {"method": request.method, "path": request.url.raw_path.decode(), "headers": headers}
    assert {**sent, "body": json.loads(request.content)} == told["request"]
    expected: School | Bewijs = SCHOOL
    if name == SIGNAAL:
        expected = Bewijs(Wijze.BERICHT, datetime(2026, 3, 2, 20, 1, tzinfo=UTC), "OB-90ZZ00-0a1b2c3d4e5f")
    assert found == expected


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.sampled_from(
            ["bsn", "adres", "telefoonnummers", "beschrijving", "aanvullendeInformatie", "overigeZorgMinderjarige",
             "nationaliteit", "taal", "school", "geslacht", "feitelijkVerblijf", "omschrijving"]
        ),
        st.one_of(st.just("CANARY"), st.just({"x": "CANARY"}), st.just(["CANARY"])),
    )
)  # fmt: skip
async def test_whatever_a_melding_holds_only_name_birth_date_and_code_word_leave(more: dict[str, Any]) -> None:
    child = leerling_of({**more, "voornamen": "Pim", "geslachtsnaam": "Voorbeeldsen", "geboortedatum": "2016-05-04"})

    assert child is not None
    question, signal = leerplicht_partner.wire(child), scholen_partner.wire(child)

    assert question == {"naam": {"voornamen": "Pim", "geslachtsnaam": "Voorbeeldsen"}, "geboortedatum": "2016-05-04"}
    assert signal == {"naam": "Pim Voorbeeldsen", "geboortedatum": "2016-05-04", "codewoord": "Handle with Care"}


@pytest.mark.parametrize("name", [ZOEKEN, SIGNAAL])
async def test_who_is_not_known_is_told_in_the_words_of_the_partner_and_no_other_404_is_believed(name: str) -> None:
    unknown = contract(name)["unknown"]

    assert await ask(name, answering(unknown["status"], unknown["body"])) is None
    assert await fault_of(name, answering(404, {"title": "Not Found"})) in {"404", "onleesbaar-antwoord"}
    assert await fault_of(name, answering(404, b"<html>")) == "onleesbaar-antwoord"


@pytest.mark.parametrize("name", [ZOEKEN, SIGNAAL])
@pytest.mark.parametrize(
    "body",
    [b"<html>Welkom</html>", {"ok": True}, [], None, b"\xff", {"school": {"brin": "90ZZ00"}}, b"[" * 70_000,
     {"school": {"brin": "x", "naam": "y", "deur": "z"}}, {"school": {"brin": "90ZZ00", "naam": "a\nb", "deur": "z"}},
     {"ontvangstbewijs": "", "ontvangenOp": "2026-03-02T20:01:00Z"}, {"ontvangstbewijs": "a b", "ontvangenOp": "x"},
     {"ontvangstbewijs": "OB-1", "ontvangenOp": "2026-03-02T20:01:00"}, {"ontvangstbewijs": "OB-1", "ontvangenOp": 5}],
)  # fmt: skip
async def test_a_good_status_without_what_was_asked_is_no_answer(name: str, body: object) -> None:
    assert await fault_of(name, answering(200, body)) == "onleesbaar-antwoord"


@pytest.mark.parametrize("name", [ZOEKEN, SIGNAAL])
@pytest.mark.parametrize("status", [302, 400, 401, 429, 500, 503])
async def test_a_refusal_or_a_fault_is_noted_as_its_status(name: str, status: int) -> None:
    assert await fault_of(name, answering(status, {})) == str(status)


@pytest.mark.parametrize("name", [ZOEKEN, SIGNAAL])
async def test_a_partner_that_cannot_be_reached_is_a_fault_without_its_address(name: str) -> None:
    def cut(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"{URL}/scholen/90ZZ00")

    assert await fault_of(name, cut) == "geen-antwoord"


@pytest.mark.parametrize(
    "deur",
    ["https://elders.test/scholen/90ZZ00/signalen", f"{URL}/scholen", f"{URL}/scholen/../intern", f"{URL}/scholen/a?b",
     f"{URL}/scholen.elders.test/x", f"{URL}/scholen/a//b", f"{URL}/scholen@elders.test/x", "/scholen/x"],
)  # fmt: skip
async def test_no_signal_goes_to_an_address_that_is_not_below_that_of_the_schools(deur: str) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(201)

    _, scholen = partners(answer)
    with pytest.raises(PartnerFaultError) as caught:
        await scholen.deliver(School("90ZZ00", None, deur, SchoolBron.LEERPLICHT), PIM, sleutel=SLEUTEL)

    assert (caught.value.code, asked) == ("onbekende-deur", [])


async def test_without_an_address_nobody_is_asked() -> None:
    http = httpx.AsyncClient(transport=httpx.MockTransport(answering(200, {})))

    for asking in (Leerplicht("", http).find_school(PIM), Scholen("", http).deliver(SCHOOL, PIM, sleutel=SLEUTEL)):
        with pytest.raises(PartnerFaultError, match="niet-aangesloten"):
            await asking


async def test_the_stand_in_keeps_the_contract_and_gives_one_receipt_for_one_signal() -> None:
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app=create_app()), base_url=URL)
    leerplicht, scholen = Leerplicht(f"{URL}/leerplicht", http), Scholen(f"{URL}/scholen", http)

    school = await leerplicht.find_school(PIM)
    assert school is not None
    first = await scholen.deliver(school, PIM, sleutel=SLEUTEL)
    again = await scholen.deliver(school, PIM, sleutel=SLEUTEL)
    other = next(brin for brin in SCHOLEN if brin != school.brin)

    assert first is not None
    assert first == again
    assert await scholen.deliver(School(other, None, None, SchoolBron.MELDING), PIM, sleutel=SLEUTEL) is None
    more = await http.post("/leerplicht/leerlingen/_zoek", json={**leerplicht_partner.wire(PIM), "reden": "geweld"})
    assert more.status_code == 400


def test_the_stand_in_knows_the_school_of_most_children_and_of_some_none() -> None:
    found = [school_of(f"Kind {number}", "2016-05-04") for number in range(1_200)]

    assert 60 < found.count(None) < 140
    assert set(found) == {None, *SCHOLEN}
