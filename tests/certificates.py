"""Certificates for tests: of an organisation that exists nowhere, and in the forms in which a gateway tells of them."""

import base64
import hashlib
import ssl
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from deploy.local.identity import pem_of
from deploy.secrets.certificates import Authority, new_key, to_pem

CLIENT_AUTH, SERVER_AUTH = ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH


def certificate_der(name: str) -> bytes:
    """Return a certificate of this name, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.DER)


def shown_by(authority: Authority, name: str, *, until: datetime, usage: x509.ObjectIdentifier = CLIENT_AUTH) -> str:
    """Return a certificate of this name with its key, as PEM in one file, signed by an authority of the test."""
    key = new_key()
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(authority.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - timedelta(days=365))
        .not_valid_after(until)
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    return to_pem(made) + pem_of(key)


def escaped_pem(der: bytes) -> str:
    """Return what nginx has in ``$ssl_client_escaped_cert``."""
    return quote(ssl.DER_cert_to_PEM_cert(der), safe="")


def client_cert(der: bytes) -> str:
    """Return the header of RFC 9440."""
    return f":{base64.b64encode(der).decode()}:"


def thumbprint(der: bytes) -> str:
    """Return the ``x5t#S256`` of RFC 8705."""
    return base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()
