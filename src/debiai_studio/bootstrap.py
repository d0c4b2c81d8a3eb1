"""Builds every object and joins ports to adapters: the only place that knows all parts."""

from __future__ import annotations

import os
import threading
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from fastapi import FastAPI
from sqlalchemy import Engine as Catalogue

from debiai_studio import __version__, journal
from debiai_studio.answers.service import Answers
from debiai_studio.datasets.service import DataSets
from debiai_studio.egress import Egress, EgressPolicy
from debiai_studio.engine import kernels
from debiai_studio.engine.local import LocalEngine
from debiai_studio.events import Events
from debiai_studio.exports.callbacks import Callbacks
from debiai_studio.exports.definitions import parse
from debiai_studio.exports.delivery import Schedule
from debiai_studio.exports.drafts import Drafts
from debiai_studio.exports.fetching import Fetching
from debiai_studio.exports.fitting import Fitting
from debiai_studio.exports.history import History
from debiai_studio.exports.methods.registry import build_senders
from debiai_studio.exports.methods.surroundings import Surroundings
from debiai_studio.exports.model import Delivery
from debiai_studio.exports.outline import Outlines
from debiai_studio.exports.ports import Document, Sender
from debiai_studio.exports.references import References
from debiai_studio.exports.rendering import Renderer
from debiai_studio.exports.secrets import Vault
from debiai_studio.exports.service import ExportMethods, Exports, MethodRules
from debiai_studio.exports.spool import Spool, SpoolRules
from debiai_studio.failpoints import Failpoints
from debiai_studio.http.app import create_app
from debiai_studio.http.limits import Limits
from debiai_studio.http.services import Services
from debiai_studio.layouts.service import Layouts, States
from debiai_studio.projects.model import Project
from debiai_studio.projects.service import Projects
from debiai_studio.selections.digests import SetDigests
from debiai_studio.selections.service import Selections
from debiai_studio.selections.versions import SelectionVersions
from debiai_studio.settings import Settings
from debiai_studio.sources.download import HttpDownload
from debiai_studio.sources.service import Sources
from debiai_studio.storage.catalogue import belonging
from debiai_studio.storage.catalogue.answers import SqlAnswers
from debiai_studio.storage.catalogue.audit import AuditLog
from debiai_studio.storage.catalogue.database import alone, open_catalogue
from debiai_studio.storage.catalogue.export_methods import MethodTable
from debiai_studio.storage.catalogue.group_commit import GroupCommit
from debiai_studio.storage.catalogue.history import SqlHistory
from debiai_studio.storage.catalogue.layouts import LayoutStore
from debiai_studio.storage.catalogue.many import SqlMany
from debiai_studio.storage.catalogue.outbox import SqlOutbox
from debiai_studio.storage.catalogue.projects import ProjectStore
from debiai_studio.storage.catalogue.queue import SqlQueue
from debiai_studio.storage.catalogue.selections import SelectionStore
from debiai_studio.storage.catalogue.states import StateStore
from debiai_studio.storage.catalogue.streams import StreamStore
from debiai_studio.storage.data_folder import take
from debiai_studio.storage.samples.store import StoredSamples
from debiai_studio.storage.samples.writer import SampleWriter
from debiai_studio.streams.sending import Sending
from debiai_studio.streams.service import Streams
from debiai_studio.widgets.service import Widgets, installed_widgets
from debiai_studio.worker.answers import AnswerRunner
from debiai_studio.worker.cleaner import Cleaner
from debiai_studio.worker.dispatcher import Dispatcher
from debiai_studio.worker.replies import ReplyRunner
from debiai_studio.worker.streams import StreamRunner

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Application:
    """Everything that runs. ``ready`` is set once requests are answered."""

    asgi: FastAPI
    services: Services
    ready: threading.Event
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
    callbacks = Callbacks(public_url, lambda: _vault(settings).key_for("callbacks"))
    senders = _build_senders(settings, public_url, callbacks)
    with ExitStack() as stack:
        stack.callback(take(settings.studio_folder).close)
        catalogue = open_catalogue(settings.catalogue_url)
        stack.callback(catalogue.dispose)
        stack.callback(alone(catalogue))
        belonging.join(catalogue, settings.studio_folder)
        data = _build_data(settings, catalogue, stack)
        delivery = _build_exports(
            settings, catalogue, senders, data, public_url=public_url, callbacks=callbacks
        )
        services = _services(settings, catalogue, data, delivery)
        runner = StreamRunner(delivery.streams, data.events)
        answering = AnswerRunner(delivery.answers, data.events)
        ready = threading.Event()

        @asynccontextmanager
        async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
            threading.Thread(target=kernels.compile, name="kernels", daemon=True).start()
            delivery.dispatcher.start()
            runner.start()
            answering.start()
            delivery.replies.start()
            cleaner.start()
            data.digests.start()
            ready.set()
            yield

        stack.callback(delivery.dispatcher.stop)
        stack.callback(runner.stop)
        stack.callback(answering.stop)
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
        return Application(asgi, services, ready, stack.pop_all())


@dataclass(frozen=True, slots=True)
class _Data:
    events: Events
    store: ProjectStore
    engine: LocalEngine
    projects: Projects
    datasets: DataSets
    selections: Selections
    digests: SetDigests
    sources: Sources
    samples: StoredSamples

    def remove_deleted(self) -> None:
        """Give back the data of deleted projects that no delivery needs."""
        for project_key in self.store.remove_folders():
            self.samples.forget(project_key)


@dataclass(frozen=True, slots=True)
class _Delivery:
    methods: ExportMethods
    exports: Exports
    history: History
    fetching: Fetching
    streams: Streams
    answers: Answers
    replies: ReplyRunner
    spool: Spool
    dispatcher: Dispatcher


def _build_data(settings: Settings, catalogue: Catalogue, stack: ExitStack) -> _Data:
    events = Events()
    store = ProjectStore(catalogue, settings.studio_folder)
    store.clean_up()
    samples = StoredSamples(store.projects_folder, store.tombstones)
    stack.callback(samples.close)
    engine = LocalEngine(samples.reader, lambda dataset: samples.folder_of(dataset) / "codes")
    stack.callback(engine.close)
    datasets = DataSets(store, samples, events)

    def forget(project: Project) -> None:
        engine.forget(project.key)
        samples.forget(project.key)

    projects = Projects(store, events, forget, datasets.alone)
    kept = SelectionStore(catalogue)
    digests = SetDigests(kept, datasets, events)
    stack.callback(digests.stop)
    selections = Selections(kept, datasets, engine, events, digests)
    sources = Sources(
        settings.studio_folder,
        projects=store,
        events=events,
        writer=f"{SampleWriter.__module__}:{SampleWriter.__qualname__}",
        # Addresses come from the command line, so from the operator.
        download=HttpDownload(EgressPolicy.of(private=True)),
    )
    sources.clean_up()
    stack.callback(sources.close)
    return _Data(events, store, engine, projects, datasets, selections, digests, sources, samples)


def _vault(settings: Settings) -> Vault:
    secret_key = settings.secret_key.get_secret_value() if settings.secret_key else None
    return Vault.open(secret_key, settings.key_file)


def _build_senders(
    settings: Settings, public_url: str | None, callbacks: Callbacks
) -> dict[str, Sender]:
    """One sender per type. What is configured is looked at before anything is made."""
    senders = build_senders(
        Surroundings(
            egress=Egress.of(
                loopback_server=not settings.is_shared, allowed=settings.allowed_targets
            ),
            page_folders=(settings.exports_folder, *settings.file_folders),
            public_url=public_url,
            environ=os.environ,
            callbacks=callbacks,
        )
    )
    for definition in settings.export_methods:
        parse(definition, senders)
    return senders


def _build_exports(
    settings: Settings,
    catalogue: Catalogue,
    senders: dict[str, Sender],
    data: _Data,
    *,
    public_url: str | None,
    callbacks: Callbacks,
) -> _Delivery:
    failpoints = Failpoints(os.environ.get("DEBIAI_FAILPOINT", ""))
    commits = GroupCommit(catalogue)
    outbox = SqlOutbox(commits, failpoints=failpoints)
    schedule = Schedule(settings.retry_schedule) if settings.retry_schedule else Schedule()
    queue = SqlQueue(commits, outbox, schedule=schedule)
    vault = _vault(settings)
    methods = ExportMethods(
        store=MethodTable(catalogue),
        vault=vault,
        senders=senders,
        rules=MethodRules(
            definitions=settings.export_methods,
            creation=settings.creation,
            deletion=settings.deletion,
        ),
        exports_folder=settings.exports_folder,
        environ=os.environ,
        events=data.events,
        wake=outbox.wake,
    )
    renderer = Renderer(data.datasets, settings.spool_folder)
    outlines = Outlines(data.datasets, renderer)
    references = References(
        vault.key_for("addresses of ids"),
        public_url,
        timedelta(hours=settings.reference_hours),
    )
    fitting = Fitting(methods=methods, senders=senders, outlines=outlines, references=references)
    exports = Exports(
        drafts=Drafts(data.projects, data.datasets, data.selections),
        methods=methods,
        outbox=outbox,
        renderer=renderer,
        outlines=outlines,
        fitting=fitting,
    )
    streams = Streams(
        catalogue=StreamStore(commits),
        datasets=data.datasets,
        selections=data.selections,
        methods=methods,
        exports=exports,
        sending=Sending(datasets=data.datasets, methods=methods, fitting=fitting, outbox=outbox),
        events=data.events,
    )
    spool = Spool(
        renderer,
        outbox,
        SpoolRules(
            age=timedelta(hours=settings.spool_hours) if settings.spool_hours else None,
            size=settings.spool_megabytes * 10**6 or None,
        ),
    )
    spool.clean_up()

    def document_of(delivery: Delivery) -> Document:
        row = outbox.accepted(delivery.id)
        references.require_sendable(row)
        return renderer.document(row)

    dispatcher = Dispatcher(
        queue,
        senders,
        methods=methods.resolved,
        renderer=document_of,
        events=data.events,
        failpoints=failpoints,
    )
    data.remove_deleted()
    fetching = Fetching(outbox, data.datasets, references)
    history = History(
        outbox=outbox, history=SqlHistory(commits), many=SqlMany(commits), events=data.events
    )
    answers = Answers(
        store=SqlAnswers(commits),
        outbox=outbox,
        datasets=data.datasets,
        methods=methods,
        callbacks=callbacks,
        events=data.events,
        failpoints=failpoints,
    )
    # Of this server alone: of two in one group, each would get some of the other's answers.
    group = f"debiai-studio-{vault.key_for('reply topics').hex()[:16]}"
    replies = ReplyRunner(answers, methods, senders, data.events, group)
    return _Delivery(
        methods, exports, history, fetching, streams, answers, replies, spool, dispatcher
    )


def _cleaner(data: _Data, delivery: _Delivery) -> Cleaner:
    return Cleaner(
        {
            "deleted projects": data.remove_deleted,
            "documents": delivery.spool.give_back,
            "uploads": data.sources.give_back,
        }
    )


def _services(
    settings: Settings, catalogue: Catalogue, data: _Data, delivery: _Delivery
) -> Services:
    return Services(
        projects=data.projects,
        datasets=data.datasets,
        engine=data.engine,
        sources=data.sources,
        selections=data.selections,
        versions=SelectionVersions(data.selections, data.datasets),
        widgets=Widgets(installed_widgets(), data.selections, data.engine),
        layouts=Layouts(LayoutStore(catalogue)),
        states=States(StateStore(catalogue)),
        methods=delivery.methods,
        exports=delivery.exports,
        history=delivery.history,
        fetching=delivery.fetching,
        streams=delivery.streams,
        answers=delivery.answers,
        audit=AuditLog(catalogue),
        events=data.events,
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
