"""Labels come back from a receiver: a person sees where from, and filters by them."""

from __future__ import annotations

import os
import re
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.e2e.pages import WAIT, ProjectPage
from tests.e2e.small import small_table, write_small
from tests.e2e.test_accessibility import expect_no_finding

FAST = sorted(small_table().loc[lambda table: table["speed"] >= 70, "id"])
RULE = {"filters": {"op": "range", "id": "f", "column": "speed", "min": "70"}}
HALF = len(FAST) // 2


@pytest.fixture
def studio(start, tmp_path, receiver):
    method = f"post, {receiver.url('/ok')}, answers=results"
    studio = start("start", str(write_small(tmp_path)), DEBIAI_EXPORT_METHOD_Labels=method)
    studio.wait_for_project("drives")
    return studio


def send(studio, receiver) -> tuple[str, str]:
    """The id of a delivery that arrived, and its callback address."""
    api = f"{studio.url}/api/v2"
    (method,) = studio.get("/export-methods")["methods"]
    subject = {"kind": "selected", "rule": RULE}
    asked = {"subject": subject, "method_id": method["id"], "name": "Fast"}
    accepted = httpx.post(f"{api}/projects/local/drives/exports", json=asked, timeout=30)
    delivery_id = accepted.raise_for_status().json()["id"]
    while studio.get(f"/deliveries/{delivery_id}")["delivery"]["state"] != "delivered":
        pass
    path = urlsplit(receiver.received()[0].headers["debiai-callback"]).path
    return delivery_id, f"{studio.url}{path}"


def picture(page: Page, name: str) -> None:
    """Both themes, for those who want to look."""
    folder = os.environ.get("PICTURES")
    for theme in ("light", "dark") if folder else ():
        page.emulate_media(color_scheme=theme)
        page.screenshot(path=f"{folder}/{name}-{theme}.png")


def test_labels_that_come_back_are_seen_with_their_delivery_and_filtered_by(page, studio, receiver):
    delivery_id, callback = send(studio, receiver)
    page.goto(f"{studio.url}/deliveries?id={delivery_id}")
    detail = page.get_by_role("complementary", name="Delivery")
    expect(detail.get_by_text("Delivered").first).to_be_visible(timeout=WAIT)

    labels = [
        {"id": id_, "label": "slow" if number < HALF else "fast"} for number, id_ in enumerate(FAST)
    ]
    httpx.post(callback, json=[*labels, {"id": "nobody", "label": "x"}]).raise_for_status()
    assert httpx.post(callback, content=b"[{").status_code == httpx.codes.BAD_REQUEST

    came = detail.get_by_role("region", name="Values that came back")
    expect(came).to_contain_text(
        f"{len(FAST)} samples got label, as results of “Answers of Labels”.", timeout=WAIT
    )
    expect(came).to_contain_text("1 row is of no sample of the project: nobody.")
    expect(came).to_contain_text(re.compile("Nothing was applied. It is not JSON"), timeout=WAIT)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        expect_no_finding(page, f"a delivery with answers, {theme}")
    picture(page, "answers")

    project = ProjectPage(page, studio.url, "drives")
    models = page.get_by_role("region", name="Models")
    expect(models).to_contain_text("came back from Labels", timeout=WAIT)
    picture(page, "model")
    analysis = project.start_analysis("Answers of Labels")
    analysis.add_filter("label", value="slow")
    analysis.expect_selected(HALF, len(FAST))
    expect_no_finding(page, "the analysis by labels")
