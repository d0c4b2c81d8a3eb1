"""/api/v2/projects/…/analysis: what an analysis page asks while a person explores."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from debiai_studio.engine.errors import Abandoned
from debiai_studio.http.hanging_up import listening
from debiai_studio.http.services import RefDep, ServicesDep
from debiai_studio.http.turns import Overtaken, Turns
from debiai_studio.http.wire import arrow
from debiai_studio.selections.rule import Rule
from debiai_studio.widgets.service import AnalysisQuestion

router = APIRouter(prefix="/api/v2", tags=["analysis"])
turns = Turns()


class AnalysisColumn(BaseModel):
    """A column that rows of this analysis have; ``result`` is the result of models that it is.

    Its ``name`` may have that of a model before it.
    """

    name: str
    result: str | None
    type: Literal["number", "integer", "text", "boolean", "time", "array", "dict"]
    zoned: bool
    category: str
    group: str | None


class AnalysisCounts(BaseModel):
    """Exact counts: rows and distinct samples that pass, and those in scope."""

    rows: int
    samples: int
    total_rows: int
    total_samples: int


class WidgetKind(BaseModel):
    """A kind of widget: the JSON schema of its settings, and whether pages ask for it apart."""

    kind: str
    title: str
    description: str
    icon: str
    brushes: list[str]
    size: tuple[int, int]
    former_kinds: list[str]
    costly: bool
    settings_schema: dict[str, Any]


class Suggestion(BaseModel):
    """Settings to start with."""

    settings: dict[str, Any]


@router.get("/widgets", operation_id="list_widgets")
def list_widgets(services: ServicesDep) -> list[WidgetKind]:
    """Every kind of widget, in catalogue order."""
    return [
        WidgetKind(
            kind=widget.kind,
            title=widget.title,
            description=widget.description,
            icon=widget.icon,
            brushes=list(widget.brushes),
            size=widget.size,
            former_kinds=list(widget.former_kinds),
            costly=widget.costly,
            settings_schema=widget.settings.model_json_schema(),
        )
        for widget in services.widgets.kinds()
    ]


@router.post(
    "/projects/{source}/{project}/analysis/query",
    operation_id="query_analysis",
    response_class=Response,
    responses={200: {"content": {arrow.MEDIA_TYPE: {}}}},
)
async def query_analysis(
    ref: RefDep, body: AnalysisQuestion, request: Request, services: ServicesDep
) -> Response:
    """Answer every widget of a page. Of one client's waiting questions only the newest runs.

    The client names itself in ``Studio-Client``; a question that a newer one overtook is
    answered 409. Questions under different names run beside each other: a page asks for costly
    widgets, and for the exact figures of large data, under names of their own. One that hangs up
    makes room for others.
    """
    client = request.headers.get("studio-client", "")
    async with turns.take(client), listening(request) as is_over:
        try:
            answer = await run_in_threadpool(services.widgets.answer, ref, body, is_over)
        except Abandoned as error:
            raise Overtaken from error
    return Response(await run_in_threadpool(arrow.encode, answer), media_type=arrow.MEDIA_TYPE)


@router.post("/projects/{source}/{project}/analysis/count", operation_id="count_analysis")
def count_analysis(ref: RefDep, rule: Rule, services: ServicesDep) -> AnalysisCounts:
    """How many rows and samples a rule selects."""
    counts = services.widgets.answer(ref, AnalysisQuestion(rule=rule)).counts
    return AnalysisCounts(
        rows=counts.rows,
        samples=counts.samples,
        total_rows=counts.total_rows,
        total_samples=counts.total_samples,
    )


@router.post("/projects/{source}/{project}/analysis/columns", operation_id="analysis_columns")
def analysis_columns(ref: RefDep, rule: Rule, services: ServicesDep) -> list[AnalysisColumn]:
    """The columns of an analysis, ``model`` and results included."""
    return [
        AnalysisColumn(
            name=column.name,
            result=result,
            type=column.type.value,
            zoned=column.zoned,
            category=column.category.value,
            group=column.group,
        )
        for column, result in services.widgets.columns(ref, rule)
    ]


@router.post("/projects/{source}/{project}/analysis/suggest/{kind}", operation_id="suggest_widget")
def suggest_widget(ref: RefDep, kind: str, rule: Rule, services: ServicesDep) -> Suggestion:
    """Settings of a widget that show something useful for this analysis."""
    return Suggestion(settings=services.widgets.suggest(ref, rule, kind))
