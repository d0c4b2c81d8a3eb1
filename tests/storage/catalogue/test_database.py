"""Either database is a catalogue: opened whole, kept to one server, told apart from others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import insert, inspect, select, update
from tests.real.deliveries import add_method, new_delivery
from tests.real.postgresql import Postgresql

from debiai_studio.exports.delivery import Ending
from debiai_studio.exports.model import DeliveryFilter
from debiai_studio.layouts.model import Layout
from debiai_studio.storage.catalogue import belonging
from debiai_studio.storage.catalogue.database import MIGRATIONS, alone, open_catalogue
from debiai_studio.storage.catalogue.errors import (
    CatalogueOfOthers,
    CatalogueTaken,
    CatalogueUnfit,
    CatalogueUnreachable,
)
from debiai_studio.storage.catalogue.group_commit import GroupCommit
from debiai_studio.storage.catalogue.layouts import LayoutStore
from debiai_studio.storage.catalogue.outbox import SqlOutbox
from debiai_studio.storage.catalogue.tables import attempts, export_methods, metadata, projects

MOMENT = "2026-11-22T12:00:00.000Z"


def add_project(engine, folder):
    with engine.begin() as connection:
        values = {
            column.name: [] if str(column.type) == "JSON" else "text"
            for column in projects.columns
            if column.name != "key"
        }
        numbers = {"next_sample_no": 0, "n_deleted": 0, "data_version": 1, "tombstones": b""}
        connection.execute(insert(projects).values(values | numbers | {"folder": folder}))


@pytest.fixture
def postgresql_url(postgresql):
    return postgresql.new_database()


def test_servers_that_start_at_once_make_every_table_once(catalogue_url):
    with ThreadPoolExecutor(4) as pool:
        engines = list(pool.map(open_catalogue, [catalogue_url] * 4))

    assert set(inspect(engines[0]).get_table_names()) == {*metadata.tables, "alembic_version"}
    for engine in engines:
        engine.dispose()


def test_a_catalogue_of_an_earlier_version_gets_what_was_added_and_keeps_its_rows(
    catalogue_url, engine, outbox
):
    kept = outbox.accept(new_delivery())
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0003")
    assert "set_digest" not in {one["name"] for one in inspect(engine).get_columns("deliveries")}

    again = open_catalogue(catalogue_url)

    assert SqlOutbox(GroupCommit(again)).get(kept.id) == kept
    again.dispose()


def test_writers_see_what_was_written_while_they_waited(engine):
    def grow(_):
        with engine.begin() as connection:
            before = connection.execute(select(export_methods.c.fail_count)).scalar_one()
            connection.execute(update(export_methods).values(fail_count=before + 1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(grow, range(40)))

    with engine.connect() as connection:
        assert connection.execute(select(export_methods.c.fail_count)).scalar_one() == 40


def test_a_reading_sees_one_moment_and_hinders_no_writer(engine):
    with GroupCommit(engine).reading() as connection:
        assert len(connection.execute(select(export_methods)).all()) == 1
        add_method(engine, "m2")
        assert len(connection.execute(select(export_methods)).all()) == 1


def test_answers_with_nul_and_long_names_are_kept(engine, outbox, queue):
    row = outbox.accept(new_delivery(name="n" * 1000, project="p" * 1000, annotation="a\0b"))
    [claim] = queue.claim("a", lambda *_: 1)

    queue.finish(claim, Ending("permanent", 1, error="bad\0", answer="\0" * 3))

    after = outbox.get(row.id)
    assert (after.name, after.error) == ("n" * 1000, "bad\ufffd")
    assert (outbox.attempts(row.id)[0].answer, outbox.list(DeliveryFilter(text="a\0b"))) == (
        "\ufffd" * 3,
        [after],
    )


def test_documents_keep_large_numbers_nul_and_every_script(engine):
    document = {"n": 9007199254740993, "text": "\0 é 東京 \U0001f600", "x": 1e300, "none": None}
    layout = Layout("l1", "L", "", "local", "p", document, MOMENT, MOMENT)

    LayoutStore(engine).put(layout)

    assert LayoutStore(engine).get("l1") == layout


def test_an_error_of_the_database_repeats_no_contents(engine):
    with pytest.raises(Exception, match=r"(?i)not.null") as raised:
        SqlOutbox(GroupCommit(engine)).accept(
            new_delivery(body=b"secret sample", annotation="secret note", kind=None)
        )

    chain, told = raised.value, ""
    while chain is not None:
        told += str(chain)
        chain = chain.__cause__ or chain.__context__
    assert "secret" not in told
    assert b"secret".hex() not in told


def test_a_deleted_delivery_takes_its_attempts_along(engine, outbox, queue):
    outbox.accept(new_delivery())
    queue.claim("a", lambda *_: 1)
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM deliveries")
        assert connection.execute(select(attempts)).all() == []


@pytest.mark.postgresql
def test_a_second_server_on_one_catalogue_is_refused_until_the_first_ends(postgresql_url):
    engine = open_catalogue(postgresql_url)
    let_in = alone(engine)
    second = open_catalogue(postgresql_url)

    with pytest.raises(CatalogueTaken, match="end it"):
        alone(second)
    let_in()

    alone(second)()
    engine.dispose()
    second.dispose()


@pytest.mark.postgresql
def test_a_database_that_is_down_is_named_without_its_password():
    server = Postgresql()
    url = server.new_database().replace("studio@", "studio:hunter2@")
    try:
        engine = open_catalogue(url)
        server.stop()
        with pytest.raises(CatalogueUnreachable, match=f"127.0.0.1:{server.port}") as running:
            LayoutStore(engine).list()
        with pytest.raises(CatalogueUnreachable) as starting:
            open_catalogue(url)
        assert "hunter2" not in str(running.value) + str(starting.value)

        assert server.start()
        assert LayoutStore(engine).list() == []
        engine.dispose()
    finally:
        server.remove()


@pytest.mark.postgresql
def test_a_database_of_another_encoding_is_refused():
    server = Postgresql(encoding="SQL_ASCII")
    try:
        with pytest.raises(CatalogueUnfit, match="ENCODING 'UTF8'"):
            open_catalogue(server.new_database())
    finally:
        server.remove()


@pytest.mark.postgresql
def test_the_address_may_be_written_as_hosters_do(postgresql_url):
    open_catalogue(postgresql_url.replace("postgresql://", "postgres://")).dispose()


@pytest.mark.parametrize("text", ["posty", "mysql://u:hunter2@db/x", "postgresql+pg8000://db/x"])
def test_an_address_that_cannot_be_a_catalogue_is_refused_with_an_example(text):
    with pytest.raises(CatalogueUnfit, match="postgresql://user:password@") as raised:
        open_catalogue(text)
    assert "hunter2" not in str(raised.value)


class TestBelonging:
    def test_a_first_start_joins_catalogue_and_folder_for_good(self, engine, tmp_path):
        belonging.join(engine, tmp_path)
        mark = (tmp_path / belonging.MARK).read_text()
        add_project(engine, "gone")

        belonging.join(engine, tmp_path)

        assert (tmp_path / belonging.MARK).read_text() == mark

    def test_a_new_catalogue_is_refused_for_a_folder_with_projects(self, engine, tmp_path):
        """Otherwise clean_up would remove them all: no row names them."""
        (tmp_path / "projects" / "a").mkdir(parents=True)

        with pytest.raises(CatalogueOfOthers, match="another data folder"):
            belonging.join(engine, tmp_path)

    def test_a_new_catalogue_is_refused_for_a_folder_of_another(self, engine, tmp_path):
        (tmp_path / belonging.MARK).write_text("of another")

        with pytest.raises(CatalogueOfOthers):
            belonging.join(engine, tmp_path)

    def test_a_new_folder_is_refused_for_a_catalogue_with_projects(self, engine, tmp_path):
        belonging.join(engine, tmp_path)
        add_project(engine, "a")
        (tmp_path / "other").mkdir()

        with pytest.raises(CatalogueOfOthers):
            belonging.join(engine, tmp_path / "other")

    def test_an_older_folder_is_taken_when_its_projects_are_the_catalogues(self, engine, tmp_path):
        (tmp_path / "projects" / "a").mkdir(parents=True)
        (tmp_path / "projects" / "of an import that broke off").mkdir()
        add_project(engine, "a")

        belonging.join(engine, tmp_path)

        assert (tmp_path / belonging.MARK).exists()
