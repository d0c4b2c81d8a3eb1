"""``debiai import-debiai``: bring in what a data folder of DebiAI holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from debiai_studio.bootstrap import build
from debiai_studio.configuration.process import process_environment
from debiai_studio.debiai_folder.model import Report
from debiai_studio.settings import load_settings

DAMAGED = 3


def import_debiai(
    folder: Annotated[
        Path, typer.Argument(help="The data folder that DebiAI was started with; only read.")
    ],
    *,
    data_folder: Annotated[
        Path | None,
        typer.Option("-d", "--data-folder", help="Where everything is kept (./debiai_data)."),
    ] = None,
    config: Annotated[Path | None, typer.Option("--config", help="config.ini to read.")] = None,
) -> None:
    """Bring projects, layouts and widget configurations of DebiAI in; the server must be ended.

    Exit status 0: everything came in. 3: all but what the report names.
    """
    given = {"data_folder": data_folder, "config": config}
    application = build(
        load_settings(given, process_environment(), Path.cwd()), log_level="warning"
    )
    try:
        report = application.services.debiai_folders.bring_in(
            folder.absolute(), lambda name: print(f"Reading “{name}” …", flush=True)
        )
    finally:
        application.close()
    for line in lines(report):
        print(line)
    if report.damages.found:
        raise typer.Exit(DAMAGED)


def lines(report: Report) -> list[str]:
    """What the command prints at the end."""
    printed = [
        f"“{one.project}”: {one.n_samples:,} samples, {one.n_models:,} models with "
        f"{one.n_results:,} results, {one.n_selections:,} selections"
        for one in report.projects
    ]
    printed.append(
        f"{len(report.projects):,} projects, {report.n_layouts:,} layouts and "
        f"{report.n_configurations:,} widget configurations came in."
    )
    if report.damages.found:
        printed.append("Damaged, changed or left out:")
        printed += [f"  {place}: {sentence}" for place, sentence in report.damages.found]
    return printed
