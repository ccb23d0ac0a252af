"""Casussen to measure with: what the chain tells of each of them, as events and as rows of monitoring."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import orjson
import psycopg

from shared.events.catalogue import BY_PAYLOAD, Room
from shared.events.envelope import Event
from shared.events.payloads import (
    AardGeweld,
    AcuutcheckGedaan,
    AdviesGegeven,
    Bestemming,
    DienstAfgerond,
    DienstGestart,
    Fact,
    HandelingVastgelegd,
    MeldingOntvangen,
    OverdrachtAangeboden,
    OverdrachtGeaccepteerd,
    VeiligheidsbeoordelingAfgerond,
)
from shared.events.plaatsen import onderwerp_of
from shared.messaging.codec import dump_payload, type_of
from shared.rules.codes import (
    BestemmingSoort,
    Conclusie,
    DienstSoort,
    HandelingSoort,
    MelderCategorie,
    MelderSoort,
    Relatie,
    Uitkomst,
    Vorm,
)

GEMEENTEN = ("0599", "0613", "0489", "0502", "0542", "1621", "0597", "0622", "0606", "0556", "1930", "1992", "1924")
_UITKOMSTEN = (Uitkomst.GEEN_VERVOLG, Uitkomst.OVERDRACHT, Uitkomst.ONDERZOEK)
_CATEGORIEEN = tuple(MelderCategorie)
_VORMEN = tuple(Vorm)

_COPY = """COPY feit (event_id, bron, casus_id, volgnummer, soort, tijdstip, data, genoemde_casus_id, onderwerp_id)
           FROM STDIN"""


def casus(number: int, start: datetime, gemeente_code: str = "") -> list[Event]:
    """Return what is told of one casus: its melding, the besluit, and what follows on it in one of three ways."""
    casus_id, gemeente = uuid4(), gemeente_code or GEMEENTEN[number % len(GEMEENTEN)]
    numbers: Counter[Room] = Counter()
    events = []
    for moment, payload in _melding(number, start, gemeente):
        room = BY_PAYLOAD[type(payload)].publisher
        numbers[room] += 1
        events.append(_event(casus_id, numbers[room], moment, payload))
    return events


def advies(number: int, start: datetime) -> list[Event]:
    """Return an advies, which belongs to no casus."""
    advies_id = uuid4()
    payload = AdviesGegeven(
        advies_id=advies_id,
        gegeven_op=start,
        gemeente_code=GEMEENTEN[number % len(GEMEENTEN)],
        adviesvrager_categorie=_CATEGORIEEN[number % len(_CATEGORIEEN)],
        kanaal="telefoon",
    )
    return [_event(advies_id, 1, start, payload)]


def _event(casus_id: UUID, nr: int, moment: datetime, payload: Fact) -> Event:
    return Event(
        id=uuid4(), room=BY_PAYLOAD[type(payload)].publisher, casus_id=casus_id, sequence=nr, time=moment,
        payload=payload,
    )  # fmt: skip


def _melding(number: int, start: datetime, gemeente: str) -> Iterator[tuple[datetime, Fact]]:
    melding_id, dossier_id = uuid4(), uuid4()
    uitkomst, decided = _UITKOMSTEN[number % 3], start + timedelta(days=2 + number % 5)
    yield (
        start,
        MeldingOntvangen(
            melding_id=melding_id,
            ontvangen_op=start,
            gemeente_code=gemeente,
            melder_categorie=_CATEGORIEEN[number % len(_CATEGORIEEN)],
            melder_soort=MelderSoort.PROFESSIONAL,
            hermelding=number % 4 == 0,
            vorige_afsluiting_op=None,
            aantal_personen=2 + number % 3,
            aard_geweld=(AardGeweld(relatie=Relatie.PARTNERGEWELD, vorm=_VORMEN[number % len(_VORMEN)]),),
            meldcode_volledig=number % 2 == 0,
            directbetrokkenen=(0, 1),
        ),
    )
    checked = start + timedelta(hours=2)
    yield (
        checked,
        AcuutcheckGedaan(
            melding_id=melding_id, dossier_id=dossier_id, acuut=number % 9 == 0, gedaan_op=checked, interventies=()
        ),
    )
    receivers = (Bestemming(soort=BestemmingSoort.LOKAAL_VELD, organisatie_id="lokaal-team", draagt_zicht=True),)
    overdracht = uitkomst is Uitkomst.OVERDRACHT
    yield (
        decided,
        VeiligheidsbeoordelingAfgerond(
            melding_id=melding_id,
            dossier_id=dossier_id,
            gemeente_code=gemeente,
            uitkomst=uitkomst,
            acuut_onveilig=number % 9 == 0,
            structureel_onveilig=number % 2 == 0,
            besloten_op=decided,
            statuscode="A",
            bestemmingen=receivers if overdracht else (),
            sluit=uitkomst is Uitkomst.GEEN_VERVOLG,
            grondslagen=("wmo-4-1-1",),
        ),
    )
    told = decided + timedelta(days=1)
    for soort in (HandelingSoort.BETROKKENEN_GEINFORMEERD, HandelingSoort.MELDER_TERUGGEKOPPELD):
        yield told, HandelingVastgelegd(melding_id=melding_id, soort=soort, tijdstip=told)
    if overdracht:
        yield from _overdracht(melding_id, gemeente, decided)
    elif uitkomst is Uitkomst.ONDERZOEK:
        yield from _onderzoek(melding_id, gemeente, start, decided, days=30 + number % 50)


def _onderzoek(
    melding_id: UUID, gemeente: str, start: datetime, decided: datetime, *, days: int
) -> Iterator[tuple[datetime, Fact]]:
    dienst_id, ended = uuid4(), decided + timedelta(days=days)
    yield (
        decided,
        DienstGestart(
            dienst_id=dienst_id,
            melding_id=melding_id,
            gemeente_code=gemeente,
            soort=DienstSoort.ONDERZOEK,
            gestart_op=decided,
            ontvangen_op=start,
        ),
    )
    yield (
        ended,
        DienstAfgerond(
            dienst_id=dienst_id,
            melding_id=melding_id,
            gemeente_code=gemeente,
            soort=DienstSoort.ONDERZOEK,
            conclusie=Conclusie.BEVESTIGD,
            afgerond_op=ended,
            aantal_voorwaarden=3,
            bestemmingen=(),
            sluit=False,
            grondslagen=("wmo-4-1-1",),
        ),
    )
    yield from _overdracht(melding_id, gemeente, ended, dienst_id)


def _overdracht(
    melding_id: UUID, gemeente: str, offered: datetime, dienst_id: UUID | None = None
) -> Iterator[tuple[datetime, Fact]]:
    overdracht_id, accepted = uuid4(), offered + timedelta(days=3)
    yield (
        offered,
        OverdrachtAangeboden(
            overdracht_id=overdracht_id,
            melding_id=melding_id,
            dienst_id=dienst_id,
            gemeente_code=gemeente,
            soort=BestemmingSoort.LOKAAL_VELD,
            organisatie_id=f"lokaal-team-{gemeente}",
            draagt_zicht=True,
            aangeboden_op=offered,
            vervangt_overdracht_id=None,
        ),
    )
    yield (
        accepted,
        OverdrachtGeaccepteerd(
            overdracht_id=overdracht_id,
            melding_id=melding_id,
            dienst_id=dienst_id,
            gemeente_code=gemeente,
            soort=BestemmingSoort.LOKAAL_VELD,
            organisatie_id=f"lokaal-team-{gemeente}",
            draagt_zicht=True,
            geaccepteerd_op=accepted,
        ),
    )


def keep(connection: psycopg.Connection, casussen: Iterable[list[Event]]) -> int:
    """Write facts where monitoring keeps them, as they come off the stream; return how many."""
    count = 0
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for events in casussen:
            for event in events:
                copy.write_row(
                    (
                        event.id,
                        event.room.value,
                        event.casus_id,
                        event.sequence,
                        type_of(event.payload),
                        event.time,
                        orjson.dumps(dump_payload(event.payload)).decode(),
                        event.casus_id,
                        onderwerp_of(event.payload),
                    )
                )
                count += 1
    connection.execute("VACUUM ANALYZE feit")
    return count
