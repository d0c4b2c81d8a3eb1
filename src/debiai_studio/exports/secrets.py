"""Secrets at rest: options of methods made in the page are sealed with a key of the server."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import tempfile
from pathlib import Path
from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken

from debiai_studio.exports.errors import InvalidMethod

DOTS = "•••"


class Vault:
    """Seals and opens the options of export methods."""

    def __init__(self, key: bytes) -> None:
        """``key``: any bytes; the encryption key is derived from them."""
        self._key = key
        self._fernet = Fernet(base64.urlsafe_b64encode(self.key_for("export options")))

    @classmethod
    def open(cls, secret_key: str | None, key_file: Path) -> Vault:
        """The vault of ``secret_key``, or of the key file, which is made when it is missing."""
        if secret_key:
            return cls(secret_key.encode())
        if not key_file.exists():
            _make_key(key_file)
        return cls(key_file.read_bytes())

    def key_for(self, purpose: str) -> bytes:
        """32 bytes that are good for one purpose only."""
        return hashlib.sha256(f"debiai-studio {purpose}\0".encode() + self._key).digest()

    def seal(self, options: dict[str, str]) -> bytes:
        """The options, unreadable without the key."""
        return self._fernet.encrypt(orjson.dumps(options))

    def unseal(self, name: str, sealed: bytes) -> dict[str, str]:
        """The options of the method ``name``. Raises InvalidMethod when the key is another."""
        try:
            opened: dict[str, Any] = orjson.loads(self._fernet.decrypt(sealed))
        except InvalidToken as error:
            raise InvalidMethod(
                f'The options of the export method "{name}" cannot be decrypted',
                "the server's secret key has changed; give the former DEBIAI_SECRET_KEY or "
                "key file, or enter the options again.",
            ) from error
        return {key: str(value) for key, value in opened.items()}


def _make_key(key_file: Path) -> None:
    key_file.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(prefix=".secret-", dir=key_file.parent)  # mode 0600
    temporary = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(base64.urlsafe_b64encode(os.urandom(32)))
            file.flush()
            os.fsync(file.fileno())
        # A link fails when another process was first, and never shows half a key.
        with contextlib.suppress(FileExistsError):
            key_file.hardlink_to(temporary)
    finally:
        temporary.unlink()
