"""TLS by option: whom to trust and which certificate to show, alike for every type of method.

The options hold PEM text, so that they can be pasted into the page; in config.ini and the
environment ``file:`` reads them from a file.
"""

from __future__ import annotations

import secrets
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from debiai_studio.exports.errors import InvalidMethod
from debiai_studio.exports.model import ExportMethod

TLS_OPTIONS: tuple[dict[str, Any], ...] = (
    {"name": "ssl.ca.pem", "title": "CA certificates to trust (PEM)", "multiline": True},
    {"name": "ssl.certificate.pem", "title": "Client certificate (PEM)", "multiline": True},
    {
        "name": "ssl.key.pem",
        "title": "Key of the client certificate (PEM)",
        "multiline": True,
        "secret": True,
    },
    {"name": "ssl.key.password", "title": "Password of the key", "secret": True},
)


@dataclass(frozen=True, slots=True)
class Tls:
    """What a method's TLS options say. Without ``ca`` the public authorities are trusted."""

    ca: str | None = None
    certificate: str | None = None
    key: str | None = None
    password: str | None = None

    @classmethod
    def of(cls, method: ExportMethod) -> Tls:
        """Read and check the options. Raises InvalidMethod, which never repeats a value."""
        tls = cls(*(method.options.get(str(option["name"])) for option in TLS_OPTIONS))
        if tls.ca is not None:
            _certificates(tls.ca, "ssl.ca.pem")
        if tls.certificate is None and tls.key is None:
            return tls
        if tls.certificate is None or tls.key is None:
            missing = "ssl.key.pem" if tls.key is None else "ssl.certificate.pem"
            remedy = "a client certificate and its key are given together."
            raise InvalidMethod(f"The option {missing} is missing", remedy)
        shown = _certificates(tls.certificate, "ssl.certificate.pem")[0].public_key()
        own = tls._private_key().public_key()
        form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        if shown.public_bytes(*form) != own.public_bytes(*form):
            remedy = "it is not the key of ssl.certificate.pem; give the pair."
            raise InvalidMethod("The option ssl.key.pem", remedy)
        return tls

    def context(self) -> ssl.SSLContext | None:
        """The context of a connection; None when no option asks for one of its own."""
        if self.ca is None and self.certificate is None:
            return None
        context = ssl.create_default_context(cadata=self.ca)
        if self.certificate is not None:
            self._load_pair(context, self.certificate)
        return context

    def _load_pair(self, context: ssl.SSLContext, certificate: str) -> None:
        # Python reads a pair from files only: the key lies there encrypted, and not for long.
        password = secrets.token_bytes(32)
        key = self._private_key().private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password)
        )
        with tempfile.TemporaryDirectory() as folder:
            pair = Path(folder) / "pair.pem"
            pair.write_bytes(certificate.encode() + b"\n" + key)
            context.load_cert_chain(pair, password=password)

    def _private_key(self) -> PrivateKeyTypes:
        password = self.password.encode() if self.password else None
        try:
            return load_pem_private_key((self.key or "").encode(), password)
        except TypeError as error:
            remedy = (
                "the key has no password; leave it out."
                if password
                else "the key is encrypted; give its password."
            )
            raise InvalidMethod("The option ssl.key.password", remedy) from error
        except ValueError as error:
            remedy = "it is no private key in PEM, or ssl.key.password is not its password."
            raise InvalidMethod("The option ssl.key.pem", remedy) from error


def _certificates(text: str, option: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(text.encode())
    except ValueError as error:
        remedy = (
            "it holds no certificate in PEM (-----BEGIN CERTIFICATE-----); give the text of the "
            "file, or in config.ini file: and its path."
        )
        raise InvalidMethod(f"The option {option}", remedy) from error
