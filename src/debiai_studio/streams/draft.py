"""What a person or a script gives to make a stream."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from debiai_studio.selections.rule import Rule
from debiai_studio.streams.model import HAND


class StreamDraft(BaseModel):
    """A stream to be made of a rule, or of the rule of a saved selection.

    ``trigger``: ``hand``, ``changes``, or a cron expression in UTC. ``waits_for_columns``: a rule
    is judged only once every column in it is complete, results of its models too.
    """

    model_config = ConfigDict(extra="forbid")

    name: str = Field(default="", max_length=200)
    rule: Rule | None = None
    selection_id: str | None = None
    method_id: str
    trigger: str = HAND
    annotation: str = Field(default="", max_length=20_000)
    waits_for_columns: bool = True
