"""What the independent check counts of help, plans and shelter: the rows, the clocks and the counts of each."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

_AMSTERDAM = ZoneInfo("Europe/Amsterdam")

QUERIES: Mapping[str, tuple[str, str]] = {
    # The first row of a plan is the phase in which it began.
    "planfase": (
        "handover",
        ("SELECT p.gemeente_code, f.fase, f.vanaf, f.niet_voldaan FROM plan_fase f JOIN plan p ON p.id = f.plan_id"),
    ),
    "planeinde": ("handover", "SELECT gemeente_code, einde, beeindigd_op FROM plan WHERE einde IS NOT NULL"),
    "planevaluatie": (
        "handover",
        (
            "SELECT p.gemeente_code, e.gehouden_op, e.direct_veilig, e.stabiel_veilig"
            " FROM plan_evaluatie e JOIN plan p ON p.id = e.plan_id"
        ),
    ),
    "planactie": (
        "handover",
        (
            "SELECT p.gemeente_code, a.status, a.afgesproken_op, a.afgerond_op, a.uiterlijk_dag"
            " FROM plan_actie a JOIN plan p ON p.id = a.plan_id"
        ),
    ),
    "inzet": (
        "handover",
        (
            "SELECT gemeente_code, doelgroep, fase, aangevraagd_op, gestart_op, geweigerd_op, weigering,"
            " beeindigd_op, afbreking FROM inzet"
        ),
    ),
    "lacune": ("handover", "SELECT gemeente_code, doelgroep, fase, reden, vastgesteld_op FROM lacune"),
    "opvangclient": (
        "handover",
        (
            "SELECT a.gemeente_code, a.aangevraagd_op, c.doelgroep, c.onzekere_verblijfsstatus, c.status,"
            " c.geplaatst_op, c.klaar_sinds, c.gescreend_op, c.geeindigd_op"
            " FROM opvangclient c JOIN opvangaanvraag a ON a.id = c.aanvraag_id"
        ),
    ),
    "opvangverblijf": (
        "handover",
        (
            "SELECT a.gemeente_code, s.soort, v.van, v.van = c.geplaatst_op AS eerste"
            " FROM opvangverblijf v JOIN opvangvoorziening s ON s.id = v.voorziening_id"
            " JOIN opvangclient c ON c.id = v.client_id JOIN opvangaanvraag a ON a.id = c.aanvraag_id"
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Count:
    """One count: its name, from which rows, in the month of which moment, of which kind; no kind is not counted."""

    naam: str
    rows: str
    moment: str
    kind: Callable[[Any], str | None]


def _total(_: object) -> str:
    return "totaal"


def _of_plan(one: Any) -> str:
    if not one.direct_veilig:
        return "niet-direct-veilig"
    return "stabiel-veilig" if one.stabiel_veilig else "direct-veilig"


def _of_actie(one: Any) -> str | None:
    """Say what became of an action: it counts when it was agreed, and not at all when its plan ended before."""
    if one.status == "niet-gedaan":
        return "niet-gedaan"
    if one.status != "gedaan":
        return None
    return "op-tijd" if one.afgerond_op.astimezone(_AMSTERDAM).date() <= one.uiterlijk_dag else "te-laat"


def _days(start: datetime | None, end: datetime | None) -> str | None:
    if start is None or end is None:
        return None
    return str((end.astimezone(_AMSTERDAM).date() - start.astimezone(_AMSTERDAM).date()).days)


_ONZEKER = "opvangOnzekereVerblijfsstatus"


def _uncertain(told: str, status: str | None = None) -> Callable[[Any], str | None]:
    def kind(one: Any) -> str | None:
        return told if one.onzekere_verblijfsstatus and status in {None, one.status} else None

    return kind


_ENDED = frozenset({"uitgestroomd", "elders-geplaatst", "ingetrokken"})

COUNTS = (
    Count("plannenPerFase", "planfase", "vanaf", lambda one: one.fase),
    Count("planfasenMetAfwijking", "planfase", "vanaf", lambda one: one.fase if one.niet_voldaan else None),
    Count("plannenPerEinde", "planeinde", "beeindigd_op", lambda one: one.einde),
    Count("planevaluatiesPerVeiligheid", "planevaluatie", "gehouden_op", _of_plan),
    Count("planactiesPerAfloop", "planactie", "afgesproken_op", _of_actie),
    Count("hulpGevraagdPerDoelgroep", "inzet", "aangevraagd_op", lambda one: one.doelgroep),
    Count("hulpGevraagdPerFase", "inzet", "aangevraagd_op", lambda one: one.fase),
    Count("dagenTotHulp", "inzet", "gestart_op", lambda one: _days(one.aangevraagd_op, one.gestart_op)),
    Count("hulpGeweigerdPerReden", "inzet", "geweigerd_op", lambda one: one.weigering),
    Count("hulpPerAfloop", "inzet", "beeindigd_op", lambda one: one.afbreking or "afgerond"),
    Count("lacunesPerReden", "lacune", "vastgesteld_op", lambda one: one.reden),
    Count("lacunesPerDoelgroepEnFase", "lacune", "vastgesteld_op", lambda one: f"{one.doelgroep}/{one.fase}"),
    Count("opvangAangevraagd", "opvangclient", "aangevraagd_op", lambda one: one.doelgroep),
    Count("opvangGeplaatst", "opvangverblijf", "van", lambda one: one.soort if one.eerste else None),
    Count("opvangDoorgestroomd", "opvangverblijf", "van", lambda one: None if one.eerste else one.soort),
    Count("opvangWachtdagen", "opvangclient", "geplaatst_op", lambda one: _days(one.aangevraagd_op, one.geplaatst_op)),
    # Who moves on in the play was not ready yet, so that it is kept since when somebody is.
    Count("opvangKlaarMaarNietUit", "opvangclient", "klaar_sinds", _total),
    Count(
        "opvangKlaarNietUitDagen", "opvangclient", "geeindigd_op", lambda one: _days(one.klaar_sinds, one.geeindigd_op)
    ),
    Count("opvangBeeindigd", "opvangclient", "geeindigd_op", lambda one: one.status if one.status in _ENDED else None),
    Count(
        "opvangVerblijfsdagen", "opvangclient", "geeindigd_op", lambda one: _days(one.geplaatst_op, one.geeindigd_op)
    ),
    Count(_ONZEKER, "opvangclient", "aangevraagd_op", _uncertain("aangevraagd")),
    Count(_ONZEKER, "opvangclient", "geplaatst_op", _uncertain("geplaatst")),
    Count(_ONZEKER, "opvangclient", "geeindigd_op", _uncertain("geweigerd", "geweigerd")),
    Count(_ONZEKER, "opvangclient", "geeindigd_op", _uncertain("elders-geplaatst", "elders-geplaatst")),
)

# Why somebody was refused is sealed in the rows: how many were is all that can be counted.
SUMMED = frozenset({"opvangGeweigerd"})


def refused(one: Any) -> bool:
    """Say whether somebody was refused in a shelter."""
    return bool(one.status == "geweigerd")


@dataclass(frozen=True, slots=True)
class Screening:
    """The term of screening one child for trauma: until when, and when that was done or needless."""

    gemeente_code: str
    start: datetime
    weeks: timedelta
    gestopt_op: datetime | None
    vervallen: bool


def screenings(clienten: Any) -> Iterator[Screening]:
    """Yield the term of each child that was placed; who left is not screened any more."""
    for one in clienten:
        if one.doelgroep != "kind" or one.geplaatst_op is None:
            continue
        done_op, left_op = one.gescreend_op, one.geeindigd_op
        gone = left_op is not None and (done_op is None or left_op < done_op)
        yield Screening(one.gemeente_code, one.geplaatst_op, timedelta(weeks=4), left_op if gone else done_op, gone)
