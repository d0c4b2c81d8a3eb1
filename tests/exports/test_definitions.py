"""Export methods as text: what counts as parameter, option and reference, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debiai_studio.exports import definitions
from debiai_studio.exports.definitions import Definition, parse, resolved, split, stable_id
from debiai_studio.exports.errors import InvalidMethod
from debiai_studio.exports.methods.registry import build_senders
from debiai_studio.exports.methods.surroundings import Surroundings
from debiai_studio.exports.model import Origin

SENDERS = build_senders(Surroundings())


def method(text: str, name: str = "A"):
    return parse(Definition(name, text, Origin.CONFIG, "config.ini, here"), SENDERS)


def refusal(text: str) -> str:
    with pytest.raises(InvalidMethod) as refused:
        definitions.check(method(text), SENDERS[method(text).type], "A (config.ini, here)")
    return str(refused.value)


def test_the_documented_forms_are_understood():
    post = method("post, http://localhost:3012/export/")
    kafka = method("kafka, kafka.svc.local:9092, My_Kafka_topic")

    assert (post.type, post.parameters) == ("post", ("http://localhost:3012/export/",))
    assert (kafka.type, kafka.parameters) == ("kafka", ("kafka.svc.local:9092", "My_Kafka_topic"))
    assert post.options == kafka.options == {}
    assert post.payload == "documented"


def test_options_follow_and_only_known_keys_count_as_such():
    """D10 of the peer's defects: everything was lower-cased."""
    read = method(
        "post, https://X/y?key=Value, header.Authorization=Bearer ${TOKEN}, timeout=10, "
        "payload=debiai-1.0"
    )

    assert read.parameters == ("https://X/y?key=Value",)
    assert read.options == {
        "header.Authorization": "Bearer ${TOKEN}",
        "timeout": "10",
        "payload": "debiai-1.0",
    }
    assert read.payload == "debiai-1.0"


def test_a_quoted_value_keeps_its_commas():
    several = method('kafka, "h1:9092,h2:9092", topic')
    header = method('post, "http://h/a,b", header.Accept="a, ""b"""')

    assert several.parameters == ("h1:9092,h2:9092", "topic")
    assert header.parameters == ("http://h/a,b",)
    assert header.options == {"header.Accept": 'a, "b"'}


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=5))
def test_quoted_fields_of_any_text_come_back_equal(texts):
    written = ", ".join('"' + text.replace('"', '""') + '"' for text in texts)

    assert split(written) == texts


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("post", ["url is missing", "post, <url>"]),
        ("kafka, broker:9092", ["topic is missing", "kafka, <broker>, <topic>"]),
        ("post, http://h/, http://i/", ['"http://i/" is too much']),
        ("post, http://h/, timout=10", ["timout", "did you mean timeout"]),
        ("post, http://h/, baerer=s3cret", ['"baerer" is no option', "did you mean bearer"]),
        ("post, http://h/, payload=xml", ["payload", "xml", "documented, debiai-1.0"]),
        ("post, ftp://h/", ["ftp"]),
        ("post, localhost:3012/export", ["localhost"]),
    ],
)
def test_what_cannot_work_is_refused_with_place_value_and_what_is_allowed(text, says):
    sentence = refusal(text)

    assert "s3cret" not in sentence
    assert sentence.startswith("A (config.ini, here)")
    assert [part for part in says if part not in sentence] == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", '"" is not a type'),
        ("carrier, http://h/", "file, kafka, post are"),
        ('post, "http://h/', "never closed"),
        ("post, http://h/, timeout=1, timeout=2", '"timeout" is given twice'),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text, says):
    with pytest.raises(InvalidMethod) as refused:
        method(text)

    assert "(config.ini, here)" in str(refused.value)
    assert says in str(refused.value)


def test_references_are_resolved_from_environment_and_files(tmp_path):
    secret = tmp_path / "k"
    secret.write_text("s3cret\n")
    read = method(f"post, http://h/${{PATH}}, bearer=file:{secret}, header.X=a${{N}}b")

    ready = resolved(read, {"PATH": "p", "N": "1"}, "A")

    assert ready.parameters == ("http://h/p",)
    assert ready.options == {"bearer": "s3cret", "header.X": "a1b"}
    assert read.options["bearer"] == f"file:{secret}"


def test_a_reference_to_nothing_is_refused_by_name(tmp_path):
    with pytest.raises(InvalidMethod, match="no variable TOKEN"):
        resolved(method("post, http://h/, bearer=${TOKEN}"), {}, "A")
    with pytest.raises(InvalidMethod, match="cannot be read"):
        resolved(method(f"post, http://h/, bearer=file:{tmp_path}/none"), {}, "A")


def test_the_id_of_a_configured_method_comes_from_its_name_alone():
    one, other = method("post, http://h/"), method("kafka, h:9092, t")

    assert one.id == other.id == stable_id("A")
    assert one.id != method("post, http://h/", name="a").id
