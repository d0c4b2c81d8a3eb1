"""How tests tag samples."""

from __future__ import annotations

from tests.http.conftest import FRAME
from tests.http.experimenting import column

IDS = FRAME["id"].tolist()
LATE = FRAME["id"][FRAME["delay"] >= 10].tolist()
LATE_RULE = {"filters": {"op": "range", "id": "r", "column": "delay", "min": "10"}}
VERY_LATE = FRAME["id"][FRAME["delay"] >= 12].tolist()
VERY_LATE_RULE = {"filters": {"op": "range", "id": "r", "column": "delay", "min": "12"}}
VERY_LATE = FRAME["id"][FRAME["delay"] >= 12].tolist()
VERY_LATE_RULE = {"filters": {"op": "range", "id": "r", "column": "delay", "min": "12"}}


LATE = FRAME["id"][FRAME["delay"] >= 10].tolist()


LATE_RULE = {"filters": {"op": "range", "id": "r", "column": "delay", "min": "10"}}


def tag(served, name, value, rule=LATE_RULE, type_="text"):
    body = {"column": name, "type": type_, "value": value, "rule": rule}
    answer = served.client.post(f"{served.flights}/tags", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def undo(served, tagging):
    path = f"{served.flights}/tags/taggings/{tagging['id']}/undo"
    return served.client.post(path).status_code


def listed(served):
    return served.client.get(f"{served.flights}/tags").json()


def tagged(served, name):
    """The values by id, of those that have one."""
    return {id_: value for id_, value in column(served, name).items() if value is not None}
