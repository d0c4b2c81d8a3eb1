"""The three layers in which settings are given: config.ini, environment, command line."""

from __future__ import annotations

import configparser
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from debiai_studio.algorithms.model import AlgoProvider
from debiai_studio.configuration import algo_providers
from debiai_studio.configuration.catalogue import (
    INTERNAL_VARIABLES,
    METHOD_OPTION,
    METHOD_VARIABLE,
    METHODS_SECTION,
    METHODS_SECTION_1_0,
    PROVIDER_OPTION,
    PROVIDER_VARIABLES,
    PROVIDERS_SECTIONS,
    SECTION_SPELLINGS,
    SETTINGS,
)
from debiai_studio.configuration.errors import ConfigurationInvalid
from debiai_studio.exports.definitions import Definition, nearest, shown
from debiai_studio.exports.model import Origin


@dataclass(frozen=True, slots=True)
class Given:
    """The text of a setting and the place where it was given."""

    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the log says about the configuration."""

    level: Literal["info", "warning"]
    text: str


@dataclass(slots=True)
class Layer:
    """What one layer gives: settings, and methods and providers by name, and notes."""

    settings: dict[str, Given] = field(default_factory=dict)
    methods: dict[str, Definition] = field(default_factory=dict)
    providers: dict[str, Definition] = field(default_factory=dict)
    algo_providers: dict[str, AlgoProvider] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def give(self, name: str, given: Given) -> None:
        """Raises ConfigurationInvalid when another spelling in this layer disagrees."""
        known = self.settings.setdefault(name, given)
        if known.text.strip().lower() != given.text.strip().lower():
            raise ConfigurationInvalid(
                given.place,
                f'"{given.text}" disagrees with {known.place}, which says "{known.text}"; '
                "both are spellings of the same setting: remove one.",
            )

    def define(self, definition: Definition) -> None:
        """Raises ConfigurationInvalid when the name is already taken in this layer."""
        _define(self.methods, "export method", definition)

    def provide(self, definition: Definition) -> None:
        """A data provider. Raises ConfigurationInvalid when the name is taken in this layer."""
        _define(self.providers, "data provider", definition)


def _define(known_ones: dict[str, Definition], what: str, definition: Definition) -> None:
    if not definition.name:
        raise ConfigurationInvalid(definition.place, f"the {what} needs a name.")
    known = known_ones.setdefault(definition.name, definition)
    if known is definition:
        return
    if known.place == definition.place:
        raise ConfigurationInvalid(
            definition.place, f"this {what} is defined twice; rename or remove one."
        )
    if known.text != definition.text:
        raise ConfigurationInvalid(
            definition.place,
            f'"{shown(definition.text)}" disagrees with {known.place}, which says '
            f'"{shown(known.text)}"; remove one.',
        )


def command_line(given: Mapping[str, Any]) -> Layer:
    """``given``: setting names (None: not given), and what is made of several.

    ``export_methods`` are NAME=DEFINITION, ``data_providers`` addresses.
    """
    layer = Layer()
    for setting in SETTINGS:
        value = given.get(setting.name)
        if value is not None:
            text = str(value).lower() if isinstance(value, bool) else str(value)
            place = setting.option or f"--{setting.name.replace('_', '-')}"
            layer.give(setting.name, Given(text, place))
    for provider in algo_providers.of_command_line(given.get("algo_providers") or ()):
        layer.algo_providers[provider.name] = provider
    for text in given.get("export_methods") or ():
        name, equals, definition = text.partition("=")
        if not equals:
            raise ConfigurationInvalid(
                METHOD_OPTION, f'"{shown(text)}" has no "="; the form is NAME=post, URL.'
            )
        layer.define(
            Definition(name.strip(), definition.strip(), Origin.COMMAND_LINE, METHOD_OPTION)
        )
    for number, url in enumerate(given.get("data_providers") or ()):
        # DebiAI's names.
        name = f"DataProvider-{number}"
        layer.provide(Definition(name, url.strip(), Origin.COMMAND_LINE, PROVIDER_OPTION))
    return layer


def environment(environ: Mapping[str, str]) -> Layer:
    """What the variables named DEBIAI_… give; an empty one gives nothing."""
    layer = Layer()
    names = {variable: s.name for s in SETTINGS for variable in s.variables}
    # In the order of the catalogue, so that the documented spelling comes first.
    for variable, name in names.items():
        if environ.get(variable, "").strip():
            layer.give(name, Given(environ[variable], variable))
    for variable in sorted(environ):
        if variable.startswith(METHOD_VARIABLE):
            name = variable.removeprefix(METHOD_VARIABLE)
            text = environ[variable].strip()
            layer.define(Definition(name, text, Origin.ENVIRONMENT, variable))
        elif prefix := next((p for p in PROVIDER_VARIABLES if variable.startswith(p)), None):
            name = variable.removeprefix(prefix)
            text = environ[variable].strip()
            layer.provide(Definition(name, text, Origin.ENVIRONMENT, variable))
        elif variable.startswith(algo_providers.VARIABLE) and environ[variable].strip():
            name = variable.removeprefix(algo_providers.VARIABLE)
            layer.algo_providers[name] = algo_providers.defined(name, environ[variable], variable)
        elif variable.startswith("DEBIAI_") and variable not in (*names, *INTERNAL_VARIABLES):
            layer.notes.append(
                _unknown("The variable", variable, [s.variables[0] for s in SETTINGS])
            )
    return layer


def config_file(path: Path) -> Layer:
    """What a configuration file gives. Raises ConfigurationInvalid."""
    layer = Layer()
    keys = {(s.section, s.key): s.name for s in SETTINGS if s.section}
    sections = [*dict.fromkeys(section for section, _ in keys if section)]
    methods = (METHODS_SECTION, METHODS_SECTION_1_0)
    lists = (*methods, *PROVIDERS_SECTIONS, algo_providers.SECTION)
    for written, entries in _entries(path).items():
        section = SECTION_SPELLINGS.get(written, written)
        if section not in (*sections, *lists):
            known = [*sections, *lists, *SECTION_SPELLINGS]
            layer.notes.append(_unknown(f"{path}: the section", section, known))
            continue
        for key, value in entries.items():
            place = f"{path} [{written}] {key}"
            if section in methods:
                layer.define(Definition(key, _value(place, value), Origin.CONFIG, place))
            elif section in PROVIDERS_SECTIONS:
                layer.provide(Definition(key, _value(place, value), Origin.CONFIG, place))
            elif section == algo_providers.SECTION:
                url = _value(place, value)
                layer.algo_providers[key] = algo_providers.defined(key, url, place)
            elif (section, key.lower()) in keys:
                text = _value(place, value)
                if text:
                    layer.give(keys[section, key.lower()], Given(text, place))
            else:
                known = [str(k) for s, k in keys if s == section]
                layer.notes.append(_unknown(f"{path} [{written}]: the key", key, known))
    return layer


def _entries(path: Path) -> dict[str, dict[str, str | None]]:
    parser = configparser.RawConfigParser(
        delimiters=("=",),
        comment_prefixes=("#", ";"),
        inline_comment_prefixes=None,
        allow_no_value=True,
        empty_lines_in_values=False,
        default_section="\0",  # no section lends its keys to the others
    )
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # keys keep their case
    try:
        parser.read_string(path.read_text("utf-8-sig"), str(path))
    except OSError as error:
        raise ConfigurationInvalid(str(path), f"it cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise ConfigurationInvalid(str(path), "it is not UTF-8; save it as UTF-8.") from error
    except configparser.DuplicateOptionError as error:
        place = f"{path} [{error.section}] {error.option}"
        raise ConfigurationInvalid(
            place, f"line {error.lineno} defines it a second time; rename or remove one."
        ) from error
    except configparser.DuplicateSectionError as error:
        raise ConfigurationInvalid(
            f"{path} [{error.section}]", f"line {error.lineno} begins it again; join the two."
        ) from error
    except configparser.Error as error:
        problem = " ".join(str(error).split())
        raise ConfigurationInvalid(
            str(path),
            f"it cannot be understood ({problem}); the form is [SECTION] and key = value.",
        ) from error
    return {name: dict(parser.items(name)) for name in parser.sections()}


def _value(place: str, value: str | None) -> str:
    if value is None:
        raise ConfigurationInvalid(place, 'there is no "="; the form is name = value.')
    if "\n" in value:
        raise ConfigurationInvalid(
            place, "the next line is indented and so belongs to it; take the spaces away."
        )
    return value.strip()


def _unknown(what: str, word: str, known: Sequence[str]) -> Note:
    near = nearest(word, known) or nearest(word.upper(), known)
    hint = f'; did you mean "{near}"?' if near else "."
    return Note("warning", f'{what} "{word}" is unknown and was ignored{hint}')
