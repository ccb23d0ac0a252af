"""The files of the deployment: read as strictly as an engine would, and their commands really run."""
# ruff: noqa: S603, S607, the commands are those of our own files

import asyncio
import http.server
import json
import os
import re
import shutil
import signal
import socketserver
import ssl
import stat
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import jwt
import psycopg
import pytest
import redis
import yaml
from cryptography.hazmat.primitives.asymmetric import ec
from redis.exceptions import NoPermissionError

from deploy.local import places, programs
from deploy.local.binaries import find_postgres, find_redis
from deploy.local.identity import client_id, read_key
from deploy.local.servers import prepare_postgres, wait_until_ready
from deploy.secrets.make import DOMAIN, make
from deploy.supply import compose
from shared.crypto import Vault
from shared.events.catalogue import Room, sources_of, stream_of
from shared.rules.codes import Rol
from tests.house.tls_front import in_front_of_postgres, in_front_of_redis, server_context
from tests.house.without_engine import (
    COMPOSE,
    DOCKERFILE,
    PROJECT,
    ROOMS,
    SERVICES,
    Engine,
    flags_of_postgres,
    gateway_here,
    image_command,
    instructions,
    plain_python,
    reaches_build,
    room_of,
    until,
)
from tests.support import TestIssuer

OURS = [name for name in SERVICES if room_of(name)]
LONG_RUNNING = [name for name in OURS if not name.endswith("-migrate")]
# Keycloak builds itself for its database in its own folders.
WRITES_IN_ITS_ROOT = {"identity"}
PORTS = (20_000, 31_999)


# --- what the compose file says --------------------------------------------------------------------------------


def test_every_room_has_a_door_a_worker_and_a_migration_and_the_chores_exist_once() -> None:
    started = {name: " ".join(SERVICES[name].get("command") or image_command()) for name in OURS}

    for room in Room:
        assert "services.${ROOM}.main" in started[room]
        assert f"services.{room}.worker" in started[f"{room}-worker"]
        assert f"deploy.migrate {room}" in started[f"{room}-migrate"]
        assert {room_of(name) for name in (room, f"{room}-worker", f"{room}-migrate")} == {room}
    assert set(OURS) == {f"{room}{kind}" for room in Room for kind in ("", "-worker", "-migrate")} | {"celery", "beat"}
    assert " worker " in started["celery"]
    assert " beat " in started["beat"]
    assert SERVICES["beat"].get("deploy", {}).get("replicas", 1) == 1


def test_every_built_image_names_its_room_and_the_one_dockerfile() -> None:
    built = {name: service["build"] for name, service in SERVICES.items() if "build" in service}

    assert set(built) == set(ROOMS)
    for room, build in built.items():
        assert build == {"context": ".", "dockerfile": "deploy/Dockerfile", "args": {"ROOM": room}}


PLANTED = {
    "a misspelt key of a service": ("healthcheck:", "healtcheck:"),
    "a misspelt key inside": ("start_period: 30s", "start_perod: 30s"),
    "a wrong form": ("retries: 12", "retries: twaalf"),
    "a misspelt limit": ("memory: 2G", "memori: 2G"),
    "a misspelt wait": ("condition: service_healthy", "conditon: service_healthy"),
    "a wait for nobody": ("postgres: {condition: service_healthy}", "posgres: {condition: service_healthy}"),
    "a network that is open by a slip": ("bus: {internal: true}", "bus: {intern: true}"),
    "a network that is nowhere": ("networks: [bus]", "networks: [bussen]"),
    "a secret that is nowhere": ("- redis_tls.crt", "- redis_tls.cert"),
    "a secret that nobody uses": (
        "secrets:\n  postgres_password:",
        "secrets:\n  over: {file: ./deploy/secrets/made/a}\n  postgres_password:",
    ),
    "a key that stands twice": ("  read_only: true\n", "  read_only: true\n  read_only: false\n"),
    "a right that is kept": ("cap_drop: [ALL]", "cap_drop: [NET_RAW]"),
    "a secret in the open": ("KC_DB: postgres", "kc_db: postgres"),
}


def test_the_compose_file_has_no_key_that_an_engine_would_pass_over() -> None:
    text = (PROJECT / "docker-compose.yml").read_text()

    assert compose.faults(text) == []
    assert compose.missing_files(text, PROJECT) == []


@pytest.mark.parametrize("planted", PLANTED)
def test_a_slip_in_the_compose_file_is_found(planted: str) -> None:
    right, wrong = PLANTED[planted]
    text = (PROJECT / "docker-compose.yml").read_text()

    assert right in text
    assert compose.faults(text.replace(right, wrong, 1)) != []


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_can_do_no_more_than_it_must(name: str) -> None:
    service = SERVICES[name]

    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is (name not in WRITES_IN_ITS_ROOT)
    assert "privileged" not in service
    assert "network_mode" not in service
    limits = service["deploy"]["resources"]["limits"]
    assert {"cpus", "memory", "pids"} <= set(limits)
    assert service["restart"] in ("unless-stopped", "on-failure:5")
    assert (
        service["healthcheck"].get("disable") or service["healthcheck"].get("test")
        if "healthcheck" in service
        else room_of(name)
    )


@pytest.mark.parametrize("name", SERVICES)
def test_an_image_is_pinned_by_its_tag(name: str) -> None:
    image = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", SERVICES[name]["image"])

    repository, _, tag = image.rpartition(":")

    assert repository
    assert re.fullmatch(r"v?\d+\.\d+(\.\d+)?(-[a-z0-9.]+)?", tag), image


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_waits_for_exists_and_can_come_true(name: str) -> None:
    for other, wait in SERVICES[name].get("depends_on", {}).items():
        if wait["condition"] == "service_completed_successfully":
            assert other.endswith("-migrate")
        else:
            assert wait["condition"] == "service_healthy"
            assert SERVICES[other]["healthcheck"]["test"]
    if name in LONG_RUNNING:
        assert f"{room_of(name)}-migrate" in SERVICES[name]["depends_on"]


TELLS = ("intake", "handover", "monitoring")  # the rooms of which the worker calls somebody outside


def test_only_what_must_can_reach_the_world_the_database_or_the_bus() -> None:
    reaches = {
        network: {name for name, service in SERVICES.items() if network in service["networks"]}
        for network in COMPOSE["networks"]
    }

    assert reaches["outside"] == {"gateway", "celery", *(f"{room}-worker" for room in TELLS), "mail"}
    # A door counts in Redis what it lets in; a worker reads and tells.
    assert reaches["bus"] == {"redis", *ROOMS, *(f"{room}-worker" for room in ROOMS), "celery", "beat"}
    assert reaches["database"] == {"postgres", "identity", *OURS}
    assert [name for name, network in COMPOSE["networks"].items() if not network.get("internal")] == ["outside"]
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"gateway", "mail"}
    assert all(port.startswith(("127.0.0.1:", "${KETENRADAR_ADRES:-127.0.0.1}:")) for port in _all_ports())


def _all_ports() -> list[str]:
    return [port for service in SERVICES.values() for port in service.get("ports", [])]


def test_no_secret_stands_in_the_compose_file_and_each_room_gets_only_its_own() -> None:
    given = {name: {_source(entry) for entry in service.get("secrets", [])} for name, service in SERVICES.items()}

    assert set().union(*given.values()) == set(COMPOSE["secrets"])
    for name in OURS:
        own = room_of(name)
        for secret in given[name]:
            owner = secret.split("_")[0]
            assert owner not in set(ROOMS) - {own}, f"{name} gets {secret}"
        env = SERVICES[name].get("environment", {})
        assert not {"KETENRADAR_DATABASE_URL", "KETENRADAR_REDIS_URL", "KETENRADAR_MIGRATION_URL"} & set(env)
    assert all(f"{room}_migration_url" not in given[name] for room in ROOMS for name in LONG_RUNNING)


def _source(entry: str | dict[str, str]) -> str:
    return entry if isinstance(entry, str) else entry["source"]


# --- the image -------------------------------------------------------------------------------------------------


def test_the_image_runs_as_nobody_special_and_locks_what_it_installs() -> None:
    words = dict(instructions())

    assert words["USER"] == "10001:10001"
    assert "--require-hashes" in DOCKERFILE
    assert re.findall(r"(?m)^FROM (\S+)", DOCKERFILE) == ["python:3.12.12-slim-bookworm"] * 2


def test_nothing_but_source_reaches_the_build() -> None:
    assert reaches_build("shared/settings.py")
    assert reaches_build("services/intake/main.py")
    for path in ("deploy/secrets/made/tls.key", ".ketenradar/state.json", ".git/config", "tests/conftest.py", ".env"):
        assert not reaches_build(path), path
    assert not reaches_build("shared/__pycache__/settings.cpython-312.pyc")


# --- secrets ---------------------------------------------------------------------------------------------------


def test_secrets_are_made_once_and_serve_every_line_of_the_compose_file(tmp_path: Path) -> None:
    folder = tmp_path / "made"

    make(folder, DOMAIN)
    first = {file.name: file.read_text() for file in folder.iterdir()}
    make(folder, DOMAIN)

    assert {file.name: file.read_text() for file in folder.iterdir()} == first
    assert {Path(told["file"]).name for told in COMPOSE["secrets"].values()} <= set(first)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    rights = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    # The key of the authority goes into no container.
    assert rights.pop("ca.key") == 0o400
    assert set(rights.values()) == {0o444}
    assert "ca.key" not in {Path(told["file"]).name for told in COMPOSE["secrets"].values()}
    vault = Vault.from_file(folder / "intake_sleutels.json")
    name, wrapped = asyncio.run(vault.masters.wrap(b"x", place="a"))
    assert asyncio.run(vault.masters.unwrap(wrapped, name=name, place="a")) == b"x"
    assert len({first[f"{room}_sleutels.json"] for room in ROOMS}) == len(ROOMS)


def test_the_folder_of_secrets_is_never_committed() -> None:
    assert "made/" in (PROJECT / "deploy" / "secrets" / ".gitignore").read_text().splitlines()


# --- the identity provider -------------------------------------------------------------------------------------


@pytest.fixture
def realm(tmp_path: Path) -> dict[str, Any]:
    make(tmp_path / "made", DOMAIN)
    found: dict[str, Any] = json.loads((tmp_path / "made" / "realm.json").read_text())
    return found


def test_each_room_proves_itself_to_the_provider_with_its_own_key(realm: dict[str, Any], tmp_path: Path) -> None:
    clients = {client["clientId"]: client for client in realm["clients"]}

    for room in Room:
        client = clients[client_id(room)]
        keys = jwt.PyJWKSet.from_json(client["attributes"]["jwks.string"]).keys
        public = read_key(tmp_path / "made" / f"{room}_client.pem").public_key()
        assert [key.key.public_numbers() for key in keys] == [public.public_numbers()]
        assert client["clientAuthenticatorType"] == "client-jwt"
        assert client["serviceAccountsEnabled"]
        assert not client["standardFlowEnabled"]
        assert not client["publicClient"]
        assert _claims(client)["rol"] == Rol.SYSTEEM
        assert _claims(client)["organisatieId"] == client_id(room)


def test_every_token_has_the_audience_and_the_claims_that_the_rooms_read(realm: dict[str, Any]) -> None:
    for client in realm["clients"]:
        kinds = {mapper["protocolMapper"]: mapper["config"] for mapper in client["protocolMappers"]}
        assert kinds["oidc-audience-mapper"]["included.custom.audience"] == "ketenradar"
        assert "oidc-sub-mapper" in kinds
        assert {"rol", "organisatieId"} <= set(_claims(client))
        assert all(mapper["config"]["access.token.claim"] == "true" for mapper in client["protocolMappers"])


def test_nobody_can_give_himself_a_role(realm: dict[str, Any]) -> None:
    provider = realm["components"]["org.keycloak.userprofile.UserProfileProvider"][0]
    profile = json.loads(provider["config"]["kc.user.profile.config"][0])
    fields = {field["name"]: field for field in profile["attributes"]}

    for name in ("rol", "organisatieId", "gemeenteCodes"):
        assert fields[name]["permissions"]["edit"] == ["admin"]
    assert set(fields["rol"]["validations"]["options"]["options"]) == set(Rol) - {Rol.SYSTEEM}
    assert "unmanagedAttributePolicy" not in profile
    assert not realm["registrationAllowed"]


def _claims(client: dict[str, Any]) -> dict[str, str]:
    configs = [mapper["config"] for mapper in client["protocolMappers"] if "claim.name" in mapper["config"]]
    return {config["claim.name"]: config.get("claim.value", config.get("user.attribute", "")) for config in configs}


@pytest.mark.skipif(not shutil.which("bash"), reason="the image of the provider has bash, this machine has not")
def test_the_provider_gets_its_passwords_from_files_and_is_asked_how_it_is(tmp_path: Path) -> None:
    make(tmp_path / "made", DOMAIN)
    server = tmp_path / "kc.sh"
    server.write_text('#!/bin/bash\necho "$1 $KC_DB_PASSWORD $KC_BOOTSTRAP_ADMIN_PASSWORD"\n')
    server.chmod(0o755)
    service = SERVICES["identity"]
    script = service["command"][0].replace("$$", "$").replace("/run/secrets", str(tmp_path / "made"))

    started = subprocess.run(
        ["bash", "-c", script.replace("/opt/keycloak/bin/kc.sh", str(server))],
        capture_output=True,
        text=True,
        check=True,
    )

    made = {name: (tmp_path / "made" / name).read_text() for name in _source_names("identity")}
    assert started.stdout.split() == [
        "start",
        made["ketenradar_identity_owner"],
        made["identity_admin_password"],
    ]
    check = service["healthcheck"]["test"][3].replace("$$", "$")
    for status, healthy in ((200, True), (503, False)):
        with answering({"/health/ready": (status, b"{}")}) as port:
            asked = subprocess.run(["bash", "-c", check.replace("9000", str(port))], check=False)
        assert (asked.returncode == 0) is healthy


def _source_names(service: str) -> list[str]:
    return [_source(entry) for entry in SERVICES[service]["secrets"]]


# --- the gateway -----------------------------------------------------------------------------------------------


def test_the_gateway_leads_to_every_room_and_bounds_size_and_patience() -> None:
    conf = (PROJECT / "deploy" / "gateway" / "nginx.conf").read_text()

    assert f"(?<room>{'|'.join(ROOMS)})" in conf
    assert {"client_header_timeout 10s", "client_body_timeout 10s", "client_max_body_size 1m"} <= _directives(conf)
    assert {"proxy_request_buffering on", "proxy_next_upstream off", "ssl_protocols TLSv1.2 TLSv1.3"} <= _directives(
        conf
    )
    assert "$request_uri $asked" in conf
    assert "$query" not in conf
    assert "$args" not in conf
    assert "location /realms/ketenradar/" in conf
    assert {"proxy_ssl_verify on", "proxy_ssl_trusted_certificate /run/secrets/ca.pem"} <= _directives(conf)
    assert "proxy_pass http:" not in conf
    assert "proxy_set_header X-Client-Certificate $ssl_client_escaped_cert" in _directives(conf)


def _directives(conf: str) -> set[str]:
    return {line.strip().rstrip(";") for line in conf.splitlines()}


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not on this machine")
def test_nginx_itself_takes_the_configuration(tmp_path: Path) -> None:
    make(tmp_path / "made", DOMAIN)
    configuration = gateway_here(tmp_path, tmp_path / "made")

    subprocess.run(["nginx", "-t", "-q", "-c", str(configuration), "-p", str(tmp_path)], check=True)


# --- the manifests ---------------------------------------------------------------------------------------------


def manifests() -> list[dict[str, Any]]:
    files = (PROJECT / "deploy" / "k8s").glob("*.yaml")
    return [
        part
        for file in sorted(files)
        if file.name != "kustomization.yaml"
        for part in yaml.safe_load_all(file.read_text())
    ]


def test_kubernetes_runs_the_same_processes_as_compose() -> None:
    found = {(part["kind"], part["metadata"]["name"]): part for part in manifests()}

    for name in OURS:
        kind = "Job" if name.endswith("-migrate") else "Deployment"
        container = found[kind, name]["spec"]["template"]["spec"]["containers"][0]
        own = SERVICES[name].get("command")
        assert container.get("command") == (own and [part.replace("$$", "$") for part in own]), name
        assert container["image"] == f"ketenradar/{room_of(name)}"
    assert {name for kind, name in found if kind in ("Deployment", "Job")} == set(OURS)
    assert found["Deployment", "beat"]["spec"]["replicas"] == 1
    assert found["Deployment", "beat"]["spec"]["strategy"] == {"type": "Recreate"}


def test_a_pod_can_do_no_more_than_it_must() -> None:
    for part in manifests():
        if part["kind"] not in ("Deployment", "Job"):
            continue
        pod = part["spec"]["template"]["spec"]
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod)
        for container in pod["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert {"requests", "limits"} <= set(container["resources"])
            assert part["kind"] == "Job" or "livenessProbe" in container


def test_only_a_door_gets_the_key_of_its_certificate_and_everybody_the_authority() -> None:
    kept = yaml.safe_load((PROJECT / "deploy" / "k8s" / "kustomization.yaml").read_text())
    generated = {told["name"]: told["files"] for told in kept["secretGenerator"]}

    for part in manifests():
        if part["kind"] not in ("Deployment", "Job"):
            continue
        name, labels = part["metadata"]["name"], part["metadata"]["labels"]
        pod = part["spec"]["template"]["spec"]
        [volume] = [volume for volume in pod["volumes"] if volume["name"] == "secrets"]
        given = {source["secret"]["name"] for source in volume["projected"]["sources"]}
        door = {f"ketenradar-{name}-tls"} if labels["soort"] == "api" else set()
        assert {secret for secret in given if secret.endswith("-tls")} == door
        assert "ketenradar-ca" in given <= set(generated)
        assert {"PGSSLMODE", "PGSSLROOTCERT"} <= {told["name"] for told in pod["containers"][0]["env"]}
    assert not any("ca.key" in file for files in generated.values() for file in files)


def test_nothing_is_called_without_tls() -> None:
    settings = next(part["data"] for part in manifests() if part["kind"] == "ConfigMap")
    compose_text = (PROJECT / "docker-compose.yml").read_text()

    assert [name for name, value in settings.items() if "http://" in value] == []
    # Health checks ask their own container, and no other.
    assert set(re.findall(r"http://[^\s\"]+", compose_text)) == {"http://127.0.0.1:8080/health"}
    assert {SERVICES[name]["environment"]["PGSSLMODE"] for name in OURS} == {"verify-full"}
    assert "?sslmode=verify-full&sslrootcert=" in SERVICES["identity"]["environment"]["KC_DB_URL"]
    hba = (PROJECT / "deploy" / "postgres" / "pg_hba.conf").read_text().splitlines()
    assert {line.split()[0] for line in hba if not line.startswith("#")} == {"local", "hostssl"}


def test_the_walls_between_rooms_stand_in_the_network_too() -> None:
    policies = {part["metadata"]["name"]: part["spec"] for part in manifests() if part["kind"] == "NetworkPolicy"}

    assert policies["niets"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    for room in Room:
        assert policies[f"{room}-deur"]["podSelector"]["matchLabels"] == {"afdeling": room, "soort": "api"}
        callers = json.dumps(policies[f"{room}-deur"]["ingress"])
        others = {other for other in Room if other is not room and f'"{other}"' in callers}
        asked_by_both = {Room.HANDOVER, Room.MONITORING}
        asks = {Room.INTAKE: {Room.TRIAGE, *asked_by_both}, Room.TRIAGE: asked_by_both}
        assert others == asks.get(room, {Room.MONITORING} - {room})


# --- everything, running ---------------------------------------------------------------------------------------


@contextmanager
def answering(paths: dict[str, tuple[int, bytes]], *, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Answer a few paths on a port of this machine."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = paths.get(self.path, (404, b""))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    socketserver.ThreadingTCPServer.allow_reuse_address = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@dataclass(frozen=True, slots=True)
class Installation:
    engine: Engine
    admin_url: str
    redis: str
    issuer: TestIssuer


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """PostgreSQL and Redis as compose starts them, with the databases and the rights that it gives them."""
    with ExitStack() as stack:
        folder = _own_folder(stack, tmp_path_factory)
        names = ("postgres", "redis", *ROOMS)
        ports: dict[str, int] = {}
        first = PORTS[0] + int.from_bytes(os.urandom(2)) % (PORTS[1] - PORTS[0] - 100)
        for name in names:
            ports[name] = programs.free_port(first, PORTS[1], taken=tuple(ports.values()))
        made = folder / "made"
        make(made, DOMAIN)
        database = stack.enter_context(in_front_of_postgres(ports["postgres"], made))
        bus = f"127.0.0.1:{stack.enter_context(in_front_of_redis(ports['redis'], made))}/0"
        make(made, DOMAIN, postgres=f"postgresql://127.0.0.1:{database}/", redis=bus, ca=str(made / "ca.pem"))
        admin_url = _start_postgres(stack, folder, ports["postgres"], made)
        _start_redis(stack, folder, ports["redis"], made)
        issuer = TestIssuer(f"https://identity.{DOMAIN}/realms/ketenradar", ec.generate_private_key(ec.SECP256R1()))
        answers = {"/certs": (200, json.dumps(issuer.jwks()).encode())}
        jwks = stack.enter_context(answering(answers, tls=server_context(made, "identity")))
        other = {"KETENRADAR_JWKS_URL": f"https://127.0.0.1:{jwks}/certs", "KETENRADAR_SWEEP_SECONDS": "1"}
        engine = Engine(folder, made, plain_python(folder / "venv"), ports, other)
        environment = stack.enter_context(pytest.MonkeyPatch.context())
        for name, value in COMPOSE["x-database-tls"].items():
            environment.setenv(name, value.replace("/run/secrets", str(made)))
        yield Installation(engine, admin_url, f"{bus}?ssl_ca_certs={made / 'ca.pem'}", issuer)


def _own_folder(stack: ExitStack, factory: pytest.TempPathFactory) -> Path:
    if os.geteuid() != 0:
        return factory.mktemp("uitrol")
    folder = Path(tempfile.mkdtemp(prefix="ketenradar-uitrol-", dir=places.SHARED_TEMPORARY))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    folder.chmod(0o711)
    return folder


def _start_postgres(stack: ExitStack, folder: Path, port: int, made: Path) -> str:
    password = (made / "postgres_password").read_text()
    # The wheel has no TLS: the front has it.
    own = {name: value for name, value in flags_of_postgres().items() if not name.startswith(("ssl", "hba_file"))}
    settings = {**own, "fsync": "off", "shared_buffers": "32MB"}
    server = prepare_postgres(folder, port=port, password=password, settings=settings)
    process = programs.start(server.program, folder / "postgres.log")
    stack.callback(programs.stop, process, server.program.stop_signal)
    wait_until_ready(process, server.program, folder / "postgres.log")
    subprocess.run(
        [
            str(find_postgres().folder / "psql"),
            "--no-psqlrc",
            "--set=ON_ERROR_STOP=1",
            f"--file={PROJECT / 'deploy' / 'postgres' / '10-rooms.sql'}",
            server.url,
        ],
        env={"PATH": os.environ["PATH"], "PGSSLMODE": "disable", "SECRETS_DIR": str(made), "PGPASSWORD": password},
        check=True,
        capture_output=True,
        timeout=60,
    )
    return f"{server.url}?sslmode=disable"


def _start_redis(stack: ExitStack, folder: Path, port: int, made: Path) -> None:
    data = folder / "redis"
    data.mkdir()
    changed = {"/run/secrets/redis_users.acl": str(made / "redis_users.acl"), "/data": str(data), "always": "no"}
    told = SERVICES["redis"]["command"][1:]
    pairs = [(flag, value) for flag, value in zip(told[::2], told[1::2], strict=True) if not flag.startswith("--tls")]
    flags = [changed.get(part, part) for flag, value in pairs if flag != "--port" for part in (flag, value)]
    with (folder / "redis.log").open("wb") as log:
        process = subprocess.Popen(
            [str(find_redis()), *flags, "--port", str(port), "--bind", "127.0.0.1"], stdout=log, stderr=log
        )
    stack.callback(programs.stop, process, signal.SIGTERM)
    client = redis.Redis(port=port)
    stack.callback(client.close)
    for _ in until(20):
        try:
            if client.ping():
                return
        except redis.ConnectionError:
            continue
    pytest.fail((folder / "redis.log").read_text())


def test_a_role_of_a_room_enters_no_other_database_and_makes_no_tables(installation: Installation) -> None:
    made = installation.engine.made

    for room in ROOMS:
        url = (made / f"{room}_database_url").read_text()
        for other in ROOMS:
            if other != room:
                with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                    psycopg.connect(_at(url, f"ketenradar_{other}"))
        for place in ("postgres", "template1", "ketenradar_identity"):
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(_at(url, place))
        with psycopg.connect(url) as connection:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("CREATE TABLE van_mij (id int)")
            connection.rollback()
            rights = connection.execute(
                "SELECT rolname FROM pg_roles WHERE rolname LIKE 'ketenradar%'"
                " AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls OR rolreplication)"
            ).fetchall()
            assert rights == []


def _at(url: str, database: str) -> str:
    return urlsplit(url)._replace(path=f"/{database}").geturl()


def test_in_redis_a_room_writes_its_own_stream_and_reads_only_what_it_follows(installation: Installation) -> None:
    for room in Room:
        with redis.Redis.from_url(_redis_url(installation, room)) as client:
            streams = {stream_of(other) for other in Room}
            entry = client.xadd(stream_of(room), {"ce": b"{}"})
            client.xtrim(stream_of(room), minid=entry, approximate=False)
            for stream in streams - {stream_of(room)}:
                with pytest.raises(NoPermissionError):
                    client.xadd(stream, {"ce": b"{}"})
            for source in sources_of(room):
                client.xgroup_create(stream_of(source), room, id="0", mkstream=True)
            for stream in streams - {stream_of(source) for source in sources_of(room)}:
                with pytest.raises(NoPermissionError):
                    client.xgroup_create(stream, room, id="0")
                with pytest.raises(NoPermissionError):
                    client.xrange(stream)
            client.set(f"limiet:{room}:h:lezen", "1", px=1_000)
            for command in (
                "FLUSHALL",
                "KEYS *",
                "CONFIG GET *",
                "ACL LIST",
                "SHUTDOWN",
                "GET unacked",
                "GET limiet:x",
            ):
                with pytest.raises(NoPermissionError):
                    client.execute_command(*command.split())
    with redis.Redis.from_url(_redis_url(installation, "celery")) as client, pytest.raises(NoPermissionError):
        client.exists(stream_of(Room.INTAKE))
    with redis.Redis.from_url(f"rediss://{installation.redis}") as nobody, pytest.raises(NoPermissionError):
        nobody.exists("celery")
    with redis.Redis.from_url(_operator(installation)) as operator:
        operator.flushall()
        operator.acl_log_reset()


def _redis_url(installation: Installation, user: str) -> str:
    return (installation.engine.made / f"{user}_redis_url").read_text()


def _operator(installation: Installation) -> str:
    password = (installation.engine.made / "redis_beheer").read_text()
    return f"rediss://beheer:{password}@{installation.redis}"


PROBE = """
import importlib, json, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
files = {n: m.__file__ for n, m in sys.modules.items() if getattr(m, "__file__", None)}
ours = {n: f for n, f in files.items() if n.split(".")[0] in ("services", "shared", "deploy")}
json.dump(ours, sys.stdout)
"""


@pytest.mark.parametrize("room", ROOMS)
def test_the_image_of_a_room_needs_no_other_room_and_no_package_outside_its_lock(
    installation: Installation, room: str
) -> None:
    engine = installation.engine
    chores = ["services.monitoring.chores"] if room == "monitoring" else []
    modules = [f"services.{room}.main", f"services.{room}.worker", "deploy.migrate", "deploy.health", *chores]

    probed = subprocess.run(
        [str(engine.programs / "python"), "-c", PROBE, *modules],
        cwd=engine.tree(room),
        env={**engine.environment(room), "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert probed.returncode == 0, probed.stderr[-2000:]
    ours: dict[str, str] = json.loads(probed.stdout)
    assert f"services.{room}.main" in ours
    assert all(Path(file).is_relative_to(engine.tree(room)) for file in ours.values())
    assert [name for name in ours if name.startswith("services.") and name.split(".")[1] != room] == []


def test_the_whole_house_starts_from_the_compose_file_and_passes_a_melding_on(installation: Installation) -> None:
    engine = installation.engine
    with redis.Redis.from_url(_operator(installation)) as operator:
        operator.acl_log_reset()
    with ExitStack() as stack:
        for room in ROOMS:
            migrated = engine.start(f"{room}-migrate")
            assert migrated.wait(120) == 0, engine.said(f"{room}-migrate")
        running = {}
        for name in LONG_RUNNING:
            running[name] = engine.start(name)
            stack.callback(programs.stop, running[name], signal.SIGKILL)

        _wait_until_healthy(engine, running)
        casus_id = _post_melding(installation)
        heard = _heard_by(installation, casus_id)
        denied = _denied(installation)
        ended = {name: _stop(process) for name, process in running.items()}

    assert heard == {"triage", "handover", "monitoring"}
    assert denied == []
    # A door finishes what it was doing and then ends by the signal itself: that is how uvicorn tells it was asked to.
    assert {
        name: code for name, code in ended.items() if code and not (name in ROOMS and code == -signal.SIGTERM)
    } == {}


def _wait_until_healthy(engine: Engine, running: "dict[str, subprocess.Popen[bytes]]") -> None:
    """Wait for the doors first, which costs nothing; then let the health checks of compose speak."""
    for room in ROOMS:
        opened = programs.listens(engine.ports[room])
        assert any(opened(0) for _ in until(300)), f"{room} does not listen: {engine.said(room)}"
    waiting = list(running)
    for _ in until(300):
        for name in waiting:
            assert running[name].poll() is None, f"{name} ended: {engine.said(name)}"
        waiting = [name for name in waiting if not engine.is_healthy(name)]
        if not waiting:
            return
    pytest.fail("\n".join(f"{name} is not healthy: {engine.said(name)}" for name in waiting))


def _post_melding(installation: Installation) -> str:
    port = installation.engine.ports["intake"]
    body = {
        "melder": {"categorie": "justitie-en-veiligheid", "soort": "professional"},
        "gemeenteCode": "0599",
        "zorgelijkeSituatie": {"omschrijving": "Buren horen al weken ruzie."},
        "personen": [{"rol": "slachtoffer", "geslachtsnaam": "Voorbeeld", "geboortedatum": "1990-02-01"}],
    }
    headers = installation.issuer.headers("ketenpartner", "partner-voorbeeld")

    believed = ssl.create_default_context(cafile=installation.engine.made / "ca.pem")
    address = f"https://127.0.0.1:{port}/v1/meldingen"
    answer = httpx.post(address, json=body, headers=headers, verify=believed, trust_env=False)

    assert answer.status_code == 201, answer.text
    return str(answer.json()["casusId"])


def _heard_by(installation: Installation, casus_id: str) -> set[str]:
    """Return the rooms that handled the fact about this casus, after a while."""
    heard: set[str] = set()
    for _ in until(60):
        for room in {"triage", "handover", "monitoring"} - heard:
            with psycopg.connect(_at(installation.admin_url, f"ketenradar_{room}")) as connection:
                found = connection.execute(
                    "SELECT 1 FROM inbox_stand WHERE casus_id = %s AND laatste > 0", [casus_id]
                ).fetchone()
            heard |= {room} if found else set()
        if len(heard) == 3:
            break
    return heard


def _denied(installation: Installation) -> list[tuple[str, str]]:
    """Return what Redis refused to somebody while the house ran."""
    with redis.Redis.from_url(_operator(installation), decode_responses=True) as operator:
        return [(entry["username"], entry["object"]) for entry in operator.acl_log()]


def _stop(process: "subprocess.Popen[bytes]") -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(60)
