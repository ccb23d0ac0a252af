"""What may be kept of an advies: codes, days, and who asked when he agreed; and that nothing else gets in."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.intake.domain.advies import (
    ROL_SOORT,
    VERWIJST,
    Omzetting,
    announce,
    announce_omzetting,
    find_faults,
    forget_on,
    is_email,
    is_naam,
    is_telefoonnummer,
    why_nameless,
)
from services.intake.domain.codes import AdviesvragerRol, Kanaal
from services.intake.schemas.advies import AdviesIn, OmzettingIn
from shared.rules.bsn import test_bsn as a_bsn
from shared.rules.codes import AdviesSoort, MelderSoort, OmzettingReden
from shared.rules.gemeenten import GEMEENTEN
from tests.support_advies import FAMILY, an_advies, hostile_adviezen

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NAMED = {"categorie": "ggz", "rol": "ggz-behandelaar", "toestemming": True}


def faults_of(body: dict[str, Any]) -> set[tuple[str, ...]]:
    with pytest.raises(ValidationError) as raised:
        AdviesIn.model_validate(body)
    return {tuple(str(part) for part in error["loc"]) for error in raised.value.errors()}


# --- nothing of a family ---------------------------------------------------------------------------------------


def texts_of(schema: dict[str, Any], place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every text in a JSON schema that is no code, date or id, with its place."""

    def inner(part: dict[str, Any], here: str) -> Iterator[tuple[str, dict[str, Any]]]:
        if "$ref" in part:
            yield from inner(schema["$defs"][part["$ref"].rsplit("/", 1)[-1]], here)
        for option in part.get("anyOf", ()):
            yield from inner(option, here)
        for name, one in part.get("properties", {}).items():
            yield from inner(one, f"{here}/{name}")
        if "items" in part:
            yield from inner(part["items"], f"{here}/0")
        kinds = part.get("type", ())
        if "string" in (kinds if isinstance(kinds, list) else [kinds]) and not {"enum", "format", "const"} & set(part):
            yield here, part
        assert part.get("additionalProperties", False) is False, here

    yield from inner(schema, place)


def test_the_only_texts_of_an_advies_are_who_asked_and_four_digits_of_a_gemeente() -> None:
    texts = dict(texts_of(AdviesIn.model_json_schema(by_alias=True)))

    assert set(texts) == {
        "/gemeenteCode",
        "/adviesvrager/naam",
        "/adviesvrager/contact/telefoonnummer",
        "/adviesvrager/contact/email",
    }
    assert all("pattern" in text for text in texts.values())


def leaves(value: Any) -> Iterator[Any]:
    if is_dataclass(value):
        for field in fields(value):
            yield from leaves(getattr(value, field.name))
    elif isinstance(value, tuple):
        for inner in value:
            yield from leaves(inner)
    else:
        yield value


@given(hostile_adviezen())
def test_whatever_is_sent_an_advies_that_is_accepted_holds_codes_and_who_agreed_to_be_named(sent: object) -> None:
    try:
        body = AdviesIn.model_validate(sent)
    except ValidationError:
        return
    advies = body.to_domain()

    for leaf in leaves(advies):
        match leaf:
            case StrEnum() | None | date() | UUID():
                pass
            case str():
                assert leaf in GEMEENTEN
            case dict():
                assert body.adviesvrager.toestemming
                assert ROL_SOORT[body.adviesvrager.rol] is not MelderSoort.BETROKKENE
                assert set(leaf) <= {"naam", "contact"}
            case _:
                raise AssertionError(type(leaf))


@pytest.mark.parametrize("rol", AdviesvragerRol)
def test_nobody_is_named_without_consent_and_none_of_the_family_ever(rol: AdviesvragerRol) -> None:
    assert why_nameless(toestemming=False, rol=rol)
    assert bool(why_nameless(toestemming=True, rol=rol)) == (ROL_SOORT[rol] is MelderSoort.BETROKKENE)


@pytest.mark.parametrize("extra", [{"naam": "Juf Fictief"}, {"contact": {"email": "juf@voorbeeld.nl"}}])
@pytest.mark.parametrize("who", [{"toestemming": False}, {"rol": "slachtoffer"}, {"rol": "ander-gezinslid"}])
def test_a_name_is_refused_where_it_stands(who: dict[str, Any], extra: dict[str, Any]) -> None:
    assert faults_of(an_advies(adviesvrager=NAMED | who | extra)) == {("adviesvrager", next(iter(extra)))}


@pytest.mark.parametrize(
    "naam",
    ["Juf Fictief", "A. de Vries", "Jan-Willem van 't Hof", "dr. Zoë Öz", "Renée d'Arc", "Mw. Van den Berg-El Idrissi"],
)
def test_a_name_of_one_person_is_a_name(naam: str) -> None:
    assert is_naam(naam)


@pytest.mark.parametrize(
    "text",
    [
        *(one for one in FAMILY if one != "Jantje Zwartewater"),
        "vader slaat moeder",
        "Jan slaat zijn kind",
        "Jan (kind van Piet)",
        "de van der",
        "Jan  Dubbelespatie",
        "A B C D E F G",
        "Jan\nPiet",
        "",
        " ",
    ],
)
def test_a_sentence_a_number_or_an_address_is_no_name(text: str) -> None:
    assert not is_naam(text)


@pytest.mark.parametrize(
    "number", ["010-4438444", "06 12345678", "(010) 443 84 44", "+31 6 555 00001", "0032 2 5551234"]
)
def test_what_can_be_dialled_is_a_telephone_number(number: str) -> None:
    assert is_telefoonnummer(number)


@pytest.mark.parametrize("text", [a_bsn(1), "1990-02-01", "01-02-1990", "3131 12", "0", "00000000000", "+0612345678"])
def test_a_bsn_or_a_birth_date_is_no_telephone_number(text: str) -> None:
    assert not is_telefoonnummer(text)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("juf@voorbeeld.nl", True),
        ("jan1990@voorbeeld.nl", True),
        (f"kind{a_bsn(1)}@voorbeeld.nl", False),
        ("kind.1990-02-01@voorbeeld.nl", False),
    ],
)
def test_an_address_for_e_mail_holds_no_number_of_a_person(address: str, kept: bool) -> None:
    assert is_email(address) == kept


# --- what fits together ----------------------------------------------------------------------------------------


def test_every_role_has_a_kind_and_every_kind_of_advies_says_whether_it_refers() -> None:
    assert set(ROL_SOORT) == set(AdviesvragerRol)
    assert set(VERWIJST) == set(AdviesSoort)


@pytest.mark.parametrize(
    ("soort", "without", "naming"),
    [("advies", True, False), ("vervolgadvies", False, True), ("ondersteuning", True, True)],
)
def test_a_vervolgadvies_refers_and_a_first_advies_does_not(soort: str, without: bool, naming: bool) -> None:
    for body, fits in (
        (an_advies(soort=soort), without),
        (an_advies(soort=soort, eerderAdviesId=str(uuid4())), naming),
    ):
        if fits:
            AdviesIn.model_validate(body)
        else:
            assert faults_of(body) == {("soort",)}


@pytest.mark.parametrize("code", ["3131", "0000", "0363"])
def test_four_digits_that_are_no_gemeente_of_the_region_are_not_kept(code: str) -> None:
    assert faults_of(an_advies(gemeenteCode=code)) == {("gemeenteCode",)}


@pytest.mark.parametrize(
    ("start", "end", "wrong"),
    [
        ("2026-03-02", "2026-03-02", []),
        (None, None, []),
        (None, "2026-03-01", ["/einddatum"]),
        ("2026-03-03", None, ["/startdatum"]),
        ("1990-02-01", None, ["/startdatum"]),
        ("2026-02-20", "2026-02-19", ["/einddatum"]),
        ("2026-02-20", "2026-03-03", ["/einddatum"]),
    ],
)
def test_the_days_of_an_advies_lie_in_the_last_year_and_in_order(
    start: str | None, end: str | None, wrong: list[str]
) -> None:
    advies = AdviesIn.model_validate(an_advies(startdatum=start, einddatum=end)).to_domain()

    assert [pointer for pointer, _ in find_faults(advies, NOW)] == wrong


@given(st.integers(0, 2000))
def test_no_day_of_long_ago_gets_in(days: int) -> None:
    day = (NOW - timedelta(days=days)).date()
    advies = AdviesIn.model_validate(an_advies(startdatum=day.isoformat())).to_domain()

    assert bool(list(find_faults(advies, NOW))) == (days > 366)


def test_what_is_sent_twice_in_a_list_is_kept_once() -> None:
    aard = {"relatie": "kindermishandeling", "vorm": "fysiek"}
    body = an_advies(aardGeweld=[aard, aard], veiligheidsproblematiek=["wapens", "bedreiging", "wapens"])

    advies = AdviesIn.model_validate(body).to_domain()

    assert len(advies.aard_geweld) == 1
    assert advies.veiligheidsproblematiek == ("wapens", "bedreiging")


def test_what_is_told_of_an_advies_are_codes() -> None:
    body = an_advies(soort="ondersteuning", kanaal="chat", adviesvrager=NAMED | {"naam": "Juf Fictief"})

    fact = announce(UUID(int=1), AdviesIn.model_validate(body).to_domain(), NOW)

    assert (fact.soort, fact.kanaal, fact.adviesvrager_soort) == ("ondersteuning", Kanaal.CHAT, "professional")
    assert "Fictief" not in str(fact)


# --- omzetten --------------------------------------------------------------------------------------------------

GROND = {"gevaar": "acuut-onveilig", "adviesvragerHandeltNiet": "durft-niet"}


@pytest.mark.parametrize(
    ("body", "fits"),
    [
        ({"reden": "omzetten"}, True),
        ({"reden": "omzetten", "ambtshalve": GROND}, False),
        ({"reden": "ambtshalve", "ambtshalve": GROND}, True),
        ({"reden": "ambtshalve"}, False),
        ({"reden": "ambtshalve", "ambtshalve": {"gevaar": "acuut-onveilig"}}, False),
        ({"reden": "ambtshalve", "ambtshalve": {"adviesvragerHandeltNiet": "wil-niet"}}, False),
    ],
)
def test_ambtshalve_supposes_serious_danger_and_an_adviesvrager_who_does_not_act(
    body: dict[str, Any],
    fits: bool,
) -> None:
    with pytest.raises(ValidationError) as raised:
        OmzettingIn.model_validate(body)

    wrong = {error["loc"][0] for error in raised.value.errors()}
    assert wrong - {"motivering", "melding"} == (set() if fits else {"ambtshalve"})


def test_the_fact_of_an_omzetting_tells_the_reason_and_not_the_motivering() -> None:
    omzetting = Omzetting(UUID(int=1), OmzettingReden.OMZETTEN, "Moeder vroeg erom.")

    fact = announce_omzetting(omzetting, UUID(int=2), NOW)

    assert (fact.advies_id, fact.melding_id, fact.reden) == (UUID(int=1), UUID(int=2), "omzetten")
    assert "Moeder" not in str(fact)
    assert omzetting.told == {"reden": "omzetten", "motivering": "Moeder vroeg erom."}


# --- forgetting ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_op", "maanden", "day"),
    [
        (datetime(2026, 3, 2, 9, 0, tzinfo=UTC), 6, date(2026, 9, 2)),
        (datetime(2026, 8, 31, 9, 0, tzinfo=UTC), 6, date(2027, 2, 28)),
        (datetime(2026, 3, 2, 23, 30, tzinfo=UTC), 1, date(2026, 4, 3)),
    ],
)
def test_who_asked_is_forgotten_so_many_dutch_months_later(given_op: datetime, maanden: int, day: date) -> None:
    assert forget_on(given_op, maanden) == day
