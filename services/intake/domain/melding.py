"""What a melding is when it comes in: which of its facts intake judges on, what is refused, and what is only remarked.

Everything else that was sent travels along as ``gegevens``, unread, to be sealed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.intake.domain import meldcode as meldcode_rules
from services.intake.domain.codes import PersoonRol
from services.intake.domain.leeftijd import is_dutch_postcode, youngest_age
from services.intake.domain.meldcode import Meldcode, Volledigheid
from services.intake.domain.weglating import (
    Change,
    Passage,
    kenbaar_melder,
    kenbaar_passages,
    kenbaar_persoon,
    map_texts,
    marked_by,
)
from shared.events.payloads import AardGeweld, MeldingOntvangen
from shared.rules.bsn import is_valid_bsn
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import Leeftijdsgroep, MelderCategorie, MelderSoort, Relatie
from shared.rules.disclosure import Bekendmaking, Lezer, is_dubbel_anoniem, melder_visible
from shared.rules.gemeenten import Adressering, adressering_of, code_on
from shared.rules.herkenning import Kenbaar
from shared.rules.statuscodes import Statuscode
from shared.rules.weglaten import Schaar

# Clocks of senders differ a little: an incident that began a moment "from now" has happened.
CLOCK_DIFFERENCE_MAX = timedelta(minutes=5)

Gegevens = Mapping[str, object]
"""What was sent, as JSON values with their wire names."""


class MeldingStatus(StrEnum):
    """Intake receives; what is decided afterwards is known in triage."""

    ONTVANGEN = "ontvangen"
    WACHT_OP_BESLUIT = "wacht-op-besluit"  # dubbel anoniem: a signal, and no melding until somebody decides so
    NIET_IN_BEHANDELING = "niet-in-behandeling"  # and it stays a signal


class WaarschuwingCode(StrEnum):
    """What is remarkable about a melding, and never a reason to refuse it."""

    BSN_ONGELDIG = "bsn-ongeldig"
    GEMEENTE_BUITEN_REGIO = "gemeente-buiten-regio"
    GEMEENTE_OPGEGAAN = "gemeente-opgegaan"
    MELDCODE_VOLGORDE = "meldcode-volgorde"
    MELDCODE_UITKOMST = "meldcode-uitkomst"
    MELDCODE_GEEN_PROFESSIONAL = "meldcode-geen-professional"
    LEEFTIJD_ONWAARSCHIJNLIJK = "leeftijd-onwaarschijnlijk"
    POSTCODE_ONBEKEND = "postcode-onbekend"
    LEEFTIJD_PAST_NIET_BIJ_ROL = "leeftijd-past-niet-bij-rol"
    GEEN_MINDERJARIGE = "geen-minderjarige"


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
    land: str | None = None
    ongeboren: bool = False
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
    meldcode: Meldcode | None = None
    incident_vanaf: datetime | None = None  # of an incident that was no moment


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
    statuscode: Statuscode | None = None  # where it stands by what was told of it; known when it is read

    @property
    def adressering(self) -> Adressering:
        """Whether it was for us, by the municipalities as they were when it came in."""
        return adressering_of(self.gemeente_code, amsterdam_day(self.ontvangen_op))

    @property
    def routeren_naar_instantie(self) -> Mapping[str, object] | None:
        """To whom a melding goes on that was not for us, as it stands on the wire; nothing when it was."""
        adressering = self.adressering
        if adressering.juist:
            return None
        vt = adressering.vt
        return {
            "naam": vt.naam if vt else None,
            "oin": vt.oin if vt else None,
            "oinFictief": vt.oin_fictief if vt else False,
            "toelichting": _ROUTED_ON if vt else _SOUGHT,
        }


_ROUTED_ON = "Veilig Thuis Rotterdam-Rijnmond leidt de melding door en houdt zicht tot zij is overgenomen."
_SOUGHT = (
    "Welke Veilig Thuis deze gemeente bedient, wordt uitgezocht; Veilig Thuis Rotterdam-Rijnmond houdt zicht tot de "
    "melding is overgenomen."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersoonDossier:
    id: UUID
    rol: PersoonRol
    sleutels: frozenset[bytes]  # blind indexes that name one human: of the BSN, of the full name and birth date
    gegevens: Gegevens
    nr: int = 0  # the place in the melding, by which other rooms speak of somebody whom they do not know


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
    shows_meldcode: bool = True
    passages: tuple[Passage, ...] = ()  # what was marked in its texts, in order
    bescherming_versie: int = 0  # goes up with each change of what was agreed or marked

    @property
    def announced(self) -> bool:
        """Whether the other rooms know of it: of a signal of an unknown melder nobody outside hears."""
        return self.ontvangst.status is MeldingStatus.ONTVANGEN

    @property
    def meldcode_volledigheid(self) -> Volledigheid | None:
        """What is missing of the meldcode, for who may see it and who reported; None where none is expected."""
        if self.melder is None or not self.shows_meldcode:
            return None
        sent = self.gegevens.get("meldcode")
        return meldcode_rules.shown_volledigheid(
            meldcode_rules.read_meldcode(sent) if isinstance(sent, Mapping) else None,
            MelderSoort(str(self.melder["soort"])),
            MelderCategorie(str(self.melder["categorie"])),
        )

    @property
    def dagen_sinds_afsluiting(self) -> int | None:
        """How many days after the last closure of its casus it came in, as it was told at receipt.

        A melding is a hermelding when an earlier one stands in its casus at receipt; what is joined or split later
        changes nothing of that.
        """
        if self.vorige_afsluiting_op is None:
            return None
        return (amsterdam_day(self.ontvangst.ontvangen_op) - amsterdam_day(self.vorige_afsluiting_op)).days


def find_faults(melding: Melding, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield what cannot be true of a melding, as a JSON pointer and a Dutch sentence: what lies in the future."""
    if melding.incident_tijdstip and melding.incident_tijdstip > now + CLOCK_DIFFERENCE_MAX:
        yield "/incident/tijdstip", "ligt in de toekomst"
    if melding.incident_vanaf and melding.incident_vanaf > now + CLOCK_DIFFERENCE_MAX:
        yield "/incident/periode/van", "ligt in de toekomst"
    if melding.meldcode:
        for stap in meldcode_rules.find_future(melding.meldcode, amsterdam_day(now)):
            yield f"/meldcode/{stap}/op", "ligt in de toekomst"
    today = amsterdam_day(now).isoformat()
    for index, persoon in enumerate(melding.personen):
        # An incomplete date is compared as far as it goes.
        if persoon.geboortedatum and persoon.geboortedatum > today[: len(persoon.geboortedatum)]:
            yield f"/personen/{index}/geboortedatum", "ligt in de toekomst"


def find_waarschuwingen(melding: Melding, now: datetime) -> tuple[Waarschuwing, ...]:
    """Return what a worker should look at; a melding is never refused for it."""
    found = [
        Waarschuwing(WaarschuwingCode.BSN_ONGELDIG, f"/personen/{index}/bsn")
        for index, persoon in enumerate(melding.personen)
        if persoon.bsn is not None and not is_valid_bsn(persoon.bsn)
    ]
    today = amsterdam_day(now)
    if not adressering_of(melding.gemeente_code, today).juist:
        found.append(Waarschuwing(WaarschuwingCode.GEMEENTE_BUITEN_REGIO, "/gemeenteCode"))
    if code_on(melding.gemeente_code, today) != melding.gemeente_code:
        found.append(Waarschuwing(WaarschuwingCode.GEMEENTE_OPGEGAAN, "/gemeenteCode"))
    found += [
        Waarschuwing(WaarschuwingCode(code), pointer)
        for code, pointer in meldcode_rules.find_opmerkingen(melding.meldcode, melding.melder.soort)
    ]
    found += _odd_personen(melding, today)
    return tuple(found)


_OLDEST = 120
_GROWN_UP = 18
_NO_CHILD_ANY_MORE = 30
_CHILDREN = frozenset({PersoonRol.KIND, PersoonRol.JEUGDIGE})
_NETHERLANDS = frozenset({"nederland", "nl", "the netherlands"})


def _odd_personen(melding: Melding, today: date) -> Iterator[Waarschuwing]:
    """Yield what does not fit about the people, or about the people and the kind of violence."""
    ages = [youngest_age(persoon.geboortedatum, today) for persoon in melding.personen]
    for index, (persoon, age) in enumerate(zip(melding.personen, ages, strict=True)):
        if age is not None and age > _OLDEST:
            yield Waarschuwing(WaarschuwingCode.LEEFTIJD_ONWAARSCHIJNLIJK, f"/personen/{index}/geboortedatum")
        elif age is not None and age >= _NO_CHILD_ANY_MORE and persoon.rol in _CHILDREN:
            yield Waarschuwing(WaarschuwingCode.LEEFTIJD_PAST_NIET_BIJ_ROL, f"/personen/{index}/rol")
        at_home = persoon.land is None or persoon.land.strip().casefold() in _NETHERLANDS
        if persoon.postcode and at_home and not is_dutch_postcode(persoon.postcode):
            yield Waarschuwing(WaarschuwingCode.POSTCODE_ONBEKEND, f"/personen/{index}/adres/postcode")
    # Whose age nobody knows may be a child; an incomplete date counts as the youngest that it can be.
    maybe = any(age is None or age < _GROWN_UP for age in ages)
    if not maybe and any(aard.relatie is Relatie.KINDERMISHANDELING for aard in melding.aard_geweld):
        yield Waarschuwing(WaarschuwingCode.GEEN_MINDERJARIGE, "/personen")


def find_leeftijdsgroepen(melding: Melding, places: Iterable[int], today: date) -> tuple[Leeftijdsgroep, ...]:
    """Return which ages are among the people at these places; of whom nothing is known counts for both."""
    found: set[Leeftijdsgroep] = set()
    for persoon in (melding.personen[place] for place in places):
        age = youngest_age(persoon.geboortedatum, today)
        if age is None and persoon.rol not in _CHILDREN:
            return tuple(sorted(Leeftijdsgroep))
        child = age is None or age < _GROWN_UP
        found.add(Leeftijdsgroep.MINDERJARIG if child else Leeftijdsgroep.VOLWASSEN)
    return tuple(sorted(found))


def announce(
    melding: Melding,
    ontvangst: Ontvangst,
    vorige_afsluiting_op: datetime | None,
    directbetrokkenen: tuple[int, ...] = (),
) -> MeldingOntvangen:
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
        vt_organisatie=ontvangst.adressering.vt_organisatie,
        meldcode_volledig=meldcode_rules.is_volledig(melding.meldcode, melding.melder.soort, melding.melder.categorie),
        directbetrokkenen=directbetrokkenen,
        leeftijdsgroepen=find_leeftijdsgroepen(melding, directbetrokkenen, amsterdam_day(ontvangst.ontvangen_op)),
    )


# What a melding of a hidden melder still tells the chain. A list of what may, and not of what may not: by a channel, a
# reference, an instrument of the police or the way in which it was sent one recognises who did, and what is added later
# stays behind until somebody has thought of it.
_TOLD_WITHOUT_MELDER = frozenset(
    {"aanvullingen", "aardGeweld", "duur", "incident", "informering", "relaties", "zorgelijkeSituatie"}
)
# These name people by their place in the list of personen.
_PLACES = {"relaties": ("van", "tot"), "informering": ("persoon",)}


def shown_to_the_chain(dossier: MeldingDossier, soort: MelderSoort, bekendmaking: Bekendmaking) -> MeldingDossier:
    """Return a melding as whoever receives an overdracht may see it (Wmo 2015: open, unless)."""
    if melder_visible(soort, bekendmaking, Lezer.KETENPARTNER).zichtbaar:
        return dossier
    shown = [place for place, persoon in enumerate(dossier.personen) if persoon.rol is not PersoonRol.MELDER]
    told = {name: value for name, value in dossier.gegevens.items() if name in _TOLD_WITHOUT_MELDER}
    return replace(
        dossier,
        organisatie_id=None,
        melder=None,
        advies_id=None,  # he asked for advies before
        # A remark points at what was sent, and so at a place that is no longer the same.
        waarschuwingen=dossier.waarschuwingen if len(shown) == len(dossier.personen) else (),
        personen=tuple(dossier.personen[place] for place in shown),
        gegevens={
            name: _replaced(value, _PLACES[name], shown) if name in _PLACES else value for name, value in told.items()
        },
    )


def without_meldcode(dossier: MeldingDossier) -> MeldingDossier:
    """Return a melding without its meldcode and what was remarked on it.

    Another room needs none of it, and what a professional writes there of his steps tells who he is.
    """
    return replace(
        dossier,
        gegevens={name: value for name, value in dossier.gegevens.items() if name != "meldcode"},
        waarschuwingen=tuple(one for one in dossier.waarschuwingen if not one.pointer.startswith("/meldcode")),
        shows_meldcode=False,
    )


def without_school(dossier: MeldingDossier) -> MeldingDossier:
    """Return a melding without the schools of its children.

    Only Handle with Care needs them, and the one who reported may work at one.
    """
    return replace(
        dossier,
        personen=tuple(
            replace(persoon, gegevens={name: value for name, value in persoon.gegevens.items() if name != "school"})
            for persoon in dossier.personen
        ),
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
                "verdenkingTwaalfminner",
                "verzoek",
            ),
            _TEKST_MAX,
        ),
        "informering": {"strekkingReactie": _TEKST_MAX},
        "relaties": {"omschrijving": _NAAM_MAX},
        "aanvullingen": {"tekst": _TEKST_MAX},
        "bijlagen": {"naam": _NAAM_MAX},
    }
)
_PERSOON_TEXTS: Mapping[str, int] = dict.fromkeys(
    ("beschrijving", "aanvullendeInformatie", "overigeZorgMinderjarige"), _TEKST_MAX
)


KeptForReading = tuple[MeldingDossier, MelderSoort, Bekendmaking]
"""A melding as it is kept, who made it, and what was agreed with him."""


def schaar_of(kept: Sequence[KeptForReading]) -> Schaar:
    """Return what cuts the texts of meldingen that are read together, for who may not know who made them.

    What is written in one melding can name who made another. The family keeps its own name, also when a melder or a
    marked passage bears it.
    """
    hidden = [kenbaar for one in kept for kenbaar in (*hidden_melder(*one), *kenbaar_passages(one[0].passages))]
    shown = [shown_to_the_chain(*one) for one in kept]
    return Schaar(hidden, [kenbaar_persoon(persoon.gegevens) for one in shown for persoon in one.personen])


def seen_by_the_chain(kept: Sequence[KeptForReading]) -> tuple[MeldingDossier, ...]:
    """Return meldingen as whoever receives an overdracht may see them (KNMG: nor facts that lead to the melder).

    The texts are cut first, as they were sent: passages are places in those, and in those lists.
    """
    schaar = schaar_of(kept)
    cut = ((_cut(dossier, schaar), soort, agreed) for dossier, soort, agreed in kept)
    return tuple(without_school(without_meldcode(shown_to_the_chain(*one))) for one in cut)


def _cut(dossier: MeldingDossier, schaar: Schaar) -> MeldingDossier:
    marked = marked_by(dossier.passages)
    found = map_dossier(dossier, lambda at, text, most: schaar.cut(text, marked(at, text), most=most)[0])
    return replace(found, passages=())


def texts_of(dossier: MeldingDossier) -> dict[str, str]:
    """Return the texts in which people wrote in their own words, under the JSON pointer of each."""
    found: dict[str, str] = {}

    def keep(at: str, text: str, _: int) -> str:
        found[at] = text
        return text

    map_dossier(dossier, keep)
    return found


def map_dossier(dossier: MeldingDossier, change: Change) -> MeldingDossier:
    """Return a melding in which each text in somebody's own words was changed."""
    return replace(
        dossier,
        gegevens={
            name: map_texts(value, _TEXTS[name], change, f"/{name}") if name in _TEXTS else value
            for name, value in dossier.gegevens.items()
        },
        personen=tuple(_map_persoon(nr, persoon, change) for nr, persoon in enumerate(dossier.personen)),
    )


def _map_persoon(nr: int, persoon: PersoonDossier, change: Change) -> PersoonDossier:
    gegevens = map_texts(persoon.gegevens, _PERSOON_TEXTS, change, f"/personen/{nr}")
    assert isinstance(gegevens, Mapping)  # noqa: S101, a mapping is changed to a mapping
    return replace(persoon, gegevens=gegevens)


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
