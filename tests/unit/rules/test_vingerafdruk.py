"""By what is seen that dates must be counted again."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date, time
from types import MappingProxyType
from typing import Any

import pytest

from shared.rules import vingerafdruk as module
from shared.rules.calendar import GELIJKGESTELDE_DAGEN
from shared.rules.codes import DienstSoort, SchoolRegio, TermijnSoort
from shared.rules.deadlines import TERMIJNEN
from shared.rules.schoolvakanties import SCHOOLVAKANTIES
from shared.rules.settings import DEFAULT_SETTINGS, Eenheid, Vooraf
from shared.rules.vingerafdruk import vingerafdruk

PRESENT = vingerafdruk(DEFAULT_SETTINGS)


@pytest.mark.parametrize(
    "change",
    [
        {"extra_sluitingsdagen": frozenset({date(2026, 3, 5)})},
        {"goede_vrijdag": False},
        {"monitor_offsets_months": (3, 12)},
        {"monitor_offsets_per_dienst": ((DienstSoort.ONDERZOEK, (6,)),)},
        {"handle_with_care_begin_lessen": time(9)},
        {"schoolvakantie_regio": SchoolRegio.NOORD},
        {"waarschuwen_vooraf": ((TermijnSoort.ONDERZOEK, Vooraf(1, Eenheid.WEKEN)),)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_setting_is_another_rulebook(change: dict[str, Any]) -> None:
    assert vingerafdruk(replace(DEFAULT_SETTINGS, **change)) != PRESENT


def test_another_decree_holiday_or_term_is_another_rulebook(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {PRESENT}
    for name, value in (
        ("GELIJKGESTELDE_DAGEN", {*GELIJKGESTELDE_DAGEN, date(2029, 1, 2)}),
        ("SCHOOLVAKANTIES", SCHOOLVAKANTIES[1:]),
        ("TERMIJNEN", MappingProxyType({soort: TERMIJNEN[soort] for soort in list(TERMIJNEN)[1:]})),
        ("feestdagen", lambda jaar: {date(jaar, 1, 1): "Nieuwjaarsdag"}),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, value)
            found.add(vingerafdruk(DEFAULT_SETTINGS))

    assert len(found) == 5
    assert vingerafdruk(DEFAULT_SETTINGS) == PRESENT


def test_the_same_rulebook_is_the_same_in_every_process() -> None:
    script = (
        "from dataclasses import replace\nfrom datetime import date\n"
        "from shared.rules.settings import DEFAULT_SETTINGS\nfrom shared.rules.vingerafdruk import vingerafdruk\n"
        "free = frozenset(date(2026, 3, day) for day in range(1, 20))\n"
        "print(vingerafdruk(replace(DEFAULT_SETTINGS, extra_sluitingsdagen=free)))"
    )

    found = {
        subprocess.run(  # noqa: S603, our own words
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip

    assert len(found) == 1


def test_a_setting_that_cannot_be_written_in_one_way_is_refused() -> None:
    with pytest.raises(TypeError):
        vingerafdruk(replace(DEFAULT_SETTINGS, vir_aan=object()))  # type: ignore[arg-type]
