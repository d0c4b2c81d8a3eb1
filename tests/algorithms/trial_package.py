"""A package of functions that are algorithms, installed as others are: with its metadata."""

from __future__ import annotations

from pathlib import Path

_MODULE = '''
"""Algorithms of the tests."""

import os
import signal
import time
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from debiai_studio.algorithms import Features, Numbers, Progress, Values


def doubled(values: list[float | None]) -> list[float | None]:
    """Doubled values.

    Each value times two.

    Args:
        values: What to double.

    Returns:
        The values times two.
    """
    return [None if value is None else value * 2 for value in values]


class Several(NamedTuple):
    """What is told.

    Attributes:
        label: A label of each row.
        total: The sum.
    """

    label: list[str]
    total: float


def every_input(
    column: Numbers,
    texts: list[str | None],
    whole: Annotated[int, Field(ge=1, le=9)] = 3,
    share: float = 0.5,
    word: str = "a",
    sure: bool = False,
    kind: Literal["big", "small"] = "big",
    progress: Progress = print,
) -> Several:
    """Every input.

    Takes one of each.

    Args:
        column: Numbers.
        texts: Texts.
        whole: A whole number.
    """
    progress(0.5)
    label = f"{whole} {share} {word} {sure} {kind}"
    return Several([f"{text} {label}" for text in texts], float(column.sum()))


def too_few(values: Values) -> list[int]:
    """Too few values.

    One value less than there are rows.
    """
    return list(range(len(values) - 1))


def killed(values: Values) -> list[int]:
    """Killed.

    Its process is killed.
    """
    os.kill(os.getpid(), signal.SIGKILL)


def raising(values: Values) -> list[int]:
    """Raising.

    It raises.
    """
    raise ValueError("there is no such thing")


def odd(values: Values) -> dict:
    """Odd.

    Values of several types.
    """
    return [1, "two", None] * len(values)


def waiting(values: Values, folder: str, progress: Progress) -> list[int]:
    """Waiting.

    Waits until the file "go" is there.
    """
    place = Path(folder)
    (place / "pid").write_text(str(os.getpid()))
    progress(0.25)
    while not (place / "go").exists():
        time.sleep(0.02)
    return list(range(len(values)))
'''

NAMES = ("doubled", "every_input", "too_few", "killed", "raising", "odd", "waiting")
VERSION = "2.7.1"


def install(folder: Path) -> None:
    """Put it where a process finds it whose PYTHONPATH is the folder."""
    (folder / "studio_trial.py").write_text(_MODULE)
    info = folder / f"studio_trial-{VERSION}.dist-info"
    info.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: studio-trial\nVersion: {VERSION}\n"
    (info / "METADATA").write_text(metadata)
    points = [f"{name} = studio_trial:{name}" for name in NAMES]
    points += ["broken = studio_trial:nothing", "k_means_clusters = studio_trial:doubled"]
    entry_points = "\n".join(["[debiai_studio.algorithms]", *points, ""])
    (info / "entry_points.txt").write_text(entry_points)
