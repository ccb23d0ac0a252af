"""What can be done in the play, and when: steps in time, each with who is concerned and nothing that a server made."""

from dataclasses import dataclass, field
from datetime import date, datetime

from deploy.demo.advice import Adviesvraag
from deploy.demo.arrivals import Aankomst
from deploy.demo.course import Ontvanger
from shared.rules.behandelcodes import VeiligheidscheckUitkomst
from shared.rules.codes import Conclusie, HandelingSoort, InterventieSoort, Uitkomst
from shared.rules.huisverbod import HuisverbodAdvies


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
    """Offer what was refused, to ``aan``."""

    geweigerd: Aanbod
    aan: Aanbod


@dataclass(frozen=True, slots=True)
class EersteContact:
    aanbod: Aanbod


@dataclass(frozen=True, slots=True)
class PlanMaken:
    """The receiver makes the plan of the household, and agrees until when it is evaluated."""

    aanbod: Aanbod
    evaluatie_dag: date


@dataclass(frozen=True, slots=True)
class PlanEvalueren:
    """The receiver looks whether the plan works, and agrees when that is done again."""

    aanbod: Aanbod
    volgende_dag: date


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
    | EersteContact
    | PlanMaken
    | PlanEvalueren
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
