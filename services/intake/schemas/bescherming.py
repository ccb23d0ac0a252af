"""The protection of a melder on the wire: passages, what was agreed, and texts to be cut."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from services.intake.domain.bescherming import PASSAGES_MAX, Plaats, Voorstel, Wijziging
from services.intake.domain.weglating import PassageReden
from services.intake.handlers.bescherming import Bekendmakingen, Geknipt, Passages
from services.intake.schemas.common import sent
from services.intake.schemas.melding import BekendmakingAfspraak
from shared.web.schema import Schema, Tijdstip

TEKSTEN_MAX = 200
_TEKST_BYTES_MAX = 40_000

Veld = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        pattern=r"^/",
        description="JSON-pointer naar een vrije tekst van de melding zoals die is verstuurd",
        examples=["/zorgelijkeSituatie/omschrijving"],
    ),
]
_UNIT = "geteld in Unicode-codepunten vanaf 0 (niet in bytes of UTF-16-eenheden)"
Van = Annotated[int, Field(ge=0, lt=1_000_000, description=f"Het eerste teken, {_UNIT}")]
Tot = Annotated[int, Field(ge=0, le=1_000_000, description=f"Het eerste teken dat er niet meer bij hoort, {_UNIT}")]


class PassageIn(Schema):
    """Een plaats in een tekst die de melder verraadt, ook als feit dat alleen indirect naar hem leidt."""

    veld: Veld
    van: Van
    tot: Tot
    reden: PassageReden

    def to_domain(self) -> Plaats:
        """Return the place as the domain reads it."""
        return Plaats(self.veld, self.van, self.tot, self.reden)


PassagesIn = Annotated[list[PassageIn], Field(max_length=PASSAGES_MAX)]


class PassageUit(PassageIn):
    tekst: str
    verouderd: Annotated[
        bool,
        Field(description="De tekst is daarna gewijzigd: hij wordt geheel weggelaten tot hij opnieuw is gemarkeerd"),
    ]


class PassagesUit(Schema):
    melding_id: UUID
    versie: int
    passages: tuple[PassageUit, ...]


class PassagevoorstelUit(PassageIn):
    vanzelf: Annotated[bool, Field(description="Dit wordt nu al weggelaten, ook zonder te markeren")]


class PassagevoorstelLijst(Schema):
    resultaten: tuple[PassagevoorstelUit, ...]
    volgende: str | None


class WijzigingUit(Schema):
    """Een eerdere afspraak, wie haar verving, en wanneer."""

    gewijzigd_op: Tijdstip
    door: str
    rol: str
    van: BekendmakingAfspraak
    naar: BekendmakingAfspraak


class BekendmakingUit(BekendmakingAfspraak):
    melding_id: UUID
    versie: int
    zichtbaar: Annotated[bool, Field(description="Of wie een overdracht ontvangt, en het gezin, de melder ziet")]
    reden: str
    wijzigingen: tuple[WijzigingUit, ...]


class Teksten(Schema):
    teksten: Annotated[tuple[Annotated[str, Field(max_length=_TEKST_BYTES_MAX)], ...], Field(max_length=TEKSTEN_MAX)]


class WeggelatenTeksten(Schema):
    teksten: tuple[str, ...]
    stand: Annotated[
        str, Field(description="Verandert zodra er iets verandert aan de bescherming van een melder van deze casus")
    ]


def agreed(afspraak: BekendmakingAfspraak) -> dict[str, Any]:
    """Return an agreement as it is kept."""
    return sent(afspraak)


def passages_uit(melding_id: UUID, found: Passages) -> PassagesUit:
    """Return what is marked in a melding."""
    return PassagesUit(
        melding_id=melding_id,
        versie=found.versie,
        passages=tuple(
            PassageUit(
                veld=one.veld,
                van=one.van,
                tot=one.tot,
                reden=one.reden,
                tekst=one.tekst,
                verouderd=one in found.verouderd,
            )
            for one in found.passages
        ),
    )


def voorstel_uit(voorstel: Voorstel) -> PassagevoorstelUit:
    """Return a place that may reveal a melder."""
    return PassagevoorstelUit(
        veld=voorstel.veld, van=voorstel.van, tot=voorstel.tot, reden=voorstel.reden, vanzelf=voorstel.vanzelf
    )


def bekendmaking_uit(melding_id: UUID, found: Bekendmakingen) -> BekendmakingUit:
    """Return what is agreed with a melder, and what was."""
    return BekendmakingUit.model_validate(
        {
            **found.afspraak,
            "melding_id": melding_id,
            "versie": found.versie,
            "zichtbaar": found.oordeel.zichtbaar,
            "reden": found.oordeel.reden,
            "wijzigingen": [_wijziging(one) for one in found.wijzigingen],
        }
    )


def _wijziging(one: Wijziging) -> WijzigingUit:
    return WijzigingUit.model_validate(
        {"gewijzigd_op": one.gewijzigd_op, "door": one.door, "rol": one.rol, "van": one.van, "naar": one.naar}
    )


def weggelaten_uit(found: Geknipt) -> WeggelatenTeksten:
    """Return texts without what tells who a hidden melder is."""
    return WeggelatenTeksten(teksten=found.teksten, stand=found.stand)
