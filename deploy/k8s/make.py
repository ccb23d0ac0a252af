"""The manifests for Kubernetes: ``python -m deploy.k8s.make`` writes them, ``--check`` compares.

Plain manifests with a kustomization rather than a chart: what is committed is what runs, and can be read and
checked against the schemas without another tool. The rooms differ only in the table at the top.

PostgreSQL, Redis and the identity provider are found under their own names in the namespace (``postgres``,
``redis``, ``identity``): a service of the cluster, an operator, or a name that leads outside. The secrets of
``deploy.secrets.make`` become one Secret a room; see the kustomization.
"""

import json
import sys
from pathlib import Path
from typing import Any

import yaml

from deploy.generated import Generated, run
from shared.events.catalogue import Room

FOLDER = Path(__file__).resolve().parent
DOMAIN = "ketenradar.example"
PORT = 8000

# Which rooms put a question to the door of a room: handover completes its package, triage has the texts of its letters
# cut, monitoring watches all.
ASKED_BY: dict[Room, tuple[str, ...]] = {
    Room.INTAKE: ("triage", "handover", "monitoring"),
    Room.TRIAGE: ("handover", "monitoring"),
    Room.HANDOVER: ("monitoring",),
    Room.MONITORING: (),
}
REPLICAS = {"api": 2, "worker": 2, "celery": 1, "beat": 1}
_CELERY = ["python", "-m", "celery", "-A", "services.monitoring.chores"]
_QUIET = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO"]

# The certificate of a door. Which header tells of the certificate of a client (KETENRADAR_CLIENT_CERTIFICATE_HEADER),
# and from where X-Forwarded-For is believed (KETENRADAR_GATEWAY_NETWORKS), is for the overlay that knows the ingress:
# believed of an ingress that passes on what the client wrote itself, either would be a hole.
_DOOR = {
    "KETENRADAR_TLS_CERTIFICATE_FILE": "/run/secrets/tls.crt",
    "KETENRADAR_TLS_KEY_FILE": "/run/secrets/tls.key",
}
_DATABASE_TLS = {"PGSSLMODE": "verify-full", "PGSSLROOTCERT": "/run/secrets/ca.pem"}

Part = dict[str, Any]


def generated() -> Generated:
    """Return every manifest as it must stand in this folder."""
    files = {FOLDER / f"{room}.yaml": _dump(_room(room)) for room in Room}
    files[FOLDER / "chores.yaml"] = _dump([_deployment("celery"), _deployment("beat")])
    files[FOLDER / "network.yaml"] = _dump(_policies())
    files[FOLDER / "settings.yaml"] = _dump([_settings()])
    files[FOLDER / "ingress.yaml"] = _dump([_ingress()])
    return files


def _dump(parts: list[Part]) -> str:
    # Through JSON: an enum becomes its word, and what stands twice is written twice instead of as an alias.
    plain = json.loads(json.dumps(parts))
    return "# Made by python -m deploy.k8s.make.\n" + yaml.safe_dump_all(plain, sort_keys=False, width=110)


# --- one room --------------------------------------------------------------------------------------------------


def _room(room: Room) -> list[Part]:
    return [
        _migration(room),
        _deployment(room),
        _deployment(f"{room}-worker"),
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": room.value, "labels": _labels(room)},
            "spec": {"selector": _labels(room), "ports": [_served()]},
        },
        _budget(room),
        _budget(f"{room}-worker"),
    ]


def _served() -> Part:
    """Return the door of a room: TLS, as whoever passes a request on to it is told."""
    return {"name": "https", "port": PORT, "targetPort": "https", "appProtocol": "https"}


def _labels(name: str) -> dict[str, str]:
    """Return the labels of a process: its room, and which kind of process it is."""
    if name in ("celery", "beat"):
        return {"afdeling": "monitoring", "soort": name}
    room, _, kind = name.partition("-")
    return {"afdeling": room, "soort": {"": "api", "migrate": "migratie"}.get(kind, kind)}


def _deployment(name: str) -> Part:
    labels = _labels(name)
    strategy: Part = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}
    if name == "beat":
        strategy = {"type": "Recreate"}  # two would ring twice
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": str(name), "labels": labels},
        "spec": {
            "replicas": REPLICAS[labels["soort"]],
            "revisionHistoryLimit": 3,
            "strategy": strategy,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": _pod(name, labels)},
        },
    }


def _migration(room: Room) -> Part:
    name = f"{room}-migrate"
    labels = _labels(name)
    pod = _pod(name, labels)
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "labels": labels},
        "spec": {
            "backoffLimit": 5,
            "ttlSecondsAfterFinished": 86_400,
            "template": {"metadata": {"labels": labels}, "spec": {**pod, "restartPolicy": "OnFailure"}},
        },
    }


def _budget(name: str) -> Part:
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": str(name)},
        "spec": {"maxUnavailable": 1, "selector": {"matchLabels": _labels(name)}},
    }


# --- a pod -----------------------------------------------------------------------------------------------------


def _pod(name: str, labels: dict[str, str]) -> Part:
    room, kind = labels["afdeling"], labels["soort"]
    secret = {"celery": "ketenradar-chores", "beat": "ketenradar-chores", "migratie": f"ketenradar-{room}-migrate"}
    return {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": 30,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 10001,
            "runAsGroup": 10001,
            "fsGroup": 10001,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [_container(name, room, kind)],
        "volumes": [
            {"name": "tmp", "emptyDir": {"sizeLimit": "64Mi"}},
            _secrets(secret.get(kind, f"ketenradar-{room}"), *([f"ketenradar-{room}-tls"] if kind == "api" else [])),
        ],
    }


def _secrets(*names: str) -> Part:
    """Return the folder of secrets: those of the process, and only for a door the key of its certificate too."""
    sources = [{"secret": {"name": name}} for name in (*names, "ketenradar-ca")]
    return {"name": "secrets", "projected": {"defaultMode": 0o440, "sources": sources}}


def _container(name: str, room: str, kind: str) -> Part:
    container: Part = {"name": kind, "image": f"ketenradar/{room}"}
    command = _command(name, room, kind)
    if command:
        container["command"] = command
    container["env"] = [{"name": name, "value": value} for name, value in _DATABASE_TLS.items()]
    if kind != "migratie":
        container["envFrom"] = [{"configMapRef": {"name": "ketenradar"}}]
        container["env"] += [{"name": "KETENRADAR_CLIENT_ID", "value": f"ketenradar-{room}"}]
    if kind == "api":
        container["ports"] = [{"name": "https", "containerPort": PORT}]
        container["env"] += [{"name": name, "value": value} for name, value in _DOOR.items()]
    container["resources"] = {
        "requests": {"cpu": "100m", "memory": "128Mi"},
        "limits": {"cpu": "1", "memory": "512Mi"},
    }
    container["securityContext"] = {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    container |= _probes(kind)
    container["volumeMounts"] = [
        {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108  # nosec B108  # of the container
        {"name": "secrets", "mountPath": "/run/secrets", "readOnly": True},
    ]
    return container


def _command(name: str, room: str, kind: str) -> list[str]:
    match kind:
        case "api":
            return []
        case "worker":
            return ["python", "-m", f"services.{room}.worker"]
        case "migratie":
            url = "KETENRADAR_MIGRATION_URL=$(cat /run/secrets/ketenradar_migration_url)"
            return ["sh", "-c", f"{url} exec python -m deploy.migrate {room}"]
        case "celery":
            return [*_CELERY, "worker", "--pool", "solo", *_QUIET, "-n", "klussen@%h"]
        case "beat":
            schedule = ["--schedule", "/tmp/celerybeat-schedule"]  # noqa: S108  # nosec B108  # of the container
            return [*_CELERY, "beat", *schedule, "--pidfile=", "--loglevel", "INFO"]
        case _:
            raise ValueError(name)


def _probes(kind: str) -> Part:
    """Return how the cluster asks a process; a database that is away makes a door not ready, never dead."""
    if kind == "api":
        door: Part = {"port": "https", "scheme": "HTTPS"}
        alive = {"httpGet": {"path": "/health", **door}, "periodSeconds": 10, "timeoutSeconds": 5}
        ready = {"httpGet": {"path": "/ready", **door}, "periodSeconds": 5, "timeoutSeconds": 5}
        return {
            "startupProbe": {**alive, "periodSeconds": 2, "failureThreshold": 45},
            "livenessProbe": {**alive, "failureThreshold": 6},
            "readinessProbe": {**ready, "failureThreshold": 2},
        }
    if kind == "migratie":
        return {}
    asked = "worker" if kind == "worker" else "chores"
    return {
        "livenessProbe": {
            "exec": {"command": ["python", "-m", "deploy.health", asked]},
            "initialDelaySeconds": 180,
            "periodSeconds": 60,
            "timeoutSeconds": 10,
            # A restart heals a loop that hangs; it does not heal a Redis that is away, so there is no hurry.
            "failureThreshold": 10,
        }
    }


# --- what all share --------------------------------------------------------------------------------------------


def _settings() -> Part:
    realm = f"https://identity.{DOMAIN}/realms/ketenradar"
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "ketenradar"},
        "data": {
            "KETENRADAR_OMGEVING": "productie",
            "KETENRADAR_LOG_LEVEL": "INFO",
            "KETENRADAR_ISSUER": realm,
            "KETENRADAR_TOKEN_URL": f"{realm}/protocol/openid-connect/token",
            "KETENRADAR_JWKS_URL": "https://identity:8443/realms/ketenradar/protocol/openid-connect/certs",
            "KETENRADAR_AUDIENCE": "ketenradar",
            "KETENRADAR_KEY_FILE": "/run/secrets/sleutels.json",
            "KETENRADAR_CLIENT_KEY_FILE": "/run/secrets/client.pem",
            **{f"KETENRADAR_{room.upper()}_URL": f"https://{room}:{PORT}" for room in Room},
            "KETENRADAR_TLS_CA_FILE": "/run/secrets/ca.pem",
            "SSL_CERT_FILE": "/run/secrets/vertrouwd.pem",
            "KETENRADAR_SMTP_URL": "smtp://mail:25",
            "KETENRADAR_SMTP_FROM": f"ketenradar@{DOMAIN}",
            "KETENRADAR_ALERT_TO": f"teamleider@{DOMAIN}",
            "KETENRADAR_LEVERING_DEUR_URL": f"https://handover.{DOMAIN}",
            "KETENRADAR_DASHBOARD_URL": f"https://monitoring.{DOMAIN}",
            "KETENRADAR_AANMELDEN_URL": f"{realm}/protocol/openid-connect/auth",
            "KETENRADAR_AFMELDEN_URL": f"{realm}/protocol/openid-connect/logout",
        },
    }


def _ingress() -> Part:
    """Return the doors to the outside: the API of every room, and the page of monitoring."""
    hosts = [f"{room}.{DOMAIN}" for room in Room]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "ketenradar"},
        "spec": {
            "tls": [{"hosts": hosts, "secretName": "ketenradar-tls"}],
            "rules": [{"host": host, "http": {"paths": _paths(room)}} for room, host in zip(Room, hosts, strict=True)],
        },
    }


def _paths(room: Room) -> list[Part]:
    backend = {"service": {"name": room.value, "port": {"name": "https"}}}
    found = [{"path": "/v1", "pathType": "Prefix", "backend": backend}]
    if room is Room.MONITORING:
        found += [{"path": "/", "pathType": "Exact", "backend": backend}]
        for page in ("/static", "/trends", "/rapportages", "/aanmelden", "/afmelden", "/afgemeld"):
            found.append({"path": page, "pathType": "Prefix", "backend": backend})
    return found


def _policies() -> list[Part]:
    """Return the walls: nothing is allowed but what stands here."""
    nothing: Part = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    parts = [_policy("niets", nothing)]
    parts.append(_policy("naam-opzoeken", _egress({}, [{"ports": [_port(53, "UDP"), _port(53)]}])))
    ours = {"matchExpressions": [{"key": "afdeling", "operator": "Exists"}]}
    parts.append(_policy("naar-database", {**_egress({}, [_to("postgres", 5432)]), "podSelector": ours}))
    # A door counts in Redis what it lets in.
    listens = ["api", "worker", "celery", "beat"]
    bus = {"matchExpressions": [{"key": "soort", "operator": "In", "values": listens}]}
    parts.append(_policy("naar-redis", {**_egress({}, [_to("redis", 6379)]), "podSelector": bus}))
    asks = {"matchExpressions": [{"key": "soort", "operator": "In", "values": ["api", "celery"]}]}
    identity = [_to("identity", 8443), {"ports": [_port(443)]}]
    parts.append(_policy("naar-identity", {**_egress({}, identity), "podSelector": asks}))
    parts += [_door(room) for room in Room]
    parts += [_questions(caller) for caller in ("triage", "handover", "monitoring")]
    # Alerts go out by mail from the chores, webhooks from the worker of monitoring over HTTPS.
    mail = [{"ports": [_port(number) for number in (25, 465, 587)]}]
    parts.append(_policy("klussen-naar-buiten", _egress(_labels("celery"), mail)))
    parts.append(_policy("webhooks-naar-buiten", _egress(_labels("monitoring-worker"), [{"ports": [_port(443)]}])))
    # The worker of handover tells receivers of overdrachten, by HTTPS or by mail.
    told = [{"ports": [_port(number) for number in (25, 443, 465, 587)]}]
    parts.append(_policy("handover-naar-ontvangers", _egress(_labels("handover-worker"), told)))
    # The worker of intake speaks to the partners outside, over HTTPS and over nothing else.
    parts.append(_policy("intake-naar-partners", _egress(_labels("intake-worker"), [{"ports": [_port(443)]}])))
    return parts


def _door(room: Room) -> Part:
    """Let in the gateway, and the rooms that may ask this one."""
    gateway: Part = {"namespaceSelector": {"matchLabels": {"ketenradar/ingang": "ja"}}}
    callers: list[Part] = [gateway]
    callers += [{"podSelector": {"matchLabels": {"afdeling": caller}}} for caller in ASKED_BY[room]]
    if room is Room.MONITORING:
        callers.append({"podSelector": {"matchLabels": _labels("celery")}})
    return _policy(
        f"{room}-deur",
        {
            "podSelector": {"matchLabels": _labels(room)},
            "policyTypes": ["Ingress"],
            "ingress": [{"from": callers, "ports": [_port(PORT)]}],
        },
    )


def _questions(caller: str) -> Part:
    asked = [room for room, callers in ASKED_BY.items() if caller in callers]
    if caller == "monitoring":
        asked.append(Room.MONITORING)
    to = [{"podSelector": {"matchLabels": _labels(room)}} for room in asked]
    return _policy(f"{caller}-vraagt", _egress({"afdeling": caller}, [{"to": to, "ports": [_port(PORT)]}]))


def _policy(name: str, spec: Part) -> Part:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name},
        "spec": spec,
    }


def _egress(labels: dict[str, str], rules: list[Part]) -> Part:
    selector: Part = {"matchLabels": labels} if labels else {}
    return {"podSelector": selector, "policyTypes": ["Egress"], "egress": rules}


def _to(app: str, port: int) -> Part:
    return {"to": [{"podSelector": {"matchLabels": {"app": app}}}], "ports": [_port(port)]}


def _port(number: int, protocol: str = "TCP") -> Part:
    return {"protocol": protocol, "port": number}


if __name__ == "__main__":
    sys.exit(run("python -m deploy.k8s.make", generated, sys.argv[1:]))
