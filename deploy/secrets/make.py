"""Make every secret of one installation: ``python -m deploy.secrets.make [--domein D] [--map FOLDER]``.

What is random is made once and then kept: data that was sealed with a key is lost without it, so this folder is
backed up as carefully as the database, and apart from it. What follows from other files (addresses, the rights
in Redis, the realm) is written anew each time. Nothing is shown and nothing of it is ever committed.

The files can be read by all, the folder by its owner only: an engine mounts a file into a container with the
rights that it has here, and the processes inside run under numbers of their own.
"""

import argparse
import json
import secrets
import sys
from collections.abc import Callable
from datetime import UTC, timedelta
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from deploy.identity.realm import realm
from deploy.local.databases import role_names, with_database
from deploy.local.identity import client_id, new_private_key, new_room_keys, read_key
from deploy.redis.rights import CHORES, USERS, acl_file
from shared.clock import system_clock
from shared.events.catalogue import Room

MADE = Path(__file__).with_name("made")
DOMAIN = "ketenradar.example"
POSTGRES = "postgresql://postgres:5432/"
REDIS = "redis:6379/0"
IDENTITY_ROLE = "ketenradar_identity_owner"
CERTIFICATE_DAYS = 397


def make(folder: Path, domain: str, *, postgres: str = POSTGRES, redis: str = REDIS) -> None:
    """Make what is missing in ``folder``, and write again what follows from it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    for room in Room:
        _make_room(folder, room, postgres=postgres, redis=redis)
    for name in ("postgres_password", "identity_admin_password", IDENTITY_ROLE):
        _once(folder / name, _password)
    users = {user: _once(folder / f"redis_{user}", _password) for user in USERS}
    _write(folder / "redis_users.acl", acl_file(users))
    _write(folder / f"{CHORES}_redis_url", _redis_url(CHORES, users[CHORES], redis))
    keys = {client_id(room): read_key(folder / f"{room}_client.pem").public_key() for room in Room}
    _write(folder / "realm.json", json.dumps(realm(domain, keys), indent=2) + "\n")
    if not (folder / "tls.crt").exists():
        _make_certificate(folder, domain)


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
    return f"redis://{user}:{password}@{place}"


def _password() -> str:
    return secrets.token_hex(24)


def _once(file: Path, made_by: Callable[[], str]) -> str:
    if not file.exists():
        _write(file, made_by())
    return file.read_text()


def _write(file: Path, text: str) -> None:
    """Write whole or not at all: half a key would be kept for ever."""
    new = file.with_name(f".{file.name}.new")
    new.write_text(text)
    new.chmod(0o444)
    new.replace(file)


def _make_certificate(folder: Path, domain: str) -> None:
    """Make a certificate for the gateway by an authority of our own, whose key is thrown away.

    Good for a trial. An installation puts the certificate of its own authority in ``tls.crt`` and ``tls.key``.
    """
    authority, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _certificate("Ketenradar proef-CA", authority, issuer=None, signer=authority)
    names = [f"{host}.{domain}" for host in (*Room, "identity")]
    leaf = _certificate(names[0], key, issuer=root, signer=authority, names=names)
    root_pem = root.public_bytes(serialization.Encoding.PEM).decode()
    _write(folder / "vertrouwd.pem", Path(certifi.where()).read_text() + "\n" + root_pem)
    _write(folder / "proef-ca.pem", root_pem)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(folder / "tls.key", private.decode())
    _write(folder / "tls.crt", leaf.public_bytes(serialization.Encoding.PEM).decode() + root_pem)


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    *,
    issuer: x509.Certificate | None,
    signer: ec.EllipticCurvePrivateKey,
    names: list[str] | None = None,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = system_clock().astimezone(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=CERTIFICATE_DAYS))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(_key_usage(signs=issuer is None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if names:
        alternatives = x509.SubjectAlternativeName([x509.DNSName(host) for host in names])
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        builder = builder.add_extension(alternatives, critical=False).add_extension(usage, critical=False)
    return builder.sign(signer, hashes.SHA256())


def _key_usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


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
