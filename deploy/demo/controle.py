"""The independent check: counts the played months again from the raw rows, and asks monitoring for its own figures.

It reads the databases of intake, triage and handover (read-only), counts working days itself, and takes nothing from
the rulebook, from the rooms or from monitoring but the answer of ``GET /v1/kpis``. Beside that it lays the played
shares of melders and destinations next to the published ones. Exit 1: a figure differs, or a share cannot be chance.
"""

import argparse
import csv
import json
import math
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import httpx
import psycopg
from psycopg.rows import namedtuple_row

from deploy.demo import controle_hulp
from shared.clock import clock_from

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DATA = Path(__file__).with_name("data")
_FIVE_PERCENT = 1.96
_CHANCE_MIN = 0.001  # less likely than this is no chance
_EXPECTED_MIN = 5.0  # smaller groups are taken together for chi-square
_SATURDAY = 5
_SUNDAY = 6

# Which besluit a published destination is, by uitkomst and receiver, as the rows hold it.
DIRECT: Mapping[str, tuple[str, str]] = {
    "Preventieve zorgmelding naar lokale veld": ("preventieve-zorgmelding", "lokaal-veld"),
    "Lokale veld": ("overdracht", "lokaal-veld"),
    "Bestaande cliënt JBRR": ("bestaande-client-gi", "gecertificeerde-instelling"),
    "Aanpak jeugdcriminaliteit (veelal Pak je Kans)": ("aanpak-jeugdcriminaliteit", "aanpak-jeugdcriminaliteit"),
    "Anders": ("overdracht", "anders"),
    "Gecertificeerde Instelling": ("overdracht", "gecertificeerde-instelling"),
    "Opvang": ("overdracht", "opvang"),
    "Jeugdhulpaanbieder": ("overdracht", "jeugdhulpaanbieder"),
    "Volwassen GGZ": ("overdracht", "volwassen-ggz"),
    "Ambulante hulp volwassen": ("overdracht", "ambulante-hulp-volwassenen"),
    "Jeugd GGZ": ("overdracht", "jeugd-ggz"),
    "Raad voor de Kinderbescherming": ("verzoek-tot-onderzoek", "raad-voor-de-kinderbescherming"),
}
MELDERS: Mapping[str, str] = {
    "Justitie en veiligheid": "justitie-en-veiligheid",
    "Gezondheidszorg": "gezondheidszorg",
    "Gebiedsteams, maatschappelijke ondersteuning en lokaal veld (Welzijn & Jeugd)": "lokaal-veld",
    "Onderwijs en kinderopvang": "onderwijs-en-kinderopvang",
    "Gecertificeerde Instelling": "gecertificeerde-instelling",
    "GGZ": "ggz",
    "Anders": "anders",
}


# --- working days, counted here ----------------------------------------------------------------------------------


@cache
def free_days(year: int) -> frozenset[date]:
    """Return the feast days of a year on which nobody counts (Algemene termijnenwet art. 3 lid 1), and 5 May."""
    easter = _easter(year)
    kings = date(year, 4, 27)
    return frozenset(
        {
            date(year, 1, 1),
            easter - timedelta(days=2),
            easter + timedelta(days=1),
            kings - timedelta(days=1) if kings.weekday() == _SUNDAY else kings,
            date(year, 5, 5),
            easter + timedelta(days=39),
            easter + timedelta(days=50),
            date(year, 12, 25),
            date(year, 12, 26),
        }
    )


def _easter(year: int) -> date:
    """Return Easter Sunday by the paschal full moon (Carter's rule, 1900 to 2099)."""
    moon = 225 - 11 * (year % 19)
    while moon > 50:  # noqa: PLR2004, the numbers of the rule
        moon -= 30
    if moon > 48:  # noqa: PLR2004
        moon -= 1
    weekday = (year + year // 4 + moon + 1) % 7
    return date(year, 3, 1) + timedelta(days=moon + 7 - weekday - 1)


def works(day: date) -> bool:
    """Say whether a day counts as a working day."""
    return day.weekday() < _SATURDAY and day not in free_days(day.year)


def day_of(moment: datetime) -> date:
    """Return the Amsterdam day of a moment."""
    return moment.astimezone(AMSTERDAM).date()


def midnight_after(day: date) -> datetime:
    """Return the first moment after an Amsterdam day."""
    return datetime.combine(day + timedelta(days=1), time.min, AMSTERDAM).astimezone(UTC)


def after_working_days(start: datetime, count: int) -> datetime:
    """Return the first moment that is later than ``count`` working days, the day of the start not among them."""
    day = day_of(start)
    while count:
        day += timedelta(days=1)
        count -= works(day)
    return midnight_after(day)


def after_ten_weeks(start: datetime) -> datetime:
    """Return the first moment that is later than ten weeks; the end moves on to a working day."""
    day = day_of(start) + timedelta(weeks=10)
    while not works(day):
        day += timedelta(days=1)
    return midnight_after(day)


# --- the figures, counted here -----------------------------------------------------------------------------------


class Clock(NamedTuple):
    """One term as the raw rows give it."""

    gemeente_code: str
    start: datetime
    uiterlijk: datetime
    gestopt_op: datetime | None
    vervallen: bool = False  # stopped because there was nothing left to do


@dataclass(frozen=True, slots=True)
class Period:
    """The months that are compared, and what time it is in the region."""

    van: date
    tot: date
    now: datetime

    def has(self, moment: datetime | None) -> bool:
        """Say whether something happened in one of the months."""
        return moment is not None and self.van <= day_of(moment).replace(day=1) <= self.tot


Figures = dict[tuple[str, str], int | float | None]  # (area, figure) -> value
Rows = Mapping[str, Sequence[Any]]

QUERIES: Mapping[str, tuple[str, str]] = {
    # A signal of an unknown melder is no melding until somebody decides so.
    "melding": (
        "intake",
        ("SELECT gemeente_code, ontvangen_op, melder_categorie, hermelding FROM melding WHERE status = 'ontvangen'"),
    ),
    "advies": ("intake", "SELECT gemeente_code, gegeven_op, soort, kanaal, adviesvrager_categorie FROM advies"),
    "dossier": (
        "triage",
        (
            "SELECT id, nummer, gemeente_code, geopend_op, acuut, gedaan_op, uitkomst, besloten_op, bestemmingen,"
            " dienst_soort FROM dossier"
        ),
    ),
    "dienst": ("triage", "SELECT dossier_id, gemeente_code, soort, gestart_op, conclusie, afgerond_op FROM dienst"),
    "eigenaar": (
        "triage",
        "SELECT dossier_id, min(op) AS op FROM toewijzing WHERE eigenaar IS NOT NULL GROUP BY dossier_id",
    ),
    "informatieverzoek": ("triage", "SELECT gemeente_code, soort, gedaan_op, afgerond_op FROM informatieverzoek"),
    "huisverbod": (
        "triage",
        (
            "SELECT gemeente_code, gescreend_op, geadviseerd, opgelegd_op, beeindigd_op,"
            " (SELECT min(tijdstip) FROM huisverbod_stap WHERE huisverbod_id = huisverbod.id AND soort = 'advies')"
            " AS geadviseerd_op FROM huisverbod"
        ),
    ),
    "levering": (
        "handover",
        ("SELECT o.gemeente_code, l.status, l.afgerond_op FROM levering l JOIN overdracht o ON o.id = l.overdracht_id"),
    ),
    "overdracht": (
        "handover",
        (
            "SELECT id, casus_id, gemeente_code, soort, draagt_zicht, aangeboden_op, geaccepteerd_op, geweigerd_op,"
            " vervangt_id, ingetrokken_op, intrekreden, teruggekeerd_op, eerste_contact_uiterlijk, eerste_contact_op,"
            " teruggave_reden, teruggave_gevraagd_op, teruggave_afgewezen_op, teruggegeven_op,"
            # Who was asked about sight of safety afterwards carried it before when it was asked back first.
            " (SELECT stap FROM overdracht_stap WHERE overdracht_id = overdracht.id"
            " AND stap IN ('zicht-aangeboden', 'zicht-teruggevraagd') ORDER BY versie LIMIT 1) AS zicht_stap"
            " FROM overdracht"
        ),
    ),
    "afsluiting": ("handover", "SELECT casus_id, moment FROM zicht_feit WHERE soort = 'afgesloten'"),
    "navraag": (
        "handover",
        (
            "SELECT o.gemeente_code, n.status, n.gesteld_op, n.afgerond_op"
            " FROM navraag n JOIN overdracht o ON o.id = n.overdracht_id"
        ),
    ),
    # A note that was corrected is one talk.
    "gesprek": (
        "handover",
        (
            "SELECT o.gemeente_code, v.gehouden_op"
            " FROM gesprek_verslag v JOIN overdracht o ON o.id = v.overdracht_id WHERE v.versie = 1"
        ),
    ),
    **controle_hulp.QUERIES,
}


def read_rows(database_urls: Mapping[str, str]) -> Rows:
    """Return the raw rows of the three rooms, in a transaction that cannot write."""
    found: dict[str, Sequence[Any]] = {}
    for name, (room, query) in QUERIES.items():
        with psycopg.connect(database_urls[room], row_factory=namedtuple_row) as connection:
            connection.read_only = True
            found[name] = connection.execute(query).fetchall()
    return found


def clocks_of(rows: Rows) -> dict[str, list[Clock]]:
    """Return the terms of the phases that can be counted from the rows alone."""
    ten_weeks = ("onderzoek", "voorwaarden-en-vervolg")
    clocks = {
        "acuutcheck": [
            Clock(one.gemeente_code, one.geopend_op, midnight_after(day_of(one.geopend_op)), one.gedaan_op)
            for one in rows["dossier"]
            if one.nummer == 1
        ],
        "veiligheidsbeoordeling": [
            Clock(one.gemeente_code, one.geopend_op, after_working_days(one.geopend_op, 5), one.besloten_op)
            for one in rows["dossier"]
        ],
        "overdracht-acceptatie": [_of_offer(one) for one in rows["overdracht"]],
        "eerste-contact": [_of_contact(one) for one in rows["overdracht"] if one.eerste_contact_uiterlijk],
        "overdracht-vervolg": list(_of_offers_again(rows)),
        # The play lets nobody ask to give back the same overdracht twice.
        "teruggave-besluit": [_of_return(one) for one in rows["overdracht"] if one.teruggave_gevraagd_op],
    }
    clocks |= {
        "toewijzing": [_of_owner(one, rows) for one in rows["dossier"]],
        "informatieverzoek": [
            Clock(one.gemeente_code, one.gedaan_op, after_working_days(one.gedaan_op, 3), one.afgerond_op)
            for one in rows["informatieverzoek"]
        ],
        "navraag": [
            Clock(
                one.gemeente_code,
                one.gesteld_op,
                after_working_days(one.gesteld_op, 2),
                one.afgerond_op,
                vervallen=one.status == "vervallen",
            )
            for one in rows["navraag"]
        ],
        "huisverbod-advies": [
            Clock(
                one.gemeente_code,
                one.opgelegd_op,
                midnight_after(day_of(one.opgelegd_op) + timedelta(days=8)),
                one.geadviseerd_op or one.beeindigd_op,
            )
            for one in rows["huisverbod"]
            if one.opgelegd_op
        ],
    }
    clocks["traumascreening"] = [
        Clock(
            one.gemeente_code,
            one.start,
            midnight_after(day_of(one.start) + one.weeks),
            one.gestopt_op,
            vervallen=one.vervallen,
        )
        for one in controle_hulp.screenings(rows["opvangclient"])
    ]
    for soort in ten_weeks:
        clocks[soort] = [
            Clock(one.gemeente_code, one.gestart_op, after_ten_weeks(one.gestart_op), one.afgerond_op)
            for one in rows["dienst"]
            if one.soort == soort
        ]
    return clocks


def _of_offer(overdracht: Any) -> Clock:
    """Return the clock of an offer; one that was taken back or went back was never answered."""
    answered_op = overdracht.geaccepteerd_op or overdracht.geweigerd_op
    return Clock(
        overdracht.gemeente_code,
        overdracht.aangeboden_op,
        after_working_days(overdracht.aangeboden_op, 5),
        answered_op or overdracht.ingetrokken_op or overdracht.teruggekeerd_op,
        vervallen=answered_op is None,
    )


def _of_contact(overdracht: Any) -> Clock:
    """Return the clock of meeting the family; who dates it before he accepted met it in time.

    Who gave back before he met them has nobody to meet any more.
    """
    start, met_op, back_op = overdracht.geaccepteerd_op, overdracht.eerste_contact_op, overdracht.teruggegeven_op
    met_op = max(start, met_op) if met_op else None
    gone = back_op is not None and (met_op is None or back_op < met_op)
    stopped_op = back_op if gone else met_op
    return Clock(overdracht.gemeente_code, start, after_working_days(start, 10), stopped_op, vervallen=gone)


def _of_offers_again(rows: Rows) -> Iterable[Clock]:
    """Yield the clock of finding somebody for each overdracht that nobody has (any more) and somebody must have.

    Once the casus was closed nobody has to look any more.
    """
    again = {one.vervangt_id: one.aangeboden_op for one in rows["overdracht"]}
    for one in rows["overdracht"]:
        gone_op = one.teruggegeven_op or one.geweigerd_op or one.teruggekeerd_op
        if gone_op is None and (one.draagt_zicht or one.intrekreden != "niet-meer-nodig"):
            gone_op = one.ingetrokken_op
        if not gone_op:
            continue
        closings = [end.moment for end in rows["afsluiting"] if end.casus_id == one.casus_id and end.moment >= gone_op]
        closed_op, found_op = min(closings, default=None), again.get(one.id)
        closed = closed_op is not None and (found_op is None or closed_op < found_op)
        stopped_op = closed_op if closed else found_op
        yield Clock(one.gemeente_code, gone_op, after_working_days(gone_op, 3), stopped_op, vervallen=closed)


def _of_return(overdracht: Any) -> Clock:
    """Return the clock of deciding on what a receiver wants to give back."""
    start = overdracht.teruggave_gevraagd_op
    decided_op = overdracht.teruggegeven_op or overdracht.teruggave_afgewezen_op
    return Clock(overdracht.gemeente_code, start, after_working_days(start, 2), decided_op)


def _of_owner(dossier: Any, rows: Rows) -> Clock:
    """Return the clock of work that waits for its first owner; the play lets nobody let go of what he has."""
    owned_op = next((one.op for one in rows["eigenaar"] if one.dossier_id == dossier.id), None)
    done_op = dossier.besloten_op if dossier.dienst_soort is None else _concluded_op(dossier, rows)
    ended = owned_op is None and done_op is not None
    due = after_working_days(dossier.geopend_op, 1)
    return Clock(dossier.gemeente_code, dossier.geopend_op, due, done_op if ended else owned_op, vervallen=ended)


def _concluded_op(dossier: Any, rows: Rows) -> datetime | None:
    return next((one.afgerond_op for one in rows["dienst"] if one.dossier_id == dossier.id), None)


def phase_figures(area: str, phase: str, clocks: Iterable[Clock], period: Period) -> Figures:
    """Return the figures of one phase in one area."""
    mine = [clock for clock in clocks if area in ("regio", clock.gemeente_code)]
    due = [clock for clock in mine if period.has(clock.uiterlijk - timedelta(microseconds=1))]
    done = [clock for clock in mine if period.has(clock.gestopt_op) and not clock.vervallen]
    days = sorted((day_of(clock.gestopt_op) - day_of(clock.start)).days for clock in done if clock.gestopt_op)
    met = [clock for clock in due if not clock.vervallen]
    gehaald = sum(1 for clock in met if clock.gestopt_op and clock.gestopt_op < clock.uiterlijk)
    te_laat = sum(1 for clock in due if clock.gestopt_op and clock.gestopt_op >= clock.uiterlijk)
    open_te_laat = sum(1 for clock in due if not clock.gestopt_op and clock.uiterlijk <= period.now)
    total = gehaald + te_laat + open_te_laat
    return {
        (area, f"{phase}.gestart"): sum(1 for clock in mine if period.has(clock.start)),
        (area, f"{phase}.gehaald"): gehaald,
        (area, f"{phase}.teLaat"): te_laat,
        (area, f"{phase}.openTeLaat"): open_te_laat,
        (area, f"{phase}.percentageOpTijd"): round(100 * gehaald / total, 1) if total else None,
        (area, f"{phase}.mediaanDagen"): statistics.median_low(days) if days else None,
        (area, f"{phase}.p90Dagen"): days[math.ceil(0.9 * len(days)) - 1] if days else None,
        (area, f"{phase}.voorraad"): sum(1 for clock in mine if not clock.gestopt_op),
    }


def counted(area: str, rows: Rows, period: Period) -> Figures:
    """Return the counts of one area."""
    found: Counter[str] = Counter()

    def count(name: str, table: str, moment: str, kind: Callable[[Any], str | None]) -> None:
        for one in rows[table]:
            if area in ("regio", one.gemeente_code) and period.has(getattr(one, moment)):
                told = kind(one)
                if told is not None:
                    found[f"{name}.{told}"] += 1

    count("meldingen", "melding", "ontvangen_op", lambda _: "totaal")
    count("hermeldingen", "melding", "ontvangen_op", lambda one: "totaal" if one.hermelding else None)
    count("meldingenPerMelderCategorie", "melding", "ontvangen_op", lambda one: one.melder_categorie)
    count("adviezen", "advies", "gegeven_op", lambda _: "totaal")
    count("adviezenPerSoort", "advies", "gegeven_op", lambda one: one.soort)
    count("adviezenPerKanaal", "advies", "gegeven_op", lambda one: one.kanaal)
    count("adviezenPerAdviesvragerCategorie", "advies", "gegeven_op", lambda one: one.adviesvrager_categorie)
    count("acuut", "dossier", "gedaan_op", lambda one: "totaal" if one.acuut else None)
    count("uitkomsten", "dossier", "besloten_op", lambda one: one.uitkomst)
    count("conclusies", "dienst", "afgerond_op", lambda one: one.conclusie)
    count("overdrachtenPerBestemming", "overdracht", "aangeboden_op", lambda one: one.soort)
    count("overdrachtenGeaccepteerd", "overdracht", "geaccepteerd_op", lambda _: "totaal")
    count("overdrachtenGeweigerd", "overdracht", "geweigerd_op", lambda _: "totaal")
    count("overdrachtenIngetrokken", "overdracht", "ingetrokken_op", lambda one: one.intrekreden)
    count("overdrachtenTeruggekeerd", "overdracht", "teruggekeerd_op", lambda _: "totaal")
    count("overdrachtenTeruggegeven", "overdracht", "teruggegeven_op", lambda one: one.teruggave_reden)
    count("teruggavenAfgewezen", "overdracht", "teruggave_afgewezen_op", lambda _: "totaal")
    count("overdrachtsgesprekken", "gesprek", "gehouden_op", lambda _: "totaal")
    count("navragenGesteld", "navraag", "gesteld_op", lambda _: "totaal")
    count("navragenPerEinde", "navraag", "afgerond_op", lambda one: one.status)
    count("leveringenPerEinde", "levering", "afgerond_op", lambda one: one.status)
    count("huisverbodenOpgelegd", "huisverbod", "opgelegd_op", lambda _: "totaal")
    screened = {True: "geadviseerd", False: "niet-geadviseerd"}
    count("huisverbodenGescreend", "huisverbod", "gescreend_op", lambda one: screened[one.geadviseerd])
    count("informatieverzoekenPerSoort", "informatieverzoek", "gedaan_op", lambda one: one.soort)
    count("informatieverzoekenPerAfloop", "informatieverzoek", "gedaan_op", _afloop)
    for one in controle_hulp.COUNTS:
        count(one.naam, one.rows, one.moment, one.kind)
    refused = controle_hulp.refused
    count("opvangGeweigerd", "opvangclient", "geeindigd_op", lambda one: "totaal" if refused(one) else None)
    return {(area, name): value for name, value in found.items()}


def _afloop(one: Any) -> str | None:
    """Say how a question ended: it counts in the month in which it was asked."""
    if one.afgerond_op is None:
        return None
    return "op-tijd" if one.afgerond_op < after_working_days(one.gedaan_op, 3) else "te-laat"


def recompute(rows: Rows, period: Period, areas: Sequence[str]) -> Figures:
    """Return every figure of every area, from the raw rows."""
    clocks = clocks_of(rows)
    figures: Figures = {}
    for area in areas:
        for phase, those in clocks.items():
            figures |= phase_figures(area, phase, those, period)
        figures |= counted(area, rows, period)
    return figures


# --- the figures, as monitoring tells them -----------------------------------------------------------------------


def told(kpis: Mapping[str, Any], wanted: Iterable[tuple[str, str]]) -> Figures:
    """Return what ``GET /v1/kpis`` says, under the same names."""
    names = {name.split(".")[0] for _, name in wanted}
    areas = [kpis["regio"], *kpis["gemeenten"]]
    figures: Figures = {}
    for area in areas:
        code = area["gemeenteCode"] or "regio"
        for phase in area["fasen"]:
            if phase["fase"] in names:
                totals = phase["totaal"]
                kept = ("gestart", "gehaald", "teLaat", "openTeLaat", "percentageOpTijd", "mediaanDagen", "p90Dagen")
                figures |= {(code, f"{phase['fase']}.{name}"): totals[name] for name in kept}
                figures[code, f"{phase['fase']}.voorraad"] = phase["voorraad"]["aantal"]
        for name, kinds in area["tellingen"].items():
            if name in _COUNTED:
                figures |= {(code, f"{name}.{kind}"): value for kind, value in kinds.items()}
            elif name in controle_hulp.SUMMED:
                figures[code, f"{name}.totaal"] = sum(kinds.values())
    return figures


_COUNTED = frozenset(
    {
        "meldingen",
        "hermeldingen",
        "meldingenPerMelderCategorie",
        "adviezen",
        "adviezenPerSoort",
        "adviezenPerKanaal",
        "adviezenPerAdviesvragerCategorie",
        "acuut",
        "uitkomsten",
        "conclusies",
        "overdrachtenPerBestemming",
        "overdrachtenGeaccepteerd",
        "overdrachtenGeweigerd",
        "overdrachtenIngetrokken",
        "overdrachtenTeruggekeerd",
        "overdrachtenTeruggegeven",
        "teruggavenAfgewezen",
        "overdrachtsgesprekken",
        "navragenGesteld",
        "navragenPerEinde",
        "leveringenPerEinde",
        "huisverbodenOpgelegd",
        "huisverbodenGescreend",
        "informatieverzoekenPerSoort",
        "informatieverzoekenPerAfloop",
        *(one.naam for one in controle_hulp.COUNTS),
    }
)


def differences(ours: Figures, theirs: Figures) -> list[tuple[str, str, Any, Any]]:
    """Return every figure on which the two do not agree; what is told nowhere is nought."""
    return [
        (*key, ours.get(key), theirs.get(key))
        for key in sorted(ours.keys() | theirs.keys())
        if (ours.get(key) or 0) != (theirs.get(key) or 0)
    ]


# --- the shares --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Share:
    """One published share beside the played one."""

    naam: str
    published: float  # per cent, of all that were published together
    played: int
    total: int

    @property
    def procent(self) -> float:
        """The played share."""
        return 100 * self.played / self.total if self.total else 0.0

    @property
    def margin(self) -> float:
        """How far from the published share 95 of 100 plays of this size end."""
        part = self.published / 100
        return 100 * _FIVE_PERCENT * math.sqrt(part * (1 - part) / self.total) if self.total else 100.0

    @property
    def within(self) -> bool:
        """Whether the difference is no more than sampling error; half a melding more or less is no difference."""
        return abs(self.procent - self.published) <= self.margin + (50 / self.total if self.total else 0)


def published(file: str) -> dict[str, float]:
    """Return a published list, made to add up to 100."""
    with (DATA / file).open(encoding="utf-8") as rows:
        found = {row[0]: float(row[1]) for row in list(csv.reader(rows))[1:]}
    total = sum(found.values())
    return {naam: 100 * value / total for naam, value in found.items()}


def shares_of(expected: Mapping[str, float], counts: Mapping[str, int]) -> list[Share]:
    """Lay counts beside published shares."""
    total = sum(counts.get(naam, 0) for naam in expected)
    return [Share(naam, value, counts.get(naam, 0), total) for naam, value in expected.items()]


def likelihood(shares: Sequence[Share]) -> float:
    """Return how likely a difference at least this large is by chance (chi-square; small groups taken together)."""
    groups: list[tuple[float, int]] = []
    small_expected, small_played = 0.0, 0
    for one in shares:
        expected = one.published * one.total / 100
        if expected < _EXPECTED_MIN:
            small_expected, small_played = small_expected + expected, small_played + one.played
        else:
            groups.append((expected, one.played))
    if small_expected >= 1:
        groups.append((small_expected, small_played))
    statistic = sum((played - expected) ** 2 / expected for expected, played in groups)
    return chi_square_tail(statistic, len(groups) - 1)


def chi_square_tail(statistic: float, freedom: int) -> float:
    """Return the chance of a larger value of chi-square (exact, by its recurrence in steps of two degrees)."""
    if freedom < 1:
        return 1.0
    half = statistic / 2
    tail = math.erfc(math.sqrt(half)) if freedom % 2 else math.exp(-half)
    step = 1.0 if freedom % 2 else 2.0
    while step < freedom:
        tail += math.exp(step / 2 * math.log(half) - half - math.lgamma(step / 2 + 1)) if half else 0.0
        step += 2
    return min(tail, 1.0)


def melder_shares(rows: Rows, period: Period) -> list[Share]:
    """Return the categories of the melders of the played months."""
    counts = Counter(one.melder_categorie for one in rows["melding"] if period.has(one.ontvangen_op))
    return shares_of(published("melders.csv"), {naam: counts[code] for naam, code in MELDERS.items()})


def direct_shares(rows: Rows, period: Period) -> list[Share]:
    """Return the destinations of the besluiten that hand over at once, in the twelve published kinds."""
    counts = Counter(
        (one.uitkomst, next(soort for soort, _, draagt_zicht in one.bestemmingen if draagt_zicht))
        for one in rows["dossier"]
        if period.has(one.besloten_op) and one.bestemmingen
    )
    return shares_of(published("bestemmingen.csv"), {naam: counts[key] for naam, key in DIRECT.items()})


def all_shares(rows: Rows, period: Period) -> list[Share]:
    """Return the receivers of every first offer that carries sight of safety, also after a dienst, by their kind."""
    expected: dict[str, float] = {}
    for naam, value in published("bestemmingen.csv").items():
        soort = DIRECT[naam][1]
        expected[soort] = expected.get(soort, 0.0) + value
    counts = Counter(
        one.soort
        for one in rows["overdracht"]
        if _carried(one) and one.vervangt_id is None and period.has(one.aangeboden_op)
    )
    return shares_of(expected, counts)


def _carried(overdracht: Any) -> bool:
    """Say whether an offer carried sight of safety when it was made."""
    if overdracht.zicht_stap is None:
        return bool(overdracht.draagt_zicht)
    return bool(overdracht.zicht_stap == "zicht-teruggevraagd")


# --- telling -----------------------------------------------------------------------------------------------------


def tell_shares(title: str, shares: Sequence[Share]) -> bool:
    """Print a table of shares; say whether it can be chance."""
    chance = likelihood(shares)
    total = shares[0].total if shares else 0
    print(f"\n{title} (n = {total})\n{'':<50}{'gepubliceerd':>13}{'gespeeld':>10}{'verschil':>10}  binnen 95 %?")
    for one in shares:
        verschil = one.procent - one.published
        verdict = "ja" if one.within else "nee"
        print(f"{one.naam[:49]:<50}{one.published:>12.2f}%{one.procent:>9.2f}%{verschil:>+10.2f}  {verdict}")
    print(f"Chi-kwadraat over het geheel: p = {chance:.3f}")
    return chance >= _CHANCE_MIN


def tell_figures(ours: Figures, wrong: Sequence[tuple[str, str, Any, Any]], period: Period) -> None:
    """Print the figures of the region and every difference."""
    print(f"Cijfers van {period.van:%Y-%m} tot en met {period.tot:%Y-%m}, herberekend uit de ruwe rijen:")
    for (area, name), value in sorted(ours.items()):
        if area == "regio":
            print(f"  {name:<55}{value if value is not None else '-':>9}")
    print(f"{len(ours)} cijfers vergeleken met GET /v1/kpis: {len(wrong)} verschillen.")
    for area, name, here, there in wrong:
        print(f"  VERSCHIL {area} {name}: herberekend {here}, monitoring zegt {there}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, tell, and return 1 when something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m deploy.demo.controle", description="Controleer de cijfers.")
    parser.add_argument("--state", type=Path, default=Path(".ketenradar/state.json"))
    parser.add_argument("--van", help="eerste maand (jjjj-mm); zonder: de eerste waarin iets werd gemeld")
    parser.add_argument("--tot", help="laatste maand; zonder: de laatste hele maand")
    wanted = parser.parse_args(arguments)
    try:
        state = json.loads(wanted.state.read_text())
    except FileNotFoundError:
        sys.stderr.write("controle: Ketenradar draait hier niet. Start met: make run\n")
        return 1
    rows = read_rows(state["databaseUrls"])
    period = _period(rows, wanted.van, wanted.tot, _now(state))
    kpis = _kpis(state, period)
    areas = ["regio", *sorted({one.gemeente_code for one in rows["melding"]})]
    ours = recompute(rows, period, areas)
    wrong = differences(ours, {key: value for key, value in told(kpis, ours).items() if key[0] in areas})
    tell_figures(ours, wrong, period)
    likely = [
        tell_shares("Melders", melder_shares(rows, period)),
        tell_shares("Bestemmingen van directe overdrachten", direct_shares(rows, period)),
        tell_shares("Ontvangers van alle overdrachten, ook na onderzoek en V&V", all_shares(rows, period)),
    ]
    return 1 if wrong or not all(likely) else 0


def _period(rows: Rows, van: str | None, tot: str | None, now: datetime) -> Period:
    first = min((day_of(one.ontvangen_op) for one in rows["melding"]), default=day_of(now)).replace(day=1)
    last = (day_of(now).replace(day=1) - timedelta(days=1)).replace(day=1)
    return Period(_month(van) if van else first, _month(tot) if tot else max(first, last), now)


def _month(text: str) -> date:
    year, month = text.split("-")
    return date(int(year), int(month), 1)


def _now(state: Mapping[str, Any]) -> datetime:
    """Return the time of the region."""
    clock = state.get("clockFile")
    return clock_from(Path(clock) if clock else None)()


def _kpis(state: Mapping[str, Any], period: Period) -> dict[str, Any]:
    answer = httpx.get(
        f"{state['urls']['monitoring']}/v1/kpis",
        params={"van": f"{period.van:%Y-%m}", "tot": f"{period.tot:%Y-%m}"},
        headers={"Authorization": f"Bearer {state['tokens']['vt-teamleider']}"},
        trust_env=False,
        timeout=30,
    )
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


if __name__ == "__main__":
    sys.exit(main())
