"""How an event is written on the wire and read back: structured CloudEvents JSON.

Reading never trusts: a type that is not in the catalogue, a publisher that may not say it, or a body that does
not fit its model raises ``UnreadableEventError``, and the message goes to the quarantine.
"""

from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from shared.canonical import plain
from shared.errors import KetenError
from shared.events.catalogue import BY_PAYLOAD, CATALOGUE
from shared.events.envelope import BYTES_MAX, SPEC_VERSION, Event, room_of, source_of
from shared.events.payloads import Fact


class UnreadableEventError(KetenError):
    """A message that is no event of ours; its text names the fault, never the content."""


class _Envelope(BaseModel):
    """The attributes of NL GOV CloudEvents 1.0 that we send and demand."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    specversion: Literal["1.0"]
    id: UUID
    source: str
    type: str
    subject: UUID
    time: AwareDatetime
    sequence: Annotated[str, Field(pattern=r"^\d{1,18}$")]
    datacontenttype: Literal["application/json"]
    data: dict[str, Any]
    causationid: UUID | None = None
    traceparent: str | None = None


@cache
def _adapter(name: str) -> TypeAdapter[Fact]:
    return TypeAdapter(_PAYLOADS[name])


_PAYLOADS = {payload.__name__: payload for payload in BY_PAYLOAD}


def dump_payload(payload: Fact) -> dict[str, Any]:
    """Return a payload as plain JSON values with its wire names."""
    value: dict[str, Any] = _adapter(type(payload).__name__).dump_python(payload, mode="json", by_alias=True)
    return value


def load_payload(type_name: str, data: dict[str, Any]) -> Fact:
    """Return the payload of a type of the catalogue; raises ``UnreadableEventError``."""
    row = CATALOGUE.get(type_name)
    if row is None:
        raise UnreadableEventError("onbekend soort gebeurtenis")
    try:
        return _adapter(row.payload.__name__).validate_python(data)
    except ValidationError as error:
        raise UnreadableEventError(f"{error.error_count()} veld(en) passen niet") from None


def type_of(payload: Fact) -> str:
    """Return the event type of a payload."""
    return BY_PAYLOAD[type(payload)].name


def encode(event: Event) -> bytes:
    """Return an event as CloudEvents JSON."""
    return encode_parts(
        event_id=event.id,
        source=source_of(event.room),
        type_name=type_of(event.payload),
        subject=event.casus_id,
        time=event.time,
        sequence=event.sequence,
        data=dump_payload(event.payload),
        causation_id=event.causation_id,
        traceparent=event.traceparent,
    )


def encode_parts(  # noqa: PLR0913, the attributes of the standard, keyword only
    *,
    event_id: UUID,
    source: str,
    type_name: str,
    subject: UUID,
    time: datetime,
    sequence: int,
    data: dict[str, Any],
    causation_id: UUID | None,
    traceparent: str | None,
) -> bytes:
    """Return an event as CloudEvents JSON from the columns of an outbox row."""
    body: dict[str, Any] = {
        "specversion": SPEC_VERSION,
        "id": event_id,
        "source": source,
        "type": type_name,
        "subject": subject,
        "time": time,
        "sequence": str(sequence),
        "datacontenttype": "application/json",
        "data": data,
    }
    if causation_id:
        body["causationid"] = causation_id
    if traceparent:
        body["traceparent"] = traceparent
    return orjson.dumps(body, default=plain, option=orjson.OPT_UTC_Z)


def decode(raw: bytes) -> Event:
    """Return the event in a message; raises ``UnreadableEventError`` when it is none of ours."""
    if len(raw) > BYTES_MAX:
        raise UnreadableEventError("groter dan 64 KB")
    try:
        envelope = _Envelope.model_validate(orjson.loads(raw))
        room = room_of(envelope.source)
    except ValidationError as error:
        raise UnreadableEventError(f"{error.error_count()} kenmerk(en) van de envelop passen niet") from None
    except ValueError:
        raise UnreadableEventError("geen leesbaar CloudEvent") from None
    row = CATALOGUE.get(envelope.type)
    if row is not None and row.publisher is not room:
        raise UnreadableEventError("deze afdeling mag dit soort gebeurtenis niet melden")
    return Event(
        id=envelope.id,
        room=room,
        casus_id=envelope.subject,
        sequence=int(envelope.sequence),
        time=envelope.time,
        payload=load_payload(envelope.type, envelope.data),
        causation_id=envelope.causationid,
        traceparent=envelope.traceparent,
    )
