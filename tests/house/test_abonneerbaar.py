"""Of every kind of fact it is decided whether an outsider may be told of it, and nothing of a person goes along."""

from datetime import date, datetime
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_type_hints
from uuid import UUID

from shared.events.catalogue import CATALOGUE
from shared.rules.abonneerbaar import ABONNEERBAAR, BINNEN, NIET, ZONDER_CASUS, soorten_van, velden_van
from shared.rules.access import BELEID, Betrekking
from shared.rules.codes import Rol

_NAMES = {type_name.split(".")[2]: row for type_name, row in CATALOGUE.items()}
# Texts that are codes by the word of their class: of a municipality, of an organisation, and reasons.
_CODES = {"gemeente_code", "organisatie_id", "reden", "statuscode"}


def test_every_kind_of_fact_is_decided_on() -> None:
    undecided = _NAMES.keys() - ABONNEERBAAR.keys() - NIET.keys()

    assert undecided == set(), "give them a row in shared/rules/abonneerbaar.py: to whom, or why to nobody"
    assert ABONNEERBAAR.keys() & NIET.keys() == set()
    assert (ABONNEERBAAR.keys() | NIET.keys()) - _NAMES.keys() == set()
    assert all(NIET.values())


def test_what_goes_along_stands_in_the_fact_and_is_an_id_a_code_or_a_time() -> None:
    kinds = {naam: get_type_hints(_NAMES[naam].payload) for naam in ABONNEERBAAR}

    wrong = [
        f"{naam}.{veld}"
        for naam, row in ABONNEERBAAR.items()
        for veld in (*row.velden, *row.binnen)
        if veld not in kinds[naam] or not (veld in _CODES or _is_plain(kinds[naam][veld]))
    ]

    assert wrong == []


def test_nothing_of_who_reported_goes_along() -> None:
    told = {veld for row in ABONNEERBAAR.values() for veld in (*row.velden, *row.binnen)}

    assert not {veld for veld in told if "melder" in veld or "adviesvrager" in veld or "personen" in veld}
    assert "directbetrokkenen" not in told


def test_whoever_may_make_an_abonnement_has_something_to_subscribe_to_and_nobody_else() -> None:
    may = BELEID["monitoring", "addAbonnement"].rollen.keys()

    assert {rol for rol in Rol if soorten_van(rol)} == set(may)


def test_only_inside_is_somebody_told_of_everything() -> None:
    for row in ABONNEERBAAR.values():
        assert {rol for rol, betrekking in row.rollen.items() if betrekking is Betrekking.ALLES} == BINNEN


def test_a_municipality_hears_figures_and_partners_only_of_what_is_theirs() -> None:
    told = {rol: {row.rollen[rol] for row in ABONNEERBAAR.values() if rol in row.rollen} for rol in Rol}

    assert told[Rol.GEMEENTE] == {Betrekking.EIGEN_GEMEENTE}
    assert told[Rol.KETENPARTNER] == {Betrekking.ONTVANGER, Betrekking.PARTIJ}
    assert told[Rol.LOKAAL_TEAM] == {Betrekking.EIGEN_GEMEENTE, Betrekking.ONTVANGER}
    assert {Rol.GEMEENTE} == ZONDER_CASUS
    assert set(soorten_van(Rol.GEMEENTE)) == {"termijn-dreigend", "termijn-verstreken", "casus-afgesloten"}
    assert "reden" not in velden_van("casus-afgesloten", Rol.LOKAAL_TEAM)
    assert "reden" in velden_van("casus-afgesloten", Rol.VT_TEAMLEIDER)


def _is_plain(kind: Any) -> bool:  # a type hint
    options = get_args(kind) if isinstance(kind, UnionType) else (kind,)
    plain = (UUID, datetime, date, bool, int, StrEnum)
    return all(one is type(None) or (isinstance(one, type) and issubclass(one, plain)) for one in options)
