"""What a connection may do before it is a request: be slow, be large, be many, be no HTTP; each has its end here.

Uvicorn itself never lets go of a client that sends half a request, keeps every header that it is sent, and answers
what it cannot read without the headers of this house. In front of it stands a gateway with the same bounds
(``deploy/gateway/nginx.conf``); a door keeps them also when it is reached in another way.
"""

import asyncio
from asyncio import TimerHandle
from typing import Any, Final, cast

import orjson
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.log import get_logger
from shared.web.edge import SECURITY_HEADERS
from shared.web.problems import MEDIA_TYPE, TITLES, problem, problem_body

log = get_logger()

HEAD_SECONDS = 10.0
LINGER_SECONDS = 10.0
READ_SECONDS = 15.0
FLUSH_SECONDS = 5.0
_HEAD_BYTES_MAX = 65_536
_LINGER_BYTES_MAX = 67_108_864
_WAITING_MAX = 1_024
_REQUESTS_MAX = 512

# Connections that have not sent a whole request since they came or since their last answer, the oldest first.
_waiting: Final[dict["GuardedProtocol", None]] = {}


class GuardedProtocol(HttpToolsProtocol):
    """HTTP as uvicorn reads it, with an end to every wait and every size."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # uvicorn's own
        super().__init__(*args, **kwargs)
        self._in_head = False
        self._in_body = False
        self._head_bytes = 0
        self._left_bytes = 0
        self._patience: TimerHandle | None = None
        self._unread: TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a first request."""
        super().connection_made(transport)
        self._wait(HEAD_SECONDS)
        self._make_place()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._stop_waiting()
        if self._unread is not None:
            self._unread.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, and see whether this is still somebody who sends a request."""
        super().data_received(data)
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > _HEAD_BYTES_MAX:
                self._refuse(431, "Te veel kopregels, of te lange.")
            elif self._patience is None:
                self._wait(HEAD_SECONDS)
        elif self._in_body and self.cycle is not None and self.cycle.response_complete:
            self._linger(len(data))
        elif not self._in_body:
            self._end_patience()  # the rest of a body that was answered before is here

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._in_head = True
        self._head_bytes = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Hand a request on, or say that there are too many at this moment."""
        self._in_head = False
        self._left_bytes = 0
        self._stop_waiting()
        self.app = self.config.loaded_app if len(self.tasks) < _REQUESTS_MAX else cast("Any", _busy)
        super().on_headers_complete()
        self._in_body = True

    def on_message_complete(self) -> None:
        """End a request."""
        self._in_body = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request; a client that was answered before it had sent everything gets time to end."""
        super().on_response_complete()
        if not self.transport.is_closing():
            self._make_place()
            if self._in_body:
                self._linger(0)

    def pause_writing(self) -> None:
        """Begin to wait for a client that does not read its answer."""
        super().pause_writing()
        self._unread = self.loop.call_later(READ_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on."""
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002, uvicorn's own
        """Answer what is no HTTP."""
        self._refuse(400, "Dit is geen geldig HTTP-verzoek.")

    # --- ends

    def _make_place(self) -> None:
        _waiting[self] = None
        if len(_waiting) > _WAITING_MAX:
            # Somebody who has something to ask asks it: who has been silent longest is the one to go.
            next(iter(_waiting)).drop("waiting")

    def _wait(self, seconds: float) -> None:
        self._patience = self.loop.call_later(seconds, self._out_of_patience)

    def _end_patience(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _stop_waiting(self) -> None:
        self._end_patience()
        _waiting.pop(self, None)

    def _linger(self, size: int) -> None:
        """Read away what comes after the answer: a connection that is cut at once can take the answer with it."""
        self._left_bytes += size
        if self._left_bytes > _LINGER_BYTES_MAX:
            self.drop("endless")
        elif self._patience is None:
            self._wait(LINGER_SECONDS)

    def _out_of_patience(self) -> None:
        self._patience = None
        if self._in_head:
            self._refuse(408, "Het verzoek kwam te langzaam binnen.")
        else:
            self.drop("slow")

    def _refuse(self, status: int, detail: str) -> None:
        cycle = self.cycle
        if cycle is None or cycle.response_complete or (self._in_body and not cycle.response_started):
            self.transport.write(_raw_problem(status, detail))
        if cycle is not None:
            cycle.disconnected = True
            cycle.message_event.set()
        self.drop(str(status))

    def drop(self, reason: str) -> None:
        """Let go of the client, whether it has read everything or not."""
        log.info("connection_dropped", reason=reason)
        self._stop_waiting()
        self.transport.close()
        self.loop.call_later(FLUSH_SECONDS, self.transport.abort)


def _raw_problem(status: int, detail: str) -> bytes:
    body = orjson.dumps(problem_body(status, detail))
    lines = [b"HTTP/1.1 %d %s" % (status, TITLES[status].encode("ascii")), b"connection: close"]
    lines += [b"content-type: " + MEDIA_TYPE.encode(), b"content-length: %d" % len(body)]
    lines += [name + b": " + value for name, value in SECURITY_HEADERS]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


async def _busy(scope: Scope, receive: Receive, send: Send) -> None:
    headers = {name.decode(): value.decode() for name, value in SECURITY_HEADERS}
    answer = problem(503, "Het is te druk; probeer het zo weer.", headers={**headers, "Retry-After": "2"})
    await answer(scope, receive, send)
