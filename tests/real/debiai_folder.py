"""Writes data folders as DebiAI 1.0.4 does; tests/debiai_client proves that with DebiAI itself."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

MOMENT = 1795857970753.5
LEVELS = [
    {"name": "scene", "contexts": [{"name": "weather", "type": "text"}]},
    {"name": "image", "inputs": [{"name": "light", "type": "number"}]},
]
RESULTS = [{"name": "found", "type": "text"}]


def write_json(path: Path, document: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document))


def sample_id(*names: str) -> str:
    return hashlib.sha256(("/".join(names) + "/").encode()).hexdigest()


def write_project(data: Path, name: str = "drives", scenes: int = 2, images: int = 3) -> Path:
    """A project of samples, a model with results and a selection; its folder."""
    folder = data / "pythonDataProvider" / name
    info = {
        "name": name,
        "id": name,
        "creationDate": MOMENT,
        "updateDate": MOMENT,
        "blockLevelInfo": LEVELS,
        "resultStructure": RESULTS,
    }
    write_json(folder / "info.json", info)
    hashes: dict[str, str] = {}
    for s in range(scenes):
        write_block(folder, (f"s{s}",), contexts=["sun"])
        for i in range(images):
            write_block(folder, (f"s{s}", f"i{i}"), inputs=[s + i / 4])
            hashes[sample_id(f"s{s}", f"i{i}")] = f"s{s}/i{i}/"
    write_json(folder / "samplesHashmap.json", hashes)
    model = {"name": "one", "id": "one", "creationDate": MOMENT, "metadata": {"lr": 1}}
    write_json(folder / "models" / "one" / "info.json", model)
    write_json(folder / "models" / "one" / "results.json", {id_: ["cat"] for id_ in hashes})
    kept = {"id": "all", "name": "all", "creationDate": MOMENT, "samples": list(hashes)}
    write_json(folder / "selections" / "all" / "info.json", kept)
    return folder


def write_block(folder: Path, path: tuple[str, ...], **values: list[Any]) -> None:
    """The file of one block."""
    text = "/".join(path) + "/"
    parent = "/".join(path[:-1]) + "/" if path[:-1] else ""
    block = {"id": path[-1], "name": path[-1], "path": text, "parentPath": parent}
    write_json(folder / "blocks" / text / "info.json", {**block, "level": len(path) - 1, **values})
