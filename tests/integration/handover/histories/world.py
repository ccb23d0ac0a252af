"""What a history is played in: a few casussen, who receives their overdrachten, and what each of them can do.

A step is one request to the door, or one fact that the room hears. Which overdracht it is about is drawn; so is
whether it fits: a refusal is an answer too.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from shared.db import in_transaction
from shared.events.payloads import Bestemming, CasusAfgesloten, CasusGesplitst, CasusSamengevoegd
from shared.rules.codes import BestemmingSoort
from shared.rules.overdrachtcodes import IntrekReden, TeruggaveReden
from tests.integration.handover.conftest import OPVANG, OTHER_PARTNER, TEAM, VT, HandoverRoom
from tests.integration.handover.test_overdrachten import besluit, melding

SECRET = "Mevrouw Canarie-Jansen woont op de Geheimstraat"
_S = BestemmingSoort
RECEIVERS: dict[str, Any] = {
    "lokaal-team-0599": TEAM,
    "opvang-rotterdam-rijnmond": OPVANG,
    "jbrr": OTHER_PARTNER,
}
TO = (
    (_S.LOKAAL_VELD, "lokaal-team-0599"),
    (_S.OPVANG, "opvang-rotterdam-rijnmond"),
    (_S.GECERTIFICEERDE_INSTELLING, "jbrr"),
)


async def rows(room: HandoverRoom, query: str, **values: Any) -> Sequence[Any]:
    """Return what is on disk."""
    async with in_transaction(room.made.engine) as conn:
        return (await conn.execute(text(query), values)).all()


@dataclass
class Tally:
    """What happened in all histories together."""

    histories: int = 0
    steps: Counter[tuple[str, int]] = field(default_factory=Counter)  # 0: a fact that was heard
    at_once: int = 0
    repeated: int = 0
    holders: int = 0  # periods that were looked at

    def told(self) -> str:
        """Return all of it as one line."""
        answers = Counter[int]()
        for (_, status), count in self.steps.items():
            answers[status] += count
        return (
            f"histories: {self.histories}, steps: {self.steps.total()}, at once: {self.at_once}, repeated: "
            f"{self.repeated}, periods: {self.holders}, answers: {dict(sorted(answers.items()))}"
        )


@dataclass(frozen=True, eq=False)
class Asked:
    """A request that is ready."""

    name: str
    path: str
    who: Any
    body: Any


@dataclass
class World:
    room: HandoverRoom
    chance: Random
    tally: Tally
    casus_ids: list[UUID] = field(default_factory=list)
    meldingen: dict[UUID, UUID] = field(default_factory=dict)  # in which casus each was received, or went since
    merged: list[tuple[UUID, UUID]] = field(default_factory=list)  # which went up in which, the last one last
    volgorde: int = 0

    # --- facts -------------------------------------------------------------------------------------------------------

    async def report(self, casus_id: UUID | None = None, **more: Any) -> None:
        """Let a melding come in, in a casus that is known or in a new one."""
        here, melding_id = casus_id or uuid4(), uuid4()
        await self.hear(here, melding(self.room, melding_id=melding_id, **more))
        self.meldingen[melding_id] = here
        if here not in self.casus_ids:
            self.casus_ids.append(here)

    async def hear(self, casus_id: UUID, *facts: Any) -> None:
        """Let the room hear facts; now and then twice."""
        self.tally.steps[type(facts[0]).__name__, 0] += 1
        await self.room.hear(casus_id, *facts, *(facts if self.chance.random() < 0.2 else ()))

    async def decide(self) -> None:
        """Offer a casus to one, two or three receivers, of whom the first gets sight of safety."""
        melding_id = self.chance.choice(list(self.meldingen))
        drawn = self.chance.sample(TO, self.chance.randint(1, 3))
        to = [
            Bestemming(soort=soort, organisatie_id=naam, draagt_zicht=nr == 0) for nr, (soort, naam) in enumerate(drawn)
        ]
        decided = besluit(self.room, *to)
        await self.hear(self.meldingen[melding_id], replace(decided, melding_id=melding_id))

    async def merge(self) -> None:
        """Let two casussen become one."""
        if len(self.casus_ids) < 2:
            return
        stays, goes = self.chance.sample(self.casus_ids, 2)
        self.volgorde += 1
        fact = CasusSamengevoegd(
            verdwenen_casus_id=goes, melding_ids=(), samengevoegd_op=self.room.klok(), volgorde=self.volgorde
        )
        await self.hear(stays, fact)
        self.casus_ids.remove(goes)
        self.merged.append((goes, stays))
        self.meldingen = {one: stays if here == goes else here for one, here in self.meldingen.items()}

    async def split(self) -> None:
        """Let a melding go to a casus of its own."""
        melding_id = self.chance.choice(list(self.meldingen))
        here, new = self.meldingen[melding_id], uuid4()
        self.volgorde += 1
        fact = CasusGesplitst(
            nieuwe_casus_id=new,
            melding_ids=(melding_id,),
            gesplitst_op=self.room.klok(),
            herstelt_samenvoeging=False,
            volgorde=self.volgorde,
        )
        await self.hear(here, fact)
        self.meldingen[melding_id] = new
        self.casus_ids.append(new)

    async def close(self) -> None:
        """Let monitoring close a casus."""
        fact = CasusAfgesloten(afgesloten_op=self.room.klok(), reden="overgedragen")
        await self.hear(self.chance.choice(self.casus_ids), fact)

    async def reopen(self) -> None:
        """Let a melding come in that intake knew to be after the closing."""
        closed = self.room.klok()
        await self.report(self.chance.choice(self.casus_ids), vorige_afsluiting_op=closed, hermelding=True)

    async def wait(self) -> None:
        """Let time pass, and do what was due meanwhile."""
        days = self.chance.choice([0.01, 0.2, 1, 4, 9, 16])
        self.room.klok.advance(timedelta(days=days))
        self.tally.steps["terugkeer", 0] += await self.room.work()

    # --- requests ----------------------------------------------------------------------------------------------------

    async def draw(self) -> Asked | None:
        """Return a request about an overdracht of this history."""
        query = (
            "SELECT id, status, organisatie_id, zicht_gevraagd FROM overdracht WHERE melding_id = ANY(:ids) ORDER BY id"
        )
        found = await rows(self.room, query, ids=list(self.meldingen))
        if not found:
            return None
        row = self.chance.choice(found)
        fitting = _FITTING.get(row.status, ())
        if row.zicht_gevraagd:
            fitting = (*fitting, *["zicht-aanvaarding"] * 3)
        name = self.chance.choice(fitting) if fitting and self.chance.random() < 0.8 else self.chance.choice(_ALL)
        by_vt = name in _BY_VT
        who = VT if by_vt else RECEIVERS[row.organisatie_id]
        if name == "opnieuw":
            soort, naam = self.chance.choice(TO)
            again = {
                "vervangtOverdrachtId": str(row.id),
                "bestemming": {"soort": soort, "organisatieId": naam},
                "motivering": SECRET,
            }
            return Asked(name, "/overdrachten", VT, again)
        return Asked(name, f"/overdrachten/{row.id}/{name}", who, self._body(name))

    def _body(self, name: str) -> Any:
        chance = self.chance
        bodies: dict[str, Any] = {
            "acceptatie": {"naam": SECRET, "warm": chance.random() < 0.5},
            "weigering": {"reden": chance.choice(["geen-capaciteit", "niet-bevoegd"]), "toelichting": SECRET},
            "intrekking": {"reden": chance.choice(list(IntrekReden)), "toelichting": SECRET},
            "eerste-contact": {"tijdstip": self.room.klok().isoformat()},
            "teruggave": {"reden": chance.choice(list(TeruggaveReden)), "toelichting": SECRET},
            "teruggave-afwijzing": {"toelichting": SECRET},
            "zicht-aanbod": {
                "stap": chance.choices(["aanbieden", "terugvragen", "intrekken"], [5, 3, 1])[0],
                "motivering": SECRET,
            },
        }
        return bodies.get(name)

    async def send(self, asked: Asked) -> int:
        """Send a request and return its status."""
        more = {} if asked.body is None else {"json": asked.body}
        answer = await self.room.call("POST", asked.path, asked.who, **more)
        self.tally.steps[asked.name, answer.status_code] += 1
        assert answer.status_code in {200, 201, 409}, f"{asked.name}: {answer.status_code} {answer.text[:300]}"
        return answer.status_code


_BY_VT = frozenset({"intrekking", "teruggave-aanvaarding", "teruggave-afwijzing", "zicht-aanbod", "opnieuw"})
_FITTING: dict[str, tuple[str, ...]] = {
    "aangeboden": ("acceptatie", "acceptatie", "acceptatie", "weigering", "intrekking"),
    "geaccepteerd": ("eerste-contact", "teruggave", "teruggave", "zicht-aanbod", "zicht-aanbod"),
    "teruggave-gevraagd": ("teruggave-aanvaarding", "teruggave-aanvaarding", "teruggave-afwijzing"),
    "geweigerd": ("opnieuw",),
    "ingetrokken": ("opnieuw",),
    "teruggekeerd": ("opnieuw",),
    "teruggegeven": ("opnieuw",),
}
_ALL = (
    "acceptatie", "weigering", "intrekking", "eerste-contact", "teruggave", "teruggave-aanvaarding",
    "teruggave-afwijzing", "zicht-aanbod", "zicht-aanvaarding", "opnieuw",
)  # fmt: skip
