"""How requests to a forensic doctor or the Centrum Seksueel Geweld are kept."""

from collections.abc import Mapping
from typing import Any

from services.triage.domain.forensisch import ForensischOpgave, ForensischStatus, ForensischVerzoek, LetselPast
from services.triage.store.matter import OneTable, head_of
from services.triage.store.values import AnyRow
from services.triage.tables.forensisch import forensisch_verzoek
from shared.rules.behandelcodes import ForensischSoort
from shared.rules.forensisch import ForensischAanvrager, ForensischeHulp, Toestemming

_ASKED = ("persoon_nr", "politie_of_om_betrokken", "vertrouwensarts_betrokken", "minderjarig", "voorval_op")
_WHEN = ("ingepland_op", "onderzocht_op", "geeindigd_op")
_WRITTEN = ("partij", "reden", "grond_zonder_toestemming")


def _columns(one: ForensischVerzoek) -> Mapping[str, object]:
    opgave = one.opgave
    return {
        **{name: getattr(opgave, name) for name in _ASKED},
        **{name: getattr(one, name) for name in _WHEN},
        "soort": opgave.soort,
        "aanvrager": opgave.aanvrager,
        "toestemming": opgave.toestemming,
        "hulp": list(opgave.hulp),
        "status": one.status,
    }


def _text(one: ForensischVerzoek) -> object:
    asked = {name: getattr(one.opgave, name) for name in _WRITTEN}
    return {"opgave": asked, "stappen": dict(one.stappen), "letsel_past": one.letsel_past}


def _read(row: AnyRow, tekst: Mapping[str, Any]) -> ForensischVerzoek:
    opgave = ForensischOpgave(
        **{name: getattr(row, name) for name in _ASKED},
        soort=ForensischSoort(row.soort),
        aanvrager=ForensischAanvrager(row.aanvrager),
        toestemming=Toestemming(row.toestemming),
        gevraagd_op=row.begonnen_op,
        hulp=tuple(ForensischeHulp(one) for one in row.hulp),
        **tekst.get("opgave", {}),
    )
    past = tekst.get("letsel_past")
    return ForensischVerzoek(
        **head_of(row),
        **{name: getattr(row, name) for name in _WHEN},
        opgave=opgave,
        status=ForensischStatus(row.status),
        stappen=tekst.get("stappen", {}),
        letsel_past=LetselPast(past) if past else None,
    )


FORENSISCHE_VERZOEKEN: OneTable[ForensischVerzoek] = OneTable(forensisch_verzoek, _columns, _text, _read)
