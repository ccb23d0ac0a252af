"""The certificate with which a caller came in, as the gateway that ended TLS tells of it, and its thumbprint."""

import base64
import hashlib
from urllib.parse import unquote_to_bytes

_BEGIN = b"-----BEGIN CERTIFICATE-----"
_END = b"-----END CERTIFICATE-----"
_BYTES_MAX = 16_384


def thumbprint_of(header: bytes) -> str | None:
    """Return the ``x5t#S256`` of the certificate in a header (RFC 8705 section 3.1), or None when there is no one.

    The gateway sends it as URL-encoded PEM (nginx, ``$ssl_client_escaped_cert``) or as base64 DER, with or without
    the colons of RFC 9440.
    """
    if not header or len(header) > _BYTES_MAX:
        return None
    text = header.strip()
    if b"%" in text or text.startswith(b"-----"):
        text = _between_pem_lines(unquote_to_bytes(text))
    elif text.startswith(b":") and text.endswith(b":"):
        text = text[1:-1]
    try:
        der = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return _base64url(hashlib.sha256(der).digest()) if der else None


def _between_pem_lines(pem: bytes) -> bytes:
    """Return the base64 of the only certificate; of none or of more than one, nothing."""
    begin, middle, rest = pem.strip().partition(_BEGIN)
    inside, end, after = rest.partition(_END)
    if begin or not middle or not end or after.strip():
        return b""
    return b"".join(inside.split())


def _base64url(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
