"""A certificate authority of our own, for tests of TLS on loopback."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

LOOPBACK = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]


@dataclass(frozen=True)
class Pair:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def certificate_pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    def key_pem(self, password: str | None = None) -> str:
        sealed = BestAvailableEncryption(password.encode()) if password else NoEncryption()
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealed).decode()

    def write(self, path: Path) -> Path:
        """Both in one file, as servers read them."""
        path.write_text(self.certificate_pem + self.key_pem())
        return path


class Authority:
    """Signs certificates for this machine and for clients."""

    def __init__(self, name: str = "Authority of the tests") -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        self._pair = Pair(_sign(name, key.public_key(), name, key, authority=True), key)

    @property
    def pem(self) -> str:
        return self._pair.certificate_pem

    def write(self, path: Path) -> Path:
        path.write_text(self.pem)
        return path

    def issue(self, name: str) -> Pair:
        """A certificate that holds for this machine, and as that of a client."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = self._pair.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0]
        signed = _sign(name, key.public_key(), str(issuer.value), self._pair.key, authority=False)
        return Pair(signed, key)


def _sign(name, public_key, issuer, issuer_key, *, authority) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer))
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )
    if not authority:
        builder = builder.add_extension(x509.SubjectAlternativeName(LOOPBACK), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
