"""The terms of the chain (termijnen): which clocks exist, when each runs out, and the working behind it.

One row of ``TERMIJNEN`` is one term. Nothing here reads a clock: the start and the settings come in as
arguments, so a date of last year can be computed again today and must give the same answer. A term that has
passed is flagged and never blocks work: the ten weeks are a term of order (Hof Amsterdam,
ECLI:NL:GHAMS:2024:975).
"""

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from types import MappingProxyType
from typing import assert_never

from shared.rules.calendar import (
    AMSTERDAM,
    GELIJKGESTELDE_JAREN,
    ONE_DAY,
    Kalender,
    amsterdam_day,
    free_reason,
    midnight_after,
    midnight_before,
    working_day_from,
    working_day_until,
)
from shared.rules.codes import TermijnSoort
from shared.rules.grondslagen import GRONDSLAGEN
from shared.rules.schoolvakanties import school_holidays_known
from shared.rules.settings import DEFAULT_SETTINGS, Eenheid, RuleSettings, TenWeeksAnchor, Vooraf

# The calendar is Gregorian and a date has four digits; the last years are left free so that no term
# overflows.
YEAR_MIN = 1900
YEAR_MAX = 9989
MAANDEN_MAX = 60
WEKEN_MAX = 52

# Algemene termijnenwet art. 4: longer terms do not roll to a working day.
ATW_MAANDEN_MAX = 3
ATW_WEKEN_MAX = 12
ATW_DAGEN_MAX = 90
# Algemene termijnenwet art. 2.
ATW_DAGEN_MIN_FOR_WERKDAGEN = 3
ATW_WERKDAGEN_MIN = 2


@dataclass(frozen=True, slots=True)
class TermijnRegel:
    """One term as the law, the protocol or the region gives it."""

    aantal: int
    eenheid: Eenheid
    kalender: Kalender
    anker: str  # Dutch: after what it is counted
    stopt: str  # Dutch: what meets it
    wettelijk: bool
    vooraf: Vooraf
    grondslag: str  # key of ``GRONDSLAGEN``


@dataclass(frozen=True, slots=True)
class OvergeslagenDag:
    """A day that did not count, and why in Dutch."""

    dag: date
    reden: str


@dataclass(frozen=True, slots=True)
class Berekening:
    """A due date with its working."""

    soort: TermijnSoort
    start: datetime
    uiterlijk: datetime  # the first moment that is too late, UTC
    waarschuwen_op: datetime
    overgeslagen: tuple[OvergeslagenDag, ...]
    uitleg: tuple[str, ...]


TERMIJNEN: Mapping[TermijnSoort, TermijnRegel] = MappingProxyType(
    {
        # D1: "at once" is the principle; that the Amsterdam day ends it, also in a weekend, is a setting.
        TermijnSoort.ACUUTCHECK: TermijnRegel(
            0,
            Eenheid.ZELFDE_DAG,
            Kalender.KALENDERDAG,
            "ontvangst van de melding",
            "het antwoord op de acuutcheck",
            wettelijk=False,
            vooraf=Vooraf(8, Eenheid.UREN),
            grondslag="inspectie-acuut",
        ),
        # D2
        TermijnSoort.VEILIGHEIDSBEOORDELING: TermijnRegel(
            5,
            Eenheid.WERKDAGEN,
            Kalender.WERKDAG,
            "ontvangst van de melding",
            "het besluit op de veiligheidsbeoordeling",
            wettelijk=True,
            vooraf=Vooraf(1, Eenheid.WERKDAGEN),
            grondslag="uitvoeringsbesluit-wmo-2015-4.1.7-lid-1",
        ),
        # D3, twice: the ten weeks hold for both diensten.
        TermijnSoort.ONDERZOEK: TermijnRegel(
            10,
            Eenheid.WEKEN,
            Kalender.ATW_TERMIJN,
            "het besluit op de veiligheidsbeoordeling",
            "de conclusie van het onderzoek",
            wettelijk=True,
            vooraf=Vooraf(2, Eenheid.WEKEN),
            grondslag="regiovisie-bijlage-6",
        ),
        TermijnSoort.VOORWAARDEN_EN_VERVOLG: TermijnRegel(
            10,
            Eenheid.WEKEN,
            Kalender.ATW_TERMIJN,
            "het besluit op de veiligheidsbeoordeling",
            "de vastgestelde veiligheidsvoorwaarden",
            wettelijk=True,
            vooraf=Vooraf(2, Eenheid.WEKEN),
            grondslag="regiovisie-bijlage-6",
        ),
        TermijnSoort.OVERDRACHT_ACCEPTATIE: TermijnRegel(
            5,
            Eenheid.WERKDAGEN,
            Kalender.WERKDAG,
            "het aanbieden van de overdracht",
            "acceptatie of weigering door de ontvanger",
            wettelijk=False,
            vooraf=Vooraf(1, Eenheid.WERKDAGEN),
            grondslag="regionale-afspraak",
        ),
        # D4
        TermijnSoort.INFORMEREN_BETROKKENEN: TermijnRegel(
            4,
            Eenheid.WEKEN,
            Kalender.ATW_TERMIJN,
            "ontvangst van de melding",
            "een brief aan of gesprek met de betrokkenen",
            wettelijk=True,
            vooraf=Vooraf(1, Eenheid.WEKEN),
            grondslag="wmo-2015-5.3",
        ),
        # D5 and D6: once after the besluit, and once more at the end of an onderzoek.
        TermijnSoort.TERUGKOPPELING_MELDER: TermijnRegel(
            5,
            Eenheid.WERKDAGEN,
            Kalender.WERKDAG,
            "het besluit op de veiligheidsbeoordeling of de conclusie van het onderzoek",
            "de terugkoppeling aan de melder",
            wettelijk=False,
            vooraf=Vooraf(1, Eenheid.WERKDAGEN),
            grondslag="wmo-2015-4.1.1-lid-2-g",
        ),
        # D7: how long a ban lasts is no term within which somebody must act, so it does not roll to a working
        # day.
        TermijnSoort.HUISVERBOD: TermijnRegel(
            10,
            Eenheid.ETMALEN,
            Kalender.KALENDERDAG,
            "het opleggen van het huisverbod",
            "het einde of de verlenging van het huisverbod",
            wettelijk=True,
            vooraf=Vooraf(2, Eenheid.DAGEN),
            grondslag="wth-2",
        ),
        TermijnSoort.HUISVERBOD_ADVIES: TermijnRegel(
            8,
            Eenheid.DAGEN,
            Kalender.KALENDERDAG,
            "het opleggen van het huisverbod",
            "het advies aan de burgemeester",
            wettelijk=False,
            vooraf=Vooraf(1, Eenheid.DAGEN),
            grondslag="huisverbod-werkwijze",
        ),
        # D8: the first start of lessons after the message; the 24 hours of the Regiovisie are when is warned.
        TermijnSoort.HANDLE_WITH_CARE: TermijnRegel(
            1,
            Eenheid.SCHOOLDAGEN,
            Kalender.SCHOOLDAG,
            "het bericht van de politie bij Veilig Thuis",
            "het bewijs dat de school het signaal heeft",
            wettelijk=False,
            vooraf=Vooraf(2, Eenheid.UREN),
            grondslag="handle-with-care-werkwijze",
        ),
        # D9: eighteen months is the end of the radar; the moments before it come as ``maanden``.
        TermijnSoort.MONITORMOMENT: TermijnRegel(
            18,
            Eenheid.MAANDEN,
            Kalender.KALENDERDAG,
            "de overdracht",
            "de uitkomst van het monitormoment",
            wettelijk=False,
            vooraf=Vooraf(2, Eenheid.WEKEN),
            grondslag="regiovisie-bijlage-6",
        ),
        # The term of the AVG is counted by Verordening 1182/71 (art. 3: the day itself does not count, and an end on
        # a free day moves on), which comes to the same as the Algemene termijnenwet.
        TermijnSoort.DOSSIERVERZOEK: TermijnRegel(
            1,
            Eenheid.MAANDEN,
            Kalender.ATW_TERMIJN,
            "ontvangst van het dossierverzoek",
            "het antwoord op het dossierverzoek",
            wettelijk=True,
            vooraf=Vooraf(1, Eenheid.WEKEN),
            grondslag="avg-12-lid-3",
        ),
        TermijnSoort.VERNIETIGINGSVERZOEK: TermijnRegel(
            3,
            Eenheid.MAANDEN,
            Kalender.ATW_TERMIJN,
            "ontvangst van het verzoek tot vernietiging",
            "het besluit op het verzoek, en bij toewijzing de vernietiging zelf",
            wettelijk=True,
            vooraf=Vooraf(2, Eenheid.WEKEN),
            grondslag="wmo-2015-5.3.5",
        ),
        # Ours: a signal of an unknown melder starts no clock of a melding, and may not lie unseen all the same.
        TermijnSoort.DUBBEL_ANONIEM_BESLUIT: TermijnRegel(
            0,
            Eenheid.ZELFDE_DAG,
            Kalender.KALENDERDAG,
            "ontvangst van de dubbel anonieme melding",
            "het besluit of zij in behandeling komt",
            wettelijk=False,
            vooraf=Vooraf(8, Eenheid.UREN),
            grondslag="dubbel-anoniem-werkwijze",
        ),
        # Ours, after the inspectorate: a family that waits is never without somebody who watches.
        TermijnSoort.TOEWIJZING: TermijnRegel(
            1,
            Eenheid.WERKDAGEN,
            Kalender.WERKDAG,
            "het ontstaan van werk zonder eigenaar",
            "het toewijzen van het werk",
            wettelijk=False,
            vooraf=Vooraf(4, Eenheid.UREN),
            grondslag="zicht-op-veiligheid",
        ),
        TermijnSoort.VEILIGHEIDSCHECK: TermijnRegel(
            7,
            Eenheid.DAGEN,
            Kalender.KALENDERDAG,
            "de laatste keer dat er naar de veiligheid is gekeken",
            "een veiligheidscheck of een gesprek",
            wettelijk=False,
            vooraf=Vooraf(1, Eenheid.DAGEN),
            grondslag="zicht-op-veiligheid",
        ),
        TermijnSoort.INFORMATIEVERZOEK: TermijnRegel(
            3,
            Eenheid.WERKDAGEN,
            Kalender.WERKDAG,
            "het informatieverzoek",
            "het antwoord van wie het is gevraagd",
            wettelijk=False,
            vooraf=Vooraf(1, Eenheid.WERKDAGEN),
            grondslag="regionale-afspraak",
        ),
        TermijnSoort.VOORWAARDE_CONTROLE: TermijnRegel(
            4,
            Eenheid.WEKEN,
            Kalender.KALENDERDAG,
            "het stellen of nagaan van de veiligheidsvoorwaarde",
            "het nagaan van de veiligheidsvoorwaarde",
            wettelijk=False,
            vooraf=Vooraf(2, Eenheid.DAGEN),
            grondslag="protocol-2019",
        ),
        TermijnSoort.VERZOEK_TOT_ONDERZOEK_MELDEN: TermijnRegel(
            2,
            Eenheid.WERKDAGEN,
            Kalender.WERKDAG,
            "het verzoek tot onderzoek",
            "het bericht aan het college en aan de melder",
            wettelijk=False,
            vooraf=Vooraf(1, Eenheid.WERKDAGEN),
            grondslag="wmo-2015-4.1.1-lid-2-f",
        ),
        TermijnSoort.FORENSISCH: TermijnRegel(
            24,
            Eenheid.UREN,
            Kalender.KALENDERDAG,
            "het verzoek aan de arts of het centrum",
            "de uitslag, of het einde van het verzoek",
            wettelijk=False,
            vooraf=Vooraf(6, Eenheid.UREN),
            grondslag="letselonderzoek-werkwijze",
        ),
        TermijnSoort.AWARE_EVALUATIE: TermijnRegel(
            6,
            Eenheid.MAANDEN,
            Kalender.KALENDERDAG,
            "het verlenen of verlengen van AWARE",
            "de evaluatie, of het einde van AWARE",
            wettelijk=False,
            vooraf=Vooraf(2, Eenheid.WEKEN),
            grondslag="aware-werkwijze",
        ),
        TermijnSoort.ACTIE: TermijnRegel(
            2,
            Eenheid.WEKEN,
            Kalender.KALENDERDAG,
            "de afspraak in het overleg",
            "het uitvoeren van de actie",
            wettelijk=False,
            vooraf=Vooraf(2, Eenheid.DAGEN),
            grondslag="regionale-afspraak",
        ),
        # Ours: an offer that nobody has leaves a family with Veilig Thuis alone, so somebody is found soon.
        TermijnSoort.OVERDRACHT_VERVOLG: TermijnRegel(
            3,
            Eenheid.WERKDAGEN,
            Kalender.WERKDAG,
            "de weigering, intrekking, terugkeer of teruggave van de overdracht",
            "het nieuwe aanbod",
            wettelijk=False,
            vooraf=Vooraf(1, Eenheid.WERKDAGEN),
            grondslag="zicht-op-veiligheid",
        ),
        TermijnSoort.TERUGGAVE_BESLUIT: TermijnRegel(
            2,
            Eenheid.WERKDAGEN,
            Kalender.WERKDAG,
            "het verzoek van de ontvanger om de overdracht terug te geven",
            "het antwoord van Veilig Thuis op het verzoek",
            wettelijk=False,
            vooraf=Vooraf(4, Eenheid.UREN),
            grondslag="zicht-op-veiligheid",
        ),
        # The Regiovisie names the long time to the first real contact as a problem, and no number.
        TermijnSoort.EERSTE_CONTACT: TermijnRegel(
            10,
            Eenheid.WERKDAGEN,
            Kalender.WERKDAG,
            "de acceptatie van de overdracht",
            "het eerste contact van de ontvanger met het gezin",
            wettelijk=False,
            vooraf=Vooraf(2, Eenheid.WERKDAGEN),
            grondslag="regionale-afspraak",
        ),
        # That the local field makes the plan is the Regiovisie; within how long nobody says: the numbers are ours.
        TermijnSoort.PLAN_MAKEN: TermijnRegel(
            10,
            Eenheid.WERKDAGEN,
            Kalender.WERKDAG,
            "de acceptatie van de overdracht met het zicht op veiligheid",
            "het plan van het huishouden",
            wettelijk=False,
            vooraf=Vooraf(2, Eenheid.WERKDAGEN),
            grondslag="gefaseerde-ketenzorg",
        ),
        TermijnSoort.PLAN_EVALUATIE: TermijnRegel(
            6,
            Eenheid.WEKEN,
            Kalender.KALENDERDAG,
            "het begin of de vorige evaluatie van het plan",
            "de evaluatie, of het einde van het plan",
            wettelijk=False,
            vooraf=Vooraf(1, Eenheid.WEKEN),
            grondslag="gefaseerde-ketenzorg",
        ),
        TermijnSoort.PLANACTIE: TermijnRegel(
            4,
            Eenheid.WEKEN,
            Kalender.KALENDERDAG,
            "de afspraak in het plan",
            "het uitvoeren van de actie",
            wettelijk=False,
            vooraf=Vooraf(2, Eenheid.DAGEN),
            grondslag="gefaseerde-ketenzorg",
        ),
        TermijnSoort.TRAUMASCREENING: TermijnRegel(
            4,
            Eenheid.WEKEN,
            Kalender.KALENDERDAG,
            "de plaatsing van het kind in de opvang",
            "de screening van het kind op trauma, of zijn vertrek",
            wettelijk=False,
            vooraf=Vooraf(1, Eenheid.WEKEN),
            grondslag="kind-in-de-opvang",
        ),
        TermijnSoort.LEVERING: TermijnRegel(
            1,
            Eenheid.WERKDAGEN,
            Kalender.WERKDAG,
            "het voorleggen van de levering aan een mens",
            "het afhandelen of herstarten van de levering, of bewijs dat de ontvanger het weet",
            wettelijk=False,
            vooraf=Vooraf(4, Eenheid.UREN),
            grondslag="regionale-afspraak",
        ),
        TermijnSoort.NAVRAAG: TermijnRegel(
            2,
            Eenheid.WERKDAGEN,
            Kalender.WERKDAG,
            "de navraag van de ontvanger",
            "het antwoord van Veilig Thuis",
            wettelijk=False,
            vooraf=Vooraf(1, Eenheid.WERKDAGEN),
            grondslag="regionale-afspraak",
        ),
    }
)


# People agree on the day; the row of the table holds where nobody did.
AFGESPROKEN = frozenset(
    {
        TermijnSoort.MONITORMOMENT,
        TermijnSoort.VEILIGHEIDSCHECK,
        TermijnSoort.VOORWAARDE_CONTROLE,
        TermijnSoort.AWARE_EVALUATIE,
        TermijnSoort.ACTIE,
        TermijnSoort.PLAN_EVALUATIE,
        TermijnSoort.PLANACTIE,
    }
)

_TEN_WEEKS = frozenset({TermijnSoort.ONDERZOEK, TermijnSoort.VOORWAARDEN_EN_VERVOLG})


@dataclass(frozen=True, slots=True)
class _Count:
    """Where a count ended: the moment, the last day when it ends on a day, and what did not count."""

    uiterlijk: datetime
    laatste_dag: date | None
    overgeslagen: tuple[OvergeslagenDag, ...] = ()


def start_of_ten_weeks(
    ontvangen_op: datetime, besloten_op: datetime, settings: RuleSettings = DEFAULT_SETTINGS
) -> datetime:
    """Return the moment from which the ten weeks are counted, by the reading that the region chose."""
    return besloten_op if settings.ten_weeks_anchor is TenWeeksAnchor.BESLUIT else ontvangen_op


def keert_terug(aangeboden_op: datetime, settings: RuleSettings = DEFAULT_SETTINGS) -> datetime:
    """Return when an offer that nobody answers goes back: so many working days after the term of its acceptance."""
    whole = replace(settings, acceptatie_werkdagen=settings.acceptatie_werkdagen + settings.terugkeer_werkdagen)
    return compute_termijn(TermijnSoort.OVERDRACHT_ACCEPTATIE, aangeboden_op, whole).uiterlijk


def termijn_regel(
    soort: TermijnSoort,
    settings: RuleSettings = DEFAULT_SETTINGS,
    *,
    maanden: int | None = None,
    dagen: int | None = None,
    uitstel: int = 0,
) -> TermijnRegel:
    """Return the row of ``soort`` as the settings of the region, and the arguments of this one case, make it.

    ``maanden`` belongs to a monitormoment only, ``dagen`` (an extension) to a huisverbod only, and
    ``uitstel`` (how often it was postponed) to informing the betrokkenen only.
    """
    _check_arguments(soort, settings, maanden=maanden, dagen=dagen, uitstel=uitstel)
    regel = _regel_by_settings(soort, settings)
    if maanden is not None:
        regel = replace(regel, aantal=maanden)
    if dagen is not None:
        regel = replace(regel, aantal=dagen, grondslag="wth-9" if dagen > regel.aantal else regel.grondslag)
    regel = replace(regel, aantal=regel.aantal + uitstel * settings.informeren_uitstel_weken)
    return replace(regel, vooraf=dict(settings.waarschuwen_vooraf).get(soort, regel.vooraf))


def _check_arguments(
    soort: TermijnSoort, settings: RuleSettings, *, maanden: int | None, dagen: int | None, uitstel: int
) -> None:
    if maanden is not None and (soort is not TermijnSoort.MONITORMOMENT or not 1 <= maanden <= MAANDEN_MAX):
        raise ValueError(f"maanden hoort alleen bij een monitormoment en is 1 tot en met {MAANDEN_MAX}")
    maximaal = settings.huisverbod_dagen_maximaal
    if dagen is not None and (soort is not TermijnSoort.HUISVERBOD or not 1 <= dagen <= maximaal):
        raise ValueError(f"dagen hoort alleen bij een huisverbod en is 1 tot en met {maximaal}")
    postponable = soort is TermijnSoort.INFORMEREN_BETROKKENEN
    if uitstel != 0 and not (postponable and 0 < uitstel <= uitstel_maximaal(settings)):
        raise ValueError("uitstel hoort alleen bij het informeren van betrokkenen, samen ten hoogste een jaar")


def uitstel_maximaal(settings: RuleSettings = DEFAULT_SETTINGS) -> int:
    """Return how often informing the betrokkenen can be postponed: never, or until it would take more than a year."""
    if not settings.informeren_uitstel_toegestaan or settings.informeren_uitstel_weken < 1:
        return 0
    return max((WEKEN_MAX - settings.informeren_weken) // settings.informeren_uitstel_weken, 0)


# Where the settings of a region replace the number of the row; a test demands one for every term.
_AANTAL: Mapping[TermijnSoort, Callable[[RuleSettings], int]] = MappingProxyType(
    {
        TermijnSoort.ACUUTCHECK: lambda settings: settings.acuutcheck_dagen_later,
        TermijnSoort.VEILIGHEIDSBEOORDELING: lambda settings: settings.veiligheidsbeoordeling_dagen,
        TermijnSoort.ONDERZOEK: lambda settings: settings.tien_weken,
        TermijnSoort.VOORWAARDEN_EN_VERVOLG: lambda settings: settings.tien_weken,
        TermijnSoort.OVERDRACHT_ACCEPTATIE: lambda settings: settings.acceptatie_werkdagen,
        TermijnSoort.INFORMEREN_BETROKKENEN: lambda settings: settings.informeren_weken,
        TermijnSoort.TERUGKOPPELING_MELDER: lambda settings: settings.terugkoppeling_werkdagen,
        TermijnSoort.HUISVERBOD: lambda settings: settings.huisverbod_dagen,
        TermijnSoort.HUISVERBOD_ADVIES: lambda settings: settings.huisverbod_advies_dag,
        TermijnSoort.HANDLE_WITH_CARE: lambda _: 1,  # what can be set is when the lessons begin, and the holidays
        TermijnSoort.MONITORMOMENT: lambda settings: max(settings.monitor_offsets_months),
        TermijnSoort.DOSSIERVERZOEK: lambda settings: settings.dossierverzoek_maanden,
        TermijnSoort.VERNIETIGINGSVERZOEK: lambda settings: settings.vernietigingsverzoek_maanden,
        TermijnSoort.DUBBEL_ANONIEM_BESLUIT: lambda settings: settings.dubbel_anoniem_dagen_later,
        TermijnSoort.TOEWIJZING: lambda settings: settings.toewijzing_werkdagen,
        TermijnSoort.VEILIGHEIDSCHECK: lambda settings: settings.veiligheidscheck_dagen,
        TermijnSoort.INFORMATIEVERZOEK: lambda settings: settings.informatieverzoek_werkdagen,
        TermijnSoort.VOORWAARDE_CONTROLE: lambda settings: settings.voorwaarde_controle_weken,
        TermijnSoort.VERZOEK_TOT_ONDERZOEK_MELDEN: lambda settings: settings.vto_melden_werkdagen,
        TermijnSoort.FORENSISCH: lambda settings: settings.forensisch_uren,
        TermijnSoort.AWARE_EVALUATIE: lambda settings: settings.aware_maanden,
        TermijnSoort.ACTIE: lambda settings: settings.actie_weken,
        TermijnSoort.OVERDRACHT_VERVOLG: lambda settings: settings.overdracht_vervolg_werkdagen,
        TermijnSoort.TERUGGAVE_BESLUIT: lambda settings: settings.teruggave_besluit_werkdagen,
        TermijnSoort.EERSTE_CONTACT: lambda settings: settings.eerste_contact_werkdagen,
        TermijnSoort.PLAN_MAKEN: lambda settings: settings.plan_maken_werkdagen,
        TermijnSoort.PLAN_EVALUATIE: lambda settings: settings.plan_evaluatie_weken,
        TermijnSoort.PLANACTIE: lambda settings: settings.planactie_weken,
        TermijnSoort.TRAUMASCREENING: lambda settings: settings.traumascreening_weken,
        TermijnSoort.LEVERING: lambda settings: settings.levering_werkdagen,
        TermijnSoort.NAVRAAG: lambda settings: settings.navraag_werkdagen,
    }
)


def _regel_by_settings(soort: TermijnSoort, settings: RuleSettings) -> TermijnRegel:
    regel = replace(TERMIJNEN[soort], aantal=_AANTAL[soort](settings))
    if soort is TermijnSoort.VEILIGHEIDSBEOORDELING and not settings.veiligheidsbeoordeling_in_werkdagen:
        return replace(regel, eenheid=Eenheid.DAGEN, kalender=Kalender.ATW_TERMIJN)
    if soort is TermijnSoort.HUISVERBOD and not settings.huisverbod_tot_op_het_uur:
        return replace(regel, eenheid=Eenheid.DAGEN)
    if soort in _TEN_WEEKS and settings.ten_weeks_anchor is TenWeeksAnchor.ONTVANGST:
        return replace(regel, anker="ontvangst van de melding")
    return regel


def compute_termijn(  # noqa: PLR0913 (three exceptions, each of one term)
    soort: TermijnSoort,
    start: datetime,
    settings: RuleSettings = DEFAULT_SETTINGS,
    *,
    maanden: int | None = None,
    dagen: int | None = None,
    uitstel: int = 0,
    afgesproken: date | None = None,
) -> Berekening:
    """Return when a term that begins at ``start`` runs out, with its working.

    The day of the start does not count, and the last day counts until midnight, Dutch time. Without
    ``maanden`` a monitormoment is the last one. ``afgesproken`` is the last day of a term of ``AFGESPROKEN`` as people
    agreed it; one before the start is the day of the start. Raises ``ValueError`` with a Dutch sentence for a start
    that can not be counted from.
    """
    start = _checked_start(start)
    regel = termijn_regel(soort, settings, maanden=maanden, dagen=dagen, uitstel=uitstel)
    if afgesproken is not None:
        return _agreed(soort, regel, start, afgesproken, settings)
    count = _count(regel, start, settings)
    return Berekening(
        soort=soort,
        start=start,
        uiterlijk=count.uiterlijk,
        waarschuwen_op=_warn_at(regel, start, count.uiterlijk, settings),
        overgeslagen=count.overgeslagen,
        uitleg=tuple(_explain(regel, start, count, settings)),
    )


def _agreed(
    soort: TermijnSoort, regel: TermijnRegel, start: datetime, afgesproken: date, settings: RuleSettings
) -> Berekening:
    if soort not in AFGESPROKEN:
        raise ValueError(f"voor {soort.value} kan geen dag worden afgesproken")
    if not YEAR_MIN <= afgesproken.year <= YEAR_MAX:
        raise ValueError(f"een afgesproken dag ligt in een jaar van {YEAR_MIN} tot en met {YEAR_MAX}")
    last = max(afgesproken, amsterdam_day(start))
    uiterlijk = midnight_after(last)
    return Berekening(
        soort=soort,
        start=start,
        uiterlijk=uiterlijk,
        waarschuwen_op=_warn_at(regel, start, uiterlijk, settings),
        overgeslagen=(),
        uitleg=(
            f"Begin: {format_moment(start)} (Nederlandse tijd).",
            f"Regel: de dag die is afgesproken ({GRONDSLAGEN[regel.grondslag].citaat}).",
            f"Laatste dag: {format_day(last)}.",
            f"Te laat vanaf {format_moment(uiterlijk)} (Nederlandse tijd).",
        ),
    )


def _checked_start(start: datetime) -> datetime:
    if start.tzinfo is None:
        raise ValueError("een termijn kan niet beginnen op een tijdstip zonder tijdzone")
    if not YEAR_MIN <= start.year <= YEAR_MAX:
        raise ValueError(f"een termijn begint in een jaar van {YEAR_MIN} tot en met {YEAR_MAX}")
    return start.astimezone(UTC)


def _count(regel: TermijnRegel, start: datetime, settings: RuleSettings) -> _Count:  # noqa: PLR0911, one a unit
    day = amsterdam_day(start)
    match regel.eenheid:
        case Eenheid.UREN:
            return _Count(start + timedelta(hours=regel.aantal), None)
        case Eenheid.ETMALEN:
            local = start.astimezone(AMSTERDAM).replace(fold=0) + timedelta(days=regel.aantal)
            return _Count(local.astimezone(UTC), None)
        case Eenheid.WERKDAGEN:
            return _count_werkdagen(day, regel, settings)
        case Eenheid.SCHOOLDAGEN:
            return _count_until_lessons(start, regel, settings)
        case Eenheid.ZELFDE_DAG | Eenheid.DAGEN:
            return _roll(_with_two_werkdagen(day, regel, settings), regel, settings)
        case Eenheid.WEKEN:
            return _roll(_until_end_of(day + timedelta(weeks=regel.aantal)), regel, settings)
        case Eenheid.MAANDEN:
            return _roll(_until_end_of(add_months(day, regel.aantal)), regel, settings)
        case _:
            assert_never(regel.eenheid)


def _until_end_of(day: date, overgeslagen: tuple[OvergeslagenDag, ...] = ()) -> _Count:
    return _Count(midnight_after(day), day, overgeslagen)


def add_months(day: date, months: int) -> date:
    """Return the same day ``months`` later, or the last day of that month when it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _count_werkdagen(day: date, regel: TermijnRegel, settings: RuleSettings) -> _Count:
    first = day + ONE_DAY
    for _ in range(regel.aantal):
        day = working_day_from(day + ONE_DAY, regel.kalender, settings)
    return _until_end_of(day, tuple(_free_days(first, day, regel.kalender, settings)))


def _count_until_lessons(start: datetime, regel: TermijnRegel, settings: RuleSettings) -> _Count:
    """Count until the lessons begin: today when they have not begun yet, else on a later school day."""
    first = amsterdam_day(start)
    if start >= _lessons_begin(first, settings):
        first += ONE_DAY
    day = working_day_from(first, regel.kalender, settings)
    free = tuple(_free_days(first, day - ONE_DAY, regel.kalender, settings))
    return _Count(_lessons_begin(day, settings), None, free)


def _lessons_begin(day: date, settings: RuleSettings) -> datetime:
    return datetime.combine(day, settings.handle_with_care_begin_lessen, AMSTERDAM).astimezone(UTC)


def _free_days(first: date, last: date, kalender: Kalender, settings: RuleSettings) -> Iterator[OvergeslagenDag]:
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        reden = free_reason(day, kalender, settings)
        if reden is not None:
            yield OvergeslagenDag(day, reden)


def _with_two_werkdagen(day: date, regel: TermijnRegel, settings: RuleSettings) -> _Count:
    """Lengthen a statutory term in days until it holds two working days (Algemene termijnenwet art. 2)."""
    last = day + timedelta(days=regel.aantal)
    if regel.kalender is not Kalender.ATW_TERMIJN or regel.aantal < ATW_DAGEN_MIN_FOR_WERKDAGEN:
        return _until_end_of(last)
    free = tuple(_free_days(day + ONE_DAY, last, regel.kalender, settings))
    missing = ATW_WERKDAGEN_MIN - (regel.aantal - len(free))
    if missing <= 0:
        return _until_end_of(last)
    lengthened = last
    for _ in range(missing):
        lengthened = working_day_from(lengthened + ONE_DAY, regel.kalender, settings)
    return _until_end_of(lengthened, tuple(_free_days(day + ONE_DAY, lengthened, regel.kalender, settings)))


_ATW_MAX: Mapping[Eenheid, int] = MappingProxyType({Eenheid.WEKEN: ATW_WEKEN_MAX, Eenheid.MAANDEN: ATW_MAANDEN_MAX})


def _roll(count: _Count, regel: TermijnRegel, settings: RuleSettings) -> _Count:
    """Move the end of a statutory term to a day that is not free (Algemene termijnenwet art. 1 and 4)."""
    last = count.laatste_dag
    if last is None or regel.aantal > _ATW_MAX.get(regel.eenheid, ATW_DAGEN_MAX):
        return count
    rolled = working_day_from(last, regel.kalender, settings)
    if rolled == last:
        return count
    return _until_end_of(rolled, (*count.overgeslagen, *_free_days(last, rolled, regel.kalender, settings)))


def _warn_at(regel: TermijnRegel, start: datetime, uiterlijk: datetime, settings: RuleSettings) -> datetime:
    """Return when to warn: the time beforehand of the row, but never in the first half of the term.

    While the schools are closed the 24 hours of the Regiovisie pass long before the lessons begin: then is warned.
    """
    half = start + (uiterlijk - start) / 2
    warned = max(_before(regel.vooraf, uiterlijk, regel.kalender, settings), half)
    return min(warned, _first_day_over(start, settings)) if regel.eenheid is Eenheid.SCHOOLDAGEN else warned


def _first_day_over(start: datetime, settings: RuleSettings) -> datetime:
    return start + timedelta(hours=settings.handle_with_care_uren)


def _before(vooraf: Vooraf, uiterlijk: datetime, kalender: Kalender, settings: RuleSettings) -> datetime:
    local = uiterlijk.astimezone(AMSTERDAM)
    match vooraf.eenheid:
        case Eenheid.UREN:
            return uiterlijk - timedelta(hours=vooraf.aantal)
        case Eenheid.DAGEN | Eenheid.ETMALEN:
            return (local - timedelta(days=vooraf.aantal)).astimezone(UTC)
        case Eenheid.WEKEN:
            return (local - timedelta(weeks=vooraf.aantal)).astimezone(UTC)
        case Eenheid.MAANDEN:
            return midnight_before(add_months(local.date(), -vooraf.aantal))
        case Eenheid.ZELFDE_DAG:
            return midnight_before((local - timedelta(microseconds=1)).date())
        case Eenheid.WERKDAGEN | Eenheid.SCHOOLDAGEN:
            return midnight_before(_werkdagen_before(local.date(), vooraf.aantal, kalender, settings))
        case _:
            assert_never(vooraf.eenheid)


def _werkdagen_before(day: date, aantal: int, kalender: Kalender, settings: RuleSettings) -> date:
    for _ in range(aantal):
        day = working_day_until(day - ONE_DAY, kalender, settings)
    return day


_WEEKDAGEN = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
_MAANDEN = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)
_EENHEID_ENKELVOUD: Mapping[Eenheid, str] = MappingProxyType(
    {
        Eenheid.ZELFDE_DAG: "dag",
        Eenheid.UREN: "uur",
        Eenheid.ETMALEN: "etmaal",
        Eenheid.DAGEN: "dag",
        Eenheid.WERKDAGEN: "werkdag",
        Eenheid.SCHOOLDAGEN: "schooldag",
        Eenheid.WEKEN: "week",
        Eenheid.MAANDEN: "maand",
    }
)


def format_day(day: date) -> str:
    """Return a day as a Dutch reader writes it: ``woensdag 27 maart 2024``."""
    return f"{_WEEKDAGEN[day.weekday()]} {day.day} {_MAANDEN[day.month - 1]} {day.year}"


def format_moment(instant: datetime) -> str:
    """Return a moment in Amsterdam time: ``woensdag 27 maart 2024 om 10.00 uur``."""
    local = instant.astimezone(AMSTERDAM)
    return f"{format_day(local.date())} om {local:%H.%M} uur"


def _length(regel: TermijnRegel) -> str:
    if regel.eenheid is Eenheid.ZELFDE_DAG:
        return "dezelfde dag" if regel.aantal == 0 else f"uiterlijk {regel.aantal} kalenderdag(en) later"
    plural = regel.eenheid.value if regel.eenheid is not Eenheid.UREN else "uur"
    return f"{regel.aantal} {_EENHEID_ENKELVOUD[regel.eenheid] if regel.aantal == 1 else plural}"


def _explain(regel: TermijnRegel, start: datetime, count: _Count, settings: RuleSettings) -> Iterator[str]:
    if regel.eenheid is Eenheid.SCHOOLDAGEN:
        yield from _explain_lessons(regel, start, count, settings)
        return
    counted_by_clock = count.laatste_dag is None or regel.eenheid is Eenheid.ZELFDE_DAG
    tail = "" if counted_by_clock else "; die dag zelf telt niet mee"
    yield f"Begin: {format_moment(start)} (Nederlandse tijd){tail}."
    soort_termijn = "wettelijke termijn" if regel.wettelijk else "afspraak, instelbaar"
    citaat = GRONDSLAGEN[regel.grondslag].citaat
    yield f"Regel: {_length(regel)} na {regel.anker} ({soort_termijn}; {citaat})."
    for dag in count.overgeslagen:
        yield f"Niet meegeteld: {format_day(dag.dag)}, {dag.reden}."
    if count.laatste_dag is not None:
        if regel.kalender is Kalender.ATW_TERMIJN:
            yield from _explain_roll(regel, count.laatste_dag, rolled=bool(count.overgeslagen))
        yield f"Laatste dag: {format_day(count.laatste_dag)}."
    yield f"Te laat vanaf {format_moment(count.uiterlijk)} (Nederlandse tijd)."


def _explain_lessons(regel: TermijnRegel, start: datetime, count: _Count, settings: RuleSettings) -> Iterator[str]:
    """Explain the term that ends where the lessons begin, with the 24 hours that were not taken for its end."""
    grondslag = GRONDSLAGEN[regel.grondslag].citaat
    yield f"Begin: {format_moment(start)} (Nederlandse tijd)."
    yield (
        f"Regel: voor het begin van de lessen ({settings.handle_with_care_begin_lessen:%H.%M} uur) op de eerstvolgende "
        f"schooldag na {regel.anker} (afspraak, instelbaar; {grondslag})."
    )
    for first, last, reden in _runs(count.overgeslagen):
        days = format_day(first) if first == last else f"{format_day(first)} tot en met {format_day(last)}"
        yield f"Geen schooldag: {days}, {reden}."
    last_day = amsterdam_day(count.uiterlijk)
    if not all(school_holidays_known(day, settings.schoolvakantie_regio) for day in (amsterdam_day(start), last_day)):
        yield "De schoolvakanties van deze tijd zijn hier niet bekend; elke weekdag telt als schooldag."
    over = _first_day_over(start, settings)
    if over < count.uiterlijk:
        yield (
            f"De {settings.handle_with_care_uren} uur ({GRONDSLAGEN['regiovisie-noot-14'].citaat}) zijn om op "
            f"{format_moment(over)}. Tot dan is er geen les; er wordt wel gewaarschuwd."
        )
    yield f"Te laat vanaf {format_moment(count.uiterlijk)} (Nederlandse tijd)."


def _runs(days: tuple[OvergeslagenDag, ...]) -> Iterator[tuple[date, date, str]]:
    """Yield the days that did not count as runs of one reason: six weeks of holiday are one line."""
    for reden, run in groupby(days, key=lambda found: found.reden):
        named = tuple(run)
        yield named[0].dag, named[-1].dag, reden


def _explain_roll(regel: TermijnRegel, laatste_dag: date, *, rolled: bool) -> Iterator[str]:
    if rolled:
        yield "Het einde schuift door naar een werkdag (Algemene termijnenwet art. 1 tot en met 3)."
    if regel.eenheid in _ATW_MAX and regel.aantal > _ATW_MAX[regel.eenheid]:
        words = "twaalf weken" if regel.eenheid is Eenheid.WEKEN else "drie maanden"
        yield f"Een termijn van meer dan {words} schuift niet door (Algemene termijnenwet art. 4)."
    elif laatste_dag.year not in GELIJKGESTELDE_JAREN:
        yield f"De gelijkgestelde dagen van {laatste_dag.year} zijn hier niet volledig bekend."
