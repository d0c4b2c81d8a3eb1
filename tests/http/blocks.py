"""Projects of blocks, made over HTTP as DebiAI's client makes them."""

from __future__ import annotations

import hashlib
import itertools

PROVIDER = "/data-providers/Python%20module%20Data%20Provider/projects"
LEVELS = [
    {"name": "scene", "contexts": [{"name": "weather", "type": "text", "group": "env"}]},
    {"name": "image", "inputs": [{"name": "x", "type": "number"}]},
]
_numbers = itertools.count(1)


def path_id(*names: str) -> str:
    return hashlib.sha256(("/".join(names) + "/").encode()).hexdigest()


class Project:
    """A project of blocks over HTTP."""

    def __init__(self, client, levels=LEVELS) -> None:
        self.client = client
        self.name = f"blocks {next(_numbers)}"
        client.post("/projects", json={"projectName": self.name}).raise_for_status()
        self.path = f"{PROVIDER}/{self.name}"
        if levels:
            self.post("blocklevels", levels).raise_for_status()

    def post(self, what, body):
        return self.client.post(f"{self.path}/{what}", json=body)

    def add(self, scene, image, x, weather="sun"):
        child = {"name": image, "inputs": [x]}
        tree = [{"name": scene, "contexts": [weather], "childrenInfoList": [child]}]
        return self.post("blocks", {"blockTree": tree})

    def ids(self, first=None, last=None):
        return self.post("dataIdList", {"analysis": None, "from": first, "to": last}).json()

    def rows(self):
        return self.post("blocksFromSampleIds", {"sampleIds": self.ids()}).json()["data"]

    def info(self):
        return self.client.get(self.path).json()
