"""What an index is told and what it may answer, byte by byte: one JSON file a message, and a field too many fails."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.local.standin.server import create_app
from services.intake.domain.codes import Geslacht
from services.intake.domain.indexen import Bericht, MatchRegel, PogingUitkomst
from services.intake.partners.sisa import Sisa
from services.intake.partners.sluis import Sluis
from services.intake.partners.verwijsindex import IndexFaultError, VerwijsindexOverHttp
from services.intake.partners.vt_register import VtRegister

pytestmark = pytest.mark.anyio

REFERENTIE = UUID("5f0c6a52-7a0e-4d1b-9a63-2f1f6f4f9e11")
PIM = Bericht(
    geslachtsnaam="Voorbeeldsen",
    voorvoegsel="van den",
    voornamen="Pim",
    geboortedatum=date(2014, 3, 2),
    geslacht=Geslacht.MAN,
    organisatie="Veilig Thuis Rotterdam-Rijnmond",
)
PLACE, WITHDRAW, MATCHES = "signaal.plaatsen.v1", "signaal.afmelden.v1", "signaal.matches.v1"
_EITHER = "*"  # a value of the library that carries the message


def contract(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(__file__).with_name(f"{name}.json").read_text())
    return found


def index(answer: Callable[[httpx.Request], httpx.Response], key_file: Path | None = None) -> VerwijsindexOverHttp:
    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return VerwijsindexOverHttp("https://index.test/sisa", key_file, client)


def answering(status: int, body: object) -> Callable[[httpx.Request], httpx.Response]:
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return lambda _: httpx.Response(status, content=content)


def as_contract(request: httpx.Request, allowed: Mapping[str, str]) -> dict[str, Any]:
    """Return everything that left, in the form of the files; what the library fills in is only named."""
    headers = {name: _EITHER if allowed.get(name) == _EITHER else value for name, value in request.headers.items()}
    body = json.loads(request.content) if request.content else None
    return {"method": request.method, "path": request.url.raw_path.decode(), "headers": headers, "body": body}


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """The key with which we are known at an index."""
    file = tmp_path / "sleutel"
    file.write_text("sleutel-van-de-index\n")
    return file


@pytest.mark.parametrize("name", [PLACE, WITHDRAW, MATCHES])
async def test_what_leaves_is_what_the_contract_says_and_nothing_more(name: str, key_file: Path) -> None:
    told = contract(name)
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return answering(told["answer"]["status"], told["answer"]["body"])(request)

    sisa = Sisa(index(answer, key_file))
    match name:
        case "signaal.plaatsen.v1":
            await sisa.place(REFERENTIE, PIM, via_vir=False)
        case "signaal.afmelden.v1":
            await sisa.withdraw(REFERENTIE)
        case _:
            await sisa.matches_after("41")

    assert [as_contract(request, told["request"]["headers"]) for request in asked] == [told["request"]]


async def test_what_an_index_may_answer_is_read_as_the_contract_says() -> None:
    placed, asked = contract(PLACE)["answer"], contract(MATCHES)["answer"]
    regel = MatchRegel(
        referentie=REFERENTIE,
        kenmerk="match-1",
        organisatie_id="leerplicht-fictief",
        organisatie="Leerplicht Fictief",
        contact="010-0000002",
        sinds=date(2026, 1, 15),
        beeindigd=False,
    )

    matches = await index(answering(placed["status"], placed["body"])).place(REFERENTIE, PIM)
    page = await index(answering(asked["status"], asked["body"])).matches_after("41")

    assert matches == (regel,)
    assert ([one.beeindigd for one in page.matches], page.laatste, page.meer) == ([True], "42", False)


@pytest.mark.parametrize(("via_vir", "query"), [(True, b"doorgeven=vir"), (False, b"")])
async def test_only_sisa_is_told_to_feed_vir_and_only_when_asked(*, via_vir: bool, query: bytes) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return answering(201, contract(PLACE)["answer"]["body"])(request)

    await Sisa(index(answer)).place(REFERENTIE, PIM, via_vir=via_vir)
    for other in (Sluis(index(answer)), VtRegister(index(answer))):
        with pytest.raises(ValueError, match="no other index"):
            await other.place(REFERENTIE, PIM, via_vir=True)

    assert [request.url.query for request in asked] == [query]


GOOD = contract(PLACE)["answer"]["body"]
MATCH = GOOD["matches"][0]
LIES: Mapping[str, object] = {
    "nothing": b"",
    "a page": b"<html>Welkom</html>",
    "half a body": json.dumps(GOOD).encode()[:-1],
    "a list": [GOOD],
    "no answer": {"ok": True},
    "another reference": {**GOOD, "referentie": str(UUID(int=1))},
    "not active": {**GOOD, "status": "in behandeling"},
    "no list of matches": {**GOOD, "matches": {}},
    "a match of another": {**GOOD, "matches": [{**MATCH, "referentie": str(UUID(int=1))}]},
    "a match without a date": {**GOOD, "matches": [{**MATCH, "sinds": "gisteren"}]},
    "a match that is a number": {**GOOD, "matches": [7]},
    "a contact of two lines": {**GOOD, "matches": [{**MATCH, "contact": "010\nwegens geweld"}]},
    "an endless name": {**GOOD, "matches": [{**MATCH, "organisatie": "x" * 201}]},
    "more matches than people": {**GOOD, "matches": [MATCH] * 201},
    "a body without end": b"[" * 300_000,
    "deep": b"[" * 100_000 + b"]" * 100_000,
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_good_status_with_a_body_that_is_no_answer_is_a_failure(lie: str) -> None:
    with pytest.raises(IndexFaultError) as caught:
        await index(answering(200, LIES[lie])).place(REFERENTIE, PIM)

    assert caught.value.uitkomst is PogingUitkomst.ONLEESBAAR_ANTWOORD


@pytest.mark.parametrize(
    ("status", "uitkomst"),
    [
        (400, PogingUitkomst.GEWEIGERD),
        (422, PogingUitkomst.GEWEIGERD),
        (401, PogingUitkomst.NIET_TOEGELATEN),
        (403, PogingUitkomst.NIET_TOEGELATEN),
        (302, PogingUitkomst.STORING),
        (404, PogingUitkomst.STORING),
        (429, PogingUitkomst.STORING),
        (500, PogingUitkomst.STORING),
    ],
)
async def test_each_bad_status_says_whether_trying_again_helps(status: int, uitkomst: PogingUitkomst) -> None:
    for ask in (
        index(answering(status, GOOD)).place(REFERENTIE, PIM),
        index(answering(status, {})).withdraw(REFERENTIE),
    ):
        with pytest.raises(IndexFaultError) as caught:
            await ask
        assert caught.value.uitkomst is uitkomst


async def test_an_index_that_does_not_answer_is_told_apart_without_a_word_of_the_request() -> None:
    def silent(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout(str(request.url), request=request)

    with pytest.raises(IndexFaultError) as caught:
        await index(silent).place(REFERENTIE, PIM)

    assert (str(caught.value), caught.value.__cause__) == ("geen-antwoord", None)


async def test_a_key_that_cannot_be_read_sends_nothing(tmp_path: Path) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        raise AssertionError("something left")

    with pytest.raises(IndexFaultError, match="niet-toegelaten"):
        await index(answer, tmp_path / "weg").place(REFERENTIE, PIM)


async def test_what_an_index_sends_beside_a_match_is_not_kept() -> None:
    told = {**GOOD, "matches": [{**MATCH, "reden": "CANARY huiselijk geweld"}], "toelichting": "CANARY"}

    (found,) = await index(answering(201, told)).place(REFERENTIE, PIM)

    assert "CANARY" not in repr(found)


@settings(max_examples=50)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda i: st.lists(i) | st.dictionaries(st.sampled_from(sorted(MATCH)), i),
    )
)
async def test_whatever_stands_in_place_of_a_match_is_a_failure_and_no_crash(row: object) -> None:
    with pytest.raises(IndexFaultError):
        await index(answering(200, {**GOOD, "matches": [row]})).place(REFERENTIE, PIM)


# --- the stand-in keeps the same contract ----------------------------------------------------------------------


@pytest.mark.parametrize("naam", ["sisa", "sluis", "vt-register"])
async def test_the_stand_in_speaks_as_the_contract_says(naam: str) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=create_app())) as http:
        partner = VerwijsindexOverHttp(f"http://partners.test/{naam}", None, http)

        once = await partner.place(REFERENTIE, PIM)
        twice = await partner.place(REFERENTIE, PIM)
        await http.post(f"http://partners.test/_{naam}/ander", json={"referentie": str(REFERENTIE)})
        page = await partner.matches_after("0")
        rest = await partner.matches_after(page.laatste)
        await partner.withdraw(REFERENTIE)
        await partner.withdraw(REFERENTIE)
        left = await http.get(f"http://partners.test/_{naam}/inhoud")

    assert once == twice
    assert page.matches[-1].referentie == REFERENTIE
    assert (rest.matches, rest.laatste) == ((), page.laatste)
    assert left.json() == {"signalen": []}


async def test_the_stand_in_refuses_a_field_too_many() -> None:
    body = {**contract(PLACE)["request"]["body"], "toelichting": "waarom"}

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=create_app())) as http:
        answer = await http.put(f"http://partners.test/sisa/signalen/{REFERENTIE}", json=body)

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("gedrag", "uitkomst"),
    [("fout", "storing"), ("onzin", "onleesbaar-antwoord"), ("leeg", "onleesbaar-antwoord"), ("weigert", "geweigerd")],
)
async def test_the_stand_in_misbehaves_when_told_to_and_only_so_often(gedrag: str, uitkomst: str) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=create_app())) as http:
        partner = VerwijsindexOverHttp("http://partners.test/sisa", None, http)
        told = await http.put("http://partners.test/_gedrag/sisa", json={"gedrag": gedrag, "aantal": 1})
        with pytest.raises(IndexFaultError, match=uitkomst):
            await partner.place(REFERENTIE, PIM)
        await partner.place(REFERENTIE, PIM)

    assert told.status_code == 204
