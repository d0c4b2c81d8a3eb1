"""Why a receiver gave no answer, in words that a person can act on."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import httpx

from debiai_studio.exports.errors import DeliveryFailed
from debiai_studio.exports.methods.http_options import HttpOptions


def failure_of(error: httpx.HTTPError | ssl.SSLError, options: HttpOptions) -> DeliveryFailed:
    """What a request without an answer means for its delivery: each is tried again."""
    if isinstance(error, httpx.ProxyError):
        refused = str(error).startswith("4")
        remedy = "check the option proxy and what the proxy lets through."
        return DeliveryFailed(f"The proxy answered {error}; {remedy}", capped=refused)
    if isinstance(error, httpx.ConnectError):
        return DeliveryFailed(f"The receiver cannot be reached: {_why_unreached(error)}.")
    detail = (str(error) or type(error).__name__).rstrip(".")
    hint = ""
    if options.url.scheme == "https" and options.tls.certificate is None:
        hint = (
            " A receiver that asks for a client certificate ends it like this: then give "
            "ssl.certificate.pem and ssl.key.pem."
        )
    return DeliveryFailed(
        f"The connection to the receiver broke before it answered: {detail}.{hint}"
    )


def _why_unreached(error: httpx.ConnectError) -> str:
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return (
                f"its certificate is not trusted ({cause.verify_message}). Give the certificate "
                "of its authority as ssl.ca.pem, or correct the host name"
            )
    refused = any(isinstance(cause, ConnectionRefusedError) for cause in causes)
    if refused or not str(error):
        return "the connection was refused, so nothing listens there"
    return str(error)


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
