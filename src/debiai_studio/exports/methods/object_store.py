"""Deliver a document as an object of a bucket that speaks S3: it is whole or not there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import httpx

from debiai_studio.egress import EgressRefused, endpoint_of
from debiai_studio.exports.errors import DeliveryFailed, DeliveryRejected, InvalidMethod
from debiai_studio.exports.methods.surroundings import Surroundings
from debiai_studio.exports.model import ExportMethod, Origin
from debiai_studio.exports.ports import Document, Progress, Receipt

try:
    import obstore
    from obstore.exceptions import BaseError
    from obstore.store import S3Store
except ImportError:  # an extra
    obstore = None  # type: ignore[assignment]

SCHEME = "s3://"
PART = 5 * 1024 * 1024  # the least that S3 takes
SECONDS = 60.0

OPTIONS: Final[tuple[dict[str, Any], ...]] = (
    {"name": "region", "title": "Region of the bucket", "default": "us-east-1"},
    {"name": "endpoint", "title": "Address of the object store, unless it is that of AWS"},
    {"name": "access_key_id", "title": "Access key id"},
    {"name": "secret_access_key", "title": "Secret access key", "secret": True},
    {"name": "session_token", "title": "Session token", "secret": True},
)
NAMES = frozenset(str(option["name"]) for option in OPTIONS)

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_REGION = re.compile(r"[a-z0-9-]{1,40}")
_CODE = re.compile(r"<Code>([A-Za-z]+)</Code>")
_LONGEST_PREFIX = 600  # a key has 1,024 bytes, the file's name some of them

_SIGNATURE = "correct access_key_id and secret_access_key."
_ELSEWHERE = "the bucket is in another region. Correct the option region."
# What the store answers, and what to do; everything else is tried again.
REMEDIES = {
    "NoSuchBucket": "there is no such bucket. Create it, or correct its name.",
    "AccessDenied": "there is no permission to write. Grant s3:PutObject, or correct the keys.",
    "AllAccessDisabled": "the bucket is closed to everybody. Choose another.",
    "InvalidAccessKeyId": f"the access key is unknown; {_SIGNATURE}",
    "SignatureDoesNotMatch": f"the secret access key is wrong; {_SIGNATURE}",
    "InvalidToken": f"the session token is wrong; correct it, or {_SIGNATURE}",
    "ExpiredToken": "the session token has expired. Enter a new one.",
    "PermanentRedirect": _ELSEWHERE,
    "AuthorizationHeaderMalformed": _ELSEWHERE,
    "IllegalLocationConstraintException": _ELSEWHERE,
    "EntityTooLarge": "the document is larger than the store takes. Export fewer samples.",
}


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where a method writes."""

    name: str
    prefix: str
    endpoint: httpx.URL
    config: dict[str, str]

    def key(self, name: str) -> str:
        """The key of an object."""
        return f"{self.prefix}/{name}" if self.prefix else name


class ObjectStore:
    """One object per delivery, under a key with its id; sent again, it replaces itself."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings

    def check(self, method: ExportMethod) -> Bucket:
        """The bucket. Raises InvalidMethod when a parameter or option cannot work."""
        if obstore is None:
            remedy = 'install it: pip install "debiai-studio[objects]".'
            raise InvalidMethod("Writing to object stores needs the package obstore", remedy)
        bucket = self._bucket_of(method)
        policy, url = self._surroundings.policy(method), bucket.endpoint
        port = url.port or (443 if url.scheme == "https" else 80)
        # The library connects by itself; a name of the page's could change its mind meanwhile.
        named = "endpoint" in method.options and not policy.private
        if named and endpoint_of(url.host, port) not in policy.endpoints:
            remedy = f"the operator must add {url.host}:{port} to the allow-list."
            raise InvalidMethod(f'The endpoint "{url.host}"', remedy)
        try:
            policy.require_literal(url.host, port)
        except EgressRefused as error:
            raise InvalidMethod(f'The endpoint "{url.host}"', str(error)) from error
        return bucket

    async def send(
        self, method: ExportMethod, name: str, document: Document, progress: Progress
    ) -> Receipt:
        """Upload it; a larger one in parts, which become visible together.

        Raises DeliveryFailed, DeliveryRejected.
        """
        bucket = self.check(method)
        url = bucket.endpoint
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            async with asyncio.timeout(SECONDS):
                await self._surroundings.policy(method).resolve(url.host, port)
        except EgressRefused as error:
            raise DeliveryRejected(str(error)) from error
        except (OSError, TimeoutError) as error:
            reason = f"The object store {url.host} cannot be resolved: {error}."
            raise DeliveryFailed(reason) from error
        key = bucket.key(name)
        try:
            await obstore.put_async(
                _store(bucket),
                key,
                await _body(document, progress),
                attributes={"Content-Type": document.content_type},
                chunk_size=PART,
                max_concurrency=1,
            )
        except (BaseError, OSError) as error:  # a missing bucket is a FileNotFoundError there
            raise _error_of(error, bucket) from error
        progress(document.size)
        address = f"{SCHEME}{bucket.name}/{key}"
        return Receipt(answer=f"Written to {address}", details={"address": address})

    def _bucket_of(self, method: ExportMethod) -> Bucket:
        address = method.parameters[0]
        if not address.startswith(SCHEME):
            scheme = address.partition("://")[0]
            raise InvalidMethod(f'The address "{scheme}://"', "use s3://<bucket>/<prefix>.")
        name, _, prefix = address.removeprefix(SCHEME).partition("/")
        what = f'The address "{address[:200]}"'
        if not _BUCKET.fullmatch(name):
            raise InvalidMethod(what, "name a bucket, as in s3://my-bucket/exports.")
        prefix = prefix.strip("/")
        parts = prefix.split("/") if prefix else []
        if any(part in ("", ".", "..") for part in parts) or not prefix.isprintable():
            raise InvalidMethod(what, "use printable parts in the prefix, none empty or dots.")
        if len(prefix.encode()) > _LONGEST_PREFIX:
            raise InvalidMethod(what, f"use a prefix of at most {_LONGEST_PREFIX} bytes.")
        region = method.options.get("region", "us-east-1")
        if not _REGION.fullmatch(region):
            raise InvalidMethod(f'The region "{region[:60]}"', "use one such as eu-west-1.")
        return Bucket(name, prefix, _endpoint_of(method, region), self._config(method, region))

    def _config(self, method: ExportMethod, region: str) -> dict[str, str]:
        config = {"region": region, "virtual_hosted_style_request": "false"}
        environ = {} if method.origin is Origin.PAGE else self._surroundings.environ
        for option in ("access_key_id", "secret_access_key", "session_token"):
            value = method.options.get(option) or environ.get(f"AWS_{option.upper()}", "")
            if value:
                config[option] = value
        if not {"access_key_id", "secret_access_key"} <= config.keys():
            remedy = "give access_key_id and secret_access_key" + (
                "."
                if method.origin is Origin.PAGE
                else ", or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
            )
            raise InvalidMethod(f'The bucket of "{method.name}" needs credentials', remedy)
        return config


def _endpoint_of(method: ExportMethod, region: str) -> httpx.URL:
    text = method.options.get("endpoint", f"https://s3.{region}.amazonaws.com")
    what, remedy = f'The endpoint "{text[:200]}"', "use an address like https://minio.local:9000."
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as error:
        raise InvalidMethod(what, remedy) from error
    if url.scheme not in ("http", "https") or not url.host or url.userinfo or url.query:
        raise InvalidMethod(what, remedy)
    return url


def _store(bucket: Bucket) -> Any:
    return S3Store(
        bucket.name,
        config={**bucket.config, "endpoint": str(bucket.endpoint).rstrip("/")},  # type: ignore[arg-type]
        client_options={"allow_http": bucket.endpoint.scheme == "http", "connect_timeout": "5s"},
        # Attempts are the dispatcher's.
        retry_config={"max_retries": 0, "retry_timeout": timedelta(seconds=SECONDS)},
    )


async def _body(document: Document, progress: Progress) -> bytes | AsyncIterator[bytes]:
    if document.size > PART:
        return _parts(document, progress)
    with document.open() as body:
        return await asyncio.to_thread(body.read)


async def _parts(document: Document, progress: Progress) -> AsyncIterator[bytes]:
    with document.open() as body:
        sent = 0
        while part := await asyncio.to_thread(body.read, PART):
            yield part
            sent += len(part)
            progress(sent)


def _error_of(error: Exception, bucket: Bucket) -> DeliveryFailed | DeliveryRejected:
    text = str(error).partition("\n\nDebug source")[0]
    found = _CODE.search(text)
    code = found[1] if found else ""
    if code in REMEDIES:
        return DeliveryRejected(f'The bucket "{bucket.name}": {REMEDIES[code]}', answer=text)
    if code:
        reason = f'The object store answered {code} for the bucket "{bucket.name}".'
        return DeliveryFailed(reason, answer=text)
    if "incorrectly configured region" in text:  # obstore's words for a redirect
        return DeliveryRejected(f'The bucket "{bucket.name}": {_ELSEWHERE}')
    detail = text.rpartition(" - ")[2]
    reason = f"The object store {bucket.endpoint.host} cannot be reached: {detail}."
    return DeliveryFailed(reason)
