"""An instrument by which safety is weighed, as data: its versions, its questions, and whether answers fit them.

A new version is a file and no code. What an instrument suggests is shown and decides nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

TEKST_MAX = 20_000


class VraagSoort(StrEnum):
    JA_NEE = "ja-nee"
    KEUZE = "keuze"
    SCHAAL = "schaal"
    TEKST = "tekst"


@dataclass(frozen=True, slots=True)
class TonenAls:
    """A question that is only put after some answers to an earlier one."""

    vraag: str
    bij: tuple[bool | int | str, ...]


@dataclass(frozen=True, slots=True)
class WijstOp:
    """What some answers suggest about safety."""

    bij: tuple[bool | int | str, ...]
    acuut: bool = False
    structureel: bool = False


@dataclass(frozen=True, slots=True)
class Schaal:
    laagste: int
    hoogste: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Vraag:
    """One question, in Dutch that everybody can read (B1)."""

    id: str
    tekst: str
    soort: VraagSoort
    verplicht: bool = True
    keuzes: tuple[str, ...] = ()
    schaal: Schaal | None = None
    tonen_als: TonenAls | None = None
    wijst_op: WijstOp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentVersie:
    """One version of an instrument; ``eigen_bewerking`` says what of it is ours and not of its makers."""

    id: str
    versie: str
    titel: str
    bron: str
    eigen_bewerking: str
    geverifieerd: bool
    geldig_van: date
    geldig_tot: date | None = None  # the first day on which it is not used any more
    vragen: tuple[Vraag, ...]

    def holds_on(self, day: date) -> bool:
        """Say whether it is used on a day."""
        return self.geldig_van <= day and (self.geldig_tot is None or day < self.geldig_tot)


@dataclass(frozen=True, slots=True)
class Aanwijzing:
    """What answers suggest: never more than a hint to who decides."""

    acuut: bool
    structureel: bool


class FrameError(ValueError):
    """A file that is no instrument; the text says why."""


Catalogus = Mapping[str, tuple[InstrumentVersie, ...]]  # by id, the oldest version first


def build_catalogus(versies: Iterator[InstrumentVersie] | tuple[InstrumentVersie, ...]) -> Catalogus:
    """Return instruments by id; raises ``FrameError`` for one that cannot be answered, or a version that is twice."""
    found: dict[str, list[InstrumentVersie]] = {}
    for one in versies:
        _check_frame(one)
        earlier = found.setdefault(one.id, [])
        if any(known.versie == one.versie for known in earlier):
            raise FrameError(f"{one.id} {one.versie}: this version is there twice")
        earlier.append(one)
    ordered = {
        name: tuple(sorted(some, key=lambda one: (one.geldig_van, one.versie))) for name, some in sorted(found.items())
    }
    return MappingProxyType(ordered)


def _check_frame(versie: InstrumentVersie) -> None:
    known: set[str] = set()
    for vraag in versie.vragen:
        place = f"{versie.id} {versie.versie} {vraag.id}"
        if vraag.id in known:
            raise FrameError(f"{place}: this question is there twice")
        if (vraag.soort is VraagSoort.KEUZE) != bool(vraag.keuzes):
            raise FrameError(f"{place}: a keuze has keuzes, and no other question has them")
        if (vraag.soort is VraagSoort.SCHAAL) != (vraag.schaal is not None):
            raise FrameError(f"{place}: a schaal has its ends, and no other question has them")
        if vraag.tonen_als is not None and vraag.tonen_als.vraag not in known:
            raise FrameError(f"{place}: is put after a question that does not come before it")
        known.add(vraag.id)


def find_versie(catalogus: Catalogus, naam: str, versie: str) -> InstrumentVersie | None:
    """Return one version of an instrument."""
    return next((one for one in catalogus.get(naam, ()) if one.versie == versie), None)


def find_instrument_faults(
    catalogus: Catalogus, naam: str, versie: str, antwoorden: Any, *, vrij: bool
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a filled in instrument, as a JSON pointer and a Dutch sentence; never what was sent.

    With ``vrij`` an instrument that is not in the catalogue is taken as it is: there are more than these.
    """
    if naam not in catalogus:
        if not vrij:
            yield "/instrument/naam", f"is er niet; er zijn: {', '.join(catalogus)}"
        return
    found = find_versie(catalogus, naam, versie)
    if found is None:
        versies = ", ".join(one.versie for one in catalogus[naam])
        yield "/instrument/versie", f"is er niet; van dit instrument zijn er: {versies}"
        return
    if not isinstance(antwoorden, Mapping):
        yield "/instrument/antwoorden", "een object met bij elke vraag het antwoord"
        return
    yield from find_answer_faults(found, antwoorden, "/instrument/antwoorden")


def find_answer_faults(
    versie: InstrumentVersie, antwoorden: Mapping[str, Any], place: str
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with answers to one version.

    A question that need not be put (C after B is yes) may still be answered: who knows more may say so.
    """
    vragen = {vraag.id: vraag for vraag in versie.vragen}
    unknown = sum(1 for name in antwoorden if name not in vragen)
    if unknown:
        # The name of a field is what somebody sent: it is counted and not repeated.
        yield place, f"{unknown} vraag of vragen die niet in deze versie staan; er zijn: {', '.join(vragen)}"
    for vraag in versie.vragen:
        pointer = f"{place}/{vraag.id.replace('~', '~0').replace('/', '~1')}"
        answer = antwoorden.get(vraag.id)
        if answer is None:
            if vraag.verplicht and is_put(vraag, antwoorden):
                yield pointer, "moet worden beantwoord"
        elif not _FITS[vraag.soort](vraag, answer):
            yield pointer, _WANTED[vraag.soort](vraag)


def is_put(vraag: Vraag, antwoorden: Mapping[str, Any]) -> bool:
    """Say whether a question must be put after the answers that there are."""
    wanted = vraag.tonen_als
    return wanted is None or _is_among(antwoorden.get(wanted.vraag), wanted.bij)


def suggest(versie: InstrumentVersie, antwoorden: Mapping[str, Any]) -> Aanwijzing:
    """Return what answers suggest about safety."""
    hints = [
        vraag.wijst_op
        for vraag in versie.vragen
        if vraag.wijst_op is not None and _is_among(antwoorden.get(vraag.id), vraag.wijst_op.bij)
    ]
    return Aanwijzing(any(hint.acuut for hint in hints), any(hint.structureel for hint in hints))


def _is_among(answer: Any, wanted: tuple[bool | int | str, ...]) -> bool:
    # True is 1 in Python, and not on a form.
    return any(type(answer) is type(one) and answer == one for one in wanted)


def _fits_schaal(vraag: Vraag, answer: Any) -> bool:
    schaal = vraag.schaal
    return schaal is not None and type(answer) is int and schaal.laagste <= answer <= schaal.hoogste


_FITS: Mapping[VraagSoort, Callable[[Vraag, Any], bool]] = MappingProxyType(
    {
        VraagSoort.JA_NEE: lambda _, answer: isinstance(answer, bool),
        VraagSoort.KEUZE: lambda vraag, answer: isinstance(answer, str) and answer in vraag.keuzes,
        VraagSoort.SCHAAL: _fits_schaal,
        VraagSoort.TEKST: lambda _, answer: isinstance(answer, str) and 0 < len(answer.strip()) <= TEKST_MAX,
    }
)


def _ends(vraag: Vraag) -> str:
    return f"een geheel getal van {vraag.schaal.laagste} tot en met {vraag.schaal.hoogste}" if vraag.schaal else ""


_WANTED: Mapping[VraagSoort, Callable[[Vraag], str]] = MappingProxyType(
    {
        VraagSoort.JA_NEE: lambda _: "true of false",
        VraagSoort.KEUZE: lambda vraag: f"een van: {', '.join(vraag.keuzes)}",
        VraagSoort.SCHAAL: _ends,
        VraagSoort.TEKST: lambda _: f"een tekst van hooguit {TEKST_MAX} tekens",
    }
)
