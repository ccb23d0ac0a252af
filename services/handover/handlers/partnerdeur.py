"""What stands behind every door of this room for who works elsewhere: whether his organisation may, and where.

The policy was asked first and stays the ceiling: here somebody is refused, or left with less, and never given more.
What an organisation was given is remembered for some seconds, so that the door costs no question to the database.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from services.handover.domain.organisaties import Dicht, Stand, judge_client, reikwijdte_of
from services.handover.store import organisaties as store
from shared.db import in_transaction
from shared.errors import NotAllowedError
from shared.rules.access import PARTNERROLLEN, Betrekking, Doel, Inhoud, Reikwijdte
from shared.rules.calendar import amsterdam_day
from shared.web.access import toegang_of
from shared.web.app import Resources
from shared.web.auth import Caller

REMEMBERED_SECONDS = 5.0
_REMEMBERED_MAX = 10_000
# What tells of families; figures and what stands on the organisation itself need no right of a purpose.
_OF_FAMILIES = frozenset({Inhoud.PERSONEN, Inhoud.CODES})

MELDINGEN = {
    Dicht.NIET_INGESCHREVEN: (
        "Uw organisatie is niet ingeschreven. Vraag de beheerder van Veilig Thuis om haar in te schrijven "
        "(/v1/organisaties)."
    ),
    Dicht.BEEINDIGD: "De inschrijving van uw organisatie is beëindigd. Vraag de beheerder van Veilig Thuis ernaar.",
    Dicht.CLIENT: (
        "Het systeem waarmee u komt, spreekt niet voor uw organisatie. Laat de beheerder van Veilig Thuis het "
        "toevoegen bij de clients van uw organisatie (/v1/organisaties)."
    ),
    Dicht.GEEN_RECHT: (
        "Uw organisatie heeft vandaag geen recht voor dit doel. Haar rechten staan onder /v1/organisaties; de "
        "beheerder van Veilig Thuis geeft ze."
    ),
}


@dataclass(slots=True)
class _Remembered:
    """What an organisation was given, until when that is believed, and what follows from it on a day for a doel."""

    until: float
    stand: Stand | None
    reikwijdten: dict[tuple[Doel, date], frozenset[Reikwijdte] | None] = field(default_factory=dict)

    def reikwijdte(self, doel: Doel, day: date) -> frozenset[Reikwijdte] | None:
        """Return where the organisation may do what it came for."""
        if (doel, day) not in self.reikwijdten:
            self.reikwijdten[doel, day] = reikwijdte_of(self.stand, doel=doel, day=day)
        return self.reikwijdten[doel, day]


class Partnerdeur:
    """Let in who comes for an organisation that may, with what its rights leave of what he may do."""

    def __init__(self, *, verplicht: bool, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Demand enrolment of everybody when it is ``verplicht``; else only hold to it who is enrolled."""
        self.verplicht = verplicht
        self._monotonic = monotonic
        self._known: dict[str, _Remembered] = {}

    async def __call__(self, made: Resources, caller: Caller) -> Caller:
        """Return the caller with what is left of what he may do; raises ``NotAllowedError``."""
        if caller.rol not in PARTNERROLLEN:
            return caller
        known = await self._remember(made, caller.organisatie_id)
        closed = judge_client(known.stand, client_id=caller.client_id, verplicht=self.verplicht)
        if closed is not None:
            raise NotAllowedError(MELDINGEN[closed])
        toegang = toegang_of(caller)
        # A glass is broken by who is tied to nothing, when it cannot wait; it is told and looked at afterwards.
        if toegang.regel.inhoud not in _OF_FAMILIES or toegang.noodtoegang or toegang.betrekking is Betrekking.NOOD:
            return caller
        reikwijdte = known.reikwijdte(toegang.doel, amsterdam_day(made.clock()))
        if reikwijdte is None:
            return caller
        if not reikwijdte:
            raise NotAllowedError(MELDINGEN[Dicht.GEEN_RECHT])
        return replace(caller, toegang=replace(toegang, reikwijdte=reikwijdte))

    def forget(self, organisatie_id: str) -> None:
        """Ask again for an organisation: something was changed in it."""
        self._known.pop(organisatie_id, None)

    async def _remember(self, made: Resources, organisatie_id: str) -> _Remembered:
        now = self._monotonic()
        known = self._known.get(organisatie_id)
        if known is not None and now < known.until:
            return known
        async with in_transaction(made.engine) as conn:
            stand = await store.read_stand(conn, organisatie_id)
        if len(self._known) >= _REMEMBERED_MAX:
            self._known.clear()
        known = self._known[organisatie_id] = _Remembered(now + REMEMBERED_SECONDS, stand)
        return known
