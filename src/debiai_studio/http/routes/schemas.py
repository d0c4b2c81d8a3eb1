"""/schemas: the JSON Schemas of the documents that leave. They hold no data and need no token."""

from __future__ import annotations

from fastapi import APIRouter, Response

from debiai_studio.exports.document_schemas import read_schema

MEDIA_TYPE = "application/schema+json"

# Like the page's own files: the same for everybody, and no part of the API that is described.
router = APIRouter(include_in_schema=False)


class SchemaResponse(Response):
    """A JSON Schema, as its file has it."""

    media_type = MEDIA_TYPE


@router.get("/schemas/{name}.json", response_class=SchemaResponse)
def get_document_schema(name: str) -> SchemaResponse:
    """The JSON Schema (draft 2020-12) of one kind of export document."""
    return SchemaResponse(read_schema(name))
