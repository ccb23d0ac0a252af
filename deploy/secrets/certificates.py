"""The certificates of one installation: an authority of its own for inside, and one for a trial of the door outside.

Inside, every server (a room, PostgreSQL, Redis, the identity provider) shows a certificate under the name by which
the others call it, and the others believe one authority only. Its key stays in the folder of secrets, where no
container can read it, so that a certificate can be made again before it ends while everybody keeps on believing it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from deploy.local.identity import pem_of

CERTIFICATE_DAYS = 397
AUTHORITY_DAYS = 3_650
# When less than this is left, the next run makes a new one.
RENEW_DAYS = 90


@dataclass(frozen=True, slots=True)
class Authority:
    """Who signs, and with what."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        return to_pem(self.certificate)


def new_key() -> ec.EllipticCurvePrivateKey:
    """Return a fresh key on P-256."""
    return ec.generate_private_key(ec.SECP256R1())


def new_authority(name: str, now: datetime, *, days: int = CERTIFICATE_DAYS) -> Authority:
    """Return an authority that signs itself; what it signs can sign nothing."""
    key = new_key()
    subject = _name(name)
    builder = _builder(subject, subject, key, key, now, days)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return Authority(builder.add_extension(_usage(signs=True), critical=True).sign(key, hashes.SHA256()), key)


def new_certificate(authority: Authority, names: list[str], now: datetime) -> tuple[str, str]:
    """Return a certificate for a server under these names and addresses, and its key, both as PEM."""
    key = new_key()
    builder = _builder(_name(names[0]), authority.certificate.subject, key, authority.key, now, CERTIFICATE_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signs=False), critical=True)
    builder = builder.add_extension(x509.SubjectAlternativeName([_alternative(name) for name in names]), critical=False)
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    made = builder.add_extension(usage, critical=False).sign(authority.key, hashes.SHA256())
    return to_pem(made), pem_of(key)


def to_pem(certificate: x509.Certificate) -> str:
    """Return a certificate as text."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def lasts(file: Path, now: datetime, *, names: list[str] | None = None, authority: Authority | None = None) -> bool:
    """Say whether a certificate is there, lasts for a while, has these names and is signed by this authority."""
    if not file.exists():
        return False
    found = x509.load_pem_x509_certificate(file.read_bytes())
    if found.not_valid_after_utc - now < timedelta(days=RENEW_DAYS):
        return False
    if names is not None and set(names) != _names_of(found):
        return False
    return authority is None or _is_signed_by(found, authority)


def _is_signed_by(found: x509.Certificate, authority: Authority) -> bool:
    ours = x509.SubjectKeyIdentifier.from_public_key(authority.key.public_key()).digest
    theirs = found.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    return ours == theirs


def _names_of(found: x509.Certificate) -> set[str]:
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress))}


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(  # noqa: PLR0913, PLR0917, what every certificate has
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    now: datetime,
    days: int,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
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
