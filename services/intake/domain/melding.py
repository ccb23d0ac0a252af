"""What a melding is when it comes in: which of its facts intake judges on, what is refused, and what is only remarked.

Everything else that was sent travels along as ``gegevens``, unread, to be sealed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.intake.domain.codes import PersoonRol
from services.intake.domain.weglating import kenbaar_melder, kenbaar_persoon
from shared.events.payloads import AardGeweld, MeldingOntvangen
from shared.rules.bsn import is_valid_bsn
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import MelderCategorie, MelderSoort
from shared.rules.disclosure import Bekendmaking, Lezer, is_dubbel_anoniem, melder_visible
from shared.rules.gemeenten import GEMEENTEN
from shared.rules.herkenning import Kenbaar
from shared.rules.weglaten import Schaar

# Clocks of senders differ a little: an incident that began a moment "from now" has happened.
CLOCK_DIFFERENCE_MAX = timedelta(minutes=5)

Gegevens = Mapping[str, object]
"""What was sent, as JSON values with their wire names."""


class MeldingStatus(StrEnum):
    """Intake receives; what is decided afterwards is known in triage."""

    ONTVANGEN = "ontvangen"


class WaarschuwingCode(StrEnum):
    """What is remarkable about a melding, and never a reason to refuse it."""

    BSN_ONGELDIG = "bsn-ongeldig"
    GEMEENTE_BUITEN_REGIO = "gemeente-buiten-regio"


@dataclass(frozen=True, slots=True)
class Waarschuwing:
    code: WaarschuwingCode
    pointer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Melder:
    categorie: MelderCategorie
    soort: MelderSoort
    naam: str | None
    bekendmaking: Bekendmaking
    gegevens: Gegevens

    @property
    def dubbel_anoniem(self) -> bool:
        """Whether Veilig Thuis itself does not know who this is.

        A professional without a name is known by the organisation that sends; anyone else is not.
        """
        nameless = self.naam is None and self.soort is not MelderSoort.PROFESSIONAL
        return nameless or is_dubbel_anoniem(self.soort)


@dataclass(frozen=True, slots=True, kw_only=True)
class Persoon:
    rol: PersoonRol
    bsn: str | None = None
    geslachtsnaam: str | None = None
    voornamen: str | None = None
    geboortedatum: str | None = None  # jjjj, jjjj-mm or jjjj-mm-dd
    postcode: str | None = None
    huisnummer: int | None = None
    gegevens: Gegevens


@dataclass(frozen=True, slots=True, kw_only=True)
class Melding:
    externe_identificatie: str | None
    melder: Melder
    gemeente_code: str
    aard_geweld: tuple[AardGeweld, ...]
    incident_tijdstip: datetime | None
    personen: tuple[Persoon, ...]
    gegevens: Gegevens  # without the melder and the personen


@dataclass(frozen=True, slots=True, kw_only=True)
class Ontvangst:
    """What the sender of a melding hears."""

    id: UUID
    kenmerk: str
    casus_id: UUID
    status: MeldingStatus
    ontvangen_op: datetime
    gemeente_code: str
    hermelding: bool
    veiligheidsbeoordeling_uiterlijk: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PersoonDossier:
    id: UUID
    rol: PersoonRol
    sleutels: frozenset[bytes]  # blind indexes that name one human: of the BSN, of the full name and birth date
    gegevens: Gegevens


@dataclass(frozen=True, slots=True, kw_only=True)
class MeldingDossier:
    """A melding as it is read: what this reader may see of it."""

    ontvangst: Ontvangst
    organisatie_id: str | None
    dubbel_anoniem: bool
    advies_id: UUID | None
    vorige_afsluiting_op: datetime | None
    waarschuwingen: tuple[Waarschuwing, ...]
    melder: Gegevens | None
    personen: tuple[PersoonDossier, ...]
    gegevens: Gegevens


def find_faults(melding: Melding, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield what cannot be true of a melding, as a JSON pointer and a Dutch sentence: what lies in the future."""
    if melding.incident_tijdstip and melding.incident_tijdstip > now + CLOCK_DIFFERENCE_MAX:
        yield "/incident/tijdstip", "ligt in de toekomst"
    today = amsterdam_day(now).isoformat()
    for index, persoon in enumerate(melding.personen):
        # An incomplete date is compared as far as it goes.
        if persoon.geboortedatum and persoon.geboortedatum > today[: len(persoon.geboortedatum)]:
            yield f"/personen/{index}/geboortedatum", "ligt in de toekomst"


def find_waarschuwingen(melding: Melding) -> tuple[Waarschuwing, ...]:
    """Return what a worker should look at; a melding is never refused for it."""
    found = [
        Waarschuwing(WaarschuwingCode.BSN_ONGELDIG, f"/personen/{index}/bsn")
        for index, persoon in enumerate(melding.personen)
        if persoon.bsn is not None and not is_valid_bsn(persoon.bsn)
    ]
    if melding.gemeente_code not in GEMEENTEN:
        found.append(Waarschuwing(WaarschuwingCode.GEMEENTE_BUITEN_REGIO, "/gemeenteCode"))
    return tuple(found)


def announce(melding: Melding, ontvangst: Ontvangst, vorige_afsluiting_op: datetime | None) -> MeldingOntvangen:
    """Return the fact that tells the other rooms of a melding."""
    return MeldingOntvangen(
        melding_id=ontvangst.id,
        ontvangen_op=ontvangst.ontvangen_op,
        gemeente_code=ontvangst.gemeente_code,
        melder_categorie=melding.melder.categorie,
        melder_soort=melding.melder.soort,
        hermelding=ontvangst.hermelding,
        vorige_afsluiting_op=vorige_afsluiting_op,
        aantal_personen=len(melding.personen),
        aard_geweld=melding.aard_geweld,
    )


# By these one recognises who sent a melding, also when the name is left out.
_TELLS_THE_MELDER = frozenset({"externeIdentificatie", "contactpersoon", "kanaal", "omzetting"})
# These name people by their place in the list of personen.
_PLACES = {"relaties": ("van", "tot"), "informering": ("persoon",)}


def shown_to_the_chain(dossier: MeldingDossier, soort: MelderSoort, bekendmaking: Bekendmaking) -> MeldingDossier:
    """Return a melding as whoever receives an overdracht may see it (Wmo 2015: open, unless)."""
    if melder_visible(soort, bekendmaking, Lezer.KETENPARTNER).zichtbaar:
        return dossier
    shown = [place for place, persoon in enumerate(dossier.personen) if persoon.rol is not PersoonRol.MELDER]
    told = {name: value for name, value in dossier.gegevens.items() if name not in _TELLS_THE_MELDER}
    return replace(
        dossier,
        organisatie_id=None,
        melder=None,
        # A remark points at what was sent, and so at a place that is no longer the same.
        waarschuwingen=dossier.waarschuwingen if len(shown) == len(dossier.personen) else (),
        personen=tuple(dossier.personen[place] for place in shown),
        gegevens={
            name: _replaced(value, _PLACES[name], shown) if name in _PLACES else value for name, value in told.items()
        },
    )


def hidden_melder(dossier: MeldingDossier, soort: MelderSoort, bekendmaking: Bekendmaking) -> tuple[Kenbaar, ...]:
    """Return by what a melder can be recognised who may not be known in the chain; of one who may, nothing."""
    if melder_visible(soort, bekendmaking, Lezer.KETENPARTNER).zichtbaar:
        return ()
    melder = kenbaar_melder(dossier.melder, dossier.gegevens, organisatie_id=dossier.organisatie_id)
    himself = (persoon for persoon in dossier.personen if persoon.rol is PersoonRol.MELDER)
    return (melder, *(kenbaar_persoon(persoon.gegevens) for persoon in himself))


# Where people write in their own words, with how much fits there.
_TEKST_MAX = 20_000
_NAAM_MAX = 200
_TEXTS: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "incident": {"locatie": _TEKST_MAX, "omschrijving": _TEKST_MAX},
        "zorgelijkeSituatie": dict.fromkeys(
            (
                "omschrijving",
                "aanvullendeInformatie",
                "bestaandeHulpverlening",
                "tijdelijkHuisverbod",
                "aanhouding",
                "aangifte",
                "eergerelateerdGeweld",
                "relevanteRegistraties",
            ),
            _TEKST_MAX,
        ),
        "informering": {"strekkingReactie": _TEKST_MAX},
        "relaties": {"omschrijving": _NAAM_MAX},
    }
)
_PERSOON_TEXTS: Mapping[str, int] = dict.fromkeys(
    ("beschrijving", "aanvullendeInformatie", "overigeZorgMinderjarige"), _TEKST_MAX
)


def without_melders(dossiers: Sequence[MeldingDossier], hidden: Sequence[Kenbaar]) -> tuple[MeldingDossier, ...]:
    """Return meldingen in whose texts nothing tells who the hidden melders are (KNMG: no facts that lead to them).

    The family keeps its own name, also when a melder bears it.
    """
    if not hidden:
        return tuple(dossiers)
    family = [kenbaar_persoon(persoon.gegevens) for dossier in dossiers for persoon in dossier.personen]
    schaar = Schaar(hidden, family)
    return tuple(
        replace(
            dossier,
            gegevens={name: _cut(value, _TEXTS.get(name, {}), schaar) for name, value in dossier.gegevens.items()},
            personen=tuple(_cut_persoon(persoon, schaar) for persoon in dossier.personen),
        )
        for dossier in dossiers
    )


def _cut_persoon(persoon: PersoonDossier, schaar: Schaar) -> PersoonDossier:
    gegevens = _cut(persoon.gegevens, _PERSOON_TEXTS, schaar)
    assert isinstance(gegevens, Mapping)  # noqa: S101, a mapping is cut to a mapping
    return replace(persoon, gegevens=gegevens)


def _cut(value: object, texts: Mapping[str, int], schaar: Schaar) -> object:
    """Cut the named texts of an object, or of each object in a list, to what fits; the rest stays."""
    match value:
        case Mapping():
            return {
                name: _cut_text(inner, texts[name], schaar) if name in texts else inner for name, inner in value.items()
            }
        case list() | tuple():
            return [_cut(inner, texts, schaar) for inner in value]
        case _:
            return value


def _cut_text(value: object, most: int, schaar: Schaar) -> object:
    match value:
        case str():
            return schaar.cut(value)[0][:most]
        case list() | tuple():
            return [_cut_text(inner, most, schaar) for inner in value]
        case _:
            return value


def _replaced(rows: object, names: tuple[str, ...], shown: list[int]) -> list[dict[str, object]]:
    """Return rows that name people by their place, for a list in which only the places ``shown`` are left."""
    assert isinstance(rows, list)  # noqa: S101, checked at the door
    places = [{name: row[name] for name in names if name in row} for row in rows]
    return [
        {**row, **{name: shown.index(place) for name, place in named.items()}}
        for row, named in zip(rows, places, strict=True)
        if all(place in shown for place in named.values())
    ]


def distinct_personen(meldingen: tuple[MeldingDossier, ...]) -> tuple[tuple[UUID, PersoonDossier], ...]:
    """Return each human of a casus once, as the newest melding describes him, with the id of that melding.

    Two descriptions are of one human when they share the BSN, or the names and the full birth date.
    """
    kept: list[tuple[UUID, PersoonDossier]] = []
    seen: set[bytes] = set()
    newest_first = sorted(meldingen, key=lambda melding: melding.ontvangst.ontvangen_op, reverse=True)
    for melding in newest_first:
        for persoon in melding.personen:
            if not persoon.sleutels & seen:
                kept.append((melding.ontvangst.id, persoon))
            seen |= persoon.sleutels
    return tuple(kept)
