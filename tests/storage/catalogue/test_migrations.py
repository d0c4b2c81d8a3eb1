"""The revisions lead, one after the other, to the tables that the program works with."""

from __future__ import annotations

import ast
from base64 import b64encode

import pytest
from alembic import command
from alembic.config import Config
from pyroaring import BitMap
from sqlalchemy import create_engine, insert, inspect, make_url
from tests.real.fixtures import CATALOGUES, postgresql

from debiai_studio.storage.catalogue.database import MIGRATIONS, open_catalogue
from debiai_studio.storage.catalogue.postgresql import make_engine
from debiai_studio.storage.catalogue.tables import metadata, projects, taggings
from debiai_studio.storage.catalogue.taggings import SqlTaggings

__all__ = ["postgresql"]


@pytest.fixture(params=CATALOGUES)
def new_address(request, tmp_path):
    """Addresses of databases without tables."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql").new_database
    return lambda: f"sqlite:///{tmp_path / f'{len(list(tmp_path.iterdir()))}.db'}"


@pytest.fixture
def connect():
    """Engines that look at no tables by themselves."""
    engines = []

    def connect(address):
        make = make_engine if address.startswith("postgresql") else create_engine
        engines.append(make(make_url(address)))
        return engines[-1]

    yield connect
    for engine in engines:
        engine.dispose()


def upgrade(engine, revision):
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def described(engine):
    """Every table, with all that the database says of it."""
    asked = inspect(engine)
    return {
        name: {
            "columns": [
                {**column, "type": column["type"].compile(engine.dialect)}
                for column in sorted(asked.get_columns(name), key=_name)
            ],
            "primary key": asked.get_pk_constraint(name),
            "foreign keys": sorted(asked.get_foreign_keys(name), key=_name),
            "unique": sorted(asked.get_unique_constraints(name), key=_name),
            "indexes": [
                {
                    **index,
                    "dialect_options": {
                        option: str(value) for option, value in index["dialect_options"].items()
                    },
                }
                for index in sorted(asked.get_indexes(name), key=_name)
            ],
            "checks": sorted(asked.get_check_constraints(name), key=_name),
        }
        for name in asked.get_table_names()
        if name != "alembic_version"
    }


def _name(thing):
    return str(thing["name"])


def test_a_catalogue_of_the_first_revision_becomes_exactly_the_tables_of_today(
    new_address, connect
):
    address = new_address()
    first = connect(address)
    upgrade(first, "0001")
    assert "belonging" not in described(first)

    open_catalogue(address).dispose()

    of_today = connect(new_address())
    metadata.create_all(of_today)
    assert described(connect(address)) == described(of_today)


def test_no_revision_changes_with_the_program():
    """What a revision did to the catalogues that there are, it does to those to come."""
    for path in sorted((MIGRATIONS / "versions").glob("0*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import | ast.ImportFrom):
                named = [getattr(node, "module", None), *(alias.name for alias in node.names)]
                assert not any(str(name).startswith("debiai_studio") for name in named), path


def test_what_was_tagged_before_its_numbers_were_kept_is_listed_with_them(new_address, connect):
    address = new_address()
    before = connect(address)
    upgrade(before, "0017")
    of_a_project = {
        "key": 1,
        **dict.fromkeys(("source", "project", "name", "origin", "folder"), "p"),
        **dict.fromkeys(("created_at", "updated_at", "id_name", "id_type"), ""),
        **{name: [] for name in ("sample_columns", "result_columns", "models", "segments")},
        "next_sample_no": 20,
        "tombstones": b"",
        "n_deleted": 0,
        "data_version": 1,
    }
    had = {"a": BitMap([3, 5]), "b": BitMap([7])}
    of_a_tagging = {
        "id": "t",
        "project_key": 1,
        "column": "review",
        "value": "late",
        "rule": {},
        "at": "",
        "author": "",
        "samples": BitMap(range(3, 13)).serialize(),
        "before": [[value, b64encode(one.serialize()).decode()] for value, one in had.items()],
    }
    with before.begin() as connection:
        connection.execute(insert(projects).values(of_a_project))
        connection.execute(insert(taggings).values(of_a_tagging))
    before.dispose()

    catalogue = open_catalogue(address)
    (found,) = SqlTaggings(catalogue).listed(1)
    catalogue.dispose()

    assert (found.column, found.value, found.n_samples, found.n_had) == ("review", "late", 10, 3)
