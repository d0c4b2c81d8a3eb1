"""``debiai export``: hand a selection of the running server over, and wait for it to arrive."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from debiai_studio.client import DeliveryFailed, RemoteDelivery, StillUnderWay, connect
from debiai_studio.errors import Invalid

NOT_DELIVERED = 3
UNDER_WAY = 4


class UnreadableInput(Invalid):
    """A file of ids or a rule cannot be read."""

    code = "client.unreadable_input"
    title = "Not readable"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} cannot be read: {reason}.")


def export(
    project: Annotated[str, typer.Argument(help="The project.")],
    method: Annotated[str, typer.Argument(help="The export method, by name or id.")],
    *,
    selection: Annotated[
        str | None,
        typer.Option(
            "--selection", help="A saved selection, by name or id; name@2 is its second version."
        ),
    ] = None,
    ids: Annotated[
        str | None, typer.Option("--ids", help="A file with one sample id per line; - reads them.")
    ] = None,
    rule: Annotated[
        str | None, typer.Option("--rule", help="A JSON file with a rule; - reads it.")
    ] = None,
    name: Annotated[
        str, typer.Option("--name", help="Name of the selection in the document.")
    ] = "",
    annotation: Annotated[str, typer.Option("--annotation", help="A note for the receiver.")] = "",
    key: Annotated[
        str | None, typer.Option("--key", help="Same key, same delivery: for scripts that rerun.")
    ] = None,
    source: Annotated[str, typer.Option("--source", help="The project's source.")] = "local",
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Wait until the receiver confirmed.")
    ] = True,
    timeout: Annotated[
        float | None, typer.Option("--timeout", help="Seconds to wait at the most.")
    ] = None,
    server: Annotated[str | None, typer.Option("--server", help="Address of the server.")] = None,
    token: Annotated[
        str | None,
        typer.Option("--token", envvar="DEBIAI_TOKEN", help="The token that it asks for."),
    ] = None,
    data_folder: Annotated[
        Path | None,
        typer.Option("-d", "--data-folder", help="The data folder that the server runs on."),
    ] = None,
) -> None:
    """Export a selection of the running server.

    Exit status: 0 delivered (accepted with --no-wait), 1 refused, 3 not delivered, 4 still
    under way when the time was over.
    """
    with connect(server, token=token, data_folder=data_folder) as studio:
        delivery = studio.project(project, source=source).export(
            method,
            selection=selection,
            ids=_ids(ids),
            rule=_rule(rule),
            name=name,
            annotation=annotation,
            key=key,
        )
        samples = "" if delivery.record["n_samples"] is None else _samples(delivery)
        print(f"accepted as {delivery.id}{samples}", flush=True)
        if wait:
            _follow(delivery, timeout)


def _follow(delivery: RemoteDelivery, timeout: float | None) -> None:
    told = ""

    def tell(now: RemoteDelivery) -> None:
        nonlocal told
        sentence = _progress(now)
        if sentence != told:
            told = sentence
            print(sentence, flush=True)

    try:
        delivery.wait(timeout, tell)
    except DeliveryFailed as error:
        print(error, file=sys.stderr)
        raise typer.Exit(NOT_DELIVERED) from None
    except StillUnderWay as error:
        print(error, file=sys.stderr)
        raise typer.Exit(UNDER_WAY) from None


def _progress(delivery: RemoteDelivery) -> str:
    record = delivery.record
    if delivery.state == "running" and record["bytes"]:
        return f"sending, {min(1.0, record['sent_bytes'] / record['bytes']):.0%}"
    if delivery.state == "retry":
        return f"waiting until {record['next_at']}: {delivery.error}"
    if delivery.state == "delivered" and delivery.receiver_holds_it is not None:
        what = "exactly this set" if delivery.receiver_holds_it else "another set than was sent"
        return f"delivered, the receiver holds {what}"
    return delivery.state


def _samples(delivery: RemoteDelivery) -> str:
    count = delivery.record["n_samples"]
    return f", {count:,} sample{'' if count == 1 else 's'}"


def _ids(path: str | None) -> list[str] | None:
    if path is None:
        return None
    return [line for line in _text(path).splitlines() if line]


def _rule(path: str | None) -> dict[str, Any] | None:
    if path is None:
        return None
    try:
        found = json.loads(_text(path))
    except ValueError as error:
        raise UnreadableInput(path, f"it is no JSON ({error})") from error
    if not isinstance(found, dict):
        raise UnreadableInput(path, "a rule is a JSON object")
    return found


def _text(path: str) -> str:
    if path == "-":
        return sys.stdin.read()
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise UnreadableInput(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise UnreadableInput(path, "it is not UTF-8") from error
