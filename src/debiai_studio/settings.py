"""All configuration, read once: command line over environment over config.ini over default."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, SecretStr

from debiai_studio.algorithms.model import AlgoProvider
from debiai_studio.configuration import layers, values
from debiai_studio.configuration.catalogue import SETTINGS
from debiai_studio.configuration.errors import ConfigurationInvalid
from debiai_studio.configuration.layers import Given, Layer, Note
from debiai_studio.configuration.setting import Setting
from debiai_studio.egress import is_loopback
from debiai_studio.exports.definitions import Definition
from debiai_studio.permissions import PERMISSIONS, Permissions
from debiai_studio.providers.errors import InvalidProvider
from debiai_studio.providers.model import Provider, checked

__all__ = ["ConfigurationInvalid", "Settings", "load_settings"]

DEFAULT = "default"


class Settings(BaseModel):
    """The settings of one run. ``origins`` says of each where its value was given."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    data_folder: Path
    config: Path | None
    host: str
    port: int
    browser: bool
    allowed_hosts: tuple[str, ...]
    public_url: str | None
    token: SecretStr | None
    insecure: bool
    behind_proxy: bool
    request_megabytes: int
    upload_megabytes: int
    requests_per_minute: int
    exports_per_minute: int
    catalogue: SecretStr | None
    secret_key: SecretStr | None
    creation: bool
    deletion: bool
    file_folders: tuple[Path, ...]
    allowed_targets: tuple[str, ...]
    provider_creation: bool
    provider_deletion: bool
    provider_timeout: int
    provider_cache: bool
    provider_cache_duration: int
    reference_hours: int
    spool_hours: int
    spool_megabytes: int
    retry_schedule: tuple[float, ...]
    algo_integrated: bool
    algo_creation: bool
    algo_deletion: bool
    algo_providers: tuple[AlgoProvider, ...]  # one per name, the highest layer's
    export_methods: tuple[Definition, ...]  # the same
    data_providers: tuple[Provider, ...]  # the same
    local_enabled: bool
    allow_create_projects: bool
    allow_delete_projects: bool
    allow_insert_data: bool
    allow_create_selections: bool
    allow_delete_selections: bool
    allow_create_models: bool
    allow_delete_models: bool
    allow_insert_results: bool
    origins: dict[str, str]
    notes: tuple[Note, ...]

    @property
    def is_local(self) -> bool:
        """Whether only people of this machine reach the server."""
        return is_loopback(self.host) and not self.behind_proxy and not self._is_public

    @property
    def public_host(self) -> str | None:
        """The host name of ``public_url``."""
        return urlsplit(self.public_url).hostname if self.public_url else None

    @property
    def _is_public(self) -> bool:
        return self.public_host is not None and not is_loopback(self.public_host)

    @property
    def studio_folder(self) -> Path:
        """What is ours in the data folder, beside what DebiAI keeps there."""
        return self.data_folder / "studio"

    @property
    def exports_folder(self) -> Path:
        """Where ``file`` methods write relative folders."""
        return self.data_folder / "exports"

    @property
    def spool_folder(self) -> Path:
        """Rendered documents on their way."""
        return self.studio_folder / "spool"

    @property
    def key_file(self) -> Path:
        """The key of the encrypted secrets, unless ``secret_key`` is set."""
        return self.studio_folder / "secret.key"

    @property
    def catalogue_url(self) -> str:
        """The catalogue as an SQLAlchemy address."""
        if self.catalogue is not None:
            return self.catalogue.get_secret_value()
        return f"sqlite:///{self.studio_folder / 'catalogue.db'}"

    @property
    def is_shared(self) -> bool:
        """Whether others than the people of this machine reach the server, by a proxy or not."""
        return bool(self.allowed_hosts) or not self.is_local

    @property
    def permissions(self) -> Permissions:
        """What others may do with the projects kept here."""
        refused = frozenset(what for what in PERMISSIONS if not getattr(self, f"allow_{what}"))
        return Permissions(self.local_enabled, refused)

    def is_given(self, name: str) -> bool:
        """Whether a person set it, rather than the default."""
        return self.origins[name] != DEFAULT


def load_settings(cli: Mapping[str, Any], environ: Mapping[str, str], cwd: Path) -> Settings:
    """The settings of this run.

    ``cli`` has setting names (None: not given), ``export_methods``, ``data_providers`` and
    ``algo_providers``.
    Relative paths start at ``cwd``. Raises ConfigurationInvalid: one sentence with the place, the
    value and what is allowed.
    """
    line, variables = layers.command_line(cli), layers.environment(environ)
    file, path = _file_layer([variables, line], cwd)
    given = {**file.settings, **variables.settings, **line.settings}
    typed = {setting.name: _value(setting, given.get(setting.name), cwd) for setting in SETTINGS}
    above = [file, variables, line]
    methods, overridden = _defined("export method", [layer.methods for layer in above])
    providers, hidden = _defined("data provider", [layer.providers for layer in above])
    origins = {s.name: given[s.name].place if s.name in given else DEFAULT for s in SETTINGS}
    typed["config"] = path
    algo = {**file.algo_providers, **variables.algo_providers, **line.algo_providers}
    return Settings(
        **typed,
        algo_providers=tuple(algo.values()),
        export_methods=methods,
        data_providers=tuple(_provider(definition, environ) for definition in providers),
        origins=origins,
        notes=(*file.notes, *variables.notes, *overridden, *hidden),
    )


def _file_layer(above: list[Layer], cwd: Path) -> tuple[Layer, Path | None]:
    given: dict[str, Given] = {}
    for layer in above:
        given |= layer.settings
    if "config" in given:
        path = (cwd / given["config"].text).absolute()
        if not path.is_file():
            raise ConfigurationInvalid(
                given["config"].place, f"there is no file {path}; `debiai config init` writes one."
            )
        return layers.config_file(path), path
    by_name = {setting.name: setting for setting in SETTINGS}
    folder: Path = _value(by_name["data_folder"], given.get("data_folder"), cwd)
    path = folder / "config.ini"
    return (layers.config_file(path), path) if path.is_file() else (Layer(), None)


def _defined(
    what: str, above: list[dict[str, Definition]]
) -> tuple[tuple[Definition, ...], list[Note]]:
    """One per name, that of the highest layer, and notes about the others."""
    found: dict[str, Definition] = {}
    notes: list[Note] = []
    for layer in above:
        for name, definition in layer.items():
            if name in found:
                text = f'The {what} "{name}" of {found[name].place} is overridden by '
                notes.append(Note("info", f"{text}{definition.place}."))
            found[name] = definition
    return tuple(found.values()), notes


def _provider(definition: Definition, environ: Mapping[str, str]) -> Provider:
    """The data provider, with ``${NAME}`` in its address replaced."""

    def variable(match: re.Match[str]) -> str:
        if match[1] not in environ:
            reason = f"the environment has no variable {match[1]}; set it."
            raise ConfigurationInvalid(definition.place, reason)
        return environ[match[1]]

    url = re.sub(r"\$\{([^}]*)\}", variable, definition.text)
    try:
        return checked(definition.name, url, place=definition.place)
    except InvalidProvider as error:
        raise ConfigurationInvalid(definition.place, error.reason) from error


def _value(setting: Setting, given: Given | None, cwd: Path) -> Any:
    text = given.text.strip() if given else setting.default
    if text is None:
        return values.nothing(setting.kind)
    value = values.parsed(setting.kind, text, given.place if given else DEFAULT, cwd)
    return SecretStr(value) if setting.secret else value
