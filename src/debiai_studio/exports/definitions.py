"""Export methods as text: ``post, https://x/y, header.Authorization=${TOKEN}, timeout=10``."""

from __future__ import annotations

import difflib
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from debiai_studio.exports.errors import InvalidMethod
from debiai_studio.exports.model import ExportMethod, Origin
from debiai_studio.exports.ports import Sender
from debiai_studio.exports.secrets import DOTS

# What every type takes besides its own options.
COMMON_OPTIONS: tuple[dict[str, Any], ...] = (
    {
        "name": "payload",
        "title": "Document profile",
        "choices": ["documented", "debiai-1.0"],
        "default": "documented",
    },
)

_NAMESPACE = uuid.UUID("5d3f4a52-4f0c-5a0e-9d1b-8f5a4c8e2b11")
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*", re.ASCII)
_REFERENCE = re.compile(r"\$\{([^}]*)\}")
_FILE = "file:"


@dataclass(frozen=True, slots=True)
class Definition:
    """A method as a file, the environment or the command line writes it.

    ``place`` names it for people: ``config.ini, line 12`` or a variable's name.
    """

    name: str
    text: str
    origin: Origin
    place: str

    @property
    def where(self) -> str:
        """How sentences about it begin."""
        return f'The export method "{self.name}" ({self.place})'


def stable_id(name: str) -> str:
    """The id of a method that is defined outside the page: always the same for a name."""
    return uuid.uuid5(_NAMESPACE, name).hex


def parse(definition: Definition, senders: Mapping[str, Sender]) -> ExportMethod:
    """The method that a definition means; ``check`` says whether it can work.

    Raises InvalidMethod naming place, value and remedy.
    """
    where = definition.where
    fields = split(definition.text)
    if fields is None:
        raise InvalidMethod(where, "a quotation mark is never closed.")
    kind = fields[0].lower() if fields else ""
    sender = senders.get(kind)
    if sender is None:
        raise InvalidMethod(
            where, f'"{kind}" is not a type of export method; {_known(senders)} are.'
        )
    parameters: list[str] = []
    options: dict[str, str] = {}
    for field in fields[1:]:
        key, equals, value = field.partition("=")
        if equals and takes(sender, key.strip()):
            if key.strip() in options:
                raise InvalidMethod(where, f'"{key.strip()}" is given twice.')
            options[key.strip()] = value.strip()
        else:
            parameters.append(field)
    return ExportMethod(
        id=stable_id(definition.name),
        name=definition.name,
        type=kind,
        parameters=tuple(parameters),
        options=options,
        origin=definition.origin,
    )


def check(method: ExportMethod, sender: Sender, where: str) -> None:
    """Refuse what cannot work, references being resolved. Raises InvalidMethod."""
    wanted = [str(parameter["name"]) for parameter in sender.parameters]
    form = ", ".join([method.type, *(f"<{name}>" for name in wanted)])
    given = [parameter for parameter in method.parameters if parameter]
    if len(given) < len(wanted):
        raise InvalidMethod(where, f"{wanted[len(given)]} is missing; the form is {form}.")
    if len(given) > len(wanted):
        raise InvalidMethod(where, _too_much(given[len(wanted)], sender, form))
    for key, value in method.options.items():
        if not takes(sender, key):
            raise InvalidMethod(where, f'"{key}" is no option; {_options(sender, key)}')
        choices = _option(sender, key).get("choices")
        if choices and value not in choices:
            allowed = ", ".join(str(choice) for choice in choices)
            raise InvalidMethod(where, f'{key} cannot be "{value}"; allowed are {allowed}.')
    try:
        sender.check(method)
    except InvalidMethod as error:
        raise InvalidMethod(where, f"{error.what}: {error.remedy}") from error


def split(text: str) -> list[str] | None:
    """The fields between commas; a field or a value in ``"…"`` keeps its commas.

    None when a quotation mark is never closed.
    """
    fields: list[str] = []
    rest = text
    while True:
        rest = rest.lstrip()
        key, rest = _quoted_key(rest)
        if not rest.startswith('"'):
            field, comma, rest = rest.partition(",")
            fields.append(key + field.strip())
        else:
            match = re.match(r'"((?:[^"]|"")*)"\s*(,|$)', rest)
            if match is None:
                return None
            fields.append(key + match.group(1).replace('""', '"'))
            comma, rest = match.group(2), rest[match.end() :]
        if not comma:
            return fields


def _quoted_key(text: str) -> tuple[str, str]:
    match = re.match(_KEY.pattern + r'\s*=\s*(?=")', text)
    return (match.group(), text[match.end() :]) if match else ("", text)


def takes(sender: Sender, key: str) -> bool:
    """Whether ``key`` is an option of the type; a name such as ``header.<Name>`` is a pattern."""
    return bool(_option(sender, key))


def is_secret(sender: Sender | None, key: str) -> bool:
    """Whether the value of an option is never shown. Unknown ones are secret, to be safe."""
    option = _option(sender, key) if sender is not None else None
    return bool(option.get("secret")) if option else True


def _option(sender: Sender, key: str) -> dict[str, Any]:
    for option in (*sender.options, *COMMON_OPTIONS):
        name = str(option["name"])
        stem = re.split(r"[<*]", name, maxsplit=1)[0]
        if key == name or (stem != name and key.startswith(stem) and len(key) > len(stem)):
            return option
    return {}


def resolved(
    method: ExportMethod,
    environ: Mapping[str, str],
    where: str,
) -> ExportMethod:
    """The method with ``${NAME}`` and ``file:`` replaced. Raises InvalidMethod."""
    referred: set[str] = set()

    def variable(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in environ:
            raise InvalidMethod(where, f"the environment has no variable {name}; set it.")
        referred.add(environ[name])
        return environ[name]

    def value_of(value: str) -> str:
        if value.startswith(_FILE):
            path = Path(value.removeprefix(_FILE))
            try:
                found = path.read_text("utf-8").strip("\r\n")
            except (OSError, UnicodeDecodeError) as error:
                raise InvalidMethod(where, f"the file {path} cannot be read ({error}).") from error
            referred.add(found)
            return found
        return _REFERENCE.sub(variable, value)

    parameters = tuple(_REFERENCE.sub(variable, text) for text in method.parameters)
    options = {key: value_of(value) for key, value in method.options.items()}
    return replace(method, parameters=parameters, options=options, referred=frozenset(referred))


def placed(method: ExportMethod, exports_folder: Path) -> ExportMethod:
    """A ``file`` method with an absolute folder: relative ones are under ``exports_folder``."""
    if method.type != "file" or not method.parameters or "://" in method.parameters[0]:
        return method
    folder = (exports_folder / method.parameters[0]).absolute()
    return replace(method, parameters=(str(folder), *method.parameters[1:]))


def has_reference(value: str) -> bool:
    """Whether a value points at the environment or a file."""
    return bool(_REFERENCE.search(value)) or value.startswith(_FILE)


def shown(text: str) -> str:
    """A definition for people: what may be a secret as dots, references as they are."""
    fields = split(text)
    return DOTS if fields is None else ", ".join(_shown_field(field) for field in fields)


def _shown_field(field: str) -> str:
    key, equals, value = field.partition("=")
    if equals and _KEY.fullmatch(key.strip()) and not has_reference(value.strip()):
        return f"{key}={DOTS}"
    return re.sub(r"//[^/@]*@", f"//{DOTS}@", field)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like ``word``, or None when none is near."""
    found: Sequence[str] = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def _too_much(extra: str, sender: Sender, form: str) -> str:
    key, equals, _ = extra.partition("=")
    if equals and _KEY.fullmatch(key.strip()):  # its value may be a secret
        return f'"{key.strip()}" is no option; {_options(sender, key.strip())}'
    return f'"{shown(extra)}" is too much; the form is {form}; put a value with a comma in "…".'


def _options(sender: Sender, key: str) -> str:
    names = [str(option["name"]) for option in (*sender.options, *COMMON_OPTIONS)]
    near = nearest(key, names)
    return f"did you mean {near}?" if near else f"{', '.join(names)} are."


def _known(senders: Mapping[str, Sender]) -> str:
    return ", ".join(sorted(senders))
