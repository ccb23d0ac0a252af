"""What triage asks intake: its own texts without what tells who a hidden melder is."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.rules.access import Doel
from shared.rules.weglaten import Geknipt
from shared.web.client import RoomClient
from shared.web.weglaten import cut_teksten


@dataclass(frozen=True, slots=True)
class IntakeOverHttp:
    """Ask intake over HTTP."""

    client: RoomClient
    url: str

    async def cut_teksten(self, casus_id: UUID, teksten: Sequence[str]) -> Geknipt:
        """Return texts as somebody outside may read them; raises ``OperationalError`` when they cannot be had."""
        return await cut_teksten(self.client, self.url, casus_id, teksten, purpose=Doel.BEHANDELING)
