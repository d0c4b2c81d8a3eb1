"""Files of http(s) addresses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import unquote

import httpx

from debiai_studio.egress import EgressPolicy, guarded_client
from debiai_studio.sources.errors import AddressRefused, DiskFull, DownloadFailed
from debiai_studio.sources.ports import Progress
from debiai_studio.sources.uploads import is_disk_full, safe_name

_MOST_REDIRECTS = 5
_BLOCK = 1 << 20
_TIMEOUT = httpx.Timeout(30, connect=10)


class HttpDownload:
    """Fetches addresses that the policy allows; each redirect is checked as the first was."""

    def __init__(self, policy: EgressPolicy) -> None:
        self._policy = policy

    def __call__(self, url: str, folder: Path, progress: Progress) -> Path:
        """The file. Raises EgressRefused, AddressRefused, DownloadFailed or DiskFull.

        Waits until all of it is there; not to be called in an event loop.
        """
        return asyncio.run(self._fetch(url, folder, progress))

    async def _fetch(self, url: str, folder: Path, progress: Progress) -> Path:
        partial = folder / ".download"
        try:
            async with self._answer(url) as answer:
                path = folder / _name_of(answer)
                await _save(answer, partial, progress)
            return partial.rename(path)
        except httpx.HTTPError as error:
            raise DownloadFailed(url, str(error) or type(error).__name__) from error
        except OSError as error:
            if is_disk_full(error):
                raise DiskFull(f'"{url}"') from error
            raise
        finally:
            partial.unlink(missing_ok=True)

    @asynccontextmanager
    async def _answer(self, url: str) -> AsyncIterator[httpx.Response]:
        """The answer after redirects, its body not yet read."""
        target = _parsed(url)
        # A .csv.gz is kept as it is, so nothing may be packed on the way.
        headers = {"Accept-Encoding": "identity"}
        async with guarded_client(self._policy, timeout=_TIMEOUT, headers=headers) as client:
            for _ in range(_MOST_REDIRECTS + 1):
                async with client.stream("GET", target) as answer:
                    if answer.has_redirect_location:
                        target = _parsed(str(target.join(answer.headers["location"])))
                        continue
                    if answer.status_code != httpx.codes.OK:
                        reason = f"it answered {answer.status_code} {answer.reason_phrase}"
                        raise DownloadFailed(url, reason.rstrip())
                    yield answer
                    return
        raise DownloadFailed(url, f"it redirects more than {_MOST_REDIRECTS} times")


async def _save(answer: httpx.Response, path: Path, progress: Progress) -> None:
    stated = answer.headers.get("content-length", "")
    total = int(stated) if stated.isdecimal() else None
    n_bytes = 0
    with path.open("wb") as file:
        async for block in answer.aiter_raw(_BLOCK):
            file.write(block)
            n_bytes += len(block)
            progress(n_bytes, total)


def _parsed(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise AddressRefused(url, f"it is not an address ({error})") from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise AddressRefused(url, "only http and https addresses with a host are fetched")
    return parsed


def _name_of(answer: httpx.Response) -> str:
    return safe_name(unquote(answer.url.path)) if not answer.url.path.endswith("/") else "download"
