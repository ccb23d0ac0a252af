"""Who is hidden in a melding and by what he is recognised: from the values that were sent to the words to cut."""

from collections.abc import Iterator, Mapping

from shared.rules.herkenning import Kenbaar, Plek

Gegevens = Mapping[str, object]

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
        plekken=tuple(_plek(_object(gegevens, name)) for name in _ADDRESSES if _object(gegevens, name)),
        kenmerken=tuple(_filled(_text(gegevens, "vreemdelingennummer"))),
    )


def kenbaar_melder(melder: Gegevens | None, gegevens: Gegevens, *, organisatie_id: str | None) -> Kenbaar:
    """Return by what the melder is recognised: himself, his organisation, whom to call there, and his references."""
    who, call = melder or {}, _object(gegevens, "contactpersoon")
    contact = _object(who, "contact")
    return Kenbaar(
        namen=tuple(_filled(_text(who, "naam"), _text(contact, "naam"), _text(call, "naam"))),
        telefoonnummers=tuple(_filled(_text(contact, "telefoonnummer"), _text(call, "telefoonnummer"))),
        emails=tuple(_filled(_text(contact, "email"), _text(call, "email"))),
        organisaties=tuple(
            _filled(_text(who, "organisatie"), organisatie_id, _text(contact, "afdeling"), _text(call, "afdeling"))
        ),
        functies=tuple(_filled(_text(who, "functie"))),
        kenmerken=tuple(_filled(_text(gegevens, "externeIdentificatie"), _text(who, "instantiecode"))),
    )


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
