"""Builds every object and joins ports to adapters: the only place that knows all parts."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field

import structlog
from fastapi import FastAPI
from sqlalchemy import Engine as Catalogue

from debiai_studio import __version__, journal
from debiai_studio.bootstrap.algorithms import AlgorithmParts, build_algorithms
from debiai_studio.bootstrap.data import DataParts, build_data
from debiai_studio.bootstrap.delivery import DeliveryParts, build_delivery, build_types, open_vault
from debiai_studio.bootstrap.providers import ProviderParts, build_providers
from debiai_studio.comments.service import Comments
from debiai_studio.debiai_folder.service import DebiaiFolders
from debiai_studio.derived.service import DerivedColumns
from debiai_studio.engine import kernels
from debiai_studio.exports.callbacks import Callbacks
from debiai_studio.http.app import create_app
from debiai_studio.http.limits import Limits
from debiai_studio.http.services import Services
from debiai_studio.layouts.configurations import Configurations
from debiai_studio.layouts.from_debiai import FromDebiai
from debiai_studio.layouts.service import Layouts, States
from debiai_studio.selections.versions import SelectionVersions
from debiai_studio.settings import Settings
from debiai_studio.storage.catalogue import belonging
from debiai_studio.storage.catalogue.audit import AuditLog
from debiai_studio.storage.catalogue.comments import SqlComments
from debiai_studio.storage.catalogue.database import alone, open_catalogue
from debiai_studio.storage.catalogue.layouts import LayoutStore
from debiai_studio.storage.catalogue.states import StateStore
from debiai_studio.storage.catalogue.taggings import SqlTaggings
from debiai_studio.storage.catalogue.widget_configurations import ConfigurationStore
from debiai_studio.storage.data_folder import take
from debiai_studio.tags.service import Tags
from debiai_studio.widgets.service import Widgets, installed_widgets
from debiai_studio.worker.answers import AnswerRunner
from debiai_studio.worker.cleaner import Cleaner
from debiai_studio.worker.streams import StreamRunner
from debiai_studio.worker.warming import Warming

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Application:
    """Everything that runs. ``ready`` is set once requests are answered.

    ``is_stuck`` tells, after ``close``, whether a thread hangs that would keep the program alive.
    """

    asgi: FastAPI
    services: Services
    ready: threading.Event
    is_stuck: Callable[[], bool]
    _closing: ExitStack = field(repr=False)

    def close(self) -> None:
        """End in order: the dispatcher first, files and locks last."""
        self._closing.close()


def build(
    settings: Settings,
    *,
    token: str | None = None,
    url: str | None = None,
    log_level: str = "info",
) -> Application:
    """Build the application. ``url``: where it listens, when that is known.

    Raises DataFolderTaken, DataFolderUnusable, and what the settings make impossible.
    """
    journal.configure(log_level)
    for note in settings.notes:
        (log.warning if note.level == "warning" else log.info)("configuration", note=note.text)
    public_url = settings.public_url or (url.rstrip("/") if url and settings.is_local else None)
    callbacks = Callbacks(public_url, lambda: open_vault(settings).key_for("callbacks"))
    senders = build_types(settings, public_url, callbacks)
    with ExitStack() as stack:
        stack.callback(take(settings.studio_folder).close)
        catalogue = open_catalogue(settings.catalogue_url)
        stack.callback(catalogue.dispose)
        stack.callback(alone(catalogue))
        belonging.join(catalogue, settings.studio_folder)
        data = build_data(settings, catalogue, stack)
        delivery = build_delivery(
            settings, catalogue, senders, data, public_url=public_url, callbacks=callbacks
        )
        providers = build_providers(settings, catalogue, data, stack)
        algorithms = build_algorithms(settings, catalogue, data, stack)
        services = _services(
            settings, catalogue, data, delivery, providers=providers, algorithms=algorithms
        )
        runner = StreamRunner(delivery.streams, data.events)
        answering = AnswerRunner(delivery.answers, data.events)
        warming = Warming(data.datasets.of, data.engine, data.events)
        ready = threading.Event()

        @asynccontextmanager
        async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
            threading.Thread(target=kernels.compile, name="kernels", daemon=True).start()
            delivery.dispatcher.start()
            runner.start()
            answering.start()
            warming.start()
            delivery.replies.start()
            cleaner.start()
            data.digests.start()
            data.sources.expect()
            ready.set()
            yield

        stack.callback(delivery.dispatcher.stop)
        stack.callback(runner.stop)
        stack.callback(answering.stop)
        stack.callback(warming.stop)
        stack.callback(delivery.replies.stop)
        cleaner = _cleaner(data, delivery)
        stack.callback(cleaner.stop)
        asgi = create_app(
            services,
            hosts=_hosts(settings),
            token=token,
            limits=_limits(settings),
            lifespan=lifespan,
        )
        return Application(
            asgi, services, ready, lambda: delivery.dispatcher.is_stuck, stack.pop_all()
        )


def _cleaner(data: DataParts, delivery: DeliveryParts) -> Cleaner:
    return Cleaner(
        {
            "deleted projects": data.remove_deleted,
            "documents": delivery.spool.give_back,
            "uploads": data.sources.give_back,
        }
    )


def _services(
    settings: Settings,
    catalogue: Catalogue,
    data: DataParts,
    delivery: DeliveryParts,
    *,
    providers: ProviderParts,
    algorithms: AlgorithmParts,
) -> Services:
    layouts = Layouts(LayoutStore(catalogue))
    configurations = Configurations(ConfigurationStore(catalogue))
    widgets = installed_widgets()
    schemas = {widget.kind: widget.settings for widget in widgets}
    from_debiai = FromDebiai(layouts, configurations, schemas)
    return Services(
        projects=data.projects,
        datasets=data.datasets,
        engine=data.engine,
        sources=data.sources,
        providers=providers.providers,
        fetches=providers.fetches,
        blocks=data.blocks,
        block_models=data.block_models,
        selections=data.selections,
        versions=SelectionVersions(data.selections, data.datasets),
        widgets=Widgets(widgets, data.selections, data.engine),
        layouts=layouts,
        from_debiai=from_debiai,
        configurations=configurations,
        debiai_folders=DebiaiFolders(
            projects=data.projects,
            datasets=data.datasets,
            blocks=data.blocks,
            models=data.block_models,
            selections=data.selections,
            layouts=from_debiai,
            unfinished=settings.studio_folder / "debiai-import.json",
        ),
        states=States(StateStore(catalogue)),
        methods=delivery.methods,
        exports=delivery.exports,
        history=delivery.history,
        fetching=delivery.fetching,
        streams=delivery.streams,
        answers=delivery.answers,
        derived=DerivedColumns(data.datasets, data.samples),
        comments=Comments(data.datasets, SqlComments(catalogue), data.events),
        tags=Tags(data.datasets, data.selections, SqlTaggings(catalogue)),
        algo_providers=algorithms.providers,
        experiments=algorithms.experiments,
        direct_use=algorithms.direct,
        audit=AuditLog(catalogue),
        events=data.events,
        permissions=settings.permissions,
        about={"name": "DebiAI Studio", "version": __version__, "host": settings.host},
    )


def _limits(settings: Settings) -> Limits:
    """People of this machine are not counted, unless a rate was set."""

    def rate(name: str) -> int:
        value: int = getattr(settings, name)
        return value if settings.is_shared or settings.is_given(name) else 0

    return Limits(
        request_megabytes=settings.request_megabytes,
        upload_megabytes=settings.upload_megabytes,
        requests_per_minute=rate("requests_per_minute"),
        exports_per_minute=rate("exports_per_minute"),
    )


def _hosts(settings: Settings) -> list[str]:
    public = [settings.public_host] if settings.public_host else []
    return ["localhost", "127.0.0.1", "::1", settings.host, *public, *settings.allowed_hosts]
