"""Each setting is documented, shown, written to the file, or refused in one sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from debiai_studio.cli.config import app, lines
from debiai_studio.configuration.catalogue import SETTINGS
from debiai_studio.settings import ConfigurationInvalid

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "configuration.md"
POST = "post, http://localhost:3012/export/"


@pytest.mark.parametrize(
    ("file", "environ", "says"),
    [
        ("[SERVER]\nport = 70000\n", {}, ["[SERVER] port", "70000", "0 to 65535"]),
        ("[SERVER]\nport = ٣\n", {}, ["[SERVER] port", "whole number"]),
        ("[SERVER]\nbrowser = maybe\n", {}, ["[SERVER] browser", "maybe", "true or false"]),
        (None, {"DEBIAI_INSECURE": "1"}, ["DEBIAI_INSECURE", '"1"', "true or false"]),
        (None, {"DEBIAI_TOKEN": "Secret!"}, ["DEBIAI_TOKEN", "0-9 or a-f"]),
        (None, {"DEBIAI_RETRY_SCHEDULE": "5, soon"}, ["DEBIAI_RETRY_SCHEDULE", "seconds"]),
        (
            None,
            {"DEBIAI_EXPORT_ALLOWED_TARGETS": "10.0.0.0/8, intranet.example"},
            ["DEBIAI_EXPORT_ALLOWED_TARGETS", '"intranet.example"', "host with its port"],
        ),
        (None, {"DEBIAI_ALLOWED_HOSTS": '"a'}, ["DEBIAI_ALLOWED_HOSTS", "quotation mark"]),
        (
            None,
            {
                "DEBIAI_EXPORT_METHODS_CREATION_ENABLED": "True",
                "DEBIAI_EXPORT_METHODS_ALLOW_CREATION": "False",
            },
            ["CREATION_ENABLED", "ALLOW_CREATION", "disagrees", "remove one"],
        ),
        (
            "[EXPORT_METHODS]\nA = post, http://a/\n[EXPORT_METHODS_LIST]\nA = post, http://b/\n",
            {},
            ["[EXPORT_METHODS_LIST] A", "[EXPORT_METHODS] A", "disagrees"],
        ),
        (
            "[EXPORT_METHODS_LIST]\nA = post, http://a/\nA = post, http://b/\n",
            {},
            ["[EXPORT_METHODS_LIST] A", "line 3", "second time"],
        ),
        ("[SERVER]\nport = 1\n[SERVER]\nhost = a\n", {}, ["[SERVER]", "line 3", "join"]),
        ("[EXPORT_METHODS_LIST]\nA post\n", {}, ["A post", 'no "="']),
        (
            "[EXPORT_METHODS_LIST]\nA = post, http://a/\n  B = post, http://b/\n",
            {},
            ["[EXPORT_METHODS_LIST] A", "indented"],
        ),
        ("port = 1\n", {}, ["config.ini", "[SECTION]"]),
        (b"[SERVER]\nhost = \xff\n", {}, ["config.ini", "UTF-8"]),
        (None, {"DEBIAI_EXPORT_METHOD_": POST}, ["DEBIAI_EXPORT_METHOD_", "name"]),
        (None, {"DEBIAI_CONFIG": "none.ini"}, ["DEBIAI_CONFIG", "none.ini", "config init"]),
    ],
)
def test_a_wrong_setting_is_refused_in_one_sentence_with_place_value_and_remedy(
    load, file, environ, says
):
    with pytest.raises(ConfigurationInvalid) as refused:
        load(file, environ)

    assert [part for part in says if part not in str(refused.value)] == []
    assert "\n" not in str(refused.value)


def test_no_sentence_about_a_method_tells_its_secrets(load):
    file = "[EXPORT_METHODS]\nA = post, http://u:s3cret@a/, bearer=s3cret\n[EXPORT_METHODS_LIST]\n"

    with pytest.raises(ConfigurationInvalid) as refused:
        load(file + "A = post, http://b/, basic=s3cret\n")

    assert "http://b/, basic=•••" in str(refused.value)
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(
    ("file", "environ", "near"),
    [
        ("[EXPORT_METHOD_LIST]\nA = post, http://a/\n", {}, "EXPORT_METHODS_LIST"),
        ("[EXPORT_METHODS_CONFIG]\ncreate = true\n", {}, "creation"),
        ("[SERVER]\nprot = 1\n", {}, "port"),
        (None, {"DEBIAI_EXPORT_METHODS_CREATION": "True"}, "CREATION_ENABLED"),
        (None, {"DEBIAI_DATA_FOLDR": "x"}, "DEBIAI_DATA_FOLDER"),
    ],
)
def test_an_unknown_word_is_a_warning_with_the_nearest_known_one(load, file, environ, near):
    (note,) = load(file, environ).notes

    assert note.level == "warning"
    assert near in note.text


def test_show_prints_each_value_with_its_place_and_no_secret(load):
    settings = load(
        environ={
            "DEBIAI_TOKEN": "0123456789abcdef",
            "DEBIAI_CATALOGUE": "postgresql://u:hunter2@db/x",
            "DEBIAI_EXPORT_METHOD_A": "post, http://u:hunter2@h/, bearer=hunter2, basic=${B}",
        }
    )

    printed = "\n".join(lines(settings))

    assert "port = 3000  (default)" in printed
    assert "(DEBIAI_TOKEN)" in printed
    assert "basic=${B}" in printed
    assert "hunter2" not in printed + repr(settings.token) + repr(settings.catalogue)
    assert "0123456789abcdef" not in printed


def test_init_writes_a_file_of_comments_that_loads_and_is_never_overwritten(load, tmp_path):
    path = tmp_path / "debiai_data" / "config.ini"
    runner = CliRunner()

    first = runner.invoke(app, ["init", str(path)])
    written = path.read_text("utf-8")
    second = runner.invoke(app, ["init", str(path)])

    assert first.exit_code == 0
    assert second.exit_code == 1
    assert path.read_text("utf-8") == written
    settings = load()
    assert settings.export_methods == ()
    assert settings.notes == ()
    assert all(origin == "default" for origin in settings.origins.values())


def test_the_written_file_holds_every_setting_and_each_line_works_without_its_semicolon(load):
    from debiai_studio.configuration.template import template  # noqa: PLC0415

    lines_on = [line.removeprefix("; ") for line in template().splitlines()]
    settings = load("\n".join(line for line in lines_on if not line.endswith(" =")))

    assert len(settings.export_methods) == 4
    assert settings.notes == ()
    for setting in SETTINGS:
        if setting.section and setting.default:
            assert setting.key in settings.origins[setting.name]


def _documented_rows() -> set[tuple[str, ...]]:
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", REFERENCE.read_text("utf-8"), re.MULTILINE)
    return {(name, *(cell.strip() for cell in rest.split("|"))) for name, rest in rows}


def test_every_setting_is_documented_and_nothing_else():
    expected = {
        (
            setting.name,
            f"`[{setting.section}] {setting.key}`" if setting.section else "",
            "<br>".join(f"`{variable}`" for variable in setting.variables),
            f"`{setting.option}`" if setting.option else "",
            f"`{setting.default}`" if setting.default else "",
            setting.title,
        )
        for setting in SETTINGS
    }

    assert _documented_rows() == expected
