"""What scripts do with DebiAI's client; run with its Python: URL, file of the answer, function."""

import inspect
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from debiai import debiai
from debiai.debiai_model import Debiai_model
from debiai.debiai_project import Debiai_project
from debiai.debiai_selection import Debiai_selection

LEVELS = [
    {"name": "scene", "contexts": [{"name": "weather", "type": "text", "group": "env"}]},
    {"name": "drive", "contexts": [{"name": "hour", "type": "number"}]},
    {
        "name": "image",
        "groundTruth": [{"name": "label", "type": "text"}],
        "contexts": [{"name": "night", "type": "boolean"}],
        "inputs": [{"name": "light", "type": "number"}, {"name": "count", "type": "number"}],
        "others": [{"name": "meta", "type": "dict"}, {"name": "tags", "type": "list"}],
    },
]
RESULTS = [{"name": "found", "type": "text"}, {"name": "score", "type": "number", "default": 0}]
CLASSES = (debiai.Debiai, Debiai_project, Debiai_model, Debiai_selection)


def frame(rows):
    """Samples of three levels, with everything that a value can be."""
    number = np.arange(rows)
    return pd.DataFrame(
        {
            "scene": [f"s{n // 40:05d}" for n in number],
            "weather": [("sun", "é✓", None, "")[n // 40 % 4] for n in number],
            "drive": [f"d{n // 10 % 4}" for n in number],
            "hour": number // 10 % 24,
            "image": [f"i{n % 10}" for n in number],
            "label": [("cat", "dog", None)[n % 3] for n in number],
            "night": [(True, False)[n % 2] for n in number],
            "light": [None if n % 7 == 0 else n / 8 for n in number],
            "count": number + 2**60,
            "meta": [({"a": [1, {"b": None}]}, {}, None)[n % 3] for n in number],
            "tags": [(["x", 1, None], [], [[0.5]])[n % 3] for n in number],
        }
    )


def make(server, name, rows):
    """A project with samples."""
    project = server.create_project(name)
    project.set_blockstructure(LEVELS)
    samples = frame(rows)
    project.add_samples_pd(samples)
    return project, samples


def refused(action, *arguments):
    """What the client raises."""
    try:
        action(*arguments)
    except ValueError as error:
        return str(error)
    return "nothing"


def come_back(server):
    """Rows go as a data frame of several chunks, and come back the same."""
    project, sent = make(server, "frames", 9_000)
    back = project.get_dataframe()
    ids = back.pop("sample_id")
    pd.testing.assert_frame_equal(
        back.reset_index(drop=True)[list(sent)],
        sent.sort_values(["scene", "drive", "image"]).reset_index(drop=True),
        check_dtype=False,
    )
    return {"count": len(back), "types": [str(kind) for kind in back.dtypes], "first": ids.iloc[0]}


def by_numpy(server):
    """The client makes a decimal of every value that is no text, of booleans too."""
    project = server.create_project("by NumPy")
    contexts = [{"name": "night", "type": "boolean"}, {"name": "light", "type": "number"}]
    project.set_blockstructure([{"name": "image", "contexts": contexts}])
    rows = [["image", "night", "light"], ["a", True, 0.5], ["b", False, 2]]
    project.add_samples(np.array(rows, dtype=object))
    frame = project.get_dataframe()
    return frame[["image", "night", "light"]].to_numpy().tolist()


def everything(server):
    """Every public method of the client; those that were not called are returned."""
    called = set()
    for kind in CLASSES:
        for name, method in inspect.getmembers(kind, inspect.isfunction):
            if not name.startswith("_"):
                setattr(kind, name, _noting(called, f"{kind.__name__}.{name}", method))
    found = {"missing project": server.get_project("none")}
    project = server.create_project("everything")
    found["again"] = refused(server.create_project, "everything")
    found["undefined"] = [project.block_structure_defined(), refused(project.get_block_structure)]
    project.set_blockstructure(LEVELS)
    found["levels"] = project.get_block_structure() == LEVELS
    found["levels again"] = refused(project.set_blockstructure, LEVELS)
    project.add_samples_pd(frame(12))
    row = ["s9", "fog", "d", 4, "i", "cat", 1, 0.1, 2, 0, 0]
    project.add_samples(np.array([list(frame(1)), row], dtype=object))
    found["by NumPy"] = by_numpy(server)
    found["expected"] = [project.expected_results_defined(), refused(project.get_expected_results)]
    project.set_expected_results(RESULTS)
    found["expected again"] = project.get_expected_results()
    model = project.create_model("one", {"lr": 0.1})
    project.create_model("one")
    model.expected_results_exists()
    named = ["scene", "drive", "image"]
    guesses = frame(12)[named].assign(found="cat", score=np.arange(12) / 4)
    found["results"] = [
        model.add_results_df(guesses),
        model.add_results_np(
            np.array([[*named, "found", "score"], ["s9", "d", "i", "dog", 1]], object)
        ),
        model.add_results_dict({"s9": {"d": {"i": [2, "cat"]}}}, ["score", "found"]),
        refused(model.add_results_dict, {"s9": {"d": {"none": ["cat", 1]}}}),
    ]
    project.add_expected_result({"name": "more", "type": "number", "default": 7})
    found["expected left"] = project.remove_expected_result("more")
    found["models"] = [
        (one["name"], one["metadata"], one["nbResults"]) for one in project.get_models()
    ]
    found["model"] = project.get_model("one").id
    ids = list(project.get_dataframe()["sample_id"])
    made = project.create_selection("First five", ids[:5])
    repr(made)
    found["unknown"] = refused(project.create_selection, "x", [*ids[:1], "nobody"])
    found["selections"] = [(one.name, one.nbSamples) for one in project.get_selections()]
    selection = project.get_selection("First five")
    found["selected"] = sorted(selection.get_samples_id()) == sorted(ids[:5])
    found["selected rows"] = len(selection.get_dataframe())
    found["infos"] = project.project_infos()["nbSamples"]
    repr(project)
    found["deleted"] = [project.delete_selection("First five"), project.delete_model("one")]
    found["left"] = [project.get_selections(), project.get_models()]
    found["projects"] = "everything" in [one.name for one in server.get_projects()]
    found["gone"] = [
        server.delete_project(project),
        refused(server.delete_project_byId, "everything"),
    ]
    public = {
        f"{k.__name__}.{n}" for k in CLASSES for n, _ in inspect.getmembers(k, inspect.isfunction)
    }
    found["not called"] = sorted(name for name in public - called if "._" not in name)
    return found


def _noting(called, name, method):
    def noted(*arguments, **named):
        called.add(name)
        return method(*arguments, **named)

    return noted


def numpy_samples(server):
    """Rows of a NumPy array, sent twice with another value."""
    project = server.create_project("numpy")
    project.set_blockstructure(
        [{"name": "id", "inputs": [{"name": "x", "type": "number"}, {"name": "t", "type": "text"}]}]
    )
    head = ["id", "x", "t", "left out"]
    rows = [[f"n{n}", n / 2, "a", 0] for n in range(6_000)]
    project.add_samples(np.array([head, *rows], dtype=object))
    first = list(project.get_dataframe()["sample_id"])
    project.create_selection("kept", first[:3])
    project.add_samples(np.array([head, ["n3", 99, "b", 0], ["n9999", 1, "c", 0]], dtype=object))
    back = project.get_dataframe().set_index("id")
    return {
        "count": len(back),
        "changed": back.loc["n3"].tolist(),
        "same ids": back.loc["n3", "sample_id"] in first,
        "kept": project.get_selection("kept").get_samples_id()
        == sorted(first[:3], key=first.index),
    }


def selections(server, name):
    """The selections of a project with the names of their samples, after one more was made."""
    project = server.get_project(name)
    rows = project.get_dataframe()
    project.create_selection("From Python", list(rows["sample_id"])[:2])
    return {
        one.name: sorted(one.get_dataframe()["scene"] + one.get_dataframe()["image"])
        for one in project.get_selections()
    }


def small(server, name):
    """A small project."""
    project, _ = make(server, name, 12)
    return len(project.get_dataframe())


def fill_folder(server):
    """Projects with everything that DebiAI keeps, and values that are not of their type."""
    project, samples = make(server, "three levels", 240)
    project.set_expected_results(RESULTS)
    guesses = samples[["scene", "drive", "image"]].assign(
        found=[("cat", "dog")[n % 2] for n in range(240)],
        score=[n / 4 for n in range(240)],
    )
    project.create_model("whole", {"lr": 0.1, "layers": [3, 5]}).add_results_df(guesses)
    project.create_model("a part").add_results_df(guesses.iloc[10:60])
    project.create_model("untrained")
    ids = list(project.get_dataframe()["sample_id"])
    project.create_selection("Nights", ids[5:105])
    project.create_selection("Nights", ids[7:9])
    project.create_selection("Été ✓", ids[::50])
    odd = server.create_project("odd types")
    odd.set_blockstructure([{"name": "id", "inputs": [{"name": "x", "type": "number"}]}])
    odd.add_samples_pd(pd.DataFrame({"id": ["a", "b", "c"], "x": ["many", "few", None]}))
    server.create_project("nothing in it")
    return len(ids)


def count(server, name):
    """How many samples a project has."""
    return len(server.get_project(name).get_dataframe())


def not_fitting(server):
    """Samples that do not fit are refused as a whole."""
    project = server.create_project("not fitting")
    project.set_blockstructure([{"name": "id", "inputs": [{"name": "x", "type": "number"}]}])
    rows = pd.DataFrame({"id": ["a", "b"], "x": [1, "many"]})
    return [refused(project.add_samples_pd, rows), project.project_infos()["nbSamples"]]


def connect(server):
    """It did."""
    return [one.name for one in server.get_projects()]


if __name__ == "__main__":
    url, out, function, *arguments = sys.argv[1:]
    try:
        answer = globals()[function](debiai.Debiai(url), *arguments)
    except ConnectionError as error:
        answer = str(error)
    Path(out).write_text(json.dumps(answer))
