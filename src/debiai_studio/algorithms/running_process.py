"""The process in which functions run, apart from the server; its order is one of ``orders``."""

from __future__ import annotations

import traceback
from typing import Any

import numpy as np
import pyarrow as pa
from pydantic import TypeAdapter

from debiai_studio.algorithms.errors import AlgorithmFailed
from debiai_studio.algorithms.functions import function_of, offered
from debiai_studio.algorithms.orders import INPUTS, DescribeOrder, Order, RunOrder
from debiai_studio.algorithms.ports import Argument, Column
from debiai_studio.algorithms.signature import array_of, called
from debiai_studio.errors import StudioError, problem_of
from debiai_studio.processes import FAILED, ORPHANED, Reports, order_given, run_to_the_end

_ORDERS: TypeAdapter[Order] = TypeAdapter(Order)
_LONGEST_REASON = 500


def main() -> int:
    """Read the order, carry it out, answer; returns the exit code."""
    reports = Reports()
    line = order_given()
    if line is None:
        return ORPHANED
    order = _ORDERS.validate_json(line)
    try:
        answer = _described() if isinstance(order, DescribeOrder) else _run(order, reports)
    except StudioError as error:
        reports.tell({"error": problem_of(error)})
        return FAILED
    except MemoryError:
        told = AlgorithmFailed("There was not enough memory for it; run it on fewer rows.")
        reports.tell({"error": problem_of(told)})
        return FAILED
    except Exception as error:  # noqa: BLE001 - whatever a function of others raises
        traceback.print_exc()
        reason = f"{type(error).__name__}: {error}"[:_LONGEST_REASON]
        reports.tell({"error": problem_of(AlgorithmFailed(f"It raised {reason}"))})
        return FAILED
    reports.tell({"answer": answer})
    return 0


def _described() -> dict[str, Any]:
    algorithms, problems = offered()
    return {
        "algorithms": [one.model_dump(mode="json") for one in algorithms],
        "problems": problems,
    }


def _run(order: RunOrder, reports: Reports) -> dict[str, Any]:
    """The outputs in order: values as they are, arrays as files of the folder."""
    outputs = called(
        function_of(order.algorithm),
        _arguments(order),
        lambda share: reports.progress("Running", min(max(float(share), 0.0), 1.0), 0),
    )
    answer: list[dict[str, Any]] = []
    for place, (name, value) in enumerate(outputs.items()):
        array = array_of(name, value)
        if array is None:
            answer.append({"name": name, "value": _plain(name, value)})
            continue
        file = f"output-{place}.arrow"
        batch = pa.record_batch([array], ["value"])
        with (
            pa.OSFile(str(order.folder / file), "wb") as target,
            pa.ipc.new_file(target, batch.schema) as writer,
        ):
            writer.write_batch(batch)
        answer.append({"name": name, "file": file})
    return {"outputs": answer}


def _arguments(order: RunOrder) -> dict[str, Argument]:
    arguments: dict[str, Argument] = dict(order.values)
    if order.columns:
        with pa.memory_map(str(order.folder / INPUTS)) as source, pa.ipc.open_file(source) as file:
            batch = file.get_batch(0)
        for name, given in order.columns.items():
            columns = [
                Column(label, batch.column(field))
                for field, label in zip(given.fields, given.labels, strict=True)
            ]
            arguments[name] = columns[0] if given.one else columns
    return arguments


def _plain(output: str, value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | float | str | dict):
        return value
    raise AlgorithmFailed(
        f'The output "{output}" is of the type {type(value).__name__}; give a list, an array, '
        "a number, a text, true or false."
    )


if __name__ == "__main__":
    run_to_the_end(main)
