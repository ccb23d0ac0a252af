"""Adviezen to test with, and adviezen that somebody tries to hide a family in."""

from typing import Any

from hypothesis import strategies as st

from services.intake.domain.codes import AdviesvragerRol, Kanaal
from shared.rules.bsn import test_bsn as a_bsn
from shared.rules.codes import AdviesSoort

BSN = a_bsn(4711)
# Fictional people, and how somebody would write of them.
FAMILY: tuple[str, ...] = (
    "Jantje Zwartewater",
    "jantje zwartewater",
    "Mevrouw Zwartewater-Fictiva (moeder van Jantje)",
    BSN,
    f"{BSN[:3]}.{BSN[3:6]}.{BSN[6:]}",
    "Verzonnenlaan 12, 3131ZZ Vlaardingen",
    "3131ZZ 12",
    "geboren op 2019-04-01",
    "2019-04-01",
    "moeder zegt dat stiefvader het kind slaat",
    f"jantje.zwartewater.{BSN}@gezin.example",
)


def an_advies(**changes: object) -> dict[str, Any]:
    """Return an advies as the contract gives it."""
    return {
        "adviesvrager": {"categorie": "onderwijs-en-kinderopvang"},
        "gemeenteCode": "0599",
        "aardGeweld": [{"relatie": "kindermishandeling", "vorm": "verwaarlozing"}],
        "duur": "onbekend",
        "kanaal": "telefoon",
        "uitkomst": "geadviseerd-te-melden",
        **changes,
    }


_FIELDS = (
    *("soort", "eerderAdviesId", "startdatum", "einddatum", "gemeenteCode", "aardGeweld", "veiligheidsproblematiek"),
    *("duur", "kanaal", "uitkomst", "adviesvrager", "meldingId", "id"),
    *("toelichting", "personen", "zorgelijkeSituatie", "motivering", "melding", "notitie"),
)
_ASKING = (
    *("categorie", "rol", "organisatie", "toestemming", "naam", "contact"),
    *("functie", "organisatieNaam", "toelichting", "adres", "bsn"),
)
_REACHING = ("telefoonnummer", "email", "naam", "afdeling", "adres")


def hostile_values() -> st.SearchStrategy[Any]:
    """Return what of a family somebody could send in any place: bare, in a list, in an object, deep."""
    texts = st.sampled_from(FAMILY) | st.text(max_size=30)
    keys = st.sampled_from(("naam", "bsn", "omschrijving")) | st.sampled_from(FAMILY)
    return st.recursive(
        texts | st.integers() | st.booleans() | st.none(),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(keys, inner, max_size=2),
        max_leaves=4,
    )


def _with(base: dict[str, Any], names: tuple[str, ...], *, most: int = 2) -> st.SearchStrategy[dict[str, Any]]:
    stuffed = st.dictionaries(st.sampled_from(names) | st.sampled_from(FAMILY), hostile_values(), max_size=most)
    return stuffed.map(lambda values: base | values)


@st.composite
def hostile_adviezen(draw: st.DrawFn) -> Any:
    """Draw an advies that is sound in most places and has a family in some; now and then something else altogether."""
    if draw(st.integers(0, 19)) == 0:
        return draw(hostile_values())
    contact = {"telefoonnummer": draw(st.sampled_from(("010-4438444", *FAMILY)))} if draw(st.booleans()) else {}
    asking: dict[str, Any] = {
        "categorie": "ggz",
        "rol": draw(st.sampled_from(AdviesvragerRol)).value,
        "toestemming": draw(st.sampled_from((True, True, False, "ja"))),
    }
    if draw(st.booleans()):
        asking["naam"] = draw(st.sampled_from(("Juf Fictief", *FAMILY)))
    if draw(st.booleans()):
        asking["contact"] = draw(_with(contact, _REACHING, most=1))
    body = an_advies(
        soort=draw(st.sampled_from(AdviesSoort)).value,
        kanaal=draw(st.sampled_from(Kanaal)).value,
        adviesvrager=draw(_with(asking, _ASKING, most=1)) if draw(st.booleans()) else asking,
    )
    return draw(_with(body, _FIELDS)) if draw(st.booleans()) else body
