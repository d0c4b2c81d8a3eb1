"""What a crash of DebiAI left is brought in as far as it can be read, and the rest is named."""

from __future__ import annotations

import json
import shutil

import pytest
from tests.http.conftest import serve
from tests.real.debiai_folder import LEVELS, sample_id, write_block, write_json, write_project

from debiai_studio.debiai_folder.errors import NotDebiaiFolder

__all__ = ["serve"]

P = "/data-providers/local/projects"


@pytest.fixture(scope="module")
def served(serve):
    return serve()


@pytest.fixture
def bring(served, tmp_path):
    """Brings the test's folder in; the report, and what is said about each place."""
    for project in served.client.get("/projects").json():
        served.client.delete(f"{P}/{project['id']}").raise_for_status()

    def bring():
        before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
        report = served.application.services.debiai_folders.bring_in(tmp_path, lambda _: None)
        after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
        assert after == before
        return report, dict(report.damages.found)

    return bring


def ids(served, name="drives"):
    body = {"analysis": None, "from": None, "to": None}
    return served.client.post(f"{P}/{name}/dataIdList", json=body).json()


def test_a_whole_folder_comes_in_without_a_word(served, bring, tmp_path):
    write_project(tmp_path)

    report, damages = bring()

    assert damages == {}
    (brought,) = report.projects
    assert (brought.n_samples, brought.n_models, brought.n_results, brought.n_selections) == (
        6,
        1,
        6,
        1,
    )
    info = served.client.get(f"{P}/drives").json()
    assert (info["blockLevelInfo"], info["nbSamples"], info["name"]) == (LEVELS, 6, "drives")


def test_b3_a_project_without_name_and_dates_is_kept_instead_of_deleted(served, bring, tmp_path):
    folder = write_project(tmp_path)
    write_json(folder / "info.json", {"blockLevelInfo": LEVELS})

    report, damages = bring()

    assert [one.project for one in report.projects] == ["drives"]
    assert "updateDate" in damages["drives"]
    assert len(ids(served)) == 6


@pytest.mark.parametrize("content", [None, b"", b'{"name": "drives", "blockLevelI', b"[1]"])
def test_b3_a_project_whose_structure_is_lost_is_named_and_the_others_come_in(
    bring, tmp_path, content
):
    write_project(tmp_path, "other")
    info = write_project(tmp_path) / "info.json"
    info.write_bytes(content) if content is not None else info.unlink()

    report, damages = bring()

    assert [one.project for one in report.projects] == ["other"]
    assert "blockLevelInfo" in damages["drives"]


@pytest.mark.parametrize("content", [None, b'{"a": "s0/'])
def test_b7_and_d13_without_its_list_of_samples_they_are_found_on_disk(
    served, bring, tmp_path, content
):
    hashmap = write_project(tmp_path) / "samplesHashmap.json"
    hashmap.write_bytes(content) if content is not None else hashmap.unlink()

    report, damages = bring()

    assert report.projects[0].n_results == 6
    assert "6 samples are on disk" in damages["drives"]
    assert ids(served) == [sample_id(f"s{s}", f"i{i}") for s in range(2) for i in range(3)]


def test_b7_a_sample_that_a_lost_update_took_off_the_list_comes_in_behind_the_others(
    served, bring, tmp_path
):
    folder = write_project(tmp_path)
    hashes = json.loads((folder / "samplesHashmap.json").read_text())
    first = sample_id("s0", "i0")
    write_json(folder / "samplesHashmap.json", {k: v for k, v in hashes.items() if k != first})

    _report, damages = bring()

    assert '"s0/i0"' in damages["drives"]
    assert ids(served) == [*(id_ for id_ in hashes if id_ != first), first]


def test_a_block_that_cannot_be_read_takes_its_samples_with_it_and_they_are_named(
    served, bring, tmp_path
):
    folder = write_project(tmp_path)
    (folder / "blocks" / "s0" / "info.json").write_text("")
    (folder / "blocks" / "s1" / "i1" / "info.json").unlink()

    report, damages = bring()

    assert "info.json is empty" in damages["drives, block s0"]
    assert "info.json is missing" in damages["drives, block s1/i1"]
    assert "4 samples cannot be read" in damages["drives"]
    assert "4 results are of samples that are not there" in damages["drives, model one"]
    assert "4 of its 6 samples" in damages["drives, selection all"]
    assert report.projects[0].n_samples == report.projects[0].n_results == 2
    assert ids(served) == [sample_id("s1", "i0"), sample_id("s1", "i2")]


def test_values_that_do_not_fit_leave_out_their_block_alone(served, bring, tmp_path):
    folder = write_project(tmp_path)
    write_block(folder, ("s0", "i0"), inputs=[1, 2])
    write_json(folder / "models" / "one" / "results.json", {sample_id("s1", "i0"): ["a", "b"]})

    report, damages = bring()

    assert "2 inputs, 1 are expected" in damages["drives, block s0/i0"]
    assert "1 are expected" in damages["drives, model one, sample s1/i0"]
    assert (report.projects[0].n_samples, report.projects[0].n_results) == (5, 0)


def test_values_of_other_types_than_declared_change_the_type_and_none_is_lost(
    served, bring, tmp_path
):
    folder = write_project(tmp_path)
    write_block(folder, ("s0", "i0"), inputs=["dark"])

    _report, damages = bring()

    assert "was declared number, and came in as text" in damages["drives"]
    body = {"sampleIds": [sample_id("s0", "i0"), sample_id("s0", "i1")]}
    rows = served.client.post(f"{P}/drives/blocksFromSampleIds", json=body).json()["data"]
    assert [row[-1] for row in rows.values()] == ["dark", "0.25"]


def test_damaged_files_of_a_model_and_a_selection_leave_the_rest(bring, tmp_path):
    folder = write_project(tmp_path)
    (folder / "models" / "one" / "results.json").write_text('{"a": [')
    (folder / "selections" / "all" / "info.json").write_text("")
    write_json(folder / "selections" / "none" / "info.json", {"id": "none", "name": "none"})
    (folder / "models" / "a:b").mkdir()

    report, damages = bring()

    assert "results.json is not whole JSON" in damages["drives, model one"]
    assert "info.json is empty" in damages["drives, selection all"]
    assert "no list of samples" in damages["drives, selection none"]
    assert "It was left out" in damages["drives, model a:b"]
    (brought,) = report.projects
    assert (brought.n_samples, brought.n_models, brought.n_selections) == (6, 1, 0)


def test_b4_of_damaged_layouts_each_whole_one_comes_in_and_a_broken_file_is_named(bring, tmp_path):
    place = {"widgetKey": "PointPlot", "x": 0, "y": 0, "width": 6, "height": 5}
    whole = {
        "id": "1",
        "name": "whole",
        "projectId": "drives",
        "dataProviderId": "json_block",
        "layout": [place],
    }
    cut = {name: value for name, value in whole.items() if name != "layout"} | {"id": "2"}
    write_json(tmp_path / "layouts.json", [whole, cut, "text"])
    (tmp_path / "widgetConfigurations.json").write_text('{"PointPlot": [')

    report, damages = bring()

    assert report.n_layouts == 1
    left_out = [text for at, text in report.damages.found if at == "layouts.json"]
    assert [text.split(" was left out: ")[0] for text in left_out] == ["Layout 2", "Layout 3"]
    assert "layout: Field required" in left_out[0]
    assert "not whole JSON" in damages["widgetConfigurations.json"]


def test_a_project_that_is_here_stays_as_it_is(served, bring, tmp_path):
    write_project(tmp_path)
    bring()
    shutil.rmtree(tmp_path / "pythonDataProvider" / "drives")
    write_project(tmp_path, scenes=1)

    report, damages = bring()

    assert report.projects == []
    assert 'there is a project "drives" here' in damages["drives"]
    assert len(ids(served)) == 6


def test_what_an_interrupted_run_left_is_removed_and_brought_in_whole(
    served, bring, tmp_path, monkeypatch
):
    write_project(tmp_path)
    folders = served.application.services.debiai_folders

    def die(*_arguments, **_named):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(folders._models, "put", die)
        with pytest.raises(KeyboardInterrupt):
            bring()
    assert served.client.get(f"{P}/drives").json()["nbSamples"] == 6

    report, damages = bring()

    assert (damages, report.projects[0].n_results) == ({}, 6)


def test_c6_a_name_or_a_link_that_leads_out_of_the_folder_is_not_followed(bring, tmp_path):
    folder = write_project(tmp_path)
    outside = write_project(tmp_path / "elsewhere")
    (folder / "blocks" / "link").symlink_to(outside / "blocks" / "s0")
    info = json.loads((folder / "info.json").read_text())
    write_json(folder / "info.json", {**info, "name": "../up?"})

    report, damages = bring()

    assert [one.project for one in report.projects] == [".._up_"]
    assert 'it came in as ".._up_"' in damages["../up?"]
    assert report.projects[0].n_samples == 6


def test_a_folder_that_is_none_of_debiai_is_named(served, tmp_path):
    with pytest.raises(NotDebiaiFolder, match="pythonDataProvider"):
        served.application.services.debiai_folders.bring_in(tmp_path, lambda _: None)
