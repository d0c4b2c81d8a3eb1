"""The parameter and the options of ``post``: where a request goes and what it carries."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Any

import httpx

from debiai_studio.exports import set_digest
from debiai_studio.exports.callbacks import CALLBACK
from debiai_studio.exports.errors import InvalidMethod
from debiai_studio.exports.methods.answers import ANSWERS
from debiai_studio.exports.methods.large import large_option
from debiai_studio.exports.methods.signing import SIGNING_OPTIONS, signing_keys
from debiai_studio.exports.methods.tls import TLS_OPTIONS, Tls
from debiai_studio.exports.model import ExportMethod

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 30.0
LONGEST_SECONDS = 600.0

# The largest body that is sent whole with large=reference, unless the method says another.
WHOLE_BYTES = 1_000_000
LARGEST_BODY = 10**12
LARGE = large_option("Documents above the largest body", "refuse", "reference")

HTTP_OPTIONS: tuple[dict[str, Any], ...] = (
    {"name": "header.*", "title": "Header", "secret": True},
    {"name": "bearer", "title": "Bearer token", "secret": True},
    {"name": "basic", "title": "User name and password, user:password", "secret": True},
    *SIGNING_OPTIONS,
    {"name": "timeout", "title": "Seconds for the whole request", "default": "30"},
    {"name": "timeout.connect", "title": "Seconds to connect", "default": "5"},
    {
        "name": "gzip",
        "title": "Compress the body",
        "choices": ["false", "true"],
        "default": "false",
    },
    {
        "name": "body.max.bytes",
        "title": "Largest body, in bytes (empty: any)",
        "is_limit": True,
    },
    LARGE,
    ANSWERS,
    {"name": "proxy", "title": "Proxy, http://user:password@proxy:3128", "secret": True},
    *TLS_OPTIONS,
)

HEADER_PREFIX = "header."
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# These make the request what it is; a method that sets them would break it or its id.
OURS = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "content-type"}
    | {"content-encoding", "webhook-id", "webhook-timestamp", "webhook-signature"}
    | {set_digest.HEADER.lower(), CALLBACK.lower()}
)


@dataclass(frozen=True, slots=True)
class HttpOptions:
    """All that ``post`` reads from a method."""

    url: httpx.URL
    headers: dict[str, str]
    keys: list[bytes]
    seconds: float
    connect_seconds: float
    compressed: bool
    largest: int | None
    proxy: httpx.URL | None
    tls: Tls
    keeps_answers: bool

    @classmethod
    def of(cls, method: ExportMethod) -> HttpOptions:
        """Read and check them. Raises InvalidMethod; no network."""
        return cls(
            url=_url_of(method),
            headers=_headers_of(method),
            keys=signing_keys(method),
            seconds=_seconds_of(method, "timeout", TOTAL_SECONDS),
            connect_seconds=_seconds_of(method, "timeout.connect", CONNECT_SECONDS),
            compressed=_is_set(method, "gzip"),
            largest=_largest_of(method),
            proxy=_proxy_of(method),
            tls=Tls.of(method),
            keeps_answers=method.keeps_answers,
        )


def port_of(url: httpx.URL) -> int:
    """The port of an address, the scheme's own when none is written."""
    return url.port or (443 if url.scheme == "https" else 80)


def _url_of(method: ExportMethod) -> httpx.URL:
    if len(method.parameters) != 1:
        raise InvalidMethod(f'The export method "{method.name}"', "post takes one URL.")
    text = method.parameters[0]
    url = _address(text)
    if url is None:
        remedy = "use an address like http://localhost:3012/export/."
        raise InvalidMethod(f'The URL "{text}"', remedy)
    if url.userinfo:
        raise InvalidMethod(f'The URL of "{url.host}"', "use the option basic for a password.")
    return url


def _proxy_of(method: ExportMethod) -> httpx.URL | None:
    if "proxy" not in method.options:
        return None
    url = _address(method.options["proxy"])
    if url is None or url.path != "/" or url.query:
        raise InvalidMethod("The option proxy", "use an address like http://proxy:3128.")
    return url


def _address(text: str) -> httpx.URL | None:
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError):
        return None
    return url if url.scheme in ("http", "https") and url.host else None


def _is_set(method: ExportMethod, name: str) -> bool:
    text = method.options.get(name, "false")
    if text not in ("true", "false"):
        raise InvalidMethod(f'The option {name}, "{text}"', "use true or false.")
    return text == "true"


def _largest_of(method: ExportMethod) -> int | None:
    """The largest document that is sent whole, before it is compressed."""
    text = method.options.get("body.max.bytes")
    if text is None:
        return WHOLE_BYTES if method.large == "reference" else None
    value = int(text) if text.isascii() and text.isdigit() else 0
    if not 0 < value <= LARGEST_BODY:
        remedy = f"use a whole number from 1 to {LARGEST_BODY}."
        raise InvalidMethod(f'The option body.max.bytes, "{text}"', remedy)
    return value


def _seconds_of(method: ExportMethod, name: str, default: float) -> float:
    text = method.options.get(name, str(default))
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= LONGEST_SECONDS:
        remedy = f"use seconds between 0 and {LONGEST_SECONDS:g}."
        raise InvalidMethod(f'The option {name}, "{text}"', remedy)
    return seconds


def _headers_of(method: ExportMethod) -> dict[str, str]:
    headers: dict[str, str] = {}
    for key, value in method.options.items():
        if not key.startswith(HEADER_PREFIX):
            continue
        name = key.removeprefix(HEADER_PREFIX)
        if not HEADER_NAME.fullmatch(name):
            raise InvalidMethod(f'The header name "{name}"', "use letters, digits and hyphens.")
        if name.lower() in OURS:
            raise InvalidMethod(f'The header "{name}"', "it is set by DebiAI Studio itself.")
        headers[name] = value
    headers |= _authorization_of(method, headers)
    for name, value in headers.items():
        if any(character < " " or character > "~" for character in value):
            raise InvalidMethod(f'The value of the header "{name}"', "use ASCII on one line.")
    return headers


def _authorization_of(method: ExportMethod, headers: dict[str, str]) -> dict[str, str]:
    given: list[str] = [name for name in ("bearer", "basic") if name in method.options]
    given += [f"{HEADER_PREFIX}{name}" for name in headers if name.lower() == "authorization"]
    if len(given) > 1:
        raise InvalidMethod(f"The options {' and '.join(given)}", "give one of them.")
    if "bearer" in method.options:
        return {"Authorization": f"Bearer {method.options['bearer']}"}
    if "basic" in method.options:
        if ":" not in method.options["basic"]:
            raise InvalidMethod("The option basic", "write it as user:password.")
        code = base64.b64encode(method.options["basic"].encode()).decode()
        return {"Authorization": f"Basic {code}"}
    return {}
