"""Export methods of every origin: what is kept across restarts, and what the page may do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from tests.exports.conftest import definition
from tests.real.certificates import Authority
from tests.real.fixtures import catalogue_url, postgresql

from debiai_studio.exports.definitions import stable_id
from debiai_studio.exports.errors import (
    CreationForbidden,
    DefinedElsewhere,
    DeletionForbidden,
    InvalidMethod,
    OutOfUse,
    UnknownMethod,
)
from debiai_studio.exports.model import Origin
from debiai_studio.exports.request import MethodDraft
from debiai_studio.exports.secrets import DOTS, Vault
from debiai_studio.storage.catalogue.export_methods import MethodTable
from debiai_studio.storage.catalogue.tables import export_methods

__all__ = ["catalogue_url", "postgresql"]

POST = "A = post, http://localhost:3012/Export/"


def draft(name="Mine", **changes) -> MethodDraft:
    values = {"type": "post", "parameters": ["http://localhost:3012/"], "options": {}, **changes}
    return MethodDraft(name=name, **values)


def test_methods_of_the_page_are_kept_across_restarts(world):
    """B8 of the peer's defects: they lived in memory only."""
    made = world.methods().create(draft(options={"timeout": "7", "bearer": "s3cret"}))

    (kept,) = world.methods().list()

    assert kept == made
    assert kept.options == {"timeout": "7", "bearer": "s3cret"}
    assert world.methods().resolved(made.id).options["bearer"] == "s3cret"


def test_secrets_are_unreadable_at_rest_and_never_shown(world):
    methods = world.methods()
    made = methods.create(draft(options={"timeout": "7", "bearer": "s3cret", "header.X": "k3y"}))

    with world.catalogue.connect() as connection:
        kept = repr(connection.execute(select(export_methods)).all()).encode()
    kept += b"".join(path.read_bytes() for path in world.folder.glob("catalogue.db*"))

    assert b"s3cret" not in kept
    assert b"k3y" not in kept
    assert methods.shown_options(made) == {"timeout": "7", "bearer": DOTS, "header.X": DOTS}


def test_an_option_given_as_dots_keeps_its_value(world):
    methods = world.methods()
    made = methods.create(draft(options={"bearer": "s3cret"}))

    changed = methods.update(made.id, draft("Renamed", options={"bearer": DOTS, "timeout": "9"}))

    assert (changed.id, changed.name) == (made.id, "Renamed")
    assert changed.options == {"bearer": "s3cret", "timeout": "9"}


def test_a_method_whose_key_is_lost_is_out_of_use_and_says_why(world):
    made = world.methods().create(draft(options={"bearer": "s3cret"}))
    methods = world.methods(vault=Vault(b"another"))

    with pytest.raises(OutOfUse, match="DEBIAI_SECRET_KEY"):
        methods.usable(made.id)
    methods.restore(made.id)

    assert world.methods().get(made.id).options == {"bearer": "s3cret"}


def test_the_key_file_is_made_once_and_readable_by_its_owner_alone(tmp_path):
    path = tmp_path / "studio" / "secret.key"

    sealed = Vault.open(None, path).seal({"a": "b"})

    assert path.stat().st_mode & 0o777 == 0o600
    assert Vault.open(None, path).unseal("m", sealed) == {"a": "b"}
    assert [entry.name for entry in path.parent.iterdir()] == ["secret.key"]


def test_configured_methods_load_and_are_marked_as_such(world):
    """D11 of the peer's defects: methods from file and environment never loaded."""
    (method,) = world.methods(POST).list()

    assert (method.name, method.parameters) == ("A", ("http://localhost:3012/Export/",))
    assert method.origin.value == "config.ini"
    assert method.id == stable_id("A")


def test_a_removed_configured_method_stays_removed_until_it_is_restored(world):
    world.methods(POST).delete(stable_id("A"))

    again = world.methods(POST)

    assert again.list() == []
    assert [method.removed for method in again.list(include_removed=True)] == [True]
    with pytest.raises(OutOfUse, match="removed"):
        again.resolved(stable_id("A"))
    again.restore(stable_id("A"))
    assert [method.name for method in world.methods(POST).list()] == ["A"]


def test_a_method_of_the_page_is_gone_once_deleted(world):
    methods = world.methods()
    made = methods.create(draft())

    methods.delete(made.id)

    assert world.methods().list(include_removed=True) == []
    with pytest.raises(UnknownMethod):
        methods.get(made.id)


def test_a_configured_method_hides_one_of_the_page_with_its_name(world):
    world.methods().create(draft("A"))

    assert [m.origin.value for m in world.methods(POST).list()] == ["config.ini"]
    assert [m.origin.value for m in world.methods().list()] == ["page"]


def test_the_last_used_method_comes_first_then_by_name(world):
    methods = world.methods("b = post, http://h/", "a = post, http://h/", "c = post, http://h/")
    world.exports("b = post, http://h/", "c = post, http://h/").test(stable_id("c"))

    assert [method.name for method in methods.list()] == ["c", "a", "b"]


def test_creation_and_deletion_can_be_switched_off(world):
    """C9 of the peer's defects: the flags covered only a part of the ways."""
    made = world.methods().create(draft())
    methods = world.methods(POST, creation=False, deletion=False)

    assert methods.permissions() == {"creation": False, "deletion": False}
    with pytest.raises(CreationForbidden, match="EXPORT_METHODS_LIST"):
        methods.create(draft("Other"))
    with pytest.raises(CreationForbidden):
        methods.update(made.id, draft("Other"))
    for method_id in (made.id, stable_id("A")):
        with pytest.raises(DeletionForbidden):
            methods.delete(method_id)
    assert {method.name for method in methods.list()} == {"A", "Mine"}


def test_a_configured_method_is_changed_where_it_is_defined(world):
    with pytest.raises(DefinedElsewhere, match=r"config\.ini"):
        world.methods(POST).update(stable_id("A"), draft("A"))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": " "}, "no name"),
        ({"name": "A"}, "already one of this name"),
        ({"type": "carrier"}, "file, kafka, post are"),
        ({"parameters": []}, "url is missing"),
        ({"parameters": ["ftp://h/"]}, "ftp"),
        ({"parameters": ["http://h/${HOME}"]}, "config.ini and the environment only"),
        ({"options": {"bearer": "file:/etc/shadow"}}, "config.ini and the environment only"),
        ({"options": {"bearer": "${SECRET}"}}, "config.ini and the environment only"),
        ({"options": {"tiemout": "1"}}, "did you mean timeout"),
        ({"type": "file", "parameters": ["/etc"]}, "may write under"),
        (
            {
                "type": "kafka",
                "parameters": ["localhost:9092", "t"],
                "options": {"ssl.ca.location": "/etc/shadow"},
            },
            "config.ini and the environment only",
        ),
        ({"type": "file", "parameters": ["../../out"]}, "may write under"),
    ],
)
def test_a_method_that_cannot_work_is_not_made(world, changes, says):
    methods = world.methods(POST)

    with pytest.raises(InvalidMethod) as refused:
        methods.create(draft(**changes))

    assert says in str(refused.value)
    assert [method.name for method in methods.list()] == ["A"]


def test_a_file_method_of_the_page_writes_under_the_folder_for_exports(world):
    methods = world.methods()

    made = methods.create(draft(type="file", parameters=["late"]))

    assert methods.resolved(made.id).parameters == (str(world.folder / "exports" / "late"),)
    assert methods.destination(made).endswith("/exports/late")


def test_a_start_with_a_missing_reference_is_refused_with_its_place(world):
    with pytest.raises(InvalidMethod, match=r"\(config\.ini\).*no variable TOKEN"):
        world.methods("A = post, http://h/, bearer=${TOKEN}")


def test_references_are_resolved_for_the_sender_and_for_nobody_else(world):
    methods = world.methods(
        "A = post, http://h/, bearer=${TOKEN}, timeout=${T}", environ={"TOKEN": "s3cret", "T": "9"}
    )
    method = methods.get(stable_id("A"))

    assert methods.resolved(method.id).options == {"bearer": "s3cret", "timeout": "9"}
    assert method.options["bearer"] == "${TOKEN}"
    assert methods.shown_options(method)["bearer"] == DOTS


def test_a_disabled_method_is_in_use_again_when_it_goes_elsewhere(world):
    world.methods(POST)
    table = MethodTable(world.catalogue)
    (row,) = table.all()
    table.put(replace(row, disabled_reason="410 Gone"))

    with pytest.raises(OutOfUse, match="410 Gone"):
        world.methods(POST).usable(stable_id("A"))
    moved = world.methods("A = post, http://localhost:3012/new/")

    assert moved.usable(stable_id("A")).disabled_reason is None


def test_the_forms_of_the_types_say_what_is_secret_and_what_can_be_chosen(world):
    forms = {form["type"]: form for form in world.methods().types()}

    options = {option["name"]: option for option in forms["post"]["options"]}
    kafka = {option["name"] for option in forms["kafka"]["options"]}

    assert set(forms) == {"post", "kafka", "file"}
    assert options["bearer"]["secret"]
    assert not options["timeout"]["secret"]
    assert options["payload"]["choices"] == ["documented", "debiai-1.0"]
    assert "sasl.password" in kafka
    assert "ssl.ca.location" not in kafka


def test_a_method_whose_type_is_no_longer_installed_is_listed_and_says_so(world):
    methods = world.methods()
    made = methods.create(draft())
    table = MethodTable(world.catalogue)
    table.put(replace(table.all()[0], type="pigeon"))

    (listed,) = methods.list()

    assert '"pigeon"' in listed.disabled_reason
    assert methods.destination(listed) == "pigeon"
    with pytest.raises(OutOfUse, match="pigeon"):
        methods.usable(made.id)


def test_options_mean_the_same_from_file_environment_and_page(world, tmp_path):
    """References are for the operator's places; the page gives the text itself."""
    ca, secret = Authority().pem, f"whsec_{32 * 'A'}"
    (tmp_path / "ca.pem").write_text(ca)
    wanted = {"ssl.ca.pem": ca.strip(), "secret": secret, "gzip": "true", "timeout.connect": "2"}
    given = f"ssl.ca.pem=file:{tmp_path / 'ca.pem'}, secret=${{KEY}}, gzip=true, timeout.connect=2"
    methods = world.methods(
        definition(f"A = post, https://x.example/, {given}"),
        definition(f"B = post, https://x.example/, {given}", Origin.ENVIRONMENT, "a variable"),
        environ={"KEY": secret},
    )

    made = methods.create(draft(options=wanted))

    for method_id in (stable_id("A"), stable_id("B"), made.id):
        assert methods.resolved(method_id).options == wanted
    assert methods.shown_options(made)["secret"] == DOTS
