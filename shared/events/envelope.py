"""The envelope of a fact: CloudEvents 1.0 by the NL GOV profile, as a frozen value.

``subject`` is the casus (opaque), ``sequence`` its order within that casus and source, ``time`` the moment at
which the fact was recorded. No attribute holds anything about a person.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.events.catalogue import Room
from shared.events.payloads import Fact

# The profile asks for an OIN in the source. This one is fictional; an installation sets its own at the gateway.
SOURCE_OIN = "00000000000000000001"
SPEC_VERSION = "1.0"
BYTES_MAX = 65_536  # NL GOV profile: an event is at most 64 KB


def source_of(room: Room) -> str:
    """Return the CloudEvents source of a room."""
    return f"urn:nld:oin:{SOURCE_OIN}:systeem:ketenradar-{room}"


def room_of(source: str) -> Room:
    """Return the room behind a CloudEvents source; raises ``ValueError`` when it is none of ours."""
    return Room(source.rpartition(":ketenradar-")[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    id: UUID
    room: Room
    casus_id: UUID
    sequence: int
    time: datetime
    payload: Fact
    causation_id: UUID | None = None
    traceparent: str | None = None
