"""The certificates of an installation: believed under their own names and no other, by everything that speaks TLS."""
# ruff: noqa: S603, S607, the commands are those of our own files

import asyncio
import os
import shutil
import signal
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import asyncpg  # type: ignore[import-untyped]  # it has no types
import httpx
import psycopg
import pytest
import redis
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from kombu import Connection
from kombu.exceptions import OperationalError
from redis.asyncio import Redis as AsyncRedis

from deploy import health
from deploy.local import binaries, places, programs, servers
from deploy.local.servers import wait_until_ready
from deploy.secrets import make as making
from deploy.secrets.certificates import new_authority, new_certificate
from deploy.secrets.make import DOMAIN, inside_names, make
from shared.clock import system_clock
from shared.messaging.connect import connect_redis
from tests.house.tls_front import server_context
from tests.house.without_engine import PROJECT, ROOMS, SERVICES, flags_of_postgres, gateway_here, until
from tests.support import folder_for_servers

PASSWORD = "alleen-voor-tests"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The secrets of an installation."""
    folder = tmp_path_factory.mktemp("tls") / "made"
    make(folder, DOMAIN)
    return folder


# --- the certificates ------------------------------------------------------------------------------------------


@contextmanager
def shaking_hands(context: ssl.SSLContext) -> Iterator[int]:
    """Do nothing on a port but the start of TLS, as often as is asked."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                try:
                    with context.wrap_socket(connection, server_side=True) as spoken:
                        spoken.recv(1)
                except OSError:
                    connection.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def believes(authority: Path, port: int, name: str) -> bool:
    """Say whether somebody who believes this authority takes the server on a port for ``name``."""
    context = ssl.create_default_context(cafile=authority)
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        try:
            context.wrap_socket(connection, server_hostname=name).close()
        except ssl.SSLCertVerificationError:
            return False
    return True


@pytest.mark.parametrize("server", inside_names())
def test_a_server_is_believed_under_its_own_name_and_no_other(made: Path, server: str) -> None:
    others = [name for name in (*inside_names(), DOMAIN, f"intake.{DOMAIN}") if name != server]

    with shaking_hands(server_context(made, server)) as port:
        assert all(believes(made / "ca.pem", port, name) for name in (server, f"{server}.ketenradar.svc", "127.0.0.1"))
        assert [name for name in others if believes(made / "ca.pem", port, name)] == []
        assert not believes(made / "proef-ca.pem", port, server)
        assert believes(made / "vertrouwd.pem", port, server)


def test_what_a_server_shows_can_sign_nothing_and_serves_only_as_a_server(made: Path) -> None:
    for server in inside_names():
        found = x509.load_pem_x509_certificate((made / f"{server}_tls.crt").read_bytes())

        assert not found.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        assert not found.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
        usage = found.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]


def test_a_certificate_is_made_again_before_it_ends_and_the_authority_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pems() -> dict[str, str]:
        names = ("ca.pem", *(f"{server}_tls.crt" for server in inside_names()))
        return {name: (tmp_path / name).read_text() for name in names}

    moments = []
    for days in (0, 300, 320, 3_600):
        monkeypatch.setattr(making, "system_clock", lambda days=days: system_clock() + timedelta(days=days))
        make(tmp_path, DOMAIN)
        moments.append(pems())
    first, early, late, years = moments

    assert early == first
    assert {name for name in first if late[name] != first[name]} == set(first) - {"ca.pem"}
    assert [name for name in first if years[name] == late[name]] == []


# --- who listens to them, without a server of others -------------------------------------------------------------


@contextmanager
def answering(context: ssl.SSLContext, seen: list[dict[str, str]] | None = None, port: int = 0) -> Iterator[int]:
    """Answer every question with 200 over TLS, and keep its headers."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if seen is not None:
                seen.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def test_the_health_check_of_a_door_believes_its_own_authority_only(
    made: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KETENRADAR_TLS_CERTIFICATE_FILE", str(made / "intake_tls.crt"))
    with answering(server_context(made, "intake")) as port:
        monkeypatch.setenv("KETENRADAR_PORT", str(port))

        monkeypatch.setenv("KETENRADAR_TLS_CA_FILE", str(made / "ca.pem"))
        assert health.main(["api"]) == 0
        monkeypatch.setenv("KETENRADAR_TLS_CA_FILE", str(made / "proef-ca.pem"))
        assert health.main(["api"]) == 1

    assert capsys.readouterr().err == "URLError\n"


# --- with the servers of others, where they are with TLS -----------------------------------------------------------


def _postgres_with_tls() -> binaries.PostgresBinaries | None:
    for folder in binaries._system_folders():
        config = folder / "pg_config"
        if config.exists():
            told = subprocess.run([config, "--configure"], capture_output=True, text=True, check=False).stdout
            if "--with-openssl" in told or "--with-ssl" in told:
                return binaries.PostgresBinaries(folder, binaries._major(folder / "postgres"))
    return None


def _redis_with_tls() -> str | None:
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            # It stops at the first word that it does not know, and names it.
            asked = subprocess.run(
                [found, "--tls-port", "0", "--geen-woord", "0"], capture_output=True, text=True, check=False
            )
            if "geen-woord" in asked.stdout + asked.stderr:
                return found
    return None


@pytest.fixture
def postgres(made: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """PostgreSQL as compose sets it, with its certificate and its list of who may try."""
    found = _postgres_with_tls()
    if found is None:
        pytest.skip("no PostgreSQL with TLS on this machine")
    monkeypatch.setattr(servers, "find_postgres", lambda: found)
    with ExitStack() as stack:
        folder = stack.enter_context(folder_for_servers())
        here = dict.fromkeys(("/run/secrets", "/tmp", "/etc/postgresql"), folder)  # noqa: S108, of the container
        for source in (made / "postgres_tls.crt", made / "postgres_tls.key", PROJECT / "deploy/postgres/pg_hba.conf"):
            copy = Path(shutil.copyfile(source, folder / source.name))
            copy.chmod(0o600)
            places.give_to(places.server_user(), copy)
        settings = {name: _moved(value, here) for name, value in flags_of_postgres().items()}
        port = programs.free_port(20_000, 31_999)
        server = servers.prepare_postgres(
            folder, port=port, password=PASSWORD, settings={**settings, "shared_buffers": "32MB"}
        )
        process = programs.start(server.program, folder / "postgres.log")
        stack.callback(programs.stop, process, server.program.stop_signal)
        wait_until_ready(process, server.program, folder / "postgres.log")
        yield port


def _moved(value: str, here: dict[str, Path]) -> str:
    for place, folder in here.items():
        if value.startswith(f"{place}/"):
            return f"{folder}/{value.removeprefix(f'{place}/')}"
    return value


def test_postgres_lets_nobody_in_without_tls_and_shows_who_it_is(
    postgres: int, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"postgresql://postgres:{PASSWORD}@127.0.0.1:{postgres}/postgres"
    query = "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()"

    with pytest.raises(psycopg.OperationalError, match="no encryption"):
        psycopg.connect(f"{url}?sslmode=disable")
    with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
        psycopg.connect(f"{url}?sslmode=verify-full&sslrootcert={made / 'proef-ca.pem'}")
    with pytest.raises(psycopg.OperationalError, match="does not match"):
        psycopg.connect(f"{url}?host=triage&hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert={made / 'ca.pem'}")
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    monkeypatch.setenv("PGSSLROOTCERT", str(made / "ca.pem"))
    with psycopg.connect(url) as connection:
        assert connection.execute(query).fetchone() == ("TLSv1.3",)
    assert asyncio.run(_asked(url, query)) == "TLSv1.3"
    monkeypatch.setenv("PGSSLROOTCERT", str(made / "proef-ca.pem"))
    with pytest.raises(ssl.SSLCertVerificationError):
        asyncio.run(_asked(url, query))


async def _asked(url: str, query: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


@pytest.fixture
def valkey(made: Path, tmp_path: Path) -> Iterator[int]:
    """Redis as compose sets it."""
    found = _redis_with_tls()
    if found is None:
        pytest.skip("no Redis with TLS on this machine")
    port = programs.free_port(20_000, 31_999)
    # A Redis before 7.2 does not know this word, and is good enough for what is asked here.
    (tmp_path / "rights.acl").write_text((made / "redis_users.acl").read_text().replace("+client|setinfo", ""))
    here = {"/data": str(tmp_path), "6379": str(port), "/run/secrets/redis_users.acl": str(tmp_path / "rights.acl")}
    told = [here.get(part, part) for part in SERVICES["redis"]["command"][1:]]
    flags = [_moved(part, {"/run/secrets": made}) for part in told]
    with (tmp_path / "redis.log").open("wb") as log:
        process = subprocess.Popen([found, *flags, "--bind", "127.0.0.1", "127.0.0.2"], stdout=log, stderr=log)
    try:
        opened = programs.listens(port)
        assert any(opened(0) for _ in until(20)), (tmp_path / "redis.log").read_text()
        yield port
    finally:
        programs.stop(process, signal.SIGTERM)


def test_redis_speaks_nothing_but_tls_and_shows_who_it_is(valkey: int, made: Path) -> None:
    place = f"intake:{(made / 'redis_intake').read_text()}@127.0.0.1:{valkey}/0"
    good = f"rediss://{place}?ssl_ca_certs={made / 'ca.pem'}"

    with pytest.raises(redis.ConnectionError):
        redis.Redis.from_url(f"redis://{place}").ping()
    with pytest.raises(redis.ConnectionError):
        redis.Redis.from_url(f"rediss://{place}?ssl_ca_certs={made / 'proef-ca.pem'}").ping()
    with pytest.raises(redis.ConnectionError):
        redis.Redis.from_url(good.replace("127.0.0.1", "127.0.0.2")).ping()
    with redis.Redis.from_url(good) as client:
        assert client.ping()
    assert asyncio.run(_pinged(connect_redis(good, name="test")))
    chores = good.replace("intake:", "celery:").replace(
        (made / "redis_intake").read_text(), (made / "redis_celery").read_text()
    )
    with Connection(chores, connect_timeout=5) as broker:
        broker.ensure_connection(max_retries=1)
    with (
        Connection(chores.replace("ca.pem", "proef-ca.pem"), connect_timeout=5) as broker,
        pytest.raises(OperationalError, match="VERIFY"),
    ):
        broker.ensure_connection(max_retries=1)


async def _pinged(client: AsyncRedis) -> bool:
    try:
        return bool(await client.ping())
    finally:
        await client.aclose()


# --- the gateway ---------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not on this machine")
def test_the_gateway_tells_the_certificate_of_the_client_and_believes_only_the_room(tmp_path: Path, made: Path) -> None:
    https, http, room, health_door = (programs.free_port(first, 31_999) for first in (20_000, 22_000, 24_000, 26_000))

    def moved(text: str) -> str:
        text = text.replace("listen 443", f"listen 127.0.0.1:{https}").replace("listen 80", f"listen 127.0.0.1:{http}")
        text = text.replace("https://$room:8000", f"https://127.0.0.1:{room}")
        return text.replace("127.0.0.1:8080", f"127.0.0.1:{health_door}")

    configuration = gateway_here(tmp_path, made, moved)
    authority = new_authority("Een keten", system_clock())
    certificate, key = new_certificate(authority, ["partner.example"], system_clock())
    (tmp_path / "client.pem").write_text(certificate + key)
    seen: list[dict[str, str]] = []
    told_too = "daemon off;" + (" user root;" if os.geteuid() == 0 else "")
    process = subprocess.Popen(["nginx", "-c", str(configuration), "-p", str(tmp_path), "-g", told_too])
    try:
        assert any(programs.listens(https)(0) for _ in until(20))
        plain, proven = (ssl.create_default_context(cafile=made / "proef-ca.pem") for _ in range(2))
        proven.load_cert_chain(tmp_path / "client.pem")

        def ask(path: str, context: ssl.SSLContext = plain, host: str = "intake") -> httpx.Response:
            name = f"{host}.{DOMAIN}"
            with httpx.Client(verify=context, trust_env=False) as client:
                return client.get(
                    f"https://127.0.0.1:{https}{path}",
                    headers={"Host": name, "X-Client-Certificate": "nagemaakt", "X-Forwarded-For": "10.9.9.9"},
                    extensions={"sni_hostname": name},
                )

        with answering(server_context(made, "intake"), seen, room):
            assert ask("/v1/meldingen").status_code == 200
            assert ask("/v1/meldingen", proven).status_code == 200
            told = [ask("/.well-known/security.txt", host=host) for host in (*ROOMS, "identity")]
            assert ask("/health").json()["status"] == 404
            # The certificate of intake is not that of triage.
            assert ask("/v1/meldingen", host="triage").json()["status"] == 502
        with answering(server_context(made, "triage"), seen, room):
            assert ask("/v1/meldingen").json()["status"] == 502
    finally:
        programs.stop(process, signal.SIGQUIT)

    without, bound = seen
    assert "x-client-certificate" not in without
    assert unquote(bound["x-client-certificate"]) == certificate
    assert {header["x-forwarded-for"] for header in seen} == {"127.0.0.1"}
    assert {answer.text for answer in told} == {(PROJECT / "deploy/gateway/security.txt").read_text()}
    assert {answer.headers["content-type"] for answer in told} == {"text/plain; charset=utf-8"}
    assert all(answer.headers["x-content-type-options"] == "nosniff" for answer in told)
