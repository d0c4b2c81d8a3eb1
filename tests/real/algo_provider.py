"""DebiAI's own package of algo-providers, from the package index: a real one that serves."""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path

from tests.real.environments import python_with

VERSION = "1.0.2"
PATIENCE = 60

# The examples that come with the package.
_SERVE = """
import sys
from algo_provider import AlgoProvider
from tests import my_algorithms

provider = AlgoProvider()
for name in sys.argv[1:]:
    provider.add_algo(
        getattr(my_algorithms, name), tags=["example"], author="Ada", version="0.3.0",
        creation_date="2024-05-01",
    )
provider.start_server("127.0.0.1", 0)
"""
EXAMPLES = (
    "add_floats",
    "concatenate_strings",
    "statistics_of_list",
    "multiply_lists",
    "moving_average",
)


class RealAlgoProvider:
    """The package's server with its own example algorithms."""

    def __init__(self, folder: Path) -> None:
        python = python_with(f"algo-provider-{VERSION}", f"algo-provider=={VERSION}")
        self._log = folder / "algo-provider.log"
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [python, "-c", _SERVE, *EXAMPLES],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.url = self._address()

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def _address(self) -> str:
        """Where it says that it listens."""
        end = time.monotonic() + PATIENCE
        while True:
            said = self._log.read_text()
            found = re.search(r"running on (http://[\d.:]+)", said)
            if found:
                return found[1]
            assert self._process.poll() is None, said
            assert time.monotonic() < end, said
            time.sleep(0.1)
