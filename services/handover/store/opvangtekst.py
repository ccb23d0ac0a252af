"""How what was written down of a request for shelter is kept: one JSON text, which is sealed."""

from datetime import datetime
from typing import Any

import orjson

from services.handover.domain.opvang import NietIn, OpvangActie, OpvangTekst, Splitsing, Stap
from shared.rules.opvang import ScreeningUitkomst, ScreeningVervolg, SplitsReden


def as_kept(tekst: OpvangTekst) -> bytes:
    """Return a text as it is kept."""
    return orjson.dumps(
        {
            "toelichting": tekst.toelichting,
            "gemeenten": sorted(tekst.niet_in.gemeenten),
            "regios": sorted(tekst.niet_in.regios),
            "stappen": [_stap(one) for one in tekst.stappen],
        }
    )


def _stap(one: Stap) -> dict[str, Any]:
    split = one.splitsing
    return {
        "actie": one.actie,
        "moment": one.moment.isoformat(),
        "personen": list(one.personen),
        "reden": one.reden,
        "toelichting": one.toelichting,
        "regio": one.regio,
        "gemeente": one.gemeente_code,
        "splitsing": [split.reden, split.toelichting] if split else None,
        "uitkomst": one.uitkomst,
        "vervolg": one.vervolg,
    }


def of_kept(kept: bytes) -> OpvangTekst:
    """Return a text from how it is kept."""
    told = orjson.loads(kept)
    return OpvangTekst(
        toelichting=told["toelichting"],
        niet_in=NietIn(frozenset(told["gemeenten"]), frozenset(told["regios"])),
        stappen=tuple(_stap_of(one) for one in told["stappen"]),
    )


def _stap_of(kept: dict[str, Any]) -> Stap:
    split = kept["splitsing"]
    return Stap(
        actie=OpvangActie(kept["actie"]),
        moment=datetime.fromisoformat(kept["moment"]),
        personen=tuple(kept["personen"]),
        reden=kept["reden"],
        toelichting=kept["toelichting"],
        regio=kept["regio"],
        gemeente_code=kept["gemeente"],
        splitsing=Splitsing(SplitsReden(split[0]), split[1]) if split else None,
        uitkomst=ScreeningUitkomst(kept["uitkomst"]) if kept["uitkomst"] else None,
        vervolg=ScreeningVervolg(kept["vervolg"]) if kept["vervolg"] else None,
    )
