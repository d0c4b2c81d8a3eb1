"""Schemas say what the documents are: each golden one fits its own, and nothing else does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.real.schemas import VALIDATORS, schema_of

from debiai_studio.exports import payload
from debiai_studio.exports.document_schemas import read_schema, schema_names
from debiai_studio.exports.errors import UnknownSchema

GOLDEN = sorted((Path(__file__).parents[1] / "golden").glob("*.json"))


# Of what a server or a broker has a part in, which is not the same each time.
OTHERS = {"answer", "test", "completed", "selection-reference", "selection-reference-debiai-1.0"}


def own_schema(path: Path) -> str:
    kinds = ("changes", "selection", "range-1d", "range-2d")
    kind = next(kind for kind in kinds if path.stem.startswith(kind))
    return f"{kind}-debiai-1.0" if path.stem.endswith("debiai-1.0") else kind


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_golden_document_fits_its_own_schema_and_no_other(path):
    assert schema_of(path.read_bytes()) == own_schema(path)


def test_a_test_document_fits_its_schema():
    assert schema_of(payload.test_document("2026-11-22T16:40:00.123Z", "Späte")) == "test"


def test_every_schema_is_one_and_is_named_as_it_is_served():
    assert {*map(own_schema, GOLDEN), *OTHERS} == set(schema_names())
    for name in schema_names():
        schema = json.loads(read_schema(name))
        Draft202012Validator.check_schema(schema)
        assert schema["$schema"].endswith("/draft/2020-12/schema")
        assert schema["$id"] == f"/schemas/{name}.json"


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_key_too_many_or_too_few_does_not_fit(path):
    document = json.loads(path.read_bytes())
    validator = VALIDATORS[own_schema(path)]

    assert not validator.is_valid({**document, "rule": {}})
    for key in document.keys() - {"annotation", "value"}:
        rest = {name: value for name, value in document.items() if name != key}
        assert not validator.is_valid(rest), key


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("selection", {"date": "2026-11-22T16:40:00Z"}),
        ("selection", {"sample_ids": []}),
        ("selection", {"sample_ids": ["f1"]}),
        ("selection", {"sample_ids": [{"id": 1.5}]}),
        ("selection", {"sample_ids": [{"id": None}]}),
        ("selection", {"annotation": ""}),
        ("selection-debiai-1.0", {"date": "2026-11-22T16:40:00.123Z"}),
        ("range-2d", {"x": [1, 2, 3]}),
        ("range-2d", {"y": [None, 1]}),
        ("changes", {"sequence": 0}),
        ("changes", {"base_digest": ""}),
        ("changes", {"removed": [{"id": 1.5}]}),
    ],
)
def test_a_value_that_is_never_sent_does_not_fit(name, change):
    path = next(path for path in GOLDEN if own_schema(path) == name)
    document = json.loads(path.read_bytes())

    assert VALIDATORS[name].is_valid(document)
    assert not VALIDATORS[name].is_valid({**document, **change})


@pytest.mark.parametrize("name", ["nobody", "../errors", "selection.json", ""])
def test_an_unknown_schema_names_those_there_are(name):
    with pytest.raises(UnknownSchema, match=r"there are answer, .*, test\."):
        read_schema(name)
