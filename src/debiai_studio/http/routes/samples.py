"""/api/v2/projects/…/samples: changing, reading and downloading samples."""

from __future__ import annotations

from typing import Literal

import pyarrow as pa
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict

from debiai_studio.datasets.service import Change
from debiai_studio.errors import Invalid
from debiai_studio.exports import tables
from debiai_studio.http.permitted import permitted
from debiai_studio.http.services import RefDep, ServicesDep
from debiai_studio.selections.rule import Rule

router = APIRouter(prefix="/api/v2/projects/{source}/{project}", tags=["samples"])

ARROW = "application/vnd.apache.arrow.stream"


class SampleIds(BaseModel):
    """Sample ids as text; integer ids are written in decimal."""

    model_config = ConfigDict(extra="forbid")

    ids: list[str]


class SampleDetail(BaseModel):
    """Every value of one sample as canonical text, and each model's results."""

    sample: int
    id: str
    values: dict[str, str | None]
    results: dict[str, dict[str, str | None]]


class DownloadRequest(BaseModel):
    """Which samples, whether whole rows, and in which format."""

    model_config = ConfigDict(extra="forbid")

    rule: Rule = Rule()
    selection_id: str | None = None
    content: Literal["ids", "rows"] = "rows"
    format: Literal["csv", "ndjson", "parquet", "json"] = "csv"
    name: str = "samples"


@router.post("/samples", operation_id="append_samples", dependencies=[permitted("insert_data")])
async def append_samples(ref: RefDep, request: Request, services: ServicesDep) -> Change:
    """Add samples, and change those whose id is known. The body is an Arrow IPC stream."""
    body = await request.body()
    try:
        reader = pa.ipc.open_stream(body)
        batches = list(reader)
    except (pa.ArrowInvalid, OSError) as error:
        message = f"The body is not an Arrow IPC stream: {error}"
        raise Invalid(message) from error
    return await run_in_threadpool(services.datasets.append, ref, batches)


@router.post(
    "/samples/delete", operation_id="delete_samples", dependencies=[permitted("insert_data")]
)
def delete_samples(ref: RefDep, body: SampleIds, services: ServicesDep) -> Change:
    """Delete samples by id."""
    return services.datasets.delete_samples(ref, pa.array(body.ids, pa.string()))


@router.get("/samples/{sample}", operation_id="get_sample")
def get_sample(ref: RefDep, sample: int, services: ServicesDep) -> SampleDetail:
    """Everything known of one sample, by its sample number."""
    return SampleDetail(**services.datasets.detail(ref, sample))


@router.post("/download", operation_id="download_samples")
def download_samples(
    ref: RefDep, body: DownloadRequest, services: ServicesDep
) -> StreamingResponse:
    """The selected samples as a file: their ids or whole rows."""
    members = (
        services.selections.members(ref, body.selection_id)
        if body.selection_id is not None
        else services.selections.members_of(ref, body.rule)
    )
    dataset = services.datasets.of(ref)
    columns: list[str] | None = None if body.content == "rows" else []
    batches = services.datasets.row_batches(ref, members, columns)
    rendered = tables.render(body.format, batches, json_columns=tables.json_columns(dataset))
    name = tables.file_name(body.name, body.format)
    return StreamingResponse(
        rendered,
        media_type=tables.MEDIA_TYPES[body.format],
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )
