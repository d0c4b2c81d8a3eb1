"""Builds what accepts, sends, and takes back."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine as Catalogue

from debiai_studio.answers.service import Answers
from debiai_studio.bootstrap.data import DataParts
from debiai_studio.egress import Egress
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
from debiai_studio.exports.reply_troubles import ReplyTroubles
from debiai_studio.exports.secrets import Vault
from debiai_studio.exports.service import ExportMethods, Exports, MethodRules
from debiai_studio.exports.spool import Spool, SpoolRules
from debiai_studio.failpoints import Failpoints
from debiai_studio.settings import Settings
from debiai_studio.storage.catalogue.answers import SqlAnswers
from debiai_studio.storage.catalogue.export_methods import MethodTable
from debiai_studio.storage.catalogue.group_commit import GroupCommit
from debiai_studio.storage.catalogue.history import SqlHistory
from debiai_studio.storage.catalogue.many import SqlMany
from debiai_studio.storage.catalogue.outbox import SqlOutbox
from debiai_studio.storage.catalogue.queue import SqlQueue
from debiai_studio.storage.catalogue.streams import StreamStore
from debiai_studio.streams.sending import Sending
from debiai_studio.streams.service import Streams
from debiai_studio.worker.dispatcher import Dispatcher
from debiai_studio.worker.replies import ReplyRunner


@dataclass(frozen=True, slots=True)
class DeliveryParts:
    """The services about exports, and what works behind them."""

    methods: ExportMethods
    exports: Exports
    history: History
    fetching: Fetching
    streams: Streams
    answers: Answers
    replies: ReplyRunner
    spool: Spool
    dispatcher: Dispatcher


def open_vault(settings: Settings) -> Vault:
    """Where the secrets of export methods are kept sealed."""
    secret_key = settings.secret_key.get_secret_value() if settings.secret_key else None
    return Vault.open(secret_key, settings.key_file)


def build_types(
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


def build_delivery(
    settings: Settings,
    catalogue: Catalogue,
    senders: dict[str, Sender],
    data: DataParts,
    *,
    public_url: str | None,
    callbacks: Callbacks,
) -> DeliveryParts:
    """Build them. ``public_url``: where receivers reach this server, when that is known."""
    failpoints = Failpoints(os.environ.get("DEBIAI_FAILPOINT", ""))
    commits = GroupCommit(catalogue)
    outbox = SqlOutbox(commits, failpoints=failpoints)
    schedule = Schedule(settings.retry_schedule) if settings.retry_schedule else Schedule()
    queue = SqlQueue(commits, outbox, schedule=schedule)
    vault = open_vault(settings)
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
    reply_troubles = ReplyTroubles()
    history = History(
        outbox=outbox,
        history=SqlHistory(commits),
        many=SqlMany(commits),
        events=data.events,
        reply_troubles=reply_troubles,
    )
    answers = Answers(
        store=SqlAnswers(commits),
        outbox=outbox,
        datasets=data.datasets,
        methods=methods,
        callbacks=callbacks,
        events=data.events,
        failpoints=failpoints,
        permissions=settings.permissions,
    )
    # Of this server alone: of two in one group, each would get some of the other's answers.
    group = f"debiai-studio-{vault.key_for('reply topics').hex()[:16]}"
    replies = ReplyRunner(
        answers, methods, senders, events=data.events, group=group, troubles=reply_troubles
    )
    return DeliveryParts(
        methods, exports, history, fetching, streams, answers, replies, spool, dispatcher
    )
