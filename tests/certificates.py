"""Certificates for tests: of an organisation that exists nowhere, and in the forms in which a gateway tells of them."""

import base64
import hashlib
import ssl
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


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


def escaped_pem(der: bytes) -> str:
    """Return what nginx has in ``$ssl_client_escaped_cert``."""
    return quote(ssl.DER_cert_to_PEM_cert(der), safe="")


def client_cert(der: bytes) -> str:
    """Return the header of RFC 9440."""
    return f":{base64.b64encode(der).decode()}:"


def thumbprint(der: bytes) -> str:
    """Return the ``x5t#S256`` of RFC 8705."""
    return base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()
