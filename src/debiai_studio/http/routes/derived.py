"""/api/v2/expression-functions, and /api/v2/projects/…/derived."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from debiai_studio.derived.service import Listed
from debiai_studio.expressions.binding import DATE
from debiai_studio.expressions.errors import InvalidExpression
from debiai_studio.expressions.functions import FUNCTIONS
from debiai_studio.expressions.tree import Kind
from debiai_studio.http.permitted import permitted
from debiai_studio.http.services import RefDep, ServicesDep

router = APIRouter(prefix="/api/v2", tags=["derived columns"])
# Of samples, or results of models.
WRITES_COLUMNS = permitted("insert_data", "insert_results")

Type = Literal["number", "integer", "text", "boolean", "time"]


class ExpressionFunction(BaseModel):
    """A function or operator: how it is written, and what it gives."""

    name: str
    usage: str
    description: str


class DerivedDraft(BaseModel):
    """A column to derive. Columns are written by name, odd names in ``[brackets]``."""

    model_config = ConfigDict(extra="forbid")

    name: str
    expression: str


class PreviewRequest(BaseModel):
    """An expression to try out."""

    model_config = ConfigDict(extra="forbid")

    expression: str


class DerivedInfo(BaseModel):
    """A derived column; ``is_result``: every model has values of its own.

    ``used_by`` are the derived columns that look at it. ``problem`` says why its values stay
    what they are although the data change.
    """

    name: str
    expression: str
    type: Type
    zoned: bool
    is_result: bool
    inputs: list[str]
    used_by: list[str]
    author: str
    at: str
    problem: str | None


class ExpressionProblem(BaseModel):
    """What is wrong with an expression; ``position`` counts characters from 0."""

    position: int
    message: str


class PreviewValue(BaseModel):
    """A sample, and its value as canonical text; null where it is missing."""

    id: str
    value: str | None


class PreviewInfo(BaseModel):
    """What an expression gives for the first samples, or what is wrong with it."""

    type: Type | None = None
    zoned: bool = False
    is_result: bool = False
    model: str | None = None
    values: list[PreviewValue] = []
    problem: ExpressionProblem | None = None


@router.get("/expression-functions", operation_id="list_expression_functions")
def list_expression_functions() -> list[ExpressionFunction]:
    """Every function and operator of expressions."""
    known = [
        ExpressionFunction(name=one.name, usage=one.usage, description=one.description)
        for one in FUNCTIONS.values()
    ]
    date = ExpressionFunction(
        name=DATE, usage='date("2024-05-31T10:00:00Z")', description="A moment; with Z in UTC."
    )
    return [*known, date]


@router.get("/projects/{source}/{project}/derived", operation_id="list_derived_columns")
def list_derived_columns(ref: RefDep, services: ServicesDep) -> list[DerivedInfo]:
    """The derived columns of a project."""
    return [_info(one) for one in services.derived.of_project(ref)]


@router.post("/projects/{source}/{project}/derived/preview", operation_id="preview_derived_column")
def preview_derived_column(ref: RefDep, body: PreviewRequest, services: ServicesDep) -> PreviewInfo:
    """Try an expression out; nothing is changed."""
    try:
        found = services.derived.preview(ref, body.expression)
    except InvalidExpression as error:
        return PreviewInfo(problem=ExpressionProblem(position=error.position, message=str(error)))
    return PreviewInfo(
        type=found.kind.column_type.value,
        zoned=found.kind is Kind.ZONED_TIME,
        is_result=found.is_result,
        model=found.model and found.model.id,
        values=[PreviewValue(id=id_, value=value) for id_, value in found.values],
    )


@router.post(
    "/projects/{source}/{project}/derived",
    status_code=201,
    operation_id="add_derived_column",
    dependencies=[WRITES_COLUMNS],
)
def add_derived_column(ref: RefDep, body: DerivedDraft, services: ServicesDep) -> DerivedInfo:
    """Make a column of an expression; it is computed again whenever the data change."""
    return _info(services.derived.add(ref, body.name, body.expression))


@router.put(
    "/projects/{source}/{project}/derived/{name:path}",
    operation_id="change_derived_column",
    dependencies=[WRITES_COLUMNS],
)
def change_derived_column(
    ref: RefDep, name: str, body: DerivedDraft, services: ServicesDep
) -> DerivedInfo:
    """Give it another name or expression; derived columns that look at it follow."""
    return _info(services.derived.change(ref, name, body.name, body.expression))


@router.delete(
    "/projects/{source}/{project}/derived/{name:path}",
    status_code=204,
    operation_id="delete_derived_column",
    dependencies=[WRITES_COLUMNS],
)
def delete_derived_column(ref: RefDep, name: str, services: ServicesDep) -> Response:
    """Take it away, unless another derived column looks at it."""
    services.derived.delete(ref, name)
    return Response(status_code=204)


def _info(one: Listed) -> DerivedInfo:
    column = one.column
    assert column.derivation is not None  # noqa: S101 - listed so
    return DerivedInfo(
        name=column.name,
        expression=one.expression,
        type=column.type.value,
        zoned=column.zoned,
        is_result=one.is_result,
        inputs=list(column.derivation.inputs),
        used_by=list(one.used_by),
        author=column.derivation.author,
        at=column.derivation.at,
        problem=one.problem,
    )
