"""The documents of the policy, drawn from its tables: who may do what, and the register of processing activities."""

from collections.abc import Sequence
from enum import StrEnum

from shared.rules.access import BELEID, Regel
from shared.rules.codes import Rol
from shared.rules.disclosure import ROWS, Lezer
from shared.rules.grondslagen import GRONDSLAGEN
from shared.rules.verwerkingen import VERWERKINGEN

_MADE = "Made by `python -m deploy.docs`: change the table in the code, not this file."

_TOEGANG = (
    "From `shared/rules/access.py`. An empty cell: refused (403). Another word than `alles`: only what has that tie to "
    "the caller; the rest answers as if it were not there (404), and is left out of lists. `(nood)`: may break the "
    "glass. The first doel is the one of who names none."
)
_REGISTER = (
    "From `shared/rules/verwerkingen.py`. The id stands on every audit row. An organisation that uses Ketenradar adds "
    "who is responsible (verwerkingsverantwoordelijke), its processors and its own terms."
)


def toegang() -> str:
    """Return the policy: one row an operation, one column a role."""
    parts = [
        "# Toegang",
        "",
        _TOEGANG,
        _MADE,
    ]
    for room in dict.fromkeys(row.room for row in BELEID.values()):
        rows = [row for row in BELEID.values() if row.room == room]
        parts += ["", f"## {room.capitalize()}", "", _table(("handeling", *Rol, "inhoud", "doelen", "scope"), rows)]
    return "\n".join(parts) + "\n"


def _table(headings: Sequence[str | StrEnum], rows: Sequence[Regel]) -> str:
    lines = [_line(headings), _line(["---"] * len(headings))]
    lines += [
        _line(
            [
                f"`{row.operation}`",
                *(_cell(row, rol) for rol in Rol),
                row.inhoud,
                ", ".join(row.doelen),
                f"`{row.scope}`",
            ]
        )
        for row in rows
    ]
    return "\n".join(lines)


def _cell(row: Regel, rol: Rol) -> str:
    tie = row.rollen.get(rol)
    if tie is None:
        return ""
    return f"{tie} (nood)" if rol in row.nood else tie


def verwerkingsregister() -> str:
    """Return the register of processing activities (AVG art. 30), with the operations that fall under each."""
    parts = [
        "# Verwerkingsregister",
        "",
        _REGISTER,
        _MADE,
    ]
    for row in VERWERKINGEN.values():
        under = sorted(f"`{rule.room}.{rule.operation}`" for rule in BELEID.values() if rule.verwerking is row.code)
        parts += [
            "",
            f"## {row.naam}",
            "",
            f"- id: `{row.uri}`",
            f"- doel: {row.doel}",
            f"- grondslag: {'; '.join(GRONDSLAGEN[key].citaat for key in row.grondslagen)}",
            f"- betrokkenen: {row.betrokkenen}",
            f"- gegevens: {row.gegevens}",
            f"- ontvangers: {row.ontvangers}",
            f"- bewaartermijn: {row.bewaartermijn}",
            f"- handelingen: {', '.join(under) or 'geen route'}",
        ]
    return "\n".join(parts) + "\n"


def _line(cells: Sequence[str | StrEnum]) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def bekendmaking() -> str:
    """Return who may know who the melder is: a row for each agreement, a column for each reader."""
    parts = [
        "# Bekendmaking van de melder",
        "",
        _BEKENDMAKING,
        _MADE,
        "",
        _line(("melder", "openbaar", "grond", "toestemming", *Lezer)),
        _line(["---"] * (4 + len(Lezer))),
    ]
    seen: dict[tuple[str, ...], dict[Lezer, str]] = {}
    for row in ROWS:
        agreed = row.bekendmaking
        said = (row.melder_soort, _told(agreed.openbaar), agreed.grond or "-", _told(agreed.toestemming))
        seen.setdefault(said, {})[row.lezer] = "ja" if row.oordeel.zichtbaar else "nee"
    parts += [_line((*said, *(answers[lezer] for lezer in Lezer))) for said, answers in seen.items()]
    return "\n".join(parts) + "\n"


_BEKENDMAKING = (
    "From `shared/rules/disclosure.py`: every combination, also the ones that contradict themselves. Nothing agreed "
    "shows nothing. A dash: not said."
)


def _told(value: bool | None) -> str:
    return "-" if value is None else "ja" if value else "nee"
