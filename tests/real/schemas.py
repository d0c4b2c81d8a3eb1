"""Documents held against the schemas that come with the package."""

from __future__ import annotations

import json

from jsonschema import Draft202012Validator

from debiai_studio.exports.document_schemas import read_schema, schema_names

VALIDATORS = {name: Draft202012Validator(json.loads(read_schema(name))) for name in schema_names()}


def schema_of(document: bytes) -> str:
    """The name of the one schema that takes the document; fails when none or several do."""
    read = json.loads(document)
    taking = [name for name, validator in VALIDATORS.items() if validator.is_valid(read)]
    assert len(taking) == 1, (taking, document[:500])
    return taking[0]
