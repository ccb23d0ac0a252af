"""The facts of shelter for the small casus of ``builders``: each method is one fact, as in ``Chain``."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from shared.events import opvang as o
from shared.rules.opvang import Doelgroep, OpvangEinde, OpvangSoort, OpvangWeigerReden
from tests.unit.monitoring.core.builders import Chain


@dataclass
class ShelteredChain(Chain):
    """A casus with shelter."""

    def vraag_opvang(self, melding_id: UUID, at: datetime, *groepen: Doelgroep, onzeker: bool = False) -> list[UUID]:
        """Ask for some people; return them as clients."""
        clienten = tuple(
            o.OpvangClient(client_id=uuid4(), doelgroep=groep, onzekere_verblijfsstatus=onzeker) for groep in groepen
        )
        payload = o.OpvangAangevraagd(
            aanvraag_id=uuid4(),
            melding_id=melding_id,
            gemeente_code=self.gemeente_code,
            spoed=True,
            aangevraagd_op=at,
            clienten=clienten,
        )
        self.add(payload, at)
        return [one.client_id for one in clienten]

    def _of(self, melding_id: UUID, client_id: UUID) -> dict[str, Any]:
        return {
            "client_id": client_id,
            "aanvraag_id": uuid4(),
            "melding_id": melding_id,
            "gemeente_code": self.gemeente_code,
        }

    def plaats(self, melding_id: UUID, client_id: UUID, at: datetime, asked: datetime, **more: Any) -> None:
        values = {
            "soort": OpvangSoort.CRISISOPVANG_KINDEREN,
            "doelgroep": Doelgroep.KIND,
            "onzekere_verblijfsstatus": False,
            "doorstroom": False,
            "klaar_sinds": None,
        }
        told = {"aangevraagd_op": asked, "geplaatst_op": at}
        self.add(o.OpvangGeplaatst(**self._of(melding_id, client_id) | values | told | more), at)

    def klaar(self, melding_id: UUID, client_id: UUID, at: datetime) -> None:
        self.add(o.OpvangKlaargemeld(**self._of(melding_id, client_id), klaar_sinds=at), at)

    def weiger_opvang(self, melding_id: UUID, client_id: UUID, at: datetime, *, onzeker: bool) -> None:
        values = {"reden": OpvangWeigerReden.ZORGVRAAG_TE_ZWAAR, "onzekere_verblijfsstatus": onzeker}
        self.add(o.OpvangGeweigerd(**self._of(melding_id, client_id) | values, geweigerd_op=at), at)

    def vertrek(self, melding_id: UUID, client_id: UUID, at: datetime, **more: Any) -> None:
        values = {
            "einde": OpvangEinde.UITGESTROOMD,
            "onzekere_verblijfsstatus": False,
            "geplaatst_op": None,
            "klaar_sinds": None,
        }
        self.add(o.OpvangBeeindigd(**self._of(melding_id, client_id) | values | more, beeindigd_op=at), at)

    def screen_kind(self, melding_id: UUID, client_id: UUID, at: datetime) -> None:
        self.add(o.TraumascreeningGedaan(**self._of(melding_id, client_id), gescreend_op=at), at)
