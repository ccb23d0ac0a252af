"""What can be done in the play, and when: steps in time, each with who is concerned and nothing that a server made."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from deploy.demo.advice import Adviesvraag
from deploy.demo.arrivals import Aankomst
from deploy.demo.course import Ontvanger
from deploy.demo.opvangdeeds import Opvangdaad
from shared.rules.behandelcodes import VeiligheidscheckUitkomst
from shared.rules.codes import Conclusie, HandelingSoort, InterventieSoort, Uitkomst
from shared.rules.huisverbod import HuisverbodAdvies
from shared.rules.overdrachtcodes import AfzegReden, IntrekReden, TeruggaveReden, ZichtVraag
from shared.rules.plancodes import AfwijkReden, PlanEinde


@dataclass(frozen=True, slots=True)
class Melden:
    aankomst: Aankomst


@dataclass(frozen=True, slots=True)
class Adviseren:
    vraag: Adviesvraag


@dataclass(frozen=True, slots=True)
class Acuutchecken:
    acuut: bool
    interventies: tuple[InterventieSoort, ...]


@dataclass(frozen=True, slots=True)
class Besluiten:
    uitkomst: Uitkomst
    acuut: bool
    structureel: bool
    bestemmingen: tuple[Ontvanger, ...]


@dataclass(frozen=True, slots=True)
class Handelen:
    soort: HandelingSoort


@dataclass(frozen=True, slots=True)
class Spreken:
    """A contact in a dienst."""

    volgnummer: int
    soort: str
    met: str


@dataclass(frozen=True, slots=True)
class Voorwaarde:
    volgnummer: int


@dataclass(frozen=True, slots=True)
class Concluderen:
    conclusie: Conclusie
    bestemming: Ontvanger | None


@dataclass(frozen=True, slots=True)
class Aanbod:
    """Which overdracht is meant: of which melding, to whom, after a dienst or not, the first offer or the second."""

    ontvanger: Ontvanger
    uit_dienst: bool
    opnieuw: bool = False


@dataclass(frozen=True, slots=True)
class Accepteren:
    aanbod: Aanbod
    warm: bool


@dataclass(frozen=True, slots=True)
class Weigeren:
    aanbod: Aanbod
    reden: str


@dataclass(frozen=True, slots=True)
class OpnieuwAanbieden:
    """Offer what nobody has (any more), to ``aan``."""

    vorige: Aanbod
    aan: Aanbod


@dataclass(frozen=True, slots=True)
class Intrekken:
    """Veilig Thuis takes back an offer that nobody answered yet."""

    aanbod: Aanbod
    reden: IntrekReden


@dataclass(frozen=True, slots=True)
class NavraagStellen:
    """The receiver asks Veilig Thuis something about an overdracht."""

    aanbod: Aanbod


@dataclass(frozen=True, slots=True)
class NavraagBeantwoorden:
    """Veilig Thuis answers what the receiver asked last."""

    aanbod: Aanbod


@dataclass(frozen=True, slots=True)
class AntwoordLezen:
    """The receiver tells that he read the answer to what he asked last."""

    aanbod: Aanbod


@dataclass(frozen=True, slots=True)
class GesprekPlannen:
    """Veilig Thuis and the receiver agree when they talk."""

    aanbod: Aanbod
    moment: datetime


@dataclass(frozen=True, slots=True)
class GesprekVastleggen:
    """Somebody writes down what came of the talk that was agreed last."""

    aanbod: Aanbod
    gehouden_op: datetime


@dataclass(frozen=True, slots=True)
class GesprekAfzeggen:
    """The receiver calls off the talk that was agreed last."""

    aanbod: Aanbod
    reden: AfzegReden


@dataclass(frozen=True, slots=True)
class TeruggaveVragen:
    """The receiver asks to give back what he accepted."""

    aanbod: Aanbod
    reden: TeruggaveReden


@dataclass(frozen=True, slots=True)
class TeruggaveBeslissen:
    """Veilig Thuis takes back what the receiver wants to give back, or does not."""

    aanbod: Aanbod
    terug: bool


@dataclass(frozen=True, slots=True)
class ZichtVragen:
    """Veilig Thuis offers sight of safety, or asks it back."""

    aanbod: Aanbod
    vraag: ZichtVraag


@dataclass(frozen=True, slots=True)
class ZichtAanvaarden:
    """The receiver takes sight of safety, or gives it back."""

    aanbod: Aanbod


@dataclass(frozen=True, slots=True)
class EersteContact:
    aanbod: Aanbod


@dataclass(frozen=True, slots=True)
class HulpStap:
    """Who gives help that was asked begins, refuses or ends; ``stap`` is the last part of the path."""

    aanbod: Aanbod
    stap: Literal["start", "weigering", "afbreking", "afronding"]
    reden: str | None = None


@dataclass(frozen=True, slots=True)
class PlanMaken:
    """The receiver makes the plan of the household, and agrees until when it is evaluated.

    ``intensief``: who directs, a goal and an action are agreed at once.
    """

    aanbod: Aanbod
    evaluatie_dag: date
    intensief: bool = False


@dataclass(frozen=True, slots=True)
class PlanEvalueren:
    """The receiver looks whether the plan works, and agrees when that is done again."""

    aanbod: Aanbod
    volgende_dag: date


@dataclass(frozen=True, slots=True)
class PlanactieAfronden:
    """The receiver notes what became of the action of the plan."""

    aanbod: Aanbod
    gedaan: bool


@dataclass(frozen=True, slots=True)
class PlanfaseWijzigen:
    """The receiver settles the goal of the plan and goes on to stable safety, ``afwijking``: if need be anyway."""

    aanbod: Aanbod
    afwijking: AfwijkReden | None


@dataclass(frozen=True, slots=True)
class PlanEindigen:
    aanbod: Aanbod
    uitkomst: PlanEinde


@dataclass(frozen=True, slots=True)
class Monitorronde:
    """Somebody goes through the monitormomenten that are due."""


@dataclass(frozen=True, slots=True)
class Oppakken:
    """A worker, by his number, takes up work that nobody has."""

    medewerker: int


@dataclass(frozen=True, slots=True)
class Toewijzen:
    """A team lead gives work to a worker."""

    medewerker: int


@dataclass(frozen=True, slots=True)
class CheckAfspreken:
    """Agree until which day somebody looks at the safety of a family again."""

    dag: date


@dataclass(frozen=True, slots=True)
class Veiligheidscheck:
    """Look at the safety of a family, and agree when somebody does so again."""

    uitkomst: VeiligheidscheckUitkomst
    volgende_dag: date


@dataclass(frozen=True, slots=True)
class Navragen:
    """Ask the local field what it knows of a family."""


@dataclass(frozen=True, slots=True)
class Beantwoorden:
    """The local field tells what it knows, or that it knows nothing of them."""

    bekend: bool


@dataclass(frozen=True, slots=True)
class Screenen:
    """Screen for a huisverbod, and impose it or not."""

    opleggen: bool


@dataclass(frozen=True, slots=True)
class HuisverbodAdviseren:
    advies: HuisverbodAdvies


@dataclass(frozen=True, slots=True)
class HuisverbodVerlengen:
    dagen: int  # counted from the imposing, all together


@dataclass(frozen=True, slots=True)
class HuisverbodEindigen:
    """Note that a huisverbod ended by itself."""


Daad = (
    Melden
    | Adviseren
    | Acuutchecken
    | Besluiten
    | Handelen
    | Spreken
    | Voorwaarde
    | Concluderen
    | Accepteren
    | Weigeren
    | OpnieuwAanbieden
    | Intrekken
    | NavraagStellen
    | NavraagBeantwoorden
    | AntwoordLezen
    | GesprekPlannen
    | GesprekAfzeggen
    | GesprekVastleggen
    | TeruggaveVragen
    | TeruggaveBeslissen
    | ZichtVragen
    | ZichtAanvaarden
    | EersteContact
    | PlanMaken
    | PlanEvalueren
    | PlanactieAfronden
    | PlanfaseWijzigen
    | PlanEindigen
    | HulpStap
    | Monitorronde
    | Oppakken
    | Toewijzen
    | CheckAfspreken
    | Veiligheidscheck
    | Navragen
    | Beantwoorden
    | Screenen
    | HuisverbodAdviseren
    | HuisverbodVerlengen
    | HuisverbodEindigen
    | Opvangdaad
)


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One deed at one moment; steps of one chain (a family) are done in order."""

    tijdstip: datetime
    rang: int
    kenmerk: str  # of the melding or the advies
    keten: str = field(compare=False)
    gemeente_code: str | None = field(compare=False)
    daad: Daad = field(compare=False)
