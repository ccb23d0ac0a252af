"""The documents that are drawn from the tables in the code: ``python -m deploy.docs`` writes, ``--check`` compares.

State diagrams from the transition tables of the rooms, the events as AsyncAPI, the terms and the routes as a
reader of the law wants to see them.
"""

import importlib
import pkgutil
import sys
from collections.abc import Iterator, Mapping
from enum import Enum, StrEnum
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml
from pydantic import TypeAdapter

from deploy import policy
from deploy.generated import PROJECT, Generated, run
from services.monitoring.domain import indicatoren
from shared.events.catalogue import CATALOGUE, EventType, Room, sources_of, stream_of
from shared.events.envelope import source_of
from shared.events.payloads import to_camel
from shared.rules.abonneerbaar import ABONNEERBAAR
from shared.rules.codes import BestemmingSoort, Rol, Uitkomst
from shared.rules.deadlines import TERMIJNEN, termijn_regel
from shared.rules.gemeenten import GEMEENTEN
from shared.rules.grondslagen import GRONDSLAGEN
from shared.rules.lokaal_veld import LOKAAL, Doorzetting, doorzetting_of
from shared.rules.routing import BESTEMMINGEN, CONCLUSIES, ROUTES
from shared.rules.settings import DEFAULT_SETTINGS
from shared.rules.stappen import STAPPEN, escalates_after
from shared.rules.uitkomsten import TE_BEVESTIGEN, VOORWAARDEN
from shared.rules.veldtabel import RIJNMOND

DOCS = PROJECT / "docs"
SERVICES = PROJECT / "services"

Table = Mapping[tuple[Enum, Enum], Enum | None]


# --- state diagrams --------------------------------------------------------------------------------------------


def tables() -> Iterator[tuple[str, str, Table]]:
    """Return every transition table of the rooms, with its room and the subject that it stands for."""
    for room in Room:
        for module in _domain_modules(room):
            table = getattr(module, "TRANSITIONS", None)
            if table is not None:
                yield room, module.__name__.rsplit(".", 1)[-1], table


def _domain_modules(room: str) -> Iterator[ModuleType]:
    domain = importlib.import_module(f"services.{room}.domain")
    yield domain
    for found in pkgutil.iter_modules(getattr(domain, "__path__", [])):
        yield importlib.import_module(f"{domain.__name__}.{found.name}")


def diagram(room: str, subject: str, table: Table) -> str:
    """Return one state machine as a drawing and as the list of what is refused."""
    states = list(dict.fromkeys(state for state, _ in table))
    lines = [f'    state "{state.value}" as {_name(state)}' for state in states]
    lines.append(f"    [*] --> {_name(states[0])}")
    lines += [
        f"    {_name(state)} --> {_name(after)}: {action.value}"
        for (state, action), after in table.items()
        if after is not None
    ]
    lines += [f"    {_name(state)} --> [*]" for state in states if _is_end(state, table)]
    refused = [f"| {state.value} | {action.value} |" for (state, action), after in table.items() if after is None]
    place = f"services/{room}/domain"
    return "\n".join(
        [
            f"# {subject.capitalize()} ({room})",
            "",
            f"Drawn from `TRANSITIONS` in `{place}` (`{subject}`).",
            "Made by `python -m deploy.docs`: change the table in the code, not this file.",
            "",
            "```mermaid",
            "stateDiagram-v2",
            *lines,
            "```",
            "",
            "What is refused:" if refused else "Nothing is refused.",
            *(["", "| state | action |", "|---|---|", *refused] if refused else []),
            "",
        ]
    )


def _name(state: Enum) -> str:
    return str(state.value).replace("-", "_")


def _is_end(state: Enum, table: Table) -> bool:
    return all(after in (None, state) for (before, _), after in table.items() if before is state)


# --- events ----------------------------------------------------------------------------------------------------


def asyncapi() -> dict[str, Any]:
    """Return the events of the house as an AsyncAPI 3.0 document."""
    rows = list(CATALOGUE.values())
    inputs: list[tuple[str, Any, TypeAdapter[Any]]] = [
        (row.payload.__name__, "serialization", TypeAdapter(row.payload)) for row in rows
    ]
    payloads, shared = TypeAdapter.json_schemas(inputs, ref_template="#/components/schemas/{model}")
    schemas: dict[str, Any] = {**shared.get("$defs", {})}
    for (name, _), schema in payloads.items():
        if "$ref" not in schema:
            schemas[str(name)] = schema
    return {
        "asyncapi": "3.0.0",
        "id": "urn:nl:ketenradar:gebeurtenissen",
        "info": {
            "title": "Gebeurtenissen van Ketenradar",
            "version": "1.0.0",
            "description": (
                "De feiten die de afdelingen elkaar melden, als CloudEvents 1.0 volgens het NL GOV-profiel. "
                "Geen enkel bericht bevat persoonsgegevens."
            ),
            "license": {"name": "EUPL-1.2"},
        },
        "defaultContentType": "application/cloudevents+json",
        "servers": {
            "redis": {
                "host": "redis:6379",
                "protocol": "redis",
                "description": "Redis Streams, met per afdeling eigen rechten",
            }
        },
        "channels": {room.value: _channel(room, rows) for room in Room if _published_by(room, rows)},
        "operations": _operations(rows),
        "components": {
            "messages": {_key(row): _message(row) for row in rows},
            "schemas": dict(sorted(schemas.items())),
        },
    }


def _published_by(room: Room, rows: list[EventType]) -> list[EventType]:
    return [row for row in rows if row.publisher is room]


def _key(row: EventType) -> str:
    return row.payload.__name__


def _channel(room: Room, rows: list[EventType]) -> dict[str, Any]:
    return {
        "address": stream_of(room),
        "description": f"Wat {room} meldt; het veld `ce` van elk bericht is een CloudEvent in JSON.",
        "servers": [{"$ref": "#/servers/redis"}],
        "messages": {_key(row): {"$ref": f"#/components/messages/{_key(row)}"} for row in _published_by(room, rows)},
    }


def _operations(rows: list[EventType]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for room in Room:
        if _published_by(room, rows):
            found[f"{room}Meldt"] = _operation("send", room, _published_by(room, rows))
        for source in sources_of(room):
            heard = [row for row in _published_by(source, rows) if room in row.readers]
            found[f"{room}Leest{source.capitalize()}"] = _operation("receive", source, heard)
    return found


def _operation(action: str, channel: Room, rows: list[EventType]) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{_key(row)}"} for row in rows],
    }


def _message(row: EventType) -> dict[str, Any]:
    return {
        "name": row.name,
        "title": row.name.split(".")[2],
        "contentType": "application/cloudevents+json",
        "payload": {
            "type": "object",
            "required": [
                "specversion",
                "id",
                "source",
                "type",
                "subject",
                "time",
                "sequence",
                "datacontenttype",
                "data",
            ],
            "properties": {
                "specversion": {"const": "1.0"},
                "id": {"type": "string", "format": "uuid"},
                "source": {"const": source_of(row.publisher)},
                "type": {"const": row.name},
                "subject": {"type": "string", "format": "uuid", "description": "De casus"},
                "time": {"type": "string", "format": "date-time", "description": "Wanneer het feit is vastgelegd"},
                "sequence": {
                    "type": "string",
                    "pattern": "^[0-9]{1,18}$",
                    "description": "De volgorde binnen de casus",
                },
                "datacontenttype": {"const": "application/json"},
                "causationid": {"type": "string", "format": "uuid", "description": "Het feit dat hiertoe leidde"},
                "traceparent": {"type": "string"},
                "data": {"$ref": f"#/components/schemas/{_key(row)}"},
            },
        },
    }


# --- terms and routes ------------------------------------------------------------------------------------------


def termijnen() -> str:
    """Return the terms as a table, with the default settings."""
    rows = []
    for soort in TERMIJNEN:
        regel = termijn_regel(soort)
        rows.append(
            _row(
                soort,
                f"{regel.aantal} {regel.eenheid}",
                regel.kalender,
                regel.anker,
                regel.stopt,
                "ja" if regel.wettelijk else "nee",
                f"{regel.vooraf.aantal} {regel.vooraf.eenheid}",
                _citation(regel.grondslag),
            )
        )
    first = _page(
        "Termijnen",
        "From `shared/rules/deadlines.py`, with the defaults of `shared/rules/settings.py`. The text of a grondslag "
        "with * was not read itself: see `shared/rules/grondslagen.py`. No term ever blocks work.",
        ("soort", "duur", "kalender", "begint na", "eindigt met", "wettelijk", "waarschuwing vooraf", "grondslag"),
        rows,
    )
    headings = ("soort", "bij waarschuwing", "als hij is verstreken", "bij escalatie", "escaleert na", "acuut", "bron")
    return f"{first}\n## Wie wat hoort, en wanneer\n\n{_STAPPEN}\n\n{_table(headings, _stappen_rows())}"


_STAPPEN = """From `shared/rules/stappen.py`. Each step is told once for each date of a term, whoever sweeps. A worker
is told who owns the work and has a mailbox here (`ontvanger`); otherwise the team lead is. What is acute is mailed at
any hour, everything else outside the quiet hours. No law says who hears of it: the rows are ours, on the ground that is
named, and a region moves an escalation with `escaleren_na`."""


def _stappen_rows() -> list[str]:
    rows = []
    for soort, regel in STAPPEN.items():
        na = escalates_after(soort, DEFAULT_SETTINGS)
        rows.append(
            _row(
                soort,
                regel.waarschuwing,
                regel.verstreken,
                regel.geescaleerd,
                f"{na.aantal} {na.eenheid}" if na else "-",
                "ja" if regel.acuut else "nee",
                _citation(regel.bron),
            )
        )
    return rows


def routes() -> str:
    """Return the three tables of the routing."""
    besluiten = [
        _row(
            uitkomst,
            route.dienst or "-",
            route.eis,
            route.standaard or "-",
            "ja" if route.sluit else "nee",
            route.statuscode,
            "; ".join(_citation(key) for key in route.grondslagen),
        )
        for uitkomst, route in ROUTES.items()
    ]
    conclusies = [
        _row(
            conclusie,
            ", ".join(sorted(regel.diensten)),
            regel.eis,
            regel.standaard or "-",
            "ja" if regel.sluit_zonder_bestemming else "nee",
            "; ".join(_citation(key) for key in regel.grondslagen),
        )
        for conclusie, regel in CONCLUSIES.items()
    ]
    bestemmingen = [
        _row(
            soort,
            str(regel.rang),
            f"`{regel.standaard_organisatie}`" if regel.standaard_organisatie else "moet worden genoemd",
            "ja" if regel.vt_monitort else "nee",
        )
        for soort, regel in BESTEMMINGEN.items()
    ]
    first = _page(
        "Routes",
        "From `shared/rules/routing.py`. Of several receivers the one of the lowest rang is the candidate holder "
        "of sight of safety.",
        ("uitkomst", "dienst", "bestemmingen", "standaard", "sluit", "statuscode", "grondslagen"),
        besluiten,
    )
    second = _table(
        ("conclusie", "na", "bestemmingen", "standaard", "sluit zonder bestemming", "grondslagen"), conclusies
    )
    third = _table(("bestemming", "rang", "standaardorganisatie", "Veilig Thuis monitort"), bestemmingen)
    return f"{first}\n## Na een dienst\n\n{second}\n## Bestemmingen\n\n{third}"


def routering() -> str:
    """Return how the local field of each municipality is organised, and how a region brings its own."""
    rows = [
        _row(
            row.gemeente_code,
            GEMEENTEN[row.gemeente_code].naam,
            ", ".join(sorted(row.doorzettingen)),
            row.groep or "iedereen",
            row.onderdeel,
            f"`{row.organisatie_id}`",
            f"{row.van or '-'} / {row.tot or '-'}",
            "ja" if row.betrokkene_gaat_voor else "nee",
            row.bron or "te bevestigen door de gemeente",
        )
        for rows in RIJNMOND.regels.values()
        for row in rows
    ]
    first = _page("Routering", _ROUTERING, _ROUTERING_KOPPEN, rows)
    soorten = sorted(
        {(doorzetting_of(soort, uitkomst), soort) for soort in BestemmingSoort for uitkomst in (None, *Uitkomst)}
    )
    second = _table(
        ("doorzetting (Regiovisie, hoofdstuk 1)", "bestemming", "ontvanger zonder dat er een is genoemd"),
        [_row(doorzetting, soort, _ontvanger(doorzetting, soort)) for doorzetting, soort in soorten],
    )
    return f"{first}\n## Alle bestemmingen\n\n{second}\n{_EIGEN_TABEL}"


def _ontvanger(doorzetting: Doorzetting, soort: BestemmingSoort) -> str:
    if doorzetting in LOKAAL:
        return "volgens de tabel hierboven; buiten de tabel `lokaal-team-{gemeente_code}`"
    if soort is BestemmingSoort.VEILIG_THUIS_ELDERS:
        return "de Veilig Thuis die de gemeente bedient"
    standaard = BESTEMMINGEN[soort].standaard_organisatie
    return f"`{standaard}`" if standaard else "moet worden genoemd"


_ROUTERING_KOPPEN = (
    "code",
    "gemeente",
    "doorzetting",
    "voor wie",
    "onderdeel",
    "organisatie",
    "van / tot",
    "wie al betrokken is gaat voor",
    "bron",
)
_ROUTERING = (
    "From `shared/rules/veldtabel.py`: who receives when the professional named nobody. Who is named receives, and the "
    "overdracht says so (`routering`: genoemd, betrokkenheid, tabel, standaard). Of a field in parts each part "
    "receives for its own ages; the one that sees the children is the candidate for sight of safety, unless another "
    "is involved already. Somebody of whom no age is known counts for both. Only the part that is addressed sees its "
    "overdracht."
)
_EIGEN_TABEL = """## Een andere regio

`KETENRADAR_LOKAAL_VELD_BESTAND` names a file in the place of the table, as JSON:

```json
{"regels": [{"gemeenteCode": "0599", "doorzettingen": ["lokaal-veld", "preventieve-zorgmelding"],
  "onderdeel": "gebiedsteam", "organisatieId": "wijkteams-rotterdam", "groep": null,
  "van": "2026-01-01", "tot": null, "betrokkeneGaatVoor": true, "bron": "besluit van het college"}]}
```

`groep` is `minderjarig`, `volwassen` or nothing; `tot` is the first day on which it no longer holds. Room and worker of
handover do not start when a municipality is not known, when two would receive at once, or when nobody would on some day
in a municipality that our Veilig Thuis serves. A row for another doorzetting goes before the standard of the region.
"""


def uitkomsten() -> str:
    """Return the conditions of each uitkomst, with where they were read."""
    rows = [
        _row(
            uitkomst,
            regel.voorwaarde,
            regel.ernst,
            regel.uitleg,
            "ja" if regel.voorwaarde in TE_BEVESTIGEN else "nee",
            regel.bron,
            _citation(regel.grondslag) if regel.grondslag else "-",
        )
        for uitkomst, regels in VOORWAARDEN.items()
        for regel in regels
    ]
    return _page(
        "Voorwaarden van de uitkomsten",
        "From `shared/rules/uitkomsten.py`: when each uitkomst of a veiligheidsbeoordeling fits, and what is said if "
        "not. What warns refuses nothing.",
        ("uitkomst", "voorwaarde", "ernst", "als niet voldaan", "te bevestigen", "gelezen in", "grondslag"),
        rows,
    )


_WEBHOOKS = """A subscriber (`POST /v1/abonnementen`, monitoring) is told of these kinds of facts, by its role. Of
all others it is written in `shared/rules/abonneerbaar.py` why not.

- A notice is a CloudEvent: `id`, `type`, `source`, `time`, `data`, and for who may know of casussen `subject` (the
  casus) and `sequence` (its number among what this subscriber hears of the casus). Times, ids and codes; never
  anything of a person.
- It is signed as [Standard Webhooks](https://www.standardwebhooks.com) ask: HMAC-SHA256 over
  `webhook-id.webhook-timestamp.body` with the secret after `whsec_`, in base64, in `webhook-signature` after `v1,`.
  While a secret is replaced there are more, with spaces between: one that fits is enough. Refuse a timestamp that
  is minutes away.
- It can come twice, under the same `webhook-id`: keep the ids that you had. Within a casus a next one waits for the
  one before.
- A receipt is a whole answer of 2xx within fifteen seconds: take it, answer, and work afterwards. A redirect is
  none.
- What is not received is tried again after 5 s, 10 s, up to two hours, for a day. Who takes nothing for a day, or
  answers 410, is switched off; what is told meanwhile waits for `PUT /v1/abonnementen/{id}/hervatting`.

"""
_ROLLEN = (Rol.VT_TEAMLEIDER, Rol.BEHEERDER, Rol.LOKAAL_TEAM, Rol.GEMEENTE, Rol.KETENPARTNER)


def webhooks() -> str:
    """Return what a subscriber must know, and of what it may be told."""
    rows = [
        _row(
            naam,
            *(row.rollen.get(rol, "") for rol in _ROLLEN),
            ", ".join(to_camel(veld) for veld in row.velden),
            ", ".join(to_camel(veld) for veld in row.binnen),
        )
        for naam, row in ABONNEERBAAR.items()
    ]
    return _page(
        "Webhooks",
        _WEBHOOKS + "A gemeente gets none of the ids. The last column goes to Veilig Thuis itself only.",
        ("soort", *_ROLLEN, "data", "ook"),
        rows,
    )


_CIJFERS = """What `GET /v1/kpis` (monitoring) holds of what is asked of figures, and what cannot be made of the facts.

Every figure is of every municipality and of the region, of each month and of the whole period; with `bekendOp` as it
was known on a day; as JSON and as CSV. A figure that a release adds reaches back to the first fact once `ketenradar kpi
herbereken` has run, and is known from that day.

There is no figure of before the first thing that it counts (`sinds`). When a release counts otherwise than the one
before (`CHANGELOG.md` says what), the same command counts the months behind anew too, and books that on the day on
which it is done: asked with `bekendOp` of an earlier day a figure stays what was answered then, and a report that was
made definite stays what it said (`docs/adr/0028`, `0032`). A `bekendOp` of before the day on which an installation
began to keep what was known when is refused.

Which letters and reports were made of the figures is told by `GET /v1/rapportages`, each with where it is read.
"""


def cijfers() -> str:
    """Return which indicators there are, and every count."""
    asked = [
        _row(one.naam, one.bron, one.plaats or "niet te maken", one.sinds or "-", one.opmerking or "-")
        for one in indicatoren.INDICATOREN
    ]
    counts = [_row(f"`{naam}`", wat) for naam, wat in indicatoren.TELLINGEN.items()]
    first = _page("Cijfers", _CIJFERS, ("indicator", "gevraagd door", "waar", "sinds", "let op"), asked)
    return f"{first}\n## Tellingen\n\n{_table(('telling', 'wat'), counts)}"


def _citation(key: str) -> str:
    found = GRONDSLAGEN[key]
    return found.citaat + ("" if found.geverifieerd else "*")


def _row(*cells: str | StrEnum) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _table(headings: tuple[str, ...], rows: list[str]) -> str:
    return "\n".join([_row(*headings), "|" + "---|" * len(headings), *rows, ""])


def _page(title: str, text: str, headings: tuple[str, ...], rows: list[str]) -> str:
    made = "Made by `python -m deploy.docs`: change the table in the code, not this file."
    return f"# {title}\n\n{text}\n{made}\n\n{_table(headings, rows)}"


def generated() -> Generated:
    """Return every document as it must stand in ``docs``."""
    files: dict[Path, str] = {
        DOCS / "statemachines" / f"{room}-{subject}.md": diagram(room, subject, table)
        for room, subject, table in tables()
    }
    files[DOCS / "events.yaml"] = yaml.safe_dump(asyncapi(), sort_keys=False, allow_unicode=True, width=110)
    files[DOCS / "termijnen.md"] = termijnen()
    files[DOCS / "routes.md"] = routes()
    files[DOCS / "routering.md"] = routering()
    files[DOCS / "uitkomsten.md"] = uitkomsten()
    files[DOCS / "webhooks.md"] = webhooks()
    files[DOCS / "cijfers.md"] = cijfers()
    files[DOCS / "policy" / "toegang.md"] = policy.toegang()
    files[DOCS / "policy" / "verwerkingsregister.md"] = policy.verwerkingsregister()
    files[DOCS / "policy" / "bekendmaking.md"] = policy.bekendmaking()
    return files


if __name__ == "__main__":
    sys.exit(run("python -m deploy.docs", generated, sys.argv[1:]))
