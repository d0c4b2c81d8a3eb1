"""Data providers of config.ini, environment and command line."""

from __future__ import annotations

import pytest

from debiai_studio.cli.config import lines
from debiai_studio.cli.lists import spread
from debiai_studio.settings import ConfigurationInvalid


def urls(settings) -> dict[str, str]:
    return {provider.name: provider.url for provider in settings.data_providers}


@pytest.mark.parametrize("section", ["DATA_PROVIDERS", "WEB_DATA_PROVIDERS"])
def test_names_and_addresses_keep_their_case_in_the_documented_and_the_shipped_section(
    load, section
):
    """D10 of the peer's defects: it lower-cases addresses, and stumbles over %."""
    settings = load(f"[{section}]\nMy_Provider = http://localhost:8000/Api%20V1/\n")
    assert urls(settings) == {"My_Provider": "http://localhost:8000/Api%20V1"}
    assert settings.notes == ()


@pytest.mark.parametrize("begin", ["DEBIAI_DATA_PROVIDER_", "DEBIAI_WEB_DATA_PROVIDER_"])
def test_a_variable_makes_one_under_the_rest_of_its_name(load, begin):
    settings = load(environ={f"{begin}My_Own": "http://localhost:1"})
    assert urls(settings) == {"My_Own": "http://localhost:1"}
    assert settings.notes == ()


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(load):
    settings = load(
        "[DATA_PROVIDERS]\nDataProvider-0 = http://file:1\nA = http://file:2\nB = http://file:3\n",
        {"DEBIAI_DATA_PROVIDER_A": "http://variable:2"},
        data_providers=["http://line:1/", "http://line:2"],
    )
    assert urls(settings) == {
        "DataProvider-0": "http://line:1",
        "A": "http://variable:2",
        "B": "http://file:3",
        "DataProvider-1": "http://line:2",
    }
    assert [note.level for note in settings.notes] == ["info", "info"]
    assert 'The data provider "A" of ' in settings.notes[0].text


def test_the_switches_are_read_from_both_places(load):
    settings = load(
        "[DATA_PROVIDERS_CONFIG]\ncreation = false\ndeletion = true\ntimeout = 5\n"
        "[WEB_DATA_PROVIDERS_CONFIG]\ncache = true\ncache_duration = 7\n",
        {
            "DEBIAI_DATA_PROVIDERS_ALLOW_DELETION": "False",
            "DEBIAI_WEB_DATA_PROVIDERS_CACHE_ENABLED": "false",
        },
    )
    assert (settings.provider_creation, settings.provider_deletion) == (False, False)
    assert (settings.provider_cache, settings.provider_cache_duration) == (False, 7)
    assert settings.provider_timeout == 5
    assert settings.notes == ()


def test_a_password_may_come_from_the_environment_and_is_never_printed(load):
    settings = load(
        "[DATA_PROVIDERS]\nA = http://reader:${WORD}@localhost:1/\n", {"WORD": "hunter2"}
    )
    assert urls(settings) == {"A": "http://reader:hunter2@localhost:1"}
    printed = "\n".join(lines(settings))
    assert "data provider A = http://•••@localhost:1" in printed
    assert "hunter2" not in printed


@pytest.mark.parametrize(
    ("file", "environ", "words"),
    [
        ("[DATA_PROVIDERS]\nA = localhost:8000\n", {}, ["[DATA_PROVIDERS] A", "like http"]),
        ("[DATA_PROVIDERS]\nlocal = http://x\n", {}, ["kept here"]),
        ("[DATA_PROVIDERS]\nA = http://${NOT_SET}\n", {}, ["NOT_SET", "set it"]),
        ("[DATA_PROVIDERS]\nA\n", {}, ['no "="']),
        (
            "[DATA_PROVIDERS]\nA = http://x:1\n[WEB_DATA_PROVIDERS]\nA = http://x:2\n",
            {},
            ["disagrees", "remove one"],
        ),
        (None, {"DEBIAI_DATA_PROVIDER_": "http://x"}, ["needs a name"]),
        (None, {"DEBIAI_DATA_PROVIDERS_ALLOW_CREATION": "no"}, ["true or false"]),
    ],
)
def test_what_is_wrong_stops_the_start_with_the_place_and_the_remedy(load, file, environ, words):
    with pytest.raises(ConfigurationInvalid) as raised:
        load(file, environ)
    assert [word for word in words if word not in str(raised.value)] == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["start", "-dp", "http://a", "http://b"], ["start", "-dp", "http://a", "-dp", "http://b"]),
        (["-dp", "http://a", "-nb", "http://b"], ["-dp", "http://a", "-nb", "http://b"]),
        (
            ["--data-provider", "http://a", "HTTPS://b", "x.csv", "http://c"],
            ["--data-provider", "http://a", "--data-provider", "HTTPS://b", "x.csv", "http://c"],
        ),
        (["start", "http://a"], ["start", "http://a"]),
    ],
)
def test_an_option_takes_the_addresses_that_follow_it_as_debiais_does(given, expected):
    assert spread(given) == expected
