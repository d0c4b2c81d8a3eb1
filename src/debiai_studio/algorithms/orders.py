"""What the process of algorithms is told to do: one order each, as one line of JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

INPUTS = "inputs.arrow"


class DescribeOrder(BaseModel):
    """Tell which functions there are."""

    work: Literal["describe"] = "describe"


class GivenColumns(BaseModel):
    """Columns of the file of inputs, by field, with what each is called; ``one`` by itself."""

    fields: list[str]
    labels: list[str]
    one: bool


class RunOrder(BaseModel):
    """Run one on the columns that the folder has, and leave there what it gives."""

    work: Literal["run"] = "run"
    algorithm: str
    folder: Path
    values: dict[str, Any]
    columns: dict[str, GivenColumns]


Order = Annotated[DescribeOrder | RunOrder, Field(discriminator="work")]
