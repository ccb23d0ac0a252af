"""An afschrift: what is held about one person, for him to read, without anybody else and without a hidden melder.

Of a melding only named parts get through; of every text what tells who another person is, is cut. The kind and the
category of a melder who is hidden go with him: they too can tell who he is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from services.intake.domain.codes import PersoonRol
from services.intake.domain.melding import Gegevens, MeldingDossier, PersoonDossier
from services.intake.domain.weglating import kenbaar_melder, kenbaar_passages, kenbaar_persoon, marked_by
from shared.rules.behandelcodes import BriefAan
from shared.rules.codes import HandelingSoort, MelderSoort
from shared.rules.disclosure import Bekendmaking, Lezer, melder_visible
from shared.rules.herkenning import Kenbaar
from shared.rules.weglaten import WEGGELATEN, Schaar, cut_deep

_TOLD = ("duur", "aardGeweld", "incident", "zorgelijkeSituatie", "aanvullingen")
_TOLD_BY_A_KNOWN_MELDER = ("kanaal", "sash")  # the police has its own instrument
_MELDER = ("categorie", "soort", "naam", "organisatie")
_FREE = frozenset({"beschrijving", "aanvullendeInformatie", "overigeZorgMinderjarige"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bron:
    """A melding as Veilig Thuis reads it, with what was agreed with the melder."""

    dossier: MeldingDossier
    melder_soort: MelderSoort
    bekendmaking: Bekendmaking

    @property
    def melder_visible(self) -> bool:
        """Whether who asks about himself may know who reported."""
        return melder_visible(self.melder_soort, self.bekendmaking, Lezer.BETROKKENE).zichtbaar


@dataclass(frozen=True, slots=True, kw_only=True)
class Deel:
    """One thing that is held: what it is, when it was made, its values and its texts."""

    afdeling: str
    soort: str
    tijdstip: str | None
    velden: Gegevens
    teksten: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Inzage:
    """One time that somebody saw or changed the file."""

    tijdstip: str
    afdeling: str
    wat: str
    doel: str
    resultaat: str
    rol: str
    organisatie: str
    verwerking: str = ""  # under which activity of the register


@dataclass(frozen=True, slots=True, kw_only=True)
class Afschrift:
    verzoek_id: UUID
    casus_id: UUID
    gemaakt_op: datetime
    persoon: Gegevens
    delen: tuple[Deel, ...]
    verklaringen: tuple[str, ...]
    inzagen: tuple[Inzage, ...]

    @property
    def aantal_weggelaten(self) -> int:
        """In how many places something was left out."""
        return sum(_count(part) for part in (self.persoon, *((deel.velden, *deel.teksten) for deel in self.delen)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stukken:
    """Everything from which an afschrift is made, uncut."""

    verzoek_id: UUID
    casus_id: UUID
    persoon_id: UUID
    meldingen: tuple[Bron, ...]
    delen: tuple[Deel, ...]  # of the other rooms, and of this one beside the meldingen
    verklaringen: tuple[str, ...]  # his own
    inzagen: tuple[Inzage, ...]


def make_afschrift(stukken: Stukken, now: datetime) -> Afschrift:
    """Return what may be given to the person; raises ``LookupError`` when he does not stand in this casus."""
    own = own_ids(stukken.meldingen, stukken.persoon_id)
    newest, place, himself = _newest(stukken.meldingen, own)
    schaar = Schaar(_hidden(stukken.meldingen, own), _shown(stukken.meldingen, own))
    reported = [_melding_deel(bron, own, schaar) for bron in stukken.meldingen]
    held = [_cut(_own_only(stukken, deel, own), schaar) for deel in stukken.delen]
    return Afschrift(
        verzoek_id=stukken.verzoek_id,
        casus_id=stukken.casus_id,
        gemaakt_op=now,
        persoon=_own_words(newest, place, himself, schaar),
        delen=tuple(sorted((*reported, *held), key=_moment)),
        verklaringen=stukken.verklaringen,
        inzagen=tuple(_without_melder(inzage, _hidden_organisaties(stukken.meldingen)) for inzage in stukken.inzagen),
    )


def own_ids(meldingen: Iterable[Bron], persoon_id: UUID) -> frozenset[UUID]:
    """Return the ids under which one human stands in the meldingen of a casus.

    Descriptions are of one human when they share the BSN, or the names and the full birth date.
    """
    everyone = [persoon for bron in meldingen for persoon in bron.dossier.personen]
    own = {persoon.id for persoon in everyone if persoon.id == persoon_id}
    for _ in everyone:  # a description can lead to another, and that to a third
        keys = frozenset[bytes]().union(*(persoon.sleutels for persoon in everyone if persoon.id in own))
        grown = own | {persoon.id for persoon in everyone if persoon.sleutels & keys}
        if grown == own:
            break
        own = grown
    return frozenset(own)


def _newest(meldingen: Iterable[Bron], own: frozenset[UUID]) -> tuple[MeldingDossier, int, PersoonDossier]:
    """Return the newest description of the person, with the melding in which it stands and its place there."""
    newest_first = sorted(meldingen, key=lambda bron: bron.dossier.ontvangst.ontvangen_op, reverse=True)
    for bron in newest_first:
        for place, persoon in enumerate(bron.dossier.personen):
            if persoon.id in own:
                return bron.dossier, place, persoon
    raise LookupError("this person does not stand in the casus")


def _hidden(meldingen: Iterable[Bron], own: frozenset[UUID]) -> list[Kenbaar]:
    """Return everybody else: the other persons, and each melder who may not be known."""
    found = []
    for bron in meldingen:
        dossier = bron.dossier
        found += [
            kenbaar_persoon(persoon.gegevens)
            for persoon in dossier.personen
            if persoon.id not in own and not (persoon.rol is PersoonRol.MELDER and bron.melder_visible)
        ]
        found += kenbaar_passages(dossier.passages)
        if not bron.melder_visible:
            found.append(kenbaar_melder(dossier.melder, dossier.gegevens, organisatie_id=dossier.organisatie_id))
    return found


def _shown(meldingen: Iterable[Bron], own: frozenset[UUID]) -> list[Kenbaar]:
    return [
        kenbaar_persoon(persoon.gegevens)
        for bron in meldingen
        for persoon in bron.dossier.personen
        if persoon.id in own
    ]


def _hidden_organisaties(meldingen: Iterable[Bron]) -> frozenset[str]:
    return frozenset(
        bron.dossier.organisatie_id for bron in meldingen if not bron.melder_visible and bron.dossier.organisatie_id
    )


def _melding_deel(bron: Bron, own: frozenset[UUID], schaar: Schaar) -> Deel:
    dossier = bron.dossier
    names = (*_TOLD, *(_TOLD_BY_A_KNOWN_MELDER if bron.melder_visible else ()))
    marked = marked_by(dossier.passages)
    told = {
        name: cut_deep(dossier.gegevens[name], schaar, marked, f"/{name}") for name in names if name in dossier.gegevens
    }
    described = [(place, persoon) for place, persoon in enumerate(dossier.personen) if persoon.id in own]
    return Deel(
        afdeling="intake",
        soort="melding",
        tijdstip=dossier.ontvangst.ontvangen_op.isoformat(),
        velden={
            "kenmerk": dossier.ontvangst.kenmerk,
            "gemeenteCode": dossier.ontvangst.gemeente_code,
            "melder": _melder(dossier.melder) if bron.melder_visible else WEGGELATEN,
            "overU": [_own_words(dossier, place, persoon, schaar) for place, persoon in described],
            "ingelicht": _told_to(dossier, own, schaar),
            **told,
        },
    )


def _melder(melder: Gegevens | None) -> Gegevens:
    return {name: value for name, value in (melder or {}).items() if name in _MELDER}


def _told_to(dossier: MeldingDossier, own: frozenset[UUID], schaar: Schaar) -> list[object]:
    """Return how the person himself was told of the melding."""
    places = {place for place, persoon in enumerate(dossier.personen) if persoon.id in own}
    rows = dossier.gegevens.get("informering")
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        return []
    marked = marked_by(dossier.passages)
    return [
        cut_deep(_without_persoon(row), schaar, marked, f"/informering/{nr}")
        for nr, row in enumerate(rows)
        if isinstance(row, Mapping) and row.get("persoon") in places
    ]


def _without_persoon(row: Gegevens) -> Gegevens:
    return {name: value for name, value in row.items() if name != "persoon"}


def _own_words(dossier: MeldingDossier, place: int, persoon: PersoonDossier, schaar: Schaar) -> Gegevens:
    """Return what is held of the person: his own values whole, what was written about him cut."""
    marked = marked_by(dossier.passages)
    return {
        name: cut_deep(value, schaar, marked, f"/personen/{place}/{name}") if name in _FREE else value
        for name, value in persoon.gegevens.items()
    }


def _cut(deel: Deel, schaar: Schaar) -> Deel:
    velden = cut_deep(deel.velden, schaar)
    assert isinstance(velden, Mapping)  # noqa: S101, a mapping is cut to a mapping
    return replace(deel, velden=velden, teksten=tuple(schaar.cut(tekst)[0] for tekst in deel.teksten))


# What was said in a talk is of whom was spoken with: the words by which triage and intake name the same people.
_SPEAKS = MappingProxyType(
    {
        "slachtoffer": frozenset({PersoonRol.SLACHTOFFER}),
        "pleger": frozenset({PersoonRol.PLEGER}),
        "kind": frozenset({PersoonRol.KIND, PersoonRol.JEUGDIGE}),
        "ouder": frozenset(
            {
                PersoonRol.OUDER,
                PersoonRol.OUDER_MET_GEZAG,
                PersoonRol.OUDER_ZONDER_GEZAG,
                PersoonRol.OUDER_GEZAG_NIET_BENOEMD,
                PersoonRol.OUDER_NIET_JURIDISCH,
            }
        ),
    }
)


def _own_only(stukken: Stukken, deel: Deel, own: frozenset[UUID]) -> Deel:
    """Leave out what another said to Veilig Thuis or was told by it, and what was told to a melder who is hidden.

    A talk is known by the role of who was spoken with. It is the person's own when he has that role and nobody else.
    A letter is known by the place of its reader in the melding: how another is reached can be a danger to him.
    """
    if deel.soort == "contact":
        kept = _spoke(stukken.meldingen, deel.velden.get("met"), own)
    elif deel.soort in _TOLD_TO_ONE and deel.velden.get("persoonNr") is not None:
        kept = reader_of(stukken.meldingen, deel.velden) in own
    else:
        velden = deel.velden
        told = deel.soort == "handeling" and velden.get("soort") == HandelingSoort.MELDER_TERUGGEKOPPELD
        told = told or (deel.soort == "brief" and velden.get("aan") == BriefAan.MELDER)
        kept = not told or all(bron.melder_visible for bron in stukken.meldingen)
    return deel if kept else replace(deel, teksten=(WEGGELATEN,) if deel.teksten else ())


def _spoke(meldingen: Iterable[Bron], met: object, own: frozenset[UUID]) -> bool:
    roles = _SPEAKS.get(str(met), frozenset())
    meant = {persoon.id for bron in meldingen for persoon in bron.dossier.personen if persoon.rol in roles}
    return bool(meant) and meant <= own


_TOLD_TO_ONE = frozenset({"brief", "informering"})


def reader_of(meldingen: Iterable[Bron], velden: Gegevens) -> UUID | None:
    """Return who was told something by his place in a melding; nobody when he is not there."""
    told = {str(bron.dossier.ontvangst.id): bron.dossier.personen for bron in meldingen}
    personen, nr = told.get(str(velden.get("meldingId")), ()), velden.get("persoonNr")
    return personen[nr].id if isinstance(nr, int) and 0 <= nr < len(personen) else None


def _without_melder(inzage: Inzage, organisaties: frozenset[str]) -> Inzage:
    """Leave out whose people looked, when that is where a hidden melder works."""
    if inzage.organisatie not in organisaties:
        return inzage
    return replace(inzage, rol=WEGGELATEN, organisatie=WEGGELATEN)


def _moment(deel: Deel) -> tuple[str, str, str]:
    return deel.tijdstip or "", deel.afdeling, deel.soort


def _count(value: object) -> int:
    match value:
        case str():
            return value.count(WEGGELATEN)
        case Mapping():
            return sum(_count(inner) for inner in value.values())
        case list() | tuple():
            return sum(_count(inner) for inner in value)
        case _:
            return 0
