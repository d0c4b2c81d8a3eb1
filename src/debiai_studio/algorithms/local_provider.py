"""Functions of this machine as a provider: each runs in a process of its own."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import structlog

from debiai_studio.algorithms.errors import AlgorithmDied, ProviderUnreachable
from debiai_studio.algorithms.functions import BUILT_IN
from debiai_studio.algorithms.model import Algorithm
from debiai_studio.algorithms.orders import INPUTS, DescribeOrder, GivenColumns, RunOrder
from debiai_studio.algorithms.ports import Call, Column, Control, Returned
from debiai_studio.processes import ChildProcess, ProcessDiedError

log = structlog.get_logger(__name__)

_MODULE = "debiai_studio.algorithms.running_process"


class LocalProvider:
    """The built-in functions and those of entry points; what is installed stays until the end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._offered: list[Algorithm] | None = None

    def algorithms(self) -> Sequence[Algorithm]:
        """Those that can be described. Raises ProviderUnreachable."""
        with self._lock:
            if self._offered is None:
                self._offered = self._described()
            return self._offered

    def run(self, call: Call, control: Control) -> list[Returned]:
        """Run one. Raises AlgorithmFailed, AlgorithmDied, PackageMissing, InvalidInput."""
        self._folder.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        try:
            order = _order(call, folder)
            control.tell("Starting", None)
            process = ChildProcess(_MODULE)
            control.ends_by(process.kill)
            try:
                answer = process.carry_out(
                    order, lambda said: control.tell(said["step"], said["fraction"])
                )
            except ProcessDiedError as died:
                control.check()
                raise AlgorithmDied(died.exit_code) from died
            finally:
                control.ends_by(lambda: None)
            return [_returned(folder, output) for output in answer["outputs"]]
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _described(self) -> list[Algorithm]:
        try:
            answer = ChildProcess(_MODULE).carry_out(DescribeOrder(), lambda _: None)
        except ProcessDiedError as died:
            reason = f"its process ended (exit code {died.exit_code}); the log tells more."
            raise ProviderUnreachable(BUILT_IN, reason) from died
        for problem in answer["problems"]:
            log.warning("algorithms.not_offered", problem=problem)
        return [Algorithm.model_validate(one) for one in answer["algorithms"]]


def _order(call: Call, folder: Path) -> RunOrder:
    """The order, with the columns written beside it."""
    values: dict[str, Any] = {}
    given: dict[str, GivenColumns] = {}
    arrays: list[pa.Array[Any]] = []
    for name, argument in call.arguments.items():
        several = isinstance(argument, list) and argument and isinstance(argument[0], Column)
        if not isinstance(argument, Column) and not several:
            values[name] = argument
            continue
        columns = [argument] if isinstance(argument, Column) else list(argument)
        fields = [f"f{len(arrays) + place}" for place in range(len(columns))]
        labels = [column.label for column in columns]
        given[name] = GivenColumns(fields=fields, labels=labels, one=not several)
        arrays += [column.values for column in columns]
    if arrays:
        batch = pa.record_batch(arrays, [f"f{place}" for place in range(len(arrays))])
        with (
            pa.OSFile(str(folder / INPUTS), "wb") as file,
            pa.ipc.new_file(file, batch.schema) as writer,
        ):
            writer.write_batch(batch)
    return RunOrder(algorithm=call.algorithm.id, folder=folder, values=values, columns=given)


def _returned(folder: Path, output: dict[str, Any]) -> Returned:
    if "file" not in output:
        return Returned(output["name"], output["value"])
    with pa.OSFile(str(folder / output["file"])) as file, pa.ipc.open_file(file) as batches:
        return Returned(output["name"], batches.get_batch(0).column(0))
