"""Configuration: who wins, what is refused and how the sentence reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from debiai_studio.configuration.process import process_environment, variables
from debiai_studio.exports.model import Origin
from debiai_studio.settings import ConfigurationInvalid

REFERENCE = Path(__file__).parents[1] / "docs" / "reference" / "configuration.md"
POST = "post, http://localhost:3012/export/"


def methods(settings) -> dict[str, str]:
    return {definition.name: definition.text for definition in settings.export_methods}


def test_without_any_configuration_the_server_is_local_and_safe(load, tmp_path):
    settings = load()

    assert (settings.host, settings.port, settings.browser) == ("127.0.0.1", 3000, True)
    assert settings.token is None
    assert not settings.insecure
    assert settings.creation
    assert settings.deletion
    assert settings.studio_folder == tmp_path / "debiai_data" / "studio"
    assert settings.config is None
    assert not settings.is_given("port")
    assert settings.notes == ()


def test_the_documented_file_is_understood_with_its_case(load):
    """D10 and D11 of the peer's defects: lower-cased values, methods that never load."""
    settings = load(
        "[EXPORT_METHODS_CONFIG]\n# a comment\ncreation = false\ndeletion = False\n\n"
        "[EXPORT_METHODS_LIST]\n"
        "My_PostHTTP_export_method1 = post, http://localhost:3012/Export/\n"
        "; My_Off = post, http://localhost:1/\n"
        "My_Kafka_export_method = kafka, kafka.svc.local:9092, My_Kafka_topic\n"
    )

    assert methods(settings) == {
        "My_PostHTTP_export_method1": "post, http://localhost:3012/Export/",
        "My_Kafka_export_method": "kafka, kafka.svc.local:9092, My_Kafka_topic",
    }
    assert not settings.creation
    assert not settings.deletion
    assert "[EXPORT_METHODS_CONFIG] creation" in settings.origins["creation"]
    assert settings.notes == ()


def test_the_section_name_of_debiai_1_0_1_is_understood_too(load):
    assert methods(load(f"[EXPORT_METHODS]\nA = {POST}\n")) == {"A": POST}


def test_comment_and_percent_characters_inside_a_value_are_ordinary(load):
    """D10 of the peer's defects: a percent sign broke the whole file."""
    text = "post, http://localhost/a%20b#c;d ; e # f"

    assert methods(load(f"[EXPORT_METHODS_LIST]\nA = {text}\n")) == {"A": text}


def test_names_that_differ_in_case_are_two_methods(load):
    settings = load(f"[EXPORT_METHODS_LIST]\na = {POST}\nA = {POST}\n")

    assert list(methods(settings)) == ["a", "A"]


def test_a_byte_order_mark_and_windows_line_ends_are_no_obstacle(load):
    file = f"\ufeff[EXPORT_METHODS_LIST]\r\nÉté = {POST}\r\n"

    assert methods(load(file.encode())) == {"Été": POST}


@pytest.mark.parametrize("word", ["CREATION_ENABLED", "ALLOW_CREATION"])
def test_both_spellings_of_the_permission_variables_are_read(load, word):
    settings = load(environ={f"DEBIAI_EXPORT_METHODS_{word}": "False"})

    assert not settings.creation
    assert settings.deletion


@pytest.mark.parametrize("word", ["DELETION_ENABLED", "ALLOW_DELETION"])
def test_both_spellings_of_the_deletion_variable_are_read(load, word):
    assert not load(environ={f"DEBIAI_EXPORT_METHODS_{word}": "false"}).deletion


def test_a_method_from_the_environment_keeps_the_case_of_its_name(load):
    settings = load(environ={"DEBIAI_EXPORT_METHOD_My_Post": POST})

    assert methods(settings) == {"My_Post": POST}
    assert settings.export_methods[0].origin is Origin.ENVIRONMENT


# Every key and variable of DebiAI that is about what others may do, and the setting that it is.
SPELLINGS = [
    ("EXPORT_METHODS_CONFIG", "creation", "DEBIAI_EXPORT_METHODS_ALLOW_CREATION", "creation"),
    ("EXPORT_METHODS_CONFIG", "creation", "DEBIAI_EXPORT_METHODS_CREATION_ENABLED", "creation"),
    ("EXPORT_METHODS_CONFIG", "deletion", "DEBIAI_EXPORT_METHODS_ALLOW_DELETION", "deletion"),
    ("EXPORT_METHODS_CONFIG", "deletion", "DEBIAI_EXPORT_METHODS_DELETION_ENABLED", "deletion"),
    *(
        (section, "enabled", variable, "local_enabled")
        for section, variable in (
            ("INTEGRATED_DATA_PROVIDER", "DEBIAI_INTEGRATED_DATA_PROVIDER_ENABLED"),
            ("PYTHON_MODULE_DATA_PROVIDER", "DEBIAI_PYTHON_MODULE_DATA_PROVIDER_ENABLED"),
        )
    ),
    *(
        (section, f"allow_{what}", f"DEBIAI_INTEGRATED_DP_ALLOW_{what.upper()}", f"allow_{what}")
        for section in ("INTEGRATED_DATA_PROVIDER", "PYTHON_MODULE_DATA_PROVIDER")
        for what in (
            "create_projects",
            "delete_projects",
            "insert_data",
            "create_selections",
            "delete_selections",
            "create_models",
            "delete_models",
            "insert_results",
        )
    ),
]


@pytest.mark.parametrize(("section", "key", "variable", "name"), SPELLINGS)
def test_each_permission_of_debiai_is_read_from_file_and_environment_which_wins(
    load, section, key, variable, name
):
    assert getattr(load(), name) is True
    # As DebiAI ships it, with a space at the end, and with a key in capitals.
    file = f"[{section}]\n{key.upper()} = False \n"

    assert getattr(load(file), name) is False
    assert load(file).origins[name].endswith(f"[{section}] {key.upper()}")
    over = load(file, {variable: "True"})
    assert (getattr(over, name), over.origins[name]) == (True, variable)
    assert over.notes == ()
    with pytest.raises(ConfigurationInvalid, match=f"{variable}.*true or false"):
        load(environ={variable: "no"})


def test_the_documented_and_the_shipped_name_of_a_section_may_not_disagree(load):
    file = (
        "[INTEGRATED_DATA_PROVIDER]\nenabled = true\n"
        "[PYTHON_MODULE_DATA_PROVIDER]\nenabled = false\n"
    )

    with pytest.raises(ConfigurationInvalid, match=r"\[PYTHON_MODULE_DATA_PROVIDER\] enabled"):
        load(file)


def test_command_line_wins_over_environment_over_file_over_default(load):
    file = "[SERVER]\nport = 1\nhost = 10.0.0.1\nbrowser = false\n"
    environ = {"DEBIAI_PORT": "2", "DEBIAI_HOST": "10.0.0.2"}

    settings = load(file, environ, port=3)

    assert (settings.port, settings.host, settings.browser) == (3, "10.0.0.2", False)
    assert settings.origins["port"] == "--port"
    assert settings.origins["host"] == "DEBIAI_HOST"
    assert settings.origins["browser"].endswith("[SERVER] browser")
    assert settings.origins["insecure"] == "default"


def test_the_higher_layers_method_of_a_name_wins_and_the_log_says_so(load):
    settings = load(
        f"[EXPORT_METHODS_LIST]\nA = {POST}\n",
        {"DEBIAI_EXPORT_METHOD_A": "post, http://e/", "DEBIAI_EXPORT_METHOD_B": "post, http://e/"},
        export_methods=["B=post, http://c/"],
    )

    assert methods(settings) == {"A": "post, http://e/", "B": "post, http://c/"}
    assert len(settings.notes) == 2
    assert all("overridden" in note.text for note in settings.notes)


def test_a_server_is_shared_as_soon_as_others_may_reach_it_directly_or_by_a_proxy(load):
    assert not load().is_shared
    assert load(host="0.0.0.0").is_shared  # noqa: S104
    assert load(environ={"DEBIAI_ALLOWED_HOSTS": "studio.example.org"}).is_shared
    assert load(environ={"DEBIAI_BEHIND_PROXY": "true"}).is_shared


def test_an_empty_variable_gives_nothing(load):
    assert load(environ={"DEBIAI_TOKEN": "", "DEBIAI_PORT": " "}).port == 3000


def test_two_spellings_that_agree_are_one_setting(load):
    environ = {
        "DEBIAI_EXPORT_METHODS_CREATION_ENABLED": "False",
        "DEBIAI_EXPORT_METHODS_ALLOW_CREATION": "false",
    }

    assert not load(
        f"[EXPORT_METHODS]\nA={POST}\n[EXPORT_METHODS_LIST]\nA = {POST}\n", environ
    ).creation


def test_a_name_given_twice_on_the_command_line_is_refused(load):
    with pytest.raises(ConfigurationInvalid, match="defined twice"):
        load(export_methods=["A=post, http://a/", "A=post, http://b/"])


def test_the_configuration_file_can_be_named_and_paths_start_at_the_current_folder(load, tmp_path):
    (tmp_path / "other.ini").write_text("[EXPORT_METHODS_CONFIG]\nfile_folders = out, /srv/x\n")

    settings = load("[SERVER]\nport = 1\n", {"DEBIAI_CONFIG": "other.ini"}, data_folder="d")

    assert settings.port == 3000
    assert settings.file_folders == (tmp_path / "out", Path("/srv/x"))
    assert settings.data_folder == tmp_path / "d"


def test_variable_names_of_a_windows_environment_keep_their_case():
    entries = ["=C:=C:\\", "DEBIAI_EXPORT_METHOD_My=post, http://a/?b=c", "Path=x"]

    assert variables(entries) == {
        "DEBIAI_EXPORT_METHOD_My": "post, http://a/?b=c",
        "Path": "x",
    }
    assert "PATH" in {name.upper() for name in process_environment()}


def test_algo_providers_come_from_every_layer_and_the_higher_one_wins(load):
    file = "[ALGO_PROVIDERS]\nMine = http://file:1/Case/\nOther = http://other:2\n"
    environ = {"DEBIAI_ALGO_PROVIDER_Mine": "http://env:3/", "DEBIAI_ALGO_PROVIDER_empty": " "}

    settings = load(file, environ, algo_providers=["http://first", "http://second/"])

    found = {one.name: (one.url, one.place) for one in settings.algo_providers}
    assert found == {
        "Mine": ("http://env:3", "DEBIAI_ALGO_PROVIDER_Mine"),
        "Other": ("http://other:2", found["Other"][1]),
        "AlgoProvider-0": ("http://first", "--algo-provider"),
        "AlgoProvider-1": ("http://second", "--algo-provider"),
    }
    assert found["Other"][1].endswith("config.ini [ALGO_PROVIDERS] Other")
    assert load(file).algo_providers[0].url == "http://file:1/Case"


@pytest.mark.parametrize(
    ("file", "environ"),
    [
        ("[ALGO_PROVIDERS]\nMine = localhost:8000\n", {}),
        ("", {"DEBIAI_ALGO_PROVIDER_Mine": "ftp://x"}),
    ],
)
def test_an_algo_provider_without_an_address_stops_the_start(load, file, environ):
    with pytest.raises(ConfigurationInvalid, match="http://localhost:8000"):
        load(file, environ)


def test_the_switches_of_algo_providers_are_those_of_debiai(load):
    file = "[ALGO_PROVIDERS_CONFIG]\nenable_integrated = false\ncreation = false\n"

    settings = load(file, {"DEBIAI_ALGO_PROVIDERS_ALLOW_DELETION": "false"})

    assert (settings.algo_integrated, settings.algo_creation, settings.algo_deletion) == (
        False,
        False,
        False,
    )
