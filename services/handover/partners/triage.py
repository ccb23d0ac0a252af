"""What handover asks triage: the besluit on a melding, and the diensten with their veiligheidsvoorwaarden."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from services.handover.domain.pakket import BesluitDeel, DienstDeel, Voorwaarde
from services.handover.partners.answers import (
    Json,
    ask,
    incomplete,
    optional_bool,
    optional_object,
    optional_text,
    rows_of,
    text_of,
    uuid_of,
)
from shared.rules.behandelcodes import VoorwaardeStatus
from shared.web.client import RoomClient

_PAGES_MAX = 20
_VOORWAARDEN = "veiligheidsvoorwaarden"


@dataclass(frozen=True, slots=True)
class TriageOverHttp:
    """Ask triage over HTTP."""

    client: RoomClient
    url: str

    async def read_besluit(self, melding_id: UUID, *, purpose: str) -> BesluitDeel:
        """Return the besluit; raises ``OperationalError`` when it cannot be had whole."""
        url = f"{self.url}/v1/veiligheidsbeoordelingen/{melding_id}"
        return read_besluit_deel(await ask(self.client, url, purpose=purpose))

    async def read_diensten(self, casus_id: UUID, *, purpose: str) -> tuple[DienstDeel, ...]:
        """Return the diensten of a casus; raises ``OperationalError`` when they cannot be had whole."""
        found: list[DienstDeel] = []
        params = {"casusId": str(casus_id), "limiet": "200"}
        for _ in range(_PAGES_MAX):
            answer = await ask(self.client, f"{self.url}/v1/diensten", purpose=purpose, params=params)
            found += [await self._whole(row, purpose=purpose) for row in rows_of(answer, "resultaten")]
            following = optional_text(answer, "volgende")
            if following is None:
                return tuple(found)
            params = {**params, "na": following}
        raise incomplete()

    async def read_voorwaarden(self, dienst_id: UUID, *, purpose: str) -> Mapping[UUID, Voorwaarde]:
        """Return what each veiligheidsvoorwaarde of a dienst says, also of one that was given up."""
        answer = await ask(self.client, f"{self.url}/v1/diensten/{dienst_id}", purpose=purpose)
        return {uuid_of(row, "id"): _voorwaarde(row) for row in rows_of(answer, _VOORWAARDEN)}

    async def _whole(self, row: Json, *, purpose: str) -> DienstDeel:
        """Return a dienst; when the list told only the outline of it, the dienst itself is asked."""
        if _VOORWAARDEN not in row:
            row = await ask(self.client, f"{self.url}/v1/diensten/{uuid_of(row, 'id', 'dienstId')}", purpose=purpose)
        return read_dienst_deel(row)


def read_besluit_deel(answer: Json) -> BesluitDeel:
    """Read the besluit from a dossier.

    When the melding was reopened since, the outcome of the last besluit is what this overdracht came from.
    """
    besluit = optional_object(answer, "besluit")
    if not besluit and answer.get("eerdereDossiers"):
        decided = [row for row in rows_of(answer, "eerdereDossiers") if row.get("uitkomst")]
        besluit = max(decided, key=lambda row: str(row.get("beslotenOp")), default={})
    return BesluitDeel(
        uitkomst=text_of(besluit, "uitkomst"),
        acuut_onveilig=optional_bool(besluit, "acuutOnveilig"),
        structureel_onveilig=optional_bool(besluit, "structureelOnveilig"),
        motivering=optional_text(besluit, "motivering"),
        besloten_op=optional_text(besluit, "beslotenOp"),
    )


def read_dienst_deel(row: Json) -> DienstDeel:
    """Read one dienst from an answer of triage."""
    return DienstDeel(
        dienst_id=uuid_of(row, "id", "dienstId"),
        soort=text_of(row, "soort"),
        conclusie=optional_text(row, "conclusie"),
        motivering=optional_text(row, "motivering"),
        veiligheidsvoorwaarden=tuple(_voorwaarde(item) for item in row.get(_VOORWAARDEN) or () if _holds(item)),
    )


def _holds(item: object) -> bool:
    """Tell whether a veiligheidsvoorwaarde was not given up: who takes over must not keep what holds no more."""
    return not (isinstance(item, dict) and item.get("status") == VoorwaardeStatus.VERVALLEN)


def _voorwaarde(item: object) -> Voorwaarde:
    if not isinstance(item, dict):
        raise incomplete()
    return Voorwaarde(
        omschrijving=text_of(item, "omschrijving"),
        eigenaar=optional_text(item, "eigenaar"),
        controle=optional_text(item, "controle"),
        controle_op=optional_text(item, "controleOp"),
        instemming=optional_bool(item, "instemming"),
    )
