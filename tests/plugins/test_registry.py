from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from debiai_studio.plugins.registry import DuplicatePlugin, Registry, UnknownPlugin
from debiai_studio.widgets.kinds.statistics import Statistics
from debiai_studio.widgets.service import installed_widgets

STATISTICS = EntryPoint(
    "statistics", "debiai_studio.widgets.kinds.statistics:Statistics", "debiai_studio.widgets"
)


def registry(builtins=(), installed=(), **more):
    return Registry("widgets", builtins, lambda plugin: plugin.kind, installed=installed, **more)


def test_a_plugin_of_an_entry_point_stands_beside_the_built_in_ones():
    found = registry(installed=[STATISTICS])
    assert found.names() == ["statistics"]
    assert isinstance(found.get("statistics"), Statistics)


def test_a_name_used_twice_fails_at_the_start_and_names_both():
    with pytest.raises(DuplicatePlugin, match=r"DebiAI Studio and the entry point .*statistics"):
        registry([Statistics()], [STATISTICS])


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(UnknownPlugin, match=r'known are statistics. Did you mean "statistics"'):
        registry([Statistics()]).get("statistic")


def test_a_former_name_still_finds_its_plugin_but_is_not_listed():
    found = registry([Statistics()], former=lambda _: ["figures"])
    assert isinstance(found.get("figures"), Statistics)
    assert found.names() == ["statistics"]


def test_the_built_in_widgets_come_in_catalogue_order():
    assert installed_widgets().names()[:13] == [
        "point_plot", "range_slider_plot", "interval_plot", "point_plot_3d", "distribution",
        "parallel_coordinates", "parallel_categories", "night_stars_plot", "sample_table",
        "statistics", "confusion_matrix", "correlation_matrix", "density_plot",
    ]  # fmt: skip
