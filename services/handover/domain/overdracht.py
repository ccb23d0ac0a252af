"""The life of one overdracht: offered to one receiver, who accepts or refuses it, and then meets the family.

Responsibility passes only by the receiver. A refusal, a revocation and a return change nothing for who holds sight of
safety; Veilig Thuis may then offer again, and the new overdracht replaces the one that ended.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from shared.events.payloads import (
    EersteContactGelegd,
    OverdrachtAangeboden,
    OverdrachtGeaccepteerd,
    OverdrachtGeweigerd,
)
from shared.rules.codes import BestemmingSoort, RouteGrond, Uitkomst, VeldOnderdeel
from shared.rules.overdrachtcodes import IntrekReden, TeruggaveReden, ZichtVraag
from shared.rules.plancodes import plan_is_expected


class Status(StrEnum):
    """Where an overdracht is in its life."""

    AANGEBODEN = "aangeboden"
    GEACCEPTEERD = "geaccepteerd"
    GEWEIGERD = "geweigerd"
    INGETROKKEN = "ingetrokken"
    TERUGGEKEERD = "teruggekeerd"
    TERUGGAVE_GEVRAAGD = "teruggave-gevraagd"  # accepted still: who asks keeps it until Veilig Thuis takes it
    TERUGGEGEVEN = "teruggegeven"
    VERVANGEN = "vervangen"


class Actie(StrEnum):
    """What can be done with an overdracht that exists."""

    AANBIEDEN = "aanbieden"
    ACCEPTEREN = "accepteren"
    WEIGEREN = "weigeren"
    INTREKKEN = "intrekken"
    TERUGKEREN = "terugkeren"
    TERUGGEVEN = "teruggeven"
    TERUGGAVE_AANVAARDEN = "teruggave-aanvaarden"
    TERUGGAVE_AFWIJZEN = "teruggave-afwijzen"
    EERSTE_CONTACT = "eerste-contact"
    VERVANGEN = "vervangen"


class WeigerReden(StrEnum):
    """Why a receiver refuses."""

    NIET_BEVOEGD = "niet-bevoegd"
    VERKEERDE_GEMEENTE = "verkeerde-gemeente"
    ONVOLDOENDE_INFORMATIE = "onvoldoende-informatie"
    GEEN_CAPACITEIT = "geen-capaciteit"
    AL_BEKEND_ELDERS = "al-bekend-elders"
    ANDERS = "anders"


# Where the state stays the same, the step was done before: it gives the same answer and tells no second fact.
# The fact that offers can come again at any time, so offering never fails; nor does the return of what was answered
# in time, which finds nothing to do. That a return was refused before says ``domain.teruggave``.
TRANSITIONS: Mapping[tuple[Status, Actie], Status | None] = MappingProxyType(
    {
        (Status.AANGEBODEN, Actie.AANBIEDEN): Status.AANGEBODEN,
        (Status.AANGEBODEN, Actie.ACCEPTEREN): Status.GEACCEPTEERD,
        (Status.AANGEBODEN, Actie.WEIGEREN): Status.GEWEIGERD,
        (Status.AANGEBODEN, Actie.INTREKKEN): Status.INGETROKKEN,
        (Status.AANGEBODEN, Actie.TERUGKEREN): Status.TERUGGEKEERD,
        (Status.AANGEBODEN, Actie.EERSTE_CONTACT): None,
        (Status.AANGEBODEN, Actie.TERUGGEVEN): None,
        (Status.AANGEBODEN, Actie.TERUGGAVE_AANVAARDEN): None,
        (Status.AANGEBODEN, Actie.TERUGGAVE_AFWIJZEN): None,
        (Status.AANGEBODEN, Actie.VERVANGEN): None,
        (Status.GEACCEPTEERD, Actie.AANBIEDEN): Status.GEACCEPTEERD,
        (Status.GEACCEPTEERD, Actie.ACCEPTEREN): Status.GEACCEPTEERD,
        (Status.GEACCEPTEERD, Actie.WEIGEREN): None,
        (Status.GEACCEPTEERD, Actie.INTREKKEN): None,
        (Status.GEACCEPTEERD, Actie.TERUGKEREN): Status.GEACCEPTEERD,
        (Status.GEACCEPTEERD, Actie.EERSTE_CONTACT): Status.GEACCEPTEERD,
        (Status.GEACCEPTEERD, Actie.TERUGGEVEN): Status.TERUGGAVE_GEVRAAGD,
        (Status.GEACCEPTEERD, Actie.TERUGGAVE_AANVAARDEN): None,
        (Status.GEACCEPTEERD, Actie.TERUGGAVE_AFWIJZEN): Status.GEACCEPTEERD,
        (Status.GEACCEPTEERD, Actie.VERVANGEN): None,
        (Status.GEWEIGERD, Actie.AANBIEDEN): Status.GEWEIGERD,
        (Status.GEWEIGERD, Actie.ACCEPTEREN): None,
        (Status.GEWEIGERD, Actie.WEIGEREN): Status.GEWEIGERD,
        (Status.GEWEIGERD, Actie.INTREKKEN): None,
        (Status.GEWEIGERD, Actie.TERUGKEREN): Status.GEWEIGERD,
        (Status.GEWEIGERD, Actie.EERSTE_CONTACT): None,
        (Status.GEWEIGERD, Actie.TERUGGEVEN): None,
        (Status.GEWEIGERD, Actie.TERUGGAVE_AANVAARDEN): None,
        (Status.GEWEIGERD, Actie.TERUGGAVE_AFWIJZEN): None,
        (Status.GEWEIGERD, Actie.VERVANGEN): Status.VERVANGEN,
        (Status.INGETROKKEN, Actie.AANBIEDEN): Status.INGETROKKEN,
        (Status.INGETROKKEN, Actie.ACCEPTEREN): None,
        (Status.INGETROKKEN, Actie.WEIGEREN): None,
        (Status.INGETROKKEN, Actie.INTREKKEN): Status.INGETROKKEN,
        (Status.INGETROKKEN, Actie.TERUGKEREN): Status.INGETROKKEN,
        (Status.INGETROKKEN, Actie.EERSTE_CONTACT): None,
        (Status.INGETROKKEN, Actie.TERUGGEVEN): None,
        (Status.INGETROKKEN, Actie.TERUGGAVE_AANVAARDEN): None,
        (Status.INGETROKKEN, Actie.TERUGGAVE_AFWIJZEN): None,
        (Status.INGETROKKEN, Actie.VERVANGEN): Status.VERVANGEN,
        (Status.TERUGGEKEERD, Actie.AANBIEDEN): Status.TERUGGEKEERD,
        (Status.TERUGGEKEERD, Actie.ACCEPTEREN): None,
        (Status.TERUGGEKEERD, Actie.WEIGEREN): None,
        (Status.TERUGGEKEERD, Actie.INTREKKEN): None,
        (Status.TERUGGEKEERD, Actie.TERUGKEREN): Status.TERUGGEKEERD,
        (Status.TERUGGEKEERD, Actie.EERSTE_CONTACT): None,
        (Status.TERUGGEKEERD, Actie.TERUGGEVEN): None,
        (Status.TERUGGEKEERD, Actie.TERUGGAVE_AANVAARDEN): None,
        (Status.TERUGGEKEERD, Actie.TERUGGAVE_AFWIJZEN): None,
        (Status.TERUGGEKEERD, Actie.VERVANGEN): Status.VERVANGEN,
        (Status.TERUGGAVE_GEVRAAGD, Actie.AANBIEDEN): Status.TERUGGAVE_GEVRAAGD,
        (Status.TERUGGAVE_GEVRAAGD, Actie.ACCEPTEREN): Status.TERUGGAVE_GEVRAAGD,
        (Status.TERUGGAVE_GEVRAAGD, Actie.WEIGEREN): None,
        (Status.TERUGGAVE_GEVRAAGD, Actie.INTREKKEN): None,
        (Status.TERUGGAVE_GEVRAAGD, Actie.TERUGKEREN): Status.TERUGGAVE_GEVRAAGD,
        (Status.TERUGGAVE_GEVRAAGD, Actie.EERSTE_CONTACT): Status.TERUGGAVE_GEVRAAGD,
        (Status.TERUGGAVE_GEVRAAGD, Actie.TERUGGEVEN): Status.TERUGGAVE_GEVRAAGD,
        (Status.TERUGGAVE_GEVRAAGD, Actie.TERUGGAVE_AANVAARDEN): Status.TERUGGEGEVEN,
        (Status.TERUGGAVE_GEVRAAGD, Actie.TERUGGAVE_AFWIJZEN): Status.GEACCEPTEERD,
        (Status.TERUGGAVE_GEVRAAGD, Actie.VERVANGEN): None,
        (Status.TERUGGEGEVEN, Actie.AANBIEDEN): Status.TERUGGEGEVEN,
        (Status.TERUGGEGEVEN, Actie.ACCEPTEREN): None,
        (Status.TERUGGEGEVEN, Actie.WEIGEREN): None,
        (Status.TERUGGEGEVEN, Actie.INTREKKEN): None,
        (Status.TERUGGEGEVEN, Actie.TERUGKEREN): Status.TERUGGEGEVEN,
        (Status.TERUGGEGEVEN, Actie.EERSTE_CONTACT): None,
        (Status.TERUGGEGEVEN, Actie.TERUGGEVEN): None,
        (Status.TERUGGEGEVEN, Actie.TERUGGAVE_AANVAARDEN): Status.TERUGGEGEVEN,
        (Status.TERUGGEGEVEN, Actie.TERUGGAVE_AFWIJZEN): None,
        (Status.TERUGGEGEVEN, Actie.VERVANGEN): Status.VERVANGEN,
        (Status.VERVANGEN, Actie.AANBIEDEN): Status.VERVANGEN,
        (Status.VERVANGEN, Actie.ACCEPTEREN): None,
        (Status.VERVANGEN, Actie.WEIGEREN): None,
        (Status.VERVANGEN, Actie.INTREKKEN): None,
        (Status.VERVANGEN, Actie.TERUGKEREN): Status.VERVANGEN,
        (Status.VERVANGEN, Actie.EERSTE_CONTACT): None,
        (Status.VERVANGEN, Actie.TERUGGEVEN): None,
        (Status.VERVANGEN, Actie.TERUGGAVE_AANVAARDEN): None,
        (Status.VERVANGEN, Actie.TERUGGAVE_AFWIJZEN): None,
        (Status.VERVANGEN, Actie.VERVANGEN): None,
    }
)

# What is told to who takes a step that cannot be taken now.
_WAT_KAN: Mapping[Status, str] = MappingProxyType(
    {
        Status.AANGEBODEN: (
            "De overdracht is aangeboden; de ontvanger kan accepteren of weigeren, en Veilig Thuis kan haar intrekken."
        ),
        Status.GEACCEPTEERD: (
            "De overdracht is geaccepteerd; de ontvanger kan het eerste contact vastleggen, of vragen haar terug te "
            "mogen geven."
        ),
        Status.GEWEIGERD: "De overdracht is geweigerd; Veilig Thuis kan haar aanbieden aan een andere bestemming.",
        Status.INGETROKKEN: "De overdracht is ingetrokken; Veilig Thuis kan haar opnieuw aanbieden.",
        Status.TERUGGEKEERD: (
            "De overdracht is teruggekeerd omdat zij niet op tijd is beantwoord; Veilig Thuis kan haar opnieuw "
            "aanbieden, ook aan dezelfde ontvanger."
        ),
        Status.TERUGGAVE_GEVRAAGD: (
            "De overdracht is geaccepteerd en de ontvanger wil haar teruggeven; Veilig Thuis kan dat aanvaarden of "
            "afwijzen. Tot dan blijft zij bij de ontvanger."
        ),
        Status.TERUGGEGEVEN: "De overdracht is teruggegeven; Veilig Thuis kan haar opnieuw aanbieden.",
        Status.VERVANGEN: "De overdracht is vervangen door een nieuwe; ga verder met die overdracht.",
    }
)


class StapError(ValueError):
    """A step out of order; ``reden_nl`` says what may be done now."""

    def __init__(self, reden_nl: str) -> None:
        """Keep the Dutch reason as an attribute and as the text of the error."""
        super().__init__(reden_nl)
        self.reden_nl = reden_nl


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdracht:
    """One offer to one receiver."""

    id: UUID
    casus_id: UUID
    melding_id: UUID
    dienst_id: UUID | None
    gemeente_code: str
    soort: BestemmingSoort
    organisatie_id: str
    draagt_zicht: bool
    aangeboden_op: datetime
    accepteren_uiterlijk: datetime
    keert_terug_op: datetime  # when it goes back to Veilig Thuis, if nobody answers before
    status: Status = Status.AANGEBODEN
    vervangt_id: UUID | None = None
    vervangen_door_id: UUID | None = None
    geaccepteerd_op: datetime | None = None
    te_laat_geaccepteerd: bool = False
    warm: bool | None = None
    geweigerd_op: datetime | None = None
    reden: WeigerReden | None = None
    ingetrokken_op: datetime | None = None
    intrekreden: IntrekReden | None = None
    teruggekeerd_op: datetime | None = None
    teruggave_reden: TeruggaveReden | None = None  # of the last request
    teruggave_gevraagd_op: datetime | None = None
    teruggave_afgewezen_op: datetime | None = None
    teruggegeven_op: datetime | None = None
    zicht_gevraagd: ZichtVraag | None = None  # what Veilig Thuis asked last, while it is open
    zicht_gevraagd_op: datetime | None = None
    zicht_aanvaard_op: datetime | None = None  # when that was done; nothing while it is open
    gesprek_op: datetime | None = None  # when the first talk about it was held
    eerste_contact_uiterlijk: datetime | None = None
    eerste_contact_op: datetime | None = None
    uitkomst: Uitkomst | None = None  # of its besluit; None: it is of a dienst, or from before that was kept
    plan_verwacht: bool | None = None  # of who accepted; None: from before that was kept, and then by sight alone
    plan_uiterlijk: datetime | None = None
    teruggave_uiterlijk: datetime | None = None  # for the answer to the last request
    vervolg_uiterlijk: datetime | None = None  # for the next offer of what nobody has
    onderdeel: VeldOnderdeel | None = None  # of a local field that is more than one organisation
    routering: RouteGrond | None = None  # why just this organisation; None: from before that was kept
    versie: int = 1

    @property
    def uitkomst_bekend(self) -> bool:
        """Say whether it is known after which besluit it is, if any."""
        return self.dienst_id is not None or self.uitkomst is not None

    @property
    def warm_zonder_gesprek(self) -> bool:
        """Say whether the receiver calls it warm, and nobody noted that they talked."""
        return self.warm is True and self.gesprek_op is None


def step_refused(status: Status) -> StapError:
    """Return the error that says what may be done with an overdracht in this state."""
    return StapError(_WAT_KAN[status])


def next_status(status: Status, actie: Actie) -> Status:
    """Return the state after a step; raises ``StapError`` when it cannot be taken in this state."""
    after = TRANSITIONS[status, actie]
    if after is None:
        raise step_refused(status)
    return after


def offered(overdracht: Overdracht) -> OverdrachtAangeboden:
    """Return the fact that this overdracht was offered."""
    return OverdrachtAangeboden(
        overdracht_id=overdracht.id,
        melding_id=overdracht.melding_id,
        dienst_id=overdracht.dienst_id,
        gemeente_code=overdracht.gemeente_code,
        soort=overdracht.soort,
        organisatie_id=overdracht.organisatie_id,
        draagt_zicht=overdracht.draagt_zicht,
        aangeboden_op=overdracht.aangeboden_op,
        vervangt_overdracht_id=overdracht.vervangt_id,
        onderdeel=overdracht.onderdeel,
        routering=overdracht.routering,
    )


def accept(
    overdracht: Overdracht, *, warm: bool | None, contact_uiterlijk: datetime, plan_uiterlijk: datetime, now: datetime
) -> tuple[Overdracht, OverdrachtGeaccepteerd | None]:
    """Let the receiver accept; the fact is None when that was done before.

    A late acceptance is flagged and never blocked: the family is better off with a receiver than with a rule.
    ``plan_uiterlijk`` holds where a plan is expected of him.
    """
    after = next_status(overdracht.status, Actie.ACCEPTEREN)
    if after is overdracht.status:
        return overdracht, None
    expecting = expect_plan(overdracht, plan_uiterlijk)
    accepted = replace(
        expecting,
        status=after,
        geaccepteerd_op=now,
        te_laat_geaccepteerd=now >= overdracht.accepteren_uiterlijk,
        warm=warm,
        eerste_contact_uiterlijk=contact_uiterlijk,
        versie=overdracht.versie + 1,
    )
    return accepted, OverdrachtGeaccepteerd(
        overdracht_id=overdracht.id,
        melding_id=overdracht.melding_id,
        dienst_id=overdracht.dienst_id,
        gemeente_code=overdracht.gemeente_code,
        soort=overdracht.soort,
        organisatie_id=overdracht.organisatie_id,
        draagt_zicht=overdracht.draagt_zicht,
        geaccepteerd_op=now,
        eerste_contact_uiterlijk=contact_uiterlijk,
        plan_verwacht=accepted.plan_verwacht is not False,
        plan_uiterlijk=accepted.plan_uiterlijk,
    )


def expect_plan(holding: Overdracht, uiterlijk: datetime) -> Overdracht:
    """Return an overdracht with whether a plan is expected of its receiver, and until when.

    Where the besluit of before is not known it is left open: who follows the terms heard that besluit himself.
    """
    expected = plan_is_expected(holding.soort, holding.uitkomst, draagt_zicht=holding.draagt_zicht)
    if expected and not holding.uitkomst_bekend:
        return replace(holding, plan_verwacht=None, plan_uiterlijk=None)
    return replace(holding, plan_verwacht=expected, plan_uiterlijk=uiterlijk if expected else None)


def refuse(
    overdracht: Overdracht, *, reden: WeigerReden, now: datetime
) -> tuple[Overdracht, OverdrachtGeweigerd | None]:
    """Let the receiver refuse; the fact is None when that was done before for the same reason.

    Raises ``StapError`` for a refusal for another reason: what was told stays told.
    """
    after = next_status(overdracht.status, Actie.WEIGEREN)
    if after is overdracht.status:
        if reden is not overdracht.reden:
            raise step_refused(overdracht.status)
        return overdracht, None
    refused = replace(overdracht, status=after, geweigerd_op=now, reden=reden, versie=overdracht.versie + 1)
    return refused, OverdrachtGeweigerd(
        overdracht_id=overdracht.id, melding_id=overdracht.melding_id, reden=reden.value, geweigerd_op=now
    )


def record_contact(overdracht: Overdracht, *, tijdstip: datetime) -> tuple[Overdracht, EersteContactGelegd | None]:
    """Record when the receiver first met the family; the fact is None when it is known already.

    Raises ``StapError`` for another moment: there is one first contact.
    """
    next_status(overdracht.status, Actie.EERSTE_CONTACT)
    if overdracht.eerste_contact_op == tijdstip:
        return overdracht, None
    if overdracht.eerste_contact_op is not None:
        raise StapError("Het eerste contact is al vastgelegd op een ander tijdstip; dat blijft staan.")
    met = replace(overdracht, eerste_contact_op=tijdstip, versie=overdracht.versie + 1)
    return met, EersteContactGelegd(overdracht_id=overdracht.id, melding_id=overdracht.melding_id, tijdstip=tijdstip)
