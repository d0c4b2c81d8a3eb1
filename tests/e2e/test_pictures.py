"""A plot is saved as it is seen: named after its project and itself, in the page's font."""

from __future__ import annotations

import base64
import re

from tests.e2e.pages import ProjectPage


def saved(page, title: str, format_: str):
    page.get_by_role("button", name=f"More for {title}").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name=f"Download {format_}").click()
    return download.value


def test_a_picture_is_named_after_its_project_and_widget(page, drives):
    ProjectPage(page, drives.url, "drives").start_analysis()

    assert saved(page, "Distribution", "PNG").suggested_filename == "drives Distribution.png"


def test_a_picture_brings_the_font_of_the_page_with_it(page, drives):
    ProjectPage(page, drives.url, "drives").start_analysis()

    text = saved(page, "Distribution", "SVG").path().read_text()

    faces = re.findall(r'@font-face\{font-family:[^;]*Inter Variable.*?base64,([^"]+)"', text)
    assert [base64.b64decode(face)[:4] for face in faces] == [b"wOF2"] * len(faces)
    assert faces
    assert "JetBrains" not in "".join(re.findall(r"@font-face\{font-family:[^;]*", text))
