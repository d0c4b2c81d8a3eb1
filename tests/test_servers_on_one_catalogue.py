"""Servers with a catalogue in PostgreSQL: one at a time, and only with the data it knows."""

from __future__ import annotations

import pytest
from tests.real.fixtures import postgresql

from debiai_studio.bootstrap import build
from debiai_studio.settings import load_settings
from debiai_studio.storage.catalogue.errors import CatalogueOfOthers, CatalogueTaken

__all__ = ["postgresql"]

pytestmark = pytest.mark.postgresql


@pytest.fixture
def start(postgresql, tmp_path):
    url = postgresql.new_database()

    def build_one(folder, catalogue=url):
        environ = {"DEBIAI_DATA_FOLDER": folder}
        if catalogue is not None:
            environ["DEBIAI_CATALOGUE"] = catalogue
        return build(load_settings({}, environ, tmp_path))

    return build_one


def test_a_second_server_is_refused_while_the_first_runs(start):
    first = start("one")
    with pytest.raises(CatalogueTaken):
        start("two")
    first.close()

    start("two").close()


def test_data_known_to_another_catalogue_stays_as_it_is(start, tmp_path):
    start("data", catalogue=None).close()
    values = tmp_path / "data" / "studio" / "projects" / "a" / "samples.duckdb"
    values.parent.mkdir()
    values.write_bytes(b"values")

    with pytest.raises(CatalogueOfOthers):
        start("data")

    assert values.exists()
