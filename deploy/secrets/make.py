"""Make every secret of one installation: ``python -m deploy.secrets.make [--domein D] [--map FOLDER]``.

What is random is made once and then kept: data that was sealed with a key is lost without it, so this folder is
backed up as carefully as the database, and apart from it. What follows from other files (addresses, the rights
in Redis, the realm) is written anew each time; so is a certificate for inside that ends within three months. Nothing
is shown and nothing of it is ever committed.

The files can be read by all, the folder by its owner only: an engine mounts a file into a container with the
rights that it has here, and the processes inside run under numbers of their own. Only the key of the authority goes
into no container, and is its owner's alone.
"""

import argparse
import json
import secrets
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import certifi
from cryptography import x509

from deploy.identity.realm import realm
from deploy.local.databases import role_names, with_database
from deploy.local.identity import client_id, new_private_key, new_room_keys, pem_of, read_key
from deploy.redis.rights import CHORES, USERS, acl_file
from deploy.secrets.certificates import AUTHORITY_DAYS, Authority, lasts, new_authority, new_certificate
from shared.clock import system_clock
from shared.events.catalogue import Room

MADE = Path(__file__).with_name("made")
DOMAIN = "ketenradar.example"
POSTGRES = "postgresql://postgres:5432/"
REDIS = "redis:6379/0"
IDENTITY_ROLE = "ketenradar_identity_owner"
NAMESPACE = "ketenradar"
# Where a container finds the authority for inside.
CA = "/run/secrets/ca.pem"


def make(folder: Path, domain: str, *, postgres: str = POSTGRES, redis: str = REDIS, ca: str = CA) -> None:
    """Make what is missing in ``folder``, and write again what follows from it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    for room in Room:
        _make_room(folder, room, postgres=postgres, redis=f"{redis}?ssl_ca_certs={ca}")
    for name in ("postgres_password", "identity_admin_password", IDENTITY_ROLE):
        _once(folder / name, _password)
    users = {user: _once(folder / f"redis_{user}", _password) for user in USERS}
    _write(folder / "redis_users.acl", acl_file(users))
    _write(folder / f"{CHORES}_redis_url", _redis_url(CHORES, users[CHORES], f"{redis}?ssl_ca_certs={ca}"))
    keys = {client_id(room): read_key(folder / f"{room}_client.pem").public_key() for room in Room}
    _write(folder / "realm.json", json.dumps(realm(domain, keys), indent=2) + "\n")
    _make_inside(folder, inside_names())
    if not (folder / "tls.crt").exists():
        _make_outside(folder, domain)
    _write_trusted(folder)


def _make_room(folder: Path, room: Room, *, postgres: str, redis: str) -> None:
    owner, app = role_names(room)
    owner_password, app_password = (_once(folder / role, _password) for role in (owner, app))
    database = f"ketenradar_{room}"
    _write(folder / f"{room}_database_url", with_database(postgres, database, user=app, password=app_password))
    _write(folder / f"{room}_migration_url", with_database(postgres, database, user=owner, password=owner_password))
    _write(folder / f"{room}_redis_url", _redis_url(room, _once(folder / f"redis_{room}", _password), redis))
    _once(folder / f"{room}_sleutels.json", new_room_keys)
    _once(folder / f"{room}_client.pem", new_private_key)


def _redis_url(user: str, password: str, place: str) -> str:
    return f"rediss://{user}:{password}@{place}"


def _password() -> str:
    return secrets.token_hex(24)


def _once(file: Path, made_by: Callable[[], str]) -> str:
    if not file.exists():
        _write(file, made_by())
    return file.read_text()


def _write(file: Path, text: str, *, mode: int = 0o444) -> None:
    """Write whole or not at all: half a key would be kept for ever."""
    new = file.with_name(f".{file.name}.new")
    new.write_text(text)
    new.chmod(mode)
    new.replace(file)


def _make_inside(folder: Path, names: Mapping[str, list[str]]) -> None:
    """Make the authority for inside and a certificate for every server, or again what is about to end."""
    now = system_clock()
    if not lasts(folder / "ca.pem", now):
        made = new_authority("Ketenradar binnen", now, days=AUTHORITY_DAYS)
        _write(folder / "ca.key", pem_of(made.key), mode=0o400)
        _write(folder / "ca.pem", made.pem)
    authority = Authority(x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes()), read_key(folder / "ca.key"))
    for server, called in names.items():
        file = folder / f"{server}_tls.crt"
        if not lasts(file, now, names=called, authority=authority):
            certificate, key = new_certificate(authority, called, now)
            _write(folder / f"{server}_tls.key", key)
            _write(file, certificate)


def inside_names() -> dict[str, list[str]]:
    """Return under which names each server is called: by the others, in a cluster, and by its own health check."""
    servers = (*(room.value for room in Room), "postgres", "redis", "identity")
    return {
        server: [server, f"{server}.{NAMESPACE}", f"{server}.{NAMESPACE}.svc", "localhost", "127.0.0.1"]
        for server in servers
    }


def _make_outside(folder: Path, domain: str) -> None:
    """Make a certificate for the gateway by an authority whose key is thrown away.

    Good for a trial. An installation puts the certificate of its own authority in ``tls.crt`` and ``tls.key``.
    """
    now = system_clock()
    authority = new_authority("Ketenradar proef-CA", now)
    certificate, key = new_certificate(authority, [f"{host}.{domain}" for host in (*Room, "identity")], now)
    _write(folder / "proef-ca.pem", authority.pem)
    _write(folder / "tls.key", key)
    _write(folder / "tls.crt", certificate + authority.pem)


def _write_trusted(folder: Path) -> None:
    """Write whom the rooms believe: the public authorities, that of a trial and that of inside."""
    own = [file.read_text() for file in (folder / "proef-ca.pem", folder / "ca.pem") if file.exists()]
    _write(folder / "vertrouwd.pem", "\n".join([Path(certifi.where()).read_text(), *own]))


def main(argv: list[str]) -> int:
    """Make the secrets and say where they are."""
    parser = argparse.ArgumentParser(prog="python -m deploy.secrets.make", description="Maak de geheimen.")
    parser.add_argument("--domein", default=DOMAIN, help=f"waaronder de afdelingen bereikbaar zijn ({DOMAIN})")
    parser.add_argument("--map", type=Path, default=MADE, help="waar de bestanden komen")
    told = parser.parse_args(argv)
    make(told.map, told.domein)
    sys.stdout.write(f"De geheimen staan in {told.map}. Bewaar een kopie, los van de database.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
