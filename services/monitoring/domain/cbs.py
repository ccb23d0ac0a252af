"""What of one casus goes into the half-yearly delivery to the CBS, field by field, and what in it cannot be.

Which fields there are follows the chapters and dashboards of the CBS that could be read; its bestandsdefinitie could
not be obtained. What the CBS asks and the facts of the chain do not hold is a field that is never filled: the report
says so instead of leaving it out. How fields become a file is told by a layout (``cbs_layout``).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.monitoring.domain.casus import Heard, first_besluit
from shared.events.payloads import AcuutcheckGedaan, MeldingOntvangen

Waarde = None | str | int | bool | datetime | UUID | tuple[str, ...]


class RecordSoort(StrEnum):
    ADVIES = "advies"
    MELDING = "melding"
    DIENST = "dienst"
    OVERDRACHT = "overdracht"


# Asked by the CBS as far as its chapters say, and not told in any fact.
NIET_VASTGELEGD: Mapping[RecordSoort, frozenset[str]] = MappingProxyType(
    {
        RecordSoort.ADVIES: frozenset({"einddatum", "aardGeweld", "duurGeweld", "veiligheidsproblematiek"}),
        RecordSoort.MELDING: frozenset({"duurGeweld"}),
        RecordSoort.DIENST: frozenset(),
        RecordSoort.OVERDRACHT: frozenset(),
    }
)
VELDEN: Mapping[RecordSoort, frozenset[str]] = MappingProxyType(
    {
        RecordSoort.ADVIES: frozenset(
            {"id", "gemeenteCode", "gegevenOp", "soort", "kanaal", "uitkomst", "adviesvragerCategorie",
             "adviesvragerSoort"}
        ) | NIET_VASTGELEGD[RecordSoort.ADVIES],
        RecordSoort.MELDING: frozenset(
            {"id", "casusId", "gemeenteCode", "ontvangenOp", "melderCategorie", "melderSoort", "meldcodeVolledig",
             "hermelding", "vorigeAfsluitingOp", "aantalPersonen", "relatie", "vorm", "acuutcheckOp", "acuut",
             "veiligheidsbeoordelingOp", "uitkomst", "acuutOnveilig", "structureelOnveilig"}
        ) | NIET_VASTGELEGD[RecordSoort.MELDING],
        RecordSoort.DIENST: frozenset(
            {"id", "casusId", "meldingId", "gemeenteCode", "soort", "gestartOp", "afgerondOp", "conclusie",
             "aantalVoorwaarden", "omgezetOp"}
        ),
        RecordSoort.OVERDRACHT: frozenset(
            {"id", "casusId", "meldingId", "dienstId", "gemeenteCode", "bestemming", "draagtZicht", "aangebodenOp",
             "geaccepteerdOp", "geweigerdOp", "ingetrokkenOp", "teruggegevenOp"}
        ),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Periode:
    """From which moment, and until which, not inclusive, something must have happened; and what was known by then."""

    van: datetime
    tot: datetime
    peilmoment: datetime

    def holds(self, moment: datetime) -> bool:
        """Say whether a moment falls in the period."""
        return self.van <= moment < self.tot


@dataclass(frozen=True, slots=True)
class CbsRecord:
    """One row of the delivery, before any layout."""

    soort: RecordSoort
    id: UUID
    velden: Mapping[str, Waarde]


def records_of(casus_id: UUID, heard: Heard, periode: Periode) -> Iterator[CbsRecord]:
    """Give the rows of one casus: what was asked, received, begun or offered in the period.

    What ended in it and began before stands in the delivery of its beginning, of which there can be a new version.
    """
    yield from _adviezen(heard, periode)
    yield from _meldingen(casus_id, heard, periode)
    yield from _diensten(casus_id, heard, periode)
    yield from _overdrachten(casus_id, heard, periode)


def _adviezen(heard: Heard, periode: Periode) -> Iterator[CbsRecord]:
    for advies in heard.adviezen.values():
        if periode.holds(advies.gegeven_op):
            yield _record(
                RecordSoort.ADVIES,
                advies.advies_id,
                gemeenteCode=advies.gemeente_code,
                gegevenOp=advies.gegeven_op,
                soort=advies.soort.value,
                kanaal=advies.kanaal,
                uitkomst=advies.uitkomst,
                adviesvragerCategorie=advies.adviesvrager_categorie.value,
                adviesvragerSoort=advies.adviesvrager_soort.value,
            )


def _meldingen(casus_id: UUID, heard: Heard, periode: Periode) -> Iterator[CbsRecord]:
    for melding in heard.meldingen.values():
        if not periode.holds(melding.ontvangen_op):
            continue
        besluit = first_besluit(heard, melding.melding_id)
        check = _first_check(heard, melding)
        yield _record(
            RecordSoort.MELDING,
            melding.melding_id,
            casusId=casus_id,
            gemeenteCode=melding.gemeente_code,
            ontvangenOp=melding.ontvangen_op,
            melderCategorie=melding.melder_categorie.value,
            melderSoort=melding.melder_soort.value,
            meldcodeVolledig=melding.meldcode_volledig,
            hermelding=melding.hermelding,
            vorigeAfsluitingOp=melding.vorige_afsluiting_op,
            aantalPersonen=melding.aantal_personen,
            relatie=_kinds(aard.relatie.value for aard in melding.aard_geweld),
            vorm=_kinds(aard.vorm.value for aard in melding.aard_geweld),
            acuutcheckOp=check.gedaan_op if check else None,
            acuut=check.acuut if check else None,
            veiligheidsbeoordelingOp=besluit.besloten_op if besluit else None,
            uitkomst=besluit.uitkomst.value if besluit else None,
            acuutOnveilig=besluit.acuut_onveilig if besluit else None,
            structureelOnveilig=besluit.structureel_onveilig if besluit else None,
        )


def _first_check(heard: Heard, melding: MeldingOntvangen) -> AcuutcheckGedaan | None:
    checks = (check for check in heard.acuutchecks.values() if check.melding_id == melding.melding_id)
    return min(checks, key=lambda check: check.gedaan_op, default=None)


def _kinds(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _diensten(casus_id: UUID, heard: Heard, periode: Periode) -> Iterator[CbsRecord]:
    for dienst in heard.diensten.values():
        if not periode.holds(dienst.gestart_op):
            continue
        end = heard.conclusies.get(dienst.dienst_id)
        converted = heard.behandeling.omzettingen.get(dienst.dienst_id)
        yield _record(
            RecordSoort.DIENST,
            dienst.dienst_id,
            casusId=casus_id,
            meldingId=dienst.melding_id,
            gemeenteCode=dienst.gemeente_code,
            soort=dienst.soort.value,
            gestartOp=dienst.gestart_op,
            afgerondOp=end.afgerond_op if end else None,
            conclusie=end.conclusie.value if end else None,
            aantalVoorwaarden=end.aantal_voorwaarden if end else None,
            omgezetOp=converted.omgezet_op if converted else None,
        )


def _overdrachten(casus_id: UUID, heard: Heard, periode: Periode) -> Iterator[CbsRecord]:
    for offer in heard.aangeboden.values():
        if not periode.holds(offer.aangeboden_op):
            continue
        key = offer.overdracht_id
        accepted, refused = heard.geaccepteerd.get(key), heard.geweigerd.get(key)
        withdrawn, back = heard.ingetrokken.get(key), heard.teruggegeven.get(key)
        yield _record(
            RecordSoort.OVERDRACHT,
            key,
            casusId=casus_id,
            meldingId=offer.melding_id,
            dienstId=offer.dienst_id,
            gemeenteCode=offer.gemeente_code,
            bestemming=offer.soort.value,
            draagtZicht=offer.draagt_zicht,
            aangebodenOp=offer.aangeboden_op,
            geaccepteerdOp=accepted.geaccepteerd_op if accepted else None,
            geweigerdOp=refused.geweigerd_op if refused else None,
            ingetrokkenOp=withdrawn.ingetrokken_op if withdrawn else None,
            teruggegevenOp=back.teruggegeven_op if back else None,
        )


def _record(record: RecordSoort, record_id: UUID, /, **velden: Waarde) -> CbsRecord:
    return CbsRecord(record, record_id, {"id": record_id, **velden})


Sleutel = Callable[[UUID], str]  # gives the key under which an id leaves the house
