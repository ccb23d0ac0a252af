"""Who is hidden in a melding and by what he is recognised: from the values that were sent to the words to cut.

Beside what is found by itself stand passages: places in a text that somebody marked because they reveal the melder
(KNMG: also facts that lead to him). A mark works for everybody who may not know, whatever was agreed with the melder,
until somebody takes it away: a text that was shown cannot be taken back.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.rules.herkenning import Kenbaar, Plek, words_of
from shared.rules.weglaten import Marked, Place

Gegevens = Mapping[str, object]


class PassageReden(StrEnum):
    """What of the melder a passage reveals."""

    NAAM = "naam"
    ORGANISATIE = "organisatie"
    FUNCTIE = "functie"
    FEIT = "feit"  # something that leads to him indirectly


@dataclass(frozen=True, slots=True, order=True)
class Passage:
    """A place in a text of a melding, in code points, with the words that stood there when it was marked."""

    veld: str  # JSON pointer into the melding as it was sent
    van: int
    tot: int
    reden: PassageReden
    tekst: str
    afdruk: str  # of the whole text: places in a text that has changed since are worth nothing


def afdruk_of(text: str) -> str:
    """Return by what it is seen whether a text is still the one in which was marked."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def marked_by(passages: Collection[Passage]) -> Marked:
    """Return what says which places of a text were marked; a text that changed since is left out whole.

    Shifting the places along would be a guess, and forgetting them a leak: somebody marks anew.
    """
    by_veld: dict[str, list[Passage]] = {}
    for passage in passages:
        by_veld.setdefault(passage.veld, []).append(passage)

    def places(veld: str, text: str) -> list[Place]:
        here = by_veld.get(veld, ())
        if any(passage.afdruk != afdruk_of(text) for passage in here):
            return [(0, len(text))] if text else []
        return sorted((passage.van, passage.tot) for passage in here)

    return places


def kenbaar_passages(passages: Collection[Passage]) -> tuple[Kenbaar, ...]:
    """Return by which words marked passages are found wherever they stand again, in any text of the casus.

    A single word that is only a fact ("gisteren") tells nothing elsewhere.
    """
    telling = (one for one in passages if one.reden is not PassageReden.FEIT or len(words_of(one.tekst)) > 1)
    words = tuple(sorted({one.tekst for one in telling}))
    return (Kenbaar(passages=words),) if words else ()


Change = Callable[[str, str, int], str]
"""What becomes of a text: told its pointer, the text, and how much fits there."""


def map_texts(value: object, texts: Mapping[str, int], change: Change, at: str) -> object:
    """Change the named texts of an object, or of each object in a list; the rest stays."""
    match value:
        case Mapping():
            return {
                name: _map_text(inner, texts[name], change, f"{at}/{name}") if name in texts else inner
                for name, inner in value.items()
            }
        case list() | tuple():
            return [map_texts(inner, texts, change, f"{at}/{nr}") for nr, inner in enumerate(value)]
        case _:
            return value


def _map_text(value: object, most: int, change: Change, at: str) -> object:
    match value:
        case str():
            return change(at, value, most)
        case list() | tuple():
            return [_map_text(inner, most, change, f"{at}/{nr}") for nr, inner in enumerate(value)]
        case _:
            return value


_ADDRESSES = ("adres", "feitelijkVerblijf")


def kenbaar_persoon(gegevens: Gegevens) -> Kenbaar:
    """Return by what a person of a melding is recognised."""
    return Kenbaar(
        voornamen=_text(gegevens, "voornamen"),
        voorvoegsel=_text(gegevens, "voorvoegsel"),
        geslachtsnaam=_text(gegevens, "geslachtsnaam"),
        geboortedatum=_text(gegevens, "geboortedatum"),
        bsn=_text(gegevens, "bsn"),
        telefoonnummers=tuple(_texts(gegevens.get("telefoonnummers"))),
        plekken=tuple(_plek(adres) for adres in _adressen(gegevens)),
        kenmerken=tuple(_filled(_text(gegevens, "vreemdelingennummer"), _text(gegevens, "rni"))),
    )


def kenbaar_melder(melder: Gegevens | None, gegevens: Gegevens, *, organisatie_id: str | None) -> Kenbaar:
    """Return by what the melder is recognised: himself, his organisation, whom to call there, and his references."""
    who, call = melder or {}, _object(gegevens, "contactpersoon")
    contact = _object(who, "contact")
    return Kenbaar(
        namen=tuple(_filled(_text(who, "naam"), _text(contact, "naam"), _text(call, "naam"), *_added_by(gegevens))),
        telefoonnummers=tuple(_each(contact, call, one="telefoonnummer", more="telefoonnummers")),
        emails=tuple(_each(contact, call, one="email", more="emails")),
        organisaties=tuple(
            _filled(_text(who, "organisatie"), organisatie_id, _text(contact, "afdeling"), _text(call, "afdeling"))
        ),
        functies=tuple(_filled(_text(who, "functie"))),
        kenmerken=tuple(
            _filled(
                _text(gegevens, "externeIdentificatie"),
                *(_text(who, name) for name in ("instantiecode", "kvkNummer", "vestigingsnummer")),
            )
        ),
    )


def _adressen(gegevens: Gegevens) -> Iterator[Gegevens]:
    yield from (_object(gegevens, name) for name in _ADDRESSES if _object(gegevens, name))
    more = gegevens.get("overigeAdressen")
    if isinstance(more, list | tuple):
        yield from (adres for adres in more if isinstance(adres, Mapping))


def _added_by(gegevens: Gegevens) -> Iterator[str]:
    """Yield who added something to the melding afterwards: of the melder himself, or of his organisation."""
    rows = gegevens.get("aanvullers")
    if isinstance(rows, list | tuple):
        yield from (_text(row, "toegevoegdDoor") or "" for row in rows if isinstance(row, Mapping))


def _each(*contacts: Gegevens, one: str, more: str) -> Iterator[str]:
    """Yield what stands under a name of its own and what stands in the list beside it."""
    for contact in contacts:
        yield from _filled(_text(contact, one), *_texts(contact.get(more)))


def _plek(adres: Gegevens) -> Plek:
    number = adres.get("huisnummer")
    return Plek(
        straat=_text(adres, "straat"),
        huisnummer=number if isinstance(number, int) else None,
        huisletter=_text(adres, "huisletter"),
        huisnummertoevoeging=_text(adres, "huisnummertoevoeging"),
        postcode=_text(adres, "postcode"),
        woonplaats=_text(adres, "woonplaats"),
        geheim=adres.get("geheim") is True,
    )


def _text(values: Gegevens, name: str) -> str | None:
    value = values.get(name)
    return value if isinstance(value, str) and value else None


def _object(values: Gegevens, name: str) -> Gegevens:
    value = values.get(name)
    return value if isinstance(value, Mapping) else {}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, list | tuple):
        yield from (one for one in value if isinstance(one, str))


def _filled(*values: str | None) -> Iterator[str]:
    yield from (value for value in values if value)
