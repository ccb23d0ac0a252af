"""A receiver that asks for a certificate: it speaks TLS as servers do, and says why it lets somebody out."""

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

_LINGER_SECONDS = 2.0


@dataclass
class Streng:
    """Where it can be called, and what got through to it."""

    url: str
    bodies: list[bytes] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, tls: ssl.SSLContext, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self._tls = tls

    def finish_request(self, request: Any, client_address: Any) -> None:
        with self._tls.wrap_socket(request, server_side=True, do_handshake_on_connect=False) as line:
            try:
                line.do_handshake()
            except ssl.SSLError:
                _linger(line)
            else:
                super().finish_request(line, client_address)


def _linger(line: ssl.SSLSocket) -> None:
    """Close as servers do: read what still comes, or the reason would be lost with the line."""
    line.shutdown(socket.SHUT_WR)
    line.settimeout(_LINGER_SECONDS)
    while line.recv(4096):
        pass


@contextmanager
def strict_receiver(tls: ssl.SSLContext) -> Iterator[Streng]:
    """Run a receiver on a free port of this machine that proves what it got."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            found.bodies.append(body)
            found.headers.append(str(self.headers))
            proof = json.dumps({"overdrachtId": json.loads(body)["overdrachtId"], "status": "ontvangen"}).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(proof)))
            self.end_headers()
            self.wfile.write(proof)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002, the name that it has
            """Say nothing: what is written in this process must be of the room."""

    server = _Server(tls, Handler)
    found = Streng(f"https://127.0.0.1:{server.server_address[1]}/overdrachten")
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
