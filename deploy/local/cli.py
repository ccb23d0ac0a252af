"""The command ``ketenradar``: run the house, ask it things, and the few repairs that are done by hand."""

import asyncio
import json
import os
import sys
from collections.abc import Coroutine
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar
from uuid import UUID

import typer

from deploy.local import places
from deploy.local.state import NotRunningError, read_state, state_file

T = TypeVar("T")

app = typer.Typer(
    name="ketenradar",
    help="Ketenradar op deze machine: starten, bevragen en herstellen.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
quarantaine = typer.Typer(help="Berichten die niet konden worden verwerkt.", no_args_is_help=True)
taken = typer.Typer(help="Wat een worker nog moet doen, of heeft opgegeven.", no_args_is_help=True)
kpi = typer.Typer(help="Kengetallen.", no_args_is_help=True)
audit = typer.Typer(help="Het logboek van wie wat met persoonsgegevens deed.", no_args_is_help=True)
sleutels = typer.Typer(help="De hoofdsleutels waaronder de sleutels van casussen liggen.", no_args_is_help=True)
klok = typer.Typer(help="De klok van een gesimuleerde regio.", no_args_is_help=True)
for name, group in (
    ("quarantaine", quarantaine),
    ("taken", taken),
    ("kpi", kpi),
    ("audit", audit),
    ("sleutels", sleutels),
    ("klok", klok),
):
    app.add_typer(group, name=name)

Maanden = Annotated[int, typer.Option("--maanden", min=1, max=120, help="Hoeveel maanden.")]
Zaad = Annotated[int, typer.Option("--zaad", help="Het getal waarmee de regio zich herhaalt.")]


def main() -> None:
    """Run the command; what goes wrong outside our hands is told in one sentence."""
    try:
        app()
    except NotRunningError as error:
        _fail(str(error))
    except PermissionError as error:
        _fail(f"geen recht op {error.filename}.")
    except KeyboardInterrupt:
        sys.exit(130)


@app.command()
def up(
    *,
    demo: Annotated[bool, typer.Option("--demo/--leeg", envvar="DEMO", help="Speel de regio, of begin leeg.")] = True,
    maanden: Annotated[int, typer.Option("--maanden", envvar="MAANDEN", min=1, max=120)] = 1,
    zaad: Annotated[int, typer.Option("--zaad", envvar="ZAAD")] = 1,
    poort: Annotated[int, typer.Option("--poort", envvar="PORT_BASE", help="De poort van intake.")] = 8001,
    gesimuleerd: Annotated[
        bool, typer.Option("--gesimuleerd", envvar="SIMULATED", help="Leeg, met een klok die verzet kan worden.")
    ] = False,
) -> None:
    """Start alles, en blijf draaien tot Ctrl-C."""
    from deploy.local.run import Wishes, run  # noqa: PLC0415, half a second that the other commands need not wait

    wishes = Wishes(
        state=places.state_folder(),
        port_base=poort,
        demo=demo,
        simulated=gesimuleerd,
        months=maanden,
        seed=zaad,
        database_url=os.environ.get("DATABASE_URL"),
        redis_url=os.environ.get("REDIS_URL"),
    )
    sys.exit(run(wishes))


@app.command()
def status() -> None:
    """Toon welke processen draaien en of elke kamer antwoordt."""
    from deploy.local.programs import answers  # noqa: PLC0415

    known = read_state(places.state_folder())
    typer.echo(f"toestand: {known['status']}")
    well = True
    for room, url in known["urls"].items():
        works = answers(f"{url}/health")(0)
        well &= works
        typer.echo(f"{room:<18}{url:<28}{'werkt' if works else 'antwoordt niet'}")
    for process in known["processes"]:
        alive = _alive(process["pid"])
        well &= alive
        told = "draait" if alive else "gestopt"
        typer.echo(f"{process['name']:<18}{process['role']:<8} pid {process['pid']:<8}{told}")
    if not well:
        raise typer.Exit(1)


@app.command()
def token(
    rol: Annotated[str, typer.Option("--rol")],
    organisatie: Annotated[str, typer.Option("--organisatie")],
    gemeente: Annotated[list[str] | None, typer.Option("--gemeente", help="Gemeentecode; mag vaker.")] = None,
) -> None:
    """Geef een token voor een rol bij een organisatie."""
    from deploy.local.issuer import ROLES, issuer_from  # noqa: PLC0415

    if rol not in ROLES:
        _fail(f"de rol {rol} bestaat niet; kies uit {', '.join(ROLES)}.")
    state = places.state_folder()
    issuer = issuer_from(state, read_state(state)["issuer"])
    typer.echo(issuer.mint(rol, organisatie, gemeenten=tuple(gemeente or ())))


@app.command()
def demo(maanden: Maanden = 1, zaad: Zaad = 1) -> None:
    """Speel nog een stuk van de regio in wat nu draait."""
    known = read_state(places.state_folder())
    env = dict(os.environ)
    if known["clockFile"]:
        env["KETENRADAR_CLOCK_FILE"] = known["clockFile"]
    told = ["--maanden", str(maanden), "--zaad", str(zaad), "--state", str(state_file(places.state_folder()))]
    os.execve(sys.executable, [sys.executable, "-m", "deploy.demo", *told], env)  # noqa: S606, our own program


# --- repairs ---------------------------------------------------------------------------------------------------


@kpi.command("herbereken")
def recompute_kpis() -> None:
    """Bouw de kengetallen opnieuw uit de gebeurtenissen, en zeg of er iets verschilde."""
    from deploy.local import repairs  # noqa: PLC0415

    found = _repair(repairs.recompute_kpis(read_state(places.state_folder())))
    _answer(found)
    if not found["gelijk"]:
        raise typer.Exit(1)


@quarantaine.command("lijst")
def list_quarantaine() -> None:
    """Toon de berichten die op een mens wachten, per kamer, zonder hun inhoud."""
    from deploy.local import repairs  # noqa: PLC0415

    for row in _repair(repairs.list_quarantaine(read_state(places.state_folder()))):
        _answer(row)


@quarantaine.command("vrijgeven")
def release_quarantaine(bericht: Annotated[UUID, typer.Argument(help="Het id van het bericht.")]) -> None:
    """Laat een bericht opnieuw verwerken, langs dezelfde weg als elk ander."""
    from deploy.local import repairs  # noqa: PLC0415

    room = _repair(repairs.release_quarantaine(read_state(places.state_folder()), bericht))
    if room is None:
        _fail("er wacht geen bericht met dit id.")
    _answer({"id": str(bericht), "kamer": room, "vrijgegeven": True})


@taken.command("lijst")
def list_tasks() -> None:
    """Toon de taken die wachten of zijn opgegeven."""
    from deploy.local import repairs  # noqa: PLC0415

    for row in _repair(repairs.list_tasks(read_state(places.state_folder()))):
        _answer(row)


@taken.command("opnieuw")
def retry_task(taak: Annotated[UUID, typer.Argument(help="Het id van de taak.")]) -> None:
    """Laat een taak meteen weer proberen."""
    from deploy.local import repairs  # noqa: PLC0415

    room = _repair(repairs.retry_task(read_state(places.state_folder()), taak))
    if room is None:
        _fail("er is geen taak met dit id.")
    _answer({"id": str(taak), "kamer": room, "opnieuw": True})


@audit.command("controleer")
def verify_audit() -> None:
    """Loop elk logboek na: zegels, keten en ankers; een gewijzigde, verwijderde of verzonnen regel komt uit."""
    from deploy.local import repairs  # noqa: PLC0415

    found = _repair(repairs.verify_audit(read_state(places.state_folder())))
    for row in found:
        _answer(row)
    if any(row["bevindingen"] for row in found):
        raise typer.Exit(1)


Kamer = Annotated[str, typer.Option("--kamer", help="Alleen deze kamer.")]


@sleutels.command("toon")
def list_keys() -> None:
    """Toon per kamer de hoofdsleutels, welke actief is, en hoeveel sleutels van casussen eraan hangen."""
    from deploy.local import keys  # noqa: PLC0415

    known = read_state(places.state_folder())
    for row in _repair(keys.list_master_keys(known, Path(known["secretsDir"]))):
        _answer(row)


@sleutels.command("roteer")
def rotate_keys(kamer: Kamer = "") -> None:
    """Maak een nieuwe hoofdsleutel actief; de kamers nemen hem over terwijl zij doorwerken."""
    from deploy.local import keys  # noqa: PLC0415
    from shared.clock import system_clock  # noqa: PLC0415

    known = read_state(places.state_folder())
    for room in known["urls"]:
        if kamer in {"", room}:
            name = keys.add_master_key(Path(known["secretsDir"]), room, today=system_clock().date())
            _answer({"kamer": room, "hoofdsleutel": name, "actief": True})


@sleutels.command("verwijder")
def remove_key(naam: str, kamer: Annotated[str, typer.Option("--kamer", help="Van welke kamer.")]) -> None:
    """Gooi een hoofdsleutel weg waaraan niets meer hangt; reservekopieën van toen zijn dan onleesbaar."""
    from deploy.local import keys  # noqa: PLC0415

    known = read_state(places.state_folder())
    try:
        _repair(keys.remove_master_key(known, Path(known["secretsDir"]), kamer, naam))
    except keys.KeyInUseError as error:
        _fail(str(error))
    _answer({"kamer": kamer, "hoofdsleutel": naam, "verwijderd": True})


def _repair(work: Coroutine[object, object, T]) -> T:
    """Do a repair; a database that does not answer, or not as expected, is told in one sentence."""
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415

    from shared.errors import KetenError  # noqa: PLC0415

    try:
        return asyncio.run(work)
    except KetenError as error:
        _fail(error.detail)
    except DBAPIError as error:
        _fail(f"de database antwoordt niet zoals verwacht ({type(error.orig).__name__}).")


# --- time ------------------------------------------------------------------------------------------------------


@klok.command("toon")
def show_clock() -> None:
    """Toon hoe laat het is in de gesimuleerde regio."""
    from shared.clock import SimulatedClock  # noqa: PLC0415

    _answer({"nu": SimulatedClock(_clock_file())().isoformat()})


@klok.command("zet")
def set_clock(
    moment: Annotated[str, typer.Argument(help="Tijdstip met zone, zoals 2026-03-02T09:00:00+01:00.")],
    snelheid: Annotated[float, typer.Option("--snelheid", min=0, help="Gesimuleerde seconden per seconde.")] = 1.0,
) -> None:
    """Zet de gesimuleerde tijd voor alle kamers tegelijk."""
    from shared.clock import write_clock  # noqa: PLC0415

    file = _clock_file()
    try:
        at = datetime.fromisoformat(moment)
        write_clock(file, at, snelheid)
    except ValueError:
        _fail(f"{moment} is geen tijdstip met zone; schrijf bijvoorbeeld 2026-03-02T09:00:00+01:00.")
    show_clock()


def _clock_file() -> Path:
    known = read_state(places.state_folder())["clockFile"]
    if not known:
        _fail("deze run gebruikt de echte tijd; een klok die verzet kan worden is er alleen met de demo.")
    return Path(known)


# --- terms -----------------------------------------------------------------------------------------------------


@app.command()
def termijn(
    soort: Annotated[str | None, typer.Argument(help="Soort termijn.")] = None,
    start: Annotated[str | None, typer.Argument(help="Begin: een tijdstip met zone.")] = None,
    *,
    invoer: Annotated[
        typer.FileText | None, typer.Option("--invoer", help="Bestand met SOORT START per regel; - is de invoer.")
    ] = None,
) -> None:
    """Reken een termijn uit, met de uitleg erbij, als JSON."""
    from deploy.local.termijn import answer_line  # noqa: PLC0415

    if invoer is None and not (soort and start):
        _fail("geef SOORT en START, of --invoer met een bestand.")
    lines = invoer or iter([f"{soort} {start}"])
    wrong = False
    for line in lines:
        found = answer_line(line)
        wrong |= "fout" in found
        _answer(found)
    if wrong:
        raise typer.Exit(1)


# --- telling ---------------------------------------------------------------------------------------------------


def _answer(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def _fail(told: str) -> NoReturn:
    sys.stderr.write(f"ketenradar: {told}\n")
    sys.exit(1)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    main()
