"""What may stand in ``docker-compose.yml``: the part of the Compose format that this house uses, and nothing else.

An engine passes over many a key that it does not know, or stops at it on the day of the upgrade. This schema is
narrower than that of the format: a key that is right but new here must be written down here first, with its form.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it has no stubs

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string", "minLength": 1}
_TEXTS: Schema = {"type": "array", "items": _TEXT, "minItems": 1}
_FLAG: Schema = {"type": "boolean"}
_SECONDS: Schema = {"type": "string", "pattern": r"^\d+(ms|s|m)$"}
_SIZE: Schema = {"type": "string", "pattern": r"^\d+[mMgG]$"}
_NAME = r"^[a-z0-9][a-z0-9._-]*$"


def _thing(required: tuple[str, ...] = (), **fields: Schema) -> Schema:
    return {"type": "object", "properties": fields, "required": list(required), "additionalProperties": False}


def _named(item: Schema) -> Schema:
    return {"type": "object", "patternProperties": {_NAME: item}, "additionalProperties": False}


_ENVIRONMENT: Schema = {
    "type": "object",
    "patternProperties": {r"^[A-Z][A-Z0-9_]*$": {"type": "string"}},
    "additionalProperties": False,
}
_HEALTH: Schema = {
    "oneOf": [
        _thing(("disable",), disable={"const": True}),
        _thing(
            ("test", "interval", "timeout", "retries"),
            test={"type": "array", "prefixItems": [{"enum": ["CMD", "CMD-SHELL"]}], "items": _TEXT, "minItems": 2},
            interval=_SECONDS,
            timeout=_SECONDS,
            start_period=_SECONDS,
            retries={"type": "integer", "minimum": 1},
        ),
    ]
}
_AMOUNTS: Schema = _thing(
    ("memory",), cpus={"type": "string", "pattern": r"^\d+\.\d+$"}, memory=_SIZE, pids={"type": "integer", "minimum": 1}
)
_LIMITS: Schema = {"allOf": [_AMOUNTS, {"required": ["cpus", "memory", "pids"]}]}
_WAITS: Schema = _named(
    _thing(("condition",), condition={"enum": ["service_healthy", "service_completed_successfully"]})
)
_NETWORKS: Schema = {
    "oneOf": [
        {"type": "array", "items": _TEXT, "minItems": 1, "uniqueItems": True},
        _named(_thing(aliases=_TEXTS, ipv4_address=_TEXT)),
    ]
}
_GIVEN_SECRET: Schema = {"oneOf": [_TEXT, _thing(("source",), source=_TEXT, target=_TEXT)]}

_SERVICE: Schema = _thing(
    ("image", "networks", "restart", "read_only", "cap_drop", "security_opt", "tmpfs", "logging", "deploy"),
    image=_TEXT,
    build=_thing(("context", "dockerfile", "args"), context=_TEXT, dockerfile=_TEXT, args=_ENVIRONMENT),
    command={"type": "array", "items": {"type": "string"}},
    entrypoint={"type": "array", "items": _TEXT},
    environment=_ENVIRONMENT,
    secrets={"type": "array", "items": _GIVEN_SECRET},
    depends_on=_WAITS,
    networks=_NETWORKS,
    healthcheck=_HEALTH,
    volumes={"type": "array", "items": {"type": "string", "pattern": r"^[^:]+:/[^:]+(:ro)?$"}},
    tmpfs={"type": "array", "items": {"type": "string", "pattern": r"^/[a-z/]+:size=\d+[mk]$"}},
    ports={"type": "array", "items": _TEXT},
    user=_TEXT,
    restart={"enum": ["unless-stopped", "on-failure:5"]},
    read_only=_FLAG,
    cap_drop={"const": ["ALL"]},
    security_opt={"const": ["no-new-privileges:true"]},
    logging=_thing(("driver", "options"), driver=_TEXT, options={"type": "object"}),
    init=_FLAG,
    stop_grace_period=_SECONDS,
    stop_signal={"enum": ["SIGINT", "SIGTERM", "SIGQUIT"]},
    deploy=_thing(
        ("resources",),
        resources=_thing(("limits",), limits=_LIMITS, reservations=_AMOUNTS),
        replicas={"type": "integer", "minimum": 1},
    ),
    profiles=_TEXTS,
    shm_size=_SIZE,
    sysctls={"type": "object", "additionalProperties": {"type": "string"}},
)

SCHEMA: Schema = {
    **_thing(
        ("name", "services", "networks", "secrets"),
        name=_TEXT,
        services=_named(_SERVICE),
        networks=_named(
            _thing(
                internal={"const": True},
                ipam=_thing(("config",), config={"type": "array", "items": _thing(("subnet",), subnet=_TEXT)}),
            )
        ),
        volumes=_named(_thing()),
        secrets=_named(_thing(("file",), file={"type": "string", "pattern": r"^\./deploy/secrets/made/[\w.-]+$"})),
    ),
    # Parts that are used by more services stand under a name that begins so.
    "patternProperties": {"^x-[a-z-]+$": {"type": "object"}},
}


class _NoKeyTwiceLoader(yaml.SafeLoader):
    """Read YAML, and refuse a key that stands twice in one place: the first would be lost without a word."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        own = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        if len(own) != len(set(own)):
            raise yaml.constructor.ConstructorError(None, None, "a key stands here twice", node.start_mark)
        return super().construct_mapping(node, deep)


def faults(text: str) -> list[str]:
    """Return what is wrong with a compose file: a key or a form that is not known, a name that leads nowhere."""
    try:
        told = yaml.load(text, _NoKeyTwiceLoader)  # noqa: S506  # nosec B506  # nosemgrep: no-bytes-become-a-program  # a safe loader
    except yaml.YAMLError as error:
        return [str(error)]
    found = [
        f"{'.'.join(str(part) for part in error.absolute_path)}: {error.message[:300]}"
        for error in Draft202012Validator(SCHEMA).iter_errors(told)
    ]
    return sorted(found) or sorted(_loose_ends(told))


def _loose_ends(told: Any) -> Iterator[str]:  # checked against the schema before
    """Yield names that are used and not made, or made and not used."""
    used: dict[str, set[str]] = {"networks": set(), "secrets": set(), "volumes": set()}
    for name, service in told["services"].items():
        used["networks"] |= set(service["networks"])
        used["secrets"] |= {
            entry if isinstance(entry, str) else entry["source"] for entry in service.get("secrets", ())
        }
        sources = [volume.split(":")[0] for volume in service.get("volumes", ())]
        used["volumes"] |= {source for source in sources if not source.startswith(".")}
        for other in service.get("depends_on", {}):
            if other not in told["services"]:
                yield f"services.{name}.depends_on: {other} bestaat niet"
    for kind, names in used.items():
        made = set(told.get(kind, {}))
        yield from (f"{kind}: {name} bestaat niet" for name in names - made)
        yield from (f"{kind}: niemand gebruikt {name}" for name in made - names)


def missing_files(text: str, folder: Path) -> list[str]:
    """Return the files of the project that a compose file mounts and that are not there."""
    told = yaml.safe_load(text)
    sources = {volume.split(":")[0] for service in told["services"].values() for volume in service.get("volumes", ())}
    return sorted(source for source in sources if source.startswith("./") and not (folder / source).exists())
