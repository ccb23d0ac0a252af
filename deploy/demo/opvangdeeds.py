"""What can be done in the play for who needs shelter; each child is a client of its own, by its place in a melding."""

from dataclasses import dataclass

from shared.rules.opvang import (
    Doelgroep,
    OpvangIntrekReden,
    OpvangSoort,
    OpvangWeigerReden,
    ScreeningUitkomst,
    ScreeningVervolg,
    UitstroomNaar,
)


@dataclass(frozen=True, slots=True)
class Mens:
    """Somebody who needs a place, by his place in the melding."""

    nr: int
    doelgroep: Doelgroep
    onzekere_verblijfsstatus: bool = False


@dataclass(frozen=True, slots=True)
class OpvangAanvragen:
    """Ask shelter for a group; ``niet_hier``: not in the municipality where they lived."""

    groep: tuple[Mens, ...]
    spoed: bool
    niet_hier: bool
    door_team: bool  # and not by Veilig Thuis


@dataclass(frozen=True, slots=True)
class OpvangPlaatsen:
    """Give each of a group a place; who had one moves on."""

    plaatsen: tuple[tuple[int, OpvangSoort], ...]


@dataclass(frozen=True, slots=True)
class OpvangWachten:
    """Put a group on the waiting list."""


@dataclass(frozen=True, slots=True)
class OpvangElders:
    """Give a group a place in another region, by its Veilig Thuis, and in which municipality."""

    regio: str
    gemeente_code: str


@dataclass(frozen=True, slots=True)
class OpvangWeigeren:
    reden: OpvangWeigerReden


@dataclass(frozen=True, slots=True)
class OpvangIntrekken:
    reden: OpvangIntrekReden


@dataclass(frozen=True, slots=True)
class Traumascreenen:
    nr: int
    uitkomst: ScreeningUitkomst
    vervolg: ScreeningVervolg


@dataclass(frozen=True, slots=True)
class OpvangKlaarMelden:
    """Note that a group could leave, and has nowhere to go yet."""


@dataclass(frozen=True, slots=True)
class OpvangUitstromen:
    naar: UitstroomNaar


Opvangdaad = (
    OpvangAanvragen
    | OpvangPlaatsen
    | OpvangWachten
    | OpvangElders
    | OpvangWeigeren
    | OpvangIntrekken
    | Traumascreenen
    | OpvangKlaarMelden
    | OpvangUitstromen
)
