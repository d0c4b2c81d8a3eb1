"""What a person or a script asks to be exported."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from debiai_studio.selections.rule import Rule


class _Subject(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SavedSelection(_Subject):
    """A saved selection as it was frozen: its newest version, or ``<id>@<version>``."""

    kind: Literal["saved"] = "saved"
    selection_id: str


class SelectedSamples(_Subject):
    """What a rule selects at the moment of acceptance."""

    kind: Literal["selected"] = "selected"
    rule: Rule


class ListedSamples(_Subject):
    """Samples by id, as text; integer ids are written in decimal."""

    kind: Literal["listed"] = "listed"
    ids: tuple[str, ...]


class AxisRange(_Subject):
    """A column and its inclusive bounds, in canonical text (see ``datasets.predicate``)."""

    column: str
    min: str
    max: str


class Range1D(_Subject):
    """The range drawn on a Range slider plot; ``rule`` is the analysis it was drawn in."""

    kind: Literal["range1d"] = "range1d"
    x: AxisRange
    rule: Rule = Rule()


class Range2D(_Subject):
    """The box drawn on a Point plot."""

    kind: Literal["range2d"] = "range2d"
    x: AxisRange
    y: AxisRange
    rule: Rule = Rule()


Subject = Annotated[
    SavedSelection | SelectedSamples | ListedSamples | Range1D | Range2D,
    Field(discriminator="kind"),
]


class ExportRequest(BaseModel):
    """An export to one method. ``name`` is the selection's name; ranges have none."""

    model_config = ConfigDict(extra="forbid")

    subject: Subject
    method_id: str
    name: str = Field(default="", max_length=400)
    annotation: str = Field(default="", max_length=20_000)
    idempotency_key: str | None = Field(default=None, max_length=200)


Form = Literal["whole", "chunks", "reference"]


class Preview(BaseModel):
    """The exact document beforehand. ``date`` in it is that of the preview."""

    method_id: str
    text: str  # whole when ``complete``, else head … tail
    head: str
    tail: str
    complete: bool
    bytes: int  # about right unless ``bytes_exact``: of a large table only its making tells
    bytes_exact: bool
    n_samples: int | None  # ids in the document; ranges: samples covered
    form: Form  # in which it is sent
    n_chunks: int | None  # how many messages, without the one that ends them
    refusal: str | None  # why it would not be accepted
    warnings: list[str]
    destination: str  # e.g. "POST http://localhost:3012/export/"


class MethodDraft(BaseModel):
    """An export method made or changed in the page."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200)
    type: str
    parameters: list[str]
    options: dict[str, str] = Field(default_factory=dict)
