"""What the rows of triage have in common: how values are sealed and opened, and how routes and pages are written."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, literal, tuple_

from services.triage.domain.voorraad import Werk
from shared.errors import NotFoundError
from shared.keyring import DestroyedError, Key, Keyring
from shared.rules.codes import BestemmingSoort, DienstSoort
from shared.rules.routing import Bestemming, Ontvanger, Routering

AnyRow = Row[*tuple[Any, ...]]
Place = tuple[datetime, UUID]


def seal(key: Key, value: object, place: str) -> bytes:
    """Return a value as it is kept."""
    # The standard library writes every number that it read; the answers of an instrument may hold large ones.
    return key.seal(json.dumps(value).encode(), place=place)


def opened(keys: Keyring, sealed: bytes, place: str) -> Any:
    """Return a value that ``seal`` kept.

    Raises ``NotFoundError`` when its key was destroyed since the row was read: then the casus is gone.
    """
    try:
        return json.loads(keys.open(sealed, place=place))
    except DestroyedError:
        raise NotFoundError("Dit dossier is vernietigd.") from None


def opened_optional(keys: Keyring, sealed: bytes | None, place: str) -> str | None:
    """Return a text that was sealed, if there was one."""
    return None if sealed is None else str(opened(keys, sealed, place))


def beyond(moment: ColumnElement[datetime], row_id: ColumnElement[UUID], after: Place) -> ColumnElement[bool]:
    """Return the condition by which a page begins after a place."""
    return tuple_(moment, row_id) > tuple_(literal(after[0]), literal(after[1]))


def werk_columns(werk: Werk | None) -> dict[str, object]:
    """Return the columns of the open step of a dossier; with a new step what a check found before is weighed in it.

    What is done has no owner and no next check, whichever step ended it.
    """
    if werk is None:
        done = ("stap", "uiterlijk", "urgentie_op", "onveilig_op", "eigenaar", "toegewezen_op", "volgende_check")
        return dict.fromkeys(done)
    return {"stap": werk.stap, "uiterlijk": werk.uiterlijk, "urgentie_op": werk.urgentie_op, "onveilig_op": None}


def routering_columns(genoemd: Sequence[Bestemming], routering: Routering) -> dict[str, object]:
    """Return the columns of what follows from a besluit or a conclusie."""
    return {
        "statuscode": routering.statuscode,
        "sluit": routering.sluit,
        "grondslagen": list(routering.grondslagen),
        "genoemd": [[one.soort, one.organisatie_id] for one in genoemd],
        "bestemmingen": [[one.soort, one.organisatie_id, one.draagt_zicht] for one in routering.bestemmingen],
    }


def genoemd_of(row: AnyRow) -> tuple[Bestemming, ...]:
    """Return the bestemmingen as the professional named them."""
    return tuple(Bestemming(BestemmingSoort(soort), organisatie) for soort, organisatie in row.genoemd)


def routering_of(row: AnyRow, dienst_soort: str | None) -> Routering:
    """Return what followed from a besluit or a conclusie."""
    return Routering(
        dienst=DienstSoort(dienst_soort) if dienst_soort else None,
        bestemmingen=tuple(
            Ontvanger(BestemmingSoort(soort), organisatie, draagt_zicht, genoemd=[soort, organisatie] in row.genoemd)
            for soort, organisatie, draagt_zicht in row.bestemmingen
        ),
        sluit=row.sluit,
        statuscode=row.statuscode,
        grondslagen=tuple(row.grondslagen),
    )
