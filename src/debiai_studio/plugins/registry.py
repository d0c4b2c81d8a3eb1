"""The one mechanism by which widgets, sources and export methods are found by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from typing import Generic, TypeVar

from debiai_studio.errors import Conflict, NotFound

T = TypeVar("T")


class DuplicatePlugin(Conflict):
    """Two plugins of a group have one name; the program does not start."""

    code = "plugins.duplicate"
    title = "Plugin name used twice"

    def __init__(self, group: str, name: str, origins: tuple[str, str]) -> None:
        super().__init__(
            f'Both {origins[0]} and {origins[1]} offer "{name}" in {group}; '
            f"uninstall one of the packages."
        )
        self.group = group
        self.name = name


class UnknownPlugin(NotFound):
    """No plugin of the group has that name."""

    code = "plugins.unknown"
    title = "Unknown plugin"

    def __init__(self, group: str, name: str, known: list[str]) -> None:
        near = get_close_matches(name, known, 1)
        hint = f' Did you mean "{near[0]}"?' if near else ""
        super().__init__(f'There is no "{name}" in {group}; known are {", ".join(known)}.{hint}')
        self.group = group
        self.name = name
        self.known = known


class Registry(Generic[T]):
    """The plugins of one group: the built-in ones in their order, then those of entry points.

    An entry point names an instance, or a class that is built without arguments. ``former``
    gives names that a plugin had before; they find it, but are not listed.
    Raises DuplicatePlugin when a name is used twice.
    """

    def __init__(
        self,
        group: str,
        builtins: Iterable[T],
        key: Callable[[T], str],
        *,
        former: Callable[[T], Iterable[str]] = lambda _: (),
        installed: Iterable[EntryPoint] | None = None,
    ) -> None:
        self._group = group
        self._plugins: dict[str, T] = {}
        self._former: dict[str, str] = {}
        origins: dict[str, str] = {}
        points = entry_points(group=group) if installed is None else installed
        offered = [(plugin, "DebiAI Studio") for plugin in builtins]
        offered += [(_built(point), f"the entry point {point.value}") for point in points]
        for plugin, origin in offered:
            name = key(plugin)
            for taken in (name, *former(plugin)):
                if taken in origins:
                    raise DuplicatePlugin(group, taken, (origins[taken], origin))
                origins[taken] = origin
                self._former[taken] = name
            self._plugins[name] = plugin

    def __iter__(self) -> Iterator[T]:
        return iter(self._plugins.values())

    def names(self) -> list[str]:
        """The present names, built-in ones first."""
        return list(self._plugins)

    def get(self, name: str) -> T:
        """The plugin of a present or former name. Raises UnknownPlugin listing the known ones."""
        if name not in self._former:
            raise UnknownPlugin(self._group, name, self.names())
        return self._plugins[self._former[name]]


def _built(point: EntryPoint) -> T:  # type: ignore[type-var]  # what the group promises
    loaded = point.load()
    plugin: T = loaded() if isinstance(loaded, type) else loaded
    return plugin
