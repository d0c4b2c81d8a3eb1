"""What DebiAI 1.0.4 answered about layouts, widget configurations and exports is answered here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

RECORDED = json.loads((Path(__file__).parent / "recorded" / "debiai-gui-1.0.4.json").read_text())
P = "/data-providers/json_block/projects"
# Where DebiAI was silent or refused too much: the status here.
BETTER = {
    # D12: it said that what is not there was deleted.
    "delete a layout again": 404,
    "delete a configuration again": 404,
    "delete an export method again": 404,
    "export by an unknown method": 404,
    # D9: its own page can yield more than 15 settings.
    "16 settings": 204,
    "count what is left": 200,
}
SENTENCES = {"delete an export method": "Export method deleted", "16 settings": ""}


def shape(answer):
    """Without what each server chooses: ids and moments, but for their kind."""
    if isinstance(answer, list):
        return [shape(one) for one in answer]
    if isinstance(answer, dict):
        chosen = {"id": str, "creationDate": float}
        return {
            key: chosen[key].__name__
            if key in chosen and isinstance(value, chosen[key])
            else shape(value)
            for key, value in answer.items()
        }
    return answer


@pytest.mark.parametrize("prefix", ["", "/api/v0"])
def test_a_recorded_session_of_debiai_is_answered_as_it_was_or_better(serve, receiver, prefix):
    client = serve().client
    client.post("/projects", json={"projectName": "p"}).raise_for_status()
    client.post(f"{P}/p/blocklevels", json=[{"name": "id"}]).raise_for_status()
    tree = [{"name": "a", "childrenInfoList": []}]
    client.post(f"{P}/p/blocks", json={"blockTree": tree}).raise_for_status()
    ids = {}
    for one in RECORDED:
        body = json.dumps(one["body"]).replace("RECEIVER", receiver.url("/ok"))
        body = json.loads(body.replace("METHOD", ids.get("method", "")))
        path = prefix + one["path"].format(**ids)

        answer = client.request(one["method"], path, json=body)

        step = one["step"]
        assert (step, answer.status_code) == (step, BETTER.get(step, one["status"])), answer.text
        found = answer.json() if answer.content else ""
        if step == "count what is left":
            assert found == {"PointPlot": 2}  # with the one of 16 settings
        elif answer.status_code < 400:
            expected = SENTENCES.get(step, one["answer"])
            recorded = json.loads(json.dumps(expected).replace("RECEIVER", receiver.url("/ok")))
            assert (step, shape(found)) == (step, shape(recorded))
        else:
            assert found if isinstance(found, str) else found["detail"]
        if step in ("list layouts", "list configurations"):
            ids[step.removeprefix("list ").removesuffix("s")] = found[0]["id"]
        if step == "make an export method":
            ids["method"] = found["id"]


def test_d3_a_description_may_be_left_out(serve):
    client = serve().client
    body = {"name": "a", "projectId": "p", "dataProviderId": "json_block"}

    layout = client.post("/app/layouts/", json={**body, "layout": []})
    settings = client.post(
        "/app/widgets/PointPlot/configurations", json={**body, "configuration": {}}
    )

    assert (layout.status_code, settings.status_code) == (204, 204)
    assert client.get("/app/layouts").json()[0]["description"] == ""


def test_a_layout_of_debiai_is_one_of_the_page_with_our_widgets_and_their_settings(serve):
    client = serve().client
    points = {"columnX": "light", "columnY": "count", "bins": 0, "absolute": True}
    given = {
        "name": "Points",
        "projectId": "p",
        "dataProviderId": "Python module Data Provider",
        "layout": [
            {"widgetKey": "PointPlot", "x": 0, "y": 0, "width": 6, "height": 5, "config": points},
            {
                "widgetKey": "CorrelationMatrix",
                "x": 6,
                "y": 5,
                "width": 6,
                "height": 3,
                "config": {"selectedColumns": ["a", "b"], "selectedMatrixType": "Spearman"},
                "name": "Together",
            },
            {"widgetKey": "TemplateFull", "x": 0, "y": 8, "width": 3, "height": 3},
        ],
        "selectedColorColumn": "label",
    }

    client.post("/app/layouts/", json=given).raise_for_status()

    (layout,) = client.get("/api/v2/layouts").json()
    assert (layout["source"], layout["project"], layout["name"]) == ("local", "p", "Points")
    assert layout["document"]["colour"] == "label"
    widgets = [
        (one["kind"], one["settings"], one["x"], one["y"], one["w"], one["h"])
        for one in layout["document"]["widgets"]
    ]
    assert widgets == [
        # Bins of 0 are none here: the widget's own number is taken.
        ("point_plot", {"x": "light", "y": "count", "absolute": True}, 0, 0, 6, 12),
        ("correlation_matrix", {"columns": ["a", "b"], "method": "spearman"}, 6, 12, 6, 8),
        ("TemplateFull", {}, 0, 20, 3, 8),
    ]
    assert layout["document"]["widgets"][1]["name"] == "Together"


def test_every_setting_that_a_widget_of_debiai_gives_is_one_of_ours(serve):
    from debiai_studio.layouts.debiai import WIDGETS  # noqa: PLC0415
    from debiai_studio.widgets.service import installed_widgets  # noqa: PLC0415

    installed = {widget.kind: widget for widget in installed_widgets()}

    assert {kind for kind, _ in WIDGETS.values()} == set(installed)
    for kind, names in WIDGETS.values():
        assert set(names.values()) <= set(installed[kind].settings.model_fields)
