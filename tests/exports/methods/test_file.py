"""Files in a folder."""

from __future__ import annotations

import errno
import io

import pytest
from tests.real.deliveries import delivery, document, method

from debiai_studio.exports.errors import DeliveryFailed, DeliveryRejected, InvalidMethod
from debiai_studio.exports.methods.file import FileExport, slug_of
from debiai_studio.exports.methods.surroundings import Surroundings
from debiai_studio.exports.methods.whole_file import held
from debiai_studio.exports.model import Origin
from debiai_studio.exports.ports import Document
from debiai_studio.exports.tables import MEDIA_TYPES
from debiai_studio.testing.export_method import ExportMethodContract, ignore


class BrokenDisk:
    """A document whose reading or writing fails as a full disk does."""

    size, sha256, content_type = 500_000, "", "application/json"

    def open(self):
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def sender():
    return FileExport()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "exports"


@pytest.fixture
def good(folder):
    return method("file", str(folder))


@pytest.fixture
def arrived(folder):
    def read():
        return [(path.name.split("-")[0], path.read_bytes()) for path in sorted(folder.iterdir())]

    return read


class TestFileExport(ExportMethodContract):
    @pytest.fixture
    def wrong(self, tmp_path):
        (tmp_path / "taken").write_text("a file, not a folder")
        return method("file", str(tmp_path / "taken"))

    @pytest.fixture
    def down(self, good):
        return good

    @pytest.fixture
    def breaking(self, good):
        return good

    @pytest.fixture
    def slow(self, good):
        return good

    @pytest.fixture
    def invalid(self):
        return method("file", "not/from/the/root")

    async def test_nothing_there_is_worth_another_try(self, sender, down):
        with pytest.raises(DeliveryFailed, match="No space left on device"):
            await sender.send(down, delivery(), BrokenDisk(), ignore)

    async def test_one_that_breaks_off_is_worth_another_try(self, sender, breaking, folder):
        def full(_sent):
            raise OSError(errno.EIO, "Input/output error")

        with pytest.raises(DeliveryFailed):
            await sender.send(breaking, delivery(), document(), full)
        assert not list(folder.glob("*.json"))

    async def test_a_slow_one_ends_in_time_without_a_confirmation(self, sender, slow):
        """A local disk has no receiver that could keep silent; a full one fails."""
        with pytest.raises(DeliveryFailed):
            await sender.send(slow, delivery(), BrokenDisk(), ignore)


async def test_the_file_is_named_by_delivery_and_selection_and_nothing_is_left_beside_it(
    sender, good, folder
):
    receipt = await sender.send(
        good, delivery("msg_7", name="Späte Flüge / JFK"), document(b"{}"), ignore
    )

    assert [path.name for path in folder.iterdir()] == ["msg_7-spate-fluge-jfk.json"]
    assert receipt.details["path"] == str(folder / "msg_7-spate-fluge-jfk.json")


@pytest.mark.parametrize("kind", ["json", "csv", "ndjson", "parquet"])
async def test_the_name_ends_as_the_format_says(sender, folder, kind):
    there = method("file", str(folder), format=kind)
    sent = Document(2, "", MEDIA_TYPES[kind], data=b"{}")

    sender.check(there)
    await sender.send(there, delivery("msg_8", name="Late"), sent, ignore)

    assert [path.name for path in folder.iterdir()] == [f"msg_8-late.{kind}"]


@pytest.mark.parametrize(
    ("name", "slug"),
    [("../../etc/passwd", "etc-passwd"), ("", "export"), ("日本", "export"), ("a" * 300, "a" * 80)],
)
def test_a_name_never_leaves_its_folder(name, slug):
    assert slug_of(name) == slug


async def test_methods_of_the_page_write_only_where_the_operator_allows(tmp_path):
    allowed = tmp_path / "exports"
    allowed.mkdir()
    (allowed / "out").symlink_to(tmp_path)
    sender = FileExport(Surroundings(page_folders=(allowed,)))

    await sender.send(
        method("file", str(allowed / "a"), origin=Origin.PAGE), delivery(), document(), ignore
    )
    for outside in (tmp_path, allowed / "..", allowed / "out"):
        with pytest.raises(InvalidMethod, match="may write under"):
            sender.check(method("file", str(outside), origin=Origin.PAGE))
    with pytest.raises(DeliveryRejected, match="may write under"):
        await sender.send(
            method("file", str(tmp_path), origin=Origin.PAGE), delivery(), document(), ignore
        )

    assert len(list((allowed / "a").iterdir())) == 1


ESCAPES = {
    "dots": "{allowed}/../outside",
    "dots in the middle": "{allowed}/a/../../outside",
    "dots to a sibling with the same beginning": "{allowed}/../exports-of-others",
    "absolute": "{outside}",
    "a root of its own": "//{outside}",
    "a link": "{allowed}/link",
    "below a link": "{allowed}/link/deeper",
    "a link and back": "{allowed}/link/../outside",
    "devices": "/dev/shm",  # noqa: S108 - a folder to refuse
    "processes": "/proc/self/cwd",
    "a home": "~/x",
    "an address": "file://{outside}",
    "NUL": "{allowed}/a\0{outside}",
    "a line break": "{allowed}/a\nb",
    "a long name": "{allowed}/" + "n" * 300,
    "a long path": "{allowed}" + "/abcdefgh" * 1000,
    "a long name in few characters": "{allowed}/" + "\u2708" * 90,
    "half a character": "{allowed}/\ud800",
    "nothing": "",
}


@pytest.mark.parametrize("escape", ESCAPES.values(), ids=ESCAPES.keys())
async def test_no_folder_of_a_method_of_the_page_escapes(tmp_path, escape):
    allowed, outside = tmp_path / "exports", tmp_path / "outside"
    allowed.mkdir()
    outside.mkdir()
    (tmp_path / "exports-of-others").mkdir()
    (allowed / "link").symlink_to(outside)
    there = method("file", escape.format(allowed=allowed, outside=outside), origin=Origin.PAGE)
    before = sorted(tmp_path.rglob("*"))
    sender = FileExport(Surroundings(page_folders=(allowed,)))

    with pytest.raises(InvalidMethod) as refused:
        sender.check(there)
    with pytest.raises(DeliveryRejected):
        await sender.send(there, delivery(), document(), ignore)

    assert len(str(refused.value)) < 500
    assert sorted(tmp_path.rglob("*")) == before


class Swapping:
    """A document that puts a link in the place of the folder just before it is written."""

    size, sha256, content_type = 2, "", "application/json"

    def __init__(self, folder, outside):
        self._folder, self._outside = folder, outside

    def open(self):
        self._folder.rename(self._folder.with_name("moved"))
        self._folder.symlink_to(self._outside)
        return io.BytesIO(b"{}")


async def test_a_link_made_between_check_and_write_leads_nowhere(tmp_path):
    allowed, outside = tmp_path / "exports", tmp_path / "outside"
    outside.mkdir()
    sender = FileExport(Surroundings(page_folders=(allowed,)))
    there = method("file", str(allowed / "a"), origin=Origin.PAGE)

    await sender.send(there, delivery("msg_1"), Swapping(allowed / "a", outside), ignore)

    assert [path.name for path in (allowed / "moved").iterdir()] == ["msg_1-late-at-jfk.json"]
    assert not list(outside.iterdir())


@pytest.mark.parametrize("below", ["a", "a/b/c"])
def test_a_link_below_the_open_folder_is_not_followed(tmp_path, below):
    (tmp_path / "a").symlink_to("/")

    with pytest.raises(OSError, match=r"directory|symbolic"), held(tmp_path / below, tmp_path):
        pass


async def test_a_link_in_the_place_of_the_half_file_is_removed_not_followed(tmp_path):
    (tmp_path / "victim").write_text("keep me")
    (tmp_path / ".msg_1-late-at-jfk.json.part").symlink_to(tmp_path / "victim")

    await FileExport().send(method("file", str(tmp_path)), delivery("msg_1"), document(), ignore)

    assert (tmp_path / "victim").read_text() == "keep me"


async def test_what_an_interrupted_attempt_left_is_replaced(sender, good, folder):
    folder.mkdir()
    (folder / ".msg_1-late-at-jfk.json.part").write_bytes(b"half of the")

    await sender.send(good, delivery("msg_1"), document(b"{}"), ignore)

    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        "msg_1-late-at-jfk.json": b"{}"
    }


async def test_a_document_that_vanished_is_worth_another_try(sender, good, tmp_path):
    gone = Document(3, "", path=str(tmp_path / "gone"))

    with pytest.raises(DeliveryFailed):
        await sender.send(good, delivery(), gone, ignore)
