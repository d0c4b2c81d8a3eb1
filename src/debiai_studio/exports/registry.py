"""The export methods of every origin: the operator's layers, and those made in the page."""

from __future__ import annotations

import builtins
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from debiai_studio.events import Events
from debiai_studio.exports import definitions
from debiai_studio.exports.definitions import Definition
from debiai_studio.exports.errors import (
    CreationForbidden,
    DefinedElsewhere,
    DeletionForbidden,
    InvalidMethod,
    OutOfUse,
    UnknownMethod,
)
from debiai_studio.exports.method_rows import method_of, row_of
from debiai_studio.exports.model import ExportMethod, Origin
from debiai_studio.exports.payload import moment
from debiai_studio.exports.ports import MethodStore, Sender
from debiai_studio.exports.request import MethodDraft
from debiai_studio.exports.secrets import DOTS, Vault

SWITCHED_OFF = "it was disabled by hand"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class MethodRules:
    """What the operator set about export methods; ``definitions`` are already one per name."""

    definitions: Sequence[Definition] = ()
    creation: bool = True
    deletion: bool = True


class ExportMethods:
    """The configured places, of every origin."""

    def __init__(
        self,
        *,
        store: MethodStore,
        vault: Vault,
        senders: Mapping[str, Sender],
        rules: MethodRules,
        exports_folder: Path,
        environ: Mapping[str, str],
        events: Events,
        wake: Callable[[], None] = lambda: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """``wake`` is called when what waited may be sent.

        Raises InvalidMethod when a definition cannot work, references included.
        """
        self._store = store
        self._vault = vault
        self._senders = senders
        self._rules = rules
        self._exports_folder = exports_folder
        self._environ = environ
        self._events = events
        self._wake = wake
        self._clock = clock
        self._defined = {
            method.id: method
            for method in (self._checked(definition) for definition in rules.definitions)
        }
        self._remember(list(self._defined.values()))

    def list(self, *, include_removed: bool = False) -> builtins.list[ExportMethod]:
        """Last used first, then by name."""
        methods = [m for m in self._all().values() if include_removed or not m.removed]
        methods.sort(key=lambda method: method.name)
        methods.sort(key=lambda method: method.last_used_at or "", reverse=True)
        return methods

    def get(self, method_id: str) -> ExportMethod:
        """One method. Raises UnknownMethod."""
        method = self._all().get(method_id)
        if method is None:
            raise UnknownMethod(method_id)
        return method

    def name_of(self, method_id: str) -> str:
        """What people call it; its id when it is gone."""
        method = self._all().get(method_id)
        return method_id if method is None else method.name

    def usable(self, method_id: str) -> ExportMethod:
        """One method that takes exports now. Raises UnknownMethod, OutOfUse."""
        method = self.get(method_id)
        if method.removed:
            raise OutOfUse(method.name, "it was removed")
        if method.disabled_reason is not None:
            raise OutOfUse(method.name, method.disabled_reason, waits=True)
        return method

    def resolved(self, method_id: str) -> ExportMethod:
        """The method as its sender gets it: references and secrets resolved, folders absolute.

        Raises UnknownMethod, OutOfUse, InvalidMethod.
        """
        return self.ready(self.usable(method_id))

    def ready(self, method: ExportMethod) -> ExportMethod:
        """``resolved`` of one that was just read. Raises InvalidMethod."""
        return self._resolved(method, f'The export method "{method.name}"')

    def troubles(self, method_id: str) -> builtins.list[str]:
        """Why the method cannot be used as it is; usually nothing."""
        try:
            self.resolved(method_id)
        except InvalidMethod as error:
            return [str(error)]
        return []

    def types(self) -> builtins.list[dict[str, Any]]:
        """What the form in the page is made from.

        Per type: {type, title, parameters: [{name, title, example}], options: [{name, title,
        secret, multiline?, choices?, default?}]}.
        """
        return [
            {
                "type": sender.type,
                "title": sender.title,
                "parameters": [*sender.parameters],
                "options": [
                    {"secret": False, **option}
                    for option in (*sender.options, *definitions.COMMON_OPTIONS)
                    if not option.get("config_only")
                ],
            }
            for sender in self._senders.values()
        ]

    def shown_options(self, method: ExportMethod) -> dict[str, str]:
        """Options for people: secrets and secret references as dots."""
        sender = self._senders.get(method.type)
        return {
            key: DOTS if definitions.is_secret(sender, key) else value
            for key, value in method.options.items()
        }

    def destination(self, method: ExportMethod) -> str:
        """Where it goes, in one line, without secrets."""
        sender = self._senders.get(method.type)
        if sender is None:
            return method.type
        return sender.destination(definitions.placed(method, self._exports_folder))

    def permissions(self) -> dict[str, bool]:
        """{creation, deletion}: what the page may do."""
        return {"creation": self._rules.creation, "deletion": self._rules.deletion}

    def create(self, draft: MethodDraft) -> ExportMethod:
        """Raises CreationForbidden, InvalidMethod."""
        if not self._rules.creation:
            raise CreationForbidden
        method = self._drafted(draft, uuid.uuid4().hex, moment(self._clock()), {})
        return self._keep(method)

    def update(self, method_id: str, draft: MethodDraft) -> ExportMethod:
        """Change a method of the page.

        An option given as dots keeps its value; a method disabled by hand stays so. Raises
        CreationForbidden, InvalidMethod, DefinedElsewhere.
        """
        if not self._rules.creation:
            raise CreationForbidden
        former = self.get(method_id)
        if former.origin is not Origin.PAGE:
            raise DefinedElsewhere(former.name, former.origin.value)
        kept = former.options if former.type == draft.type else {}
        drafted = self._drafted(draft, method_id, former.created_at or "", kept)
        by_hand = former.disabled_reason == SWITCHED_OFF
        changed = self._keep(replace(drafted, disabled_reason=SWITCHED_OFF if by_hand else None))
        self._wake()
        return changed

    def delete(self, method_id: str) -> None:
        """Remove it; one of config or environment is taken out of use. Raises DeletionForbidden."""
        if not self._rules.deletion:
            raise DeletionForbidden
        method = self.get(method_id)
        if method.origin is Origin.PAGE:
            self._store.delete(method_id)
            self._events.publish("method", {"id": method_id})
        else:
            self._keep(replace(method, removed=True))

    def restore(self, method_id: str) -> ExportMethod:
        """Put a removed or disabled method back into use; what waited for it is sent at once."""
        self.get(method_id)
        self._mark(method_id, removed=False, disabled_reason=None)
        self._store.close_breaker(method_id)
        self._wake()
        return self.get(method_id)

    def disable(self, method_id: str) -> ExportMethod:
        """Take nothing for it and send nothing to it until ``restore``; what waits is kept.

        Raises DeletionForbidden, OutOfUse.
        """
        if not self._rules.deletion:
            raise DeletionForbidden("disabling")
        self.usable(method_id)
        self._mark(method_id, disabled_reason=SWITCHED_OFF)
        return self.get(method_id)

    def _mark(self, method_id: str, **marks: Any) -> None:
        for row in self._store.all():
            if row.id == method_id:
                self._store.put(replace(row, **marks))
        self._events.publish("method", {"id": method_id})

    def _checked(self, definition: Definition) -> ExportMethod:
        method = definitions.parse(definition, self._senders)
        ready = self._resolved(method, definition.where)
        definitions.check(ready, self._senders[method.type], definition.where)
        return method

    def _resolved(self, method: ExportMethod, where: str) -> ExportMethod:
        if method.origin is not Origin.PAGE:
            method = definitions.resolved(method, self._environ, where)
        return definitions.placed(method, self._exports_folder)

    def _remember(self, defined: Sequence[ExportMethod]) -> None:
        """Marks of earlier runs stay; a method that goes elsewhere now is no longer disabled."""
        rows = {kept.id: kept for kept in self._store.all()}
        names = {method.name for method in defined}
        for kept in rows.values():
            if kept.origin == Origin.PAGE.value and kept.name in names:
                log.info("exports.method_overridden", method=kept.name, by="configuration")
        for method in defined:
            row = rows.get(method.id)
            stays = row is not None and (
                row.parameters == method.parameters or row.disabled_reason == SWITCHED_OFF
            )
            marked = replace(
                method,
                removed=row.removed if row else False,
                disabled_reason=row.disabled_reason if row and stays else None,
                created_at=row.created_at if row else moment(self._clock()),
            )
            if row is None or row_of(marked, row.options) != replace(row, last_used_at=None):
                self._store.put(row_of(marked, b""))

    def _all(self) -> dict[str, ExportMethod]:
        methods = dict(self._defined)
        names = {method.name for method in methods.values()}
        for row in self._store.all():
            if row.id in self._defined:
                methods[row.id] = replace(
                    self._defined[row.id],
                    removed=row.removed,
                    disabled_reason=row.disabled_reason,
                    created_at=row.created_at,
                    last_used_at=row.last_used_at,
                )
            elif row.origin == Origin.PAGE.value and row.name not in names:
                methods[row.id] = method_of(row, self._vault, self._senders)
        return methods

    def _drafted(
        self, draft: MethodDraft, method_id: str, created_at: str, kept: dict[str, str]
    ) -> ExportMethod:
        name = draft.name.strip()
        where = f'The export method "{name}"'
        if not name:
            raise InvalidMethod("The export method has no name", "give it one.")
        if any(m.name == name and m.id != method_id for m in self._all().values()):
            raise InvalidMethod(where, "there is already one of this name; choose another.")
        sender = self._senders.get(draft.type)
        if sender is None:
            known = ", ".join(sorted(self._senders))
            raise InvalidMethod(where, f'"{draft.type}" is no type; {known} are.')
        options = {
            key: kept.get(key, "") if value == DOTS else value.strip()
            for key, value in draft.options.items()
        }
        method = ExportMethod(
            id=method_id,
            name=name,
            type=draft.type,
            parameters=tuple(text.strip() for text in draft.parameters),
            options={key: value for key, value in options.items() if value},
            origin=Origin.PAGE,
            created_at=created_at,
        )
        for value in (*method.parameters, *method.options.values()):
            if definitions.has_reference(value):
                raise InvalidMethod(
                    where,
                    "${NAME} and file: are understood in config.ini and the environment only; "
                    "enter the value itself.",
                )
        _refuse_config_only(method, sender, where)
        definitions.check(definitions.placed(method, self._exports_folder), sender, where)
        return method

    def _keep(self, method: ExportMethod) -> ExportMethod:
        sealed = self._vault.seal(method.options) if method.origin is Origin.PAGE else b""
        self._store.put(row_of(method, sealed))
        self._events.publish("method", {"id": method.id})
        return self.get(method.id)


def _refuse_config_only(method: ExportMethod, sender: Sender, where: str) -> None:
    for option in sender.options:
        if option.get("config_only") and option["name"] in method.options:
            raise InvalidMethod(
                where, f"{option['name']} can be set in config.ini and the environment only."
            )
