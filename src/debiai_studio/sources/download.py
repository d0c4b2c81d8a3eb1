"""Files of http(s) addresses."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import httpx

from debiai_studio.sources.errors import AddressRefused, DiskFull, DownloadFailed
from debiai_studio.sources.ports import Progress
from debiai_studio.sources.uploads import is_disk_full, safe_name

_MOST_REDIRECTS = 5
_BLOCK = 1 << 20
_TIMEOUT = httpx.Timeout(30, connect=10)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class HttpDownload:
    """Fetches addresses named on the command line.

    Loopback, private and public addresses are fetched, link-local ones (where clouds keep
    their metadata) never. Each host, also of a redirect, is resolved once, and the connection
    goes to the address that was checked.
    """

    def __call__(self, url: str, folder: Path, progress: Progress) -> Path:
        """The file. Raises AddressRefused, DownloadFailed or DiskFull; nothing is left then."""
        partial = folder / ".download"
        try:
            with _answer(url) as answer:
                path = folder / _name_of(answer, url)
                total = answer.headers.get("content-length")
                n_bytes = 0
                with partial.open("wb") as file:
                    # Unpacked nowhere: a .csv.gz is kept as it is.
                    for block in answer.iter_raw(_BLOCK):
                        file.write(block)
                        n_bytes += len(block)
                        progress(n_bytes, int(total) if total else None)
            return partial.rename(path)
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            raise DownloadFailed(url, reason) from error
        except OSError as error:
            if is_disk_full(error):
                raise DiskFull(url) from error
            raise
        finally:
            partial.unlink(missing_ok=True)


@contextmanager
def _answer(url: str) -> Iterator[httpx.Response]:
    """The answer after redirects, its body not yet read."""
    target = _parsed(url)
    with httpx.Client(timeout=_TIMEOUT, trust_env=False, follow_redirects=False) as client:
        for _ in range(_MOST_REDIRECTS + 1):
            request = client.build_request(
                "GET",
                target.copy_with(host=_checked_address(target)),
                headers={"Host": target.netloc.decode(), "Accept-Encoding": "identity"},
                extensions={"sni_hostname": target.host},
            )
            answer = client.send(request, stream=True)
            try:
                if answer.has_redirect_location:
                    target = _parsed(str(target.join(answer.headers["location"])))
                    continue
                if answer.status_code != httpx.codes.OK:
                    reason = f"it answered {answer.status_code} {answer.reason_phrase}".rstrip()
                    raise DownloadFailed(url, reason)
                yield answer
                return
            finally:
                answer.close()
    raise DownloadFailed(url, f"it redirects more than {_MOST_REDIRECTS} times")


def _parsed(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise AddressRefused(url, f"it is not an address ({error})") from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise AddressRefused(url, "only http and https addresses with a host are fetched")
    return parsed


def _checked_address(url: httpx.URL) -> str:
    """One address of the host, when all of them are allowed."""
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise DownloadFailed(str(url), f'the host "{url.host}" is not known') from error
    addresses = [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]
    for address in addresses:
        if _is_refused(address):
            raise AddressRefused(str(url), f"{address} is a link-local address")
    return str(addresses[0])


def _is_refused(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        embedded = address.ipv4_mapped or address.sixtofour
        if embedded is not None:
            address = embedded
    return address.is_link_local or address.is_multicast or address.is_unspecified


def _name_of(answer: httpx.Response, url: str) -> str:
    path = httpx.URL(url).path or answer.url.path
    return safe_name(unquote(path)) if not path.endswith("/") else "download"
