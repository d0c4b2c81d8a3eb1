"""Asks the server, again where that is safe, and raises what it refuses."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote

import httpx

from debiai_studio.client.errors import NoServer, Refused

# Pauses before asking again when the connection was lost; what is asked may be asked twice.
_PAUSES = (0.3, 1.0, 3.0)
_SECONDS = 60.0


def path_of(*parts: str) -> str:
    """A path of parts that may hold any character."""
    return "/".join(quote(part, safe="") for part in parts)


class Connection:
    """One server: its address and the token it asks for."""

    def __init__(self, url: str, token: str | None) -> None:
        self.url = url.rstrip("/")
        self._http = httpx.Client(
            base_url=f"{self.url}/api/v2/",
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=_SECONDS,
            trust_env=False,
        )

    def get(self, path: str, **query: Any) -> Any:
        """What a GET answers. Raises NoServer or Refused."""
        return self._ask("GET", path, params=query)

    def post(self, path: str, body: Any = None) -> Any:
        """What a POST answers, which is sent again when the connection is lost.

        Only for what may arrive twice: with an idempotency key, or without an effect of its own.
        Raises NoServer or Refused.
        """
        return self._ask("POST", path, json=body)

    def close(self) -> None:
        """End the connection."""
        self._http.close()

    def _ask(self, method: str, path: str, **content: Any) -> Any:
        for pause in (*_PAUSES, None):
            try:
                response = self._http.request(method, path, **content)
                break
            except httpx.TransportError as error:
                if pause is None or isinstance(error, httpx.ConnectError):
                    raise NoServer(self.url, str(error) or type(error).__name__) from error
                time.sleep(pause)
        if response.is_success:
            return response.json()
        raise _refusal(response)


def _refusal(response: httpx.Response) -> Refused:
    try:
        problem = response.json()
        return Refused(response.status_code, problem["type"], problem["detail"])
    except (ValueError, KeyError, TypeError):
        sentence = f"The server answered {response.status_code} without a reason."
        return Refused(response.status_code, "client.unreadable", sentence)
