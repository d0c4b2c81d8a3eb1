"""Objects of a bucket, against moto's server, which speaks S3."""

from __future__ import annotations

import asyncio
import itertools
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import pytest
from tests.real.deliveries import delivery, document, method
from tests.real.object_store import ObjectStore

from debiai_studio.egress import Egress
from debiai_studio.exports.errors import DeliveryFailed, DeliveryRejected, InvalidMethod
from debiai_studio.exports.methods import object_store
from debiai_studio.exports.methods.file import FileExport
from debiai_studio.exports.methods.surroundings import Surroundings
from debiai_studio.exports.model import Origin
from debiai_studio.testing.export_method import ExportMethodContract, ignore

REGION = "eu-west-1"
KEYS = {"access_key_id": "AKIDEXAMPLE", "secret_access_key": "s3cret", "region": REGION}
numbers = itertools.count(1)


@pytest.fixture(scope="module")
def store():
    """The address of an object store."""
    server = ObjectStore()
    yield server.url
    server.stop()


@pytest.fixture
def s3(store):
    client = boto3.client(
        "s3",
        endpoint_url=store,
        region_name=REGION,
        aws_access_key_id=KEYS["access_key_id"],
        aws_secret_access_key=KEYS["secret_access_key"],
    )
    yield client
    client.close()


@pytest.fixture
def bucket(s3):
    name = f"bucket-{next(numbers)}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    return name


@pytest.fixture
def good(store, bucket):
    return method("file", f"s3://{bucket}/exports/late", endpoint=store, **KEYS)


@pytest.fixture
def sender():
    return FileExport()


@pytest.fixture
def answering():
    """A store that answers every request with one status and code."""
    servers = []

    def start(status: int, code: str) -> str:
        class Answer(BaseHTTPRequestHandler):
            def do_PUT(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                body = f"<Error><Code>{code}</Code></Error>".encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Answer))
        threading.Thread(target=servers[-1].serve_forever).start()
        return f"http://127.0.0.1:{servers[-1].server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def silent():
    """A port that takes connections and never answers; ``.close()`` breaks them off."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def keys_of(s3, bucket):
    return [one["Key"] for one in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


class TestBucket(ExportMethodContract):
    @pytest.fixture
    def arrived(self, s3, bucket):
        def read():
            return [
                (
                    key.rsplit("/")[-1].split("-")[0],
                    s3.get_object(Bucket=bucket, Key=key)["Body"].read(),
                )
                for key in keys_of(s3, bucket)
            ]

        return read

    @pytest.fixture
    def down(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            there = f"http://127.0.0.1:{taken.getsockname()[1]}"
            yield method("file", "s3://bucket/x", endpoint=there, **KEYS)

    @pytest.fixture
    def wrong(self, store):
        return method("file", "s3://nobody-made-this", endpoint=store, **KEYS)

    @pytest.fixture
    def breaking(self, silent):
        def hang_up():
            for _ in range(2):
                try:
                    silent.accept()[0].close()
                except OSError:
                    return

        threading.Thread(target=hang_up, daemon=True).start()
        there = f"http://127.0.0.1:{silent.getsockname()[1]}"
        return method("file", "s3://bucket/x", endpoint=there, **KEYS)

    @pytest.fixture
    def slow(self, silent, monkeypatch):
        monkeypatch.setattr(object_store, "SECONDS", 1.0)
        there = f"http://127.0.0.1:{silent.getsockname()[1]}"
        return method("file", "s3://bucket/x", endpoint=there, **KEYS)

    @pytest.fixture
    def invalid(self):
        return method("file", "s3://Not_a_bucket", **KEYS)


async def test_the_key_begins_with_the_delivery_and_sent_again_it_replaces_itself(
    sender, good, s3, bucket
):
    for body in (b"{}", b"{}"):
        receipt = await sender.send(good, delivery("msg_7", name="Späte"), document(body), ignore)

    assert keys_of(s3, bucket) == ["exports/late/msg_7-spate.json"]
    assert s3.head_object(Bucket=bucket, Key=keys_of(s3, bucket)[0])["ContentType"] == (
        "application/json"
    )
    assert receipt.answer == f"Written to s3://{bucket}/exports/late/msg_7-spate.json"


async def test_an_upload_that_was_stopped_leaves_nothing_to_see(sender, good, s3, bucket):
    sent = document(b"x" * 3 * object_store.PART)
    handed_over = asyncio.Event()

    def told(_sent):
        handed_over.set()

    sending = asyncio.create_task(sender.send(good, delivery("msg_8"), sent, told))
    await handed_over.wait()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending

    assert keys_of(s3, bucket) == []


@pytest.mark.parametrize(
    ("status", "code", "remedy"),
    [
        (403, "AccessDenied", "Grant s3:PutObject"),
        (403, "InvalidAccessKeyId", "the access key is unknown"),
        (403, "SignatureDoesNotMatch", "the secret access key is wrong"),
        (400, "ExpiredToken", "Enter a new one"),
        (301, "PermanentRedirect", "Correct the option region"),
        (400, "AuthorizationHeaderMalformed", "Correct the option region"),
        (404, "NoSuchBucket", "Create it"),
    ],
)
async def test_each_refusal_has_a_sentence_of_its_own(sender, answering, status, code, remedy):
    there = method("file", "s3://bucket/x", endpoint=answering(status, code), **KEYS)

    with pytest.raises(DeliveryRejected, match=remedy) as refused:
        await sender.send(there, delivery(), document(), ignore)

    assert "s3cret" not in f"{refused.value} {refused.value.answer}"


@pytest.mark.parametrize("code", ["SlowDown", "InternalError", "ServiceUnavailable"])
async def test_a_store_in_trouble_is_worth_another_try(sender, answering, code):
    there = method("file", "s3://bucket/x", endpoint=answering(503, code), **KEYS)

    with pytest.raises(DeliveryFailed, match=code):
        await sender.send(there, delivery(), document(), ignore)


async def test_the_operators_credentials_come_from_the_environment_never_for_the_page(
    store, bucket, s3
):
    environ = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "s3cret"}
    sender = FileExport(Surroundings(environ=environ))
    address = f"s3://{bucket}"

    await sender.send(
        method("file", address, endpoint=store, region=REGION),
        delivery("msg_9"),
        document(),
        ignore,
    )

    assert keys_of(s3, bucket) == ["msg_9-late-at-jfk.json"]
    with pytest.raises(InvalidMethod, match="needs credentials"):
        sender.check(method("file", address, endpoint=store, origin=Origin.PAGE))
    with pytest.raises(InvalidMethod, match="AWS_ACCESS_KEY_ID"):
        FileExport().check(method("file", address, endpoint=store))


@pytest.mark.parametrize(
    ("address", "options"),
    [
        ("gs://bucket/x", {}),
        ("file:///etc", {}),
        ("s3://", {}),
        ("s3://bucket/../x", {}),
        ("s3://bucket/a//b", {}),
        ("s3://bucket/a\0b", {}),
        ("s3://bucket/" + "n" * 700, {}),
        ("s3://key:secret@bucket/x", {}),
        ("s3://169.254.169.254:80/x", {}),
        ("s3://bucket", {"region": "eu.evil.example/"}),
        ("s3://bucket", {"endpoint": "ftp://127.0.0.1"}),
        ("s3://bucket", {"endpoint": "http://user:password@127.0.0.1"}),
        ("s3://bucket", {"endpoint": "http://169.254.169.254"}),
        ("s3://bucket", {"endpoint": "http://0xa9fea9fe/"}),
        ("/data/exports", {"endpoint": "http://127.0.0.1"}),
    ],
)
def test_an_address_that_cannot_work_is_refused_beforehand(sender, address, options):
    with pytest.raises(InvalidMethod):
        sender.check(method("file", address, **{**KEYS, **options}))


def test_on_a_shared_server_the_page_reaches_listed_endpoints_only():
    def sender_of(*allowed):
        egress = Egress.of(loopback_server=False, allowed=allowed)
        return FileExport(Surroundings(egress=egress))

    there = method(
        "file", "s3://bucket", endpoint="http://minio.local:9000", origin=Origin.PAGE, **KEYS
    )

    with pytest.raises(InvalidMethod, match=r"add minio\.local:9000 to the allow-list"):
        sender_of("10.0.0.0/8").check(there)
    sender_of("minio.local:9000").check(there)
    sender_of().check(method("file", "s3://bucket", origin=Origin.PAGE, **KEYS))


def test_without_the_extra_the_sentence_says_what_to_install(sender, good, monkeypatch):
    monkeypatch.setattr(object_store, "obstore", None)

    with pytest.raises(InvalidMethod, match=r"debiai-studio\[objects\]"):
        sender.check(good)
