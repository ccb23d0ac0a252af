"""The clocks and the moments of the radar, as they go over the wire."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.monitoring.domain.monitormomenten import MonitormomentStatus, is_gemist
from services.monitoring.domain.termijnen import status_of
from services.monitoring.domain.vertraging import sentence_of
from services.monitoring.handlers.monitormomenten import MomentView, UitkomstOpgave, Verplaatsing
from services.monitoring.store.monitormomenten import StoredMoment
from services.monitoring.store.termijnen import ListedTermijn
from shared.rules.behandelcodes import VertragingReden
from shared.rules.codes import MonitorVervolg, Naleving, TermijnSoort, TermijnStatus, VerplaatsingReden
from shared.web.schema import Schema, Tekst


class TermijnOut(Schema):
    """One clock, with the working of its date."""

    id: UUID
    soort: TermijnSoort
    casus_id: Annotated[UUID | None, Field(description="Leeg voor een gemeente: die krijgt cijfers, geen casussen")]
    melding_id: Annotated[UUID | None, Field(description="Leeg voor een gemeente")]
    ref_id: Annotated[
        UUID | None,
        Field(
            description="Waarbij de termijn hoort: melding, dossier, dienst, overdracht, moment. Leeg voor een gemeente"
        ),
    ]
    gemeente_code: str
    start: datetime
    uiterlijk: Annotated[datetime, Field(description="Het eerste moment dat te laat is")]
    waarschuwen_op: datetime
    gestopt_op: datetime | None
    status: TermijnStatus
    vervallen: Annotated[bool, Field(description="Geëindigd zonder dat het nog hoefde te gebeuren")]
    uitleg: tuple[str, ...]
    vertraging_reden: Annotated[
        VertragingReden | None, Field(description="De nieuwste verklaring van vertraging; alleen voor Veilig Thuis")
    ] = None


class TermijnenOut(Schema):
    resultaten: tuple[TermijnOut, ...]
    volgende: str | None


def termijn_out(termijn: ListedTermijn, *, now: datetime) -> TermijnOut:
    """Return a clock as it stands at this moment."""
    late = termijn.vertraging
    return TermijnOut(
        id=termijn.id,
        soort=termijn.soort,
        casus_id=termijn.casus_id,
        melding_id=termijn.melding_id,
        ref_id=termijn.ref_id,
        gemeente_code=termijn.gemeente_code,
        start=termijn.start,
        uiterlijk=termijn.uiterlijk,
        waarschuwen_op=termijn.waarschuwen_op,
        gestopt_op=termijn.gestopt_op,
        status=status_of(
            uiterlijk=termijn.uiterlijk,
            waarschuwen_op=termijn.waarschuwen_op,
            gestopt_op=termijn.gestopt_op,
            vervallen=termijn.vervallen,
            now=now,
        ),
        vervallen=termijn.vervallen,
        uitleg=(*termijn.uitleg, *([sentence_of(late, uiterlijk=termijn.uiterlijk)] if late else [])),
        vertraging_reden=late.reden if late else None,
    )


class ContactMet(StrEnum):
    BETROKKENEN = "betrokkenen"
    PROFESSIONALS = "professionals"


class MonitormomentOut(Schema):
    """One moment of the radar, as it stands in a list."""

    id: UUID
    casus_id: UUID
    melding_id: UUID
    overdracht_id: UUID
    gemeente_code: str
    maand: Annotated[int, Field(description="Zoveel maanden na de overdracht")]
    gepland_op: datetime
    uiterlijk: datetime
    status: MonitormomentStatus
    naleving: Naleving | None
    directe_veiligheid: bool | None
    stabiele_veiligheid: bool | None
    vervolg: MonitorVervolg | None
    contact_met: tuple[ContactMet, ...]
    afgerond_op: datetime | None
    geannuleerd_op: Annotated[
        datetime | None, Field(description="Wanneer het verviel zonder te zijn gedaan, ook als het is gemist")
    ]
    gemist: Annotated[
        bool, Field(description="Of de dag voorbijging zonder uitkomst; zolang het gepland is kan het nog, te laat")
    ]
    oorspronkelijk_uiterlijk: Annotated[datetime | None, Field(description="Leeg als het nooit is verplaatst")]
    verplaatsing_reden: VerplaatsingReden | None
    verplaatst_op: datetime | None
    niet_gesproken: Annotated[
        tuple[ContactMet, ...],
        Field(description="Van een afgerond moment: wie niet is gesproken; monitoring hoort met beiden"),
    ]
    versie: Annotated[int, Field(description="Het getal in de ETag")]


class MonitormomentDetailOut(MonitormomentOut):
    toelichting: Annotated[str | None, Field(description="Alleen voor Veilig Thuis")]


class MonitormomentenOut(Schema):
    resultaten: tuple[MonitormomentOut, ...]
    volgende: str | None


class UitkomstIn(Schema):
    """What a professional found at a moment."""

    naleving: Naleving
    directe_veiligheid: bool
    stabiele_veiligheid: bool
    vervolg: MonitorVervolg
    contact_met: Annotated[tuple[ContactMet, ...], Field(min_length=1, max_length=2)]
    toelichting: Tekst | None = None

    def opgave(self) -> UitkomstOpgave:
        """Return what was found, in the words of the domain."""
        return UitkomstOpgave(
            naleving=self.naleving,
            directe_veiligheid=self.directe_veiligheid,
            stabiele_veiligheid=self.stabiele_veiligheid,
            vervolg=self.vervolg,
            contact_met=tuple(sorted({contact.value for contact in self.contact_met})),
            toelichting=self.toelichting,
        )


class VerplaatsingIn(Schema):
    """To which day a moment is put, and why."""

    dag: date
    reden: VerplaatsingReden

    def wish(self) -> Verplaatsing:
        """Return it in the words of the domain."""
        return Verplaatsing(self.dag, self.reden)


def moment_out(moment: StoredMoment, *, now: datetime) -> MonitormomentOut:
    """Return a moment without its explanation."""
    spoken = {ContactMet(contact) for contact in moment.contact_met}
    ended = moment.status is MonitormomentStatus.AFGEROND
    return MonitormomentOut(
        id=moment.id,
        casus_id=moment.casus_id,
        melding_id=moment.melding_id,
        overdracht_id=moment.overdracht_id,
        gemeente_code=moment.gemeente_code,
        maand=moment.maand,
        gepland_op=moment.gepland_op,
        uiterlijk=moment.uiterlijk,
        status=moment.status,
        naleving=moment.naleving,
        directe_veiligheid=moment.directe_veiligheid,
        stabiele_veiligheid=moment.stabiele_veiligheid,
        vervolg=moment.vervolg,
        contact_met=tuple(ContactMet(contact) for contact in moment.contact_met),
        afgerond_op=moment.afgerond_op,
        geannuleerd_op=moment.geannuleerd_op,
        gemist=is_gemist(moment.status, moment.uiterlijk, now=now),
        oorspronkelijk_uiterlijk=moment.oorspronkelijk_uiterlijk,
        verplaatsing_reden=moment.verplaatsing_reden,
        verplaatst_op=moment.verplaatst_op,
        niet_gesproken=tuple(one for one in ContactMet if ended and one not in spoken),
        versie=moment.versie,
    )


def moment_detail_out(view: MomentView, *, now: datetime) -> MonitormomentDetailOut:
    """Return a moment as its reader may see it."""
    return MonitormomentDetailOut(**dict(moment_out(view.moment, now=now)), toelichting=view.toelichting)
