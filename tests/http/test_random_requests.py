"""Whatever a body or a query holds, every route answers without a failure of the server."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from debiai_studio.http.app import create_app

DESCRIBED = create_app(None).openapi()
ROUTES = [
    (method, path, operation)
    for path, methods in DESCRIBED["paths"].items()
    for method, operation in methods.items()
    # Endless by design.
    if path != "/api/v2/events"
]
NAMES = ("local", "flights", "id", "delay", "carrier", "seats", "0", "nobody", "", "statistics")
TEXTS = st.one_of(
    st.sampled_from(NAMES), st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)


DEEPEST = 4
SIMPLE: dict[str | None, st.SearchStrategy[Any]] = {
    "string": TEXTS,
    "integer": st.integers(-3, 2**70) | st.integers(-3, 3),
    "number": st.floats(allow_nan=False) | st.integers(-3, 3),
    "boolean": st.booleans(),
}


def like(schema: dict[str, Any], depth: int = 0) -> st.SearchStrategy[Any]:
    """Values that a schema means; where it says little, anything; not endlessly deep."""
    if "$ref" in schema:
        return like(DESCRIBED["components"]["schemas"][schema["$ref"].rpartition("/")[2]], depth)
    if "const" in schema or "enum" in schema:
        return st.sampled_from(schema.get("enum") or [schema["const"]])
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        deep = depth >= DEEPEST
        return st.none() if deep else st.one_of([like(each, depth + 1) for each in choices])
    if "properties" in schema:
        return like_object(schema, depth)
    if schema.get("type") == "array":
        items = schema.get("items", {})
        return st.just([]) if depth >= DEEPEST else st.lists(like(items, depth + 1), max_size=2)
    return SIMPLE.get(schema.get("type"), ANYTHING)


def like_object(schema: dict[str, Any], depth: int) -> st.SearchStrategy[Any]:
    required = set(schema.get("required", ()))
    values = {
        name: like(each, depth + 1)
        for name, each in schema["properties"].items()
        if name in required or depth < DEEPEST
    }
    # Which of several kinds it is stands in a constant that has a default.
    needed = {
        name: values.pop(name)
        for name in list(values)
        if name in required or "const" in schema["properties"][name]
    }
    return st.fixed_dictionaries(needed, optional=values)


def bodies(operation: dict[str, Any]) -> st.SearchStrategy[bytes]:
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    if schema is None:
        return st.binary(max_size=20)
    written = st.one_of(like(schema), like(schema), ANYTHING).map(json.dumps)
    return written.map(str.encode) | st.binary(max_size=8)


def address(draw, path: str, operation: dict[str, Any]) -> str:
    filled = re.sub(
        r"\{([^}]+)\}",
        lambda found: (
            {"source": "local", "project": "flights"}.get(found[1])
            or quote(draw(TEXTS) or "x", safe="")
        ),
        path,
    )
    query = [
        f"{parameter['name']}={quote(str(draw(like(parameter['schema']) | TEXTS)))}"
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "query" and draw(st.booleans())
    ]
    return filled + ("?" + "&".join(query) if query else "")


# What would end the project that the others ask about.
KEPT = {("delete", "/api/v2/projects/{source}/{project}")}


@pytest.mark.parametrize(
    ("method", "path", "operation"), [r for r in ROUTES if (r[0], r[1]) not in KEPT]
)
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_no_request_makes_the_server_fail(served, method, path, operation, data):
    url = address(data.draw, path, operation)
    body = data.draw(bodies(operation)) if method != "get" else b""

    answer = served.client.request(
        method, url, content=body, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code < 500 or answer.json().get("type") != "studio.bug", answer.text
    assert answer.status_code < 500 or answer.status_code == 503, answer.text
