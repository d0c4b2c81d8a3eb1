"""The types of export methods that a server knows."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from debiai_studio.exports.methods import BUILT_IN, registry
from debiai_studio.exports.methods.file import FileExport
from debiai_studio.exports.methods.registry import DuplicateType, build_senders
from debiai_studio.exports.methods.surroundings import Surroundings


class CarrierPigeon(FileExport):
    type = "carrier_pigeon"


def test_the_built_in_types_are_there_under_the_words_of_the_configuration():
    senders = build_senders(Surroundings())

    assert set(senders) >= {"post", "kafka", "file"}
    assert all(type(senders[kind.type]) is kind for kind in BUILT_IN)


@pytest.fixture
def installed(monkeypatch):
    """Pretends that a package with one entry point is installed."""

    def install(value: str) -> None:
        point = EntryPoint("x", value, registry.GROUP)
        monkeypatch.setattr(
            registry, "entry_points", lambda group: [point] * (group == point.group)
        )

    return install


def test_an_installed_package_adds_a_type(installed):
    installed(f"{__name__}:CarrierPigeon")

    assert "carrier_pigeon" in build_senders(Surroundings())


def test_the_same_type_twice_fails_and_names_it(installed):
    installed("debiai_studio.exports.methods.file:FileExport")

    with pytest.raises(DuplicateType, match='"file" is defined twice'):
        build_senders(Surroundings())
