"""Writes the generated files: the OpenAPI document and the page's types of it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from prepare import WEB, npm

from debiai_studio.http.app import create_app

OPENAPI = WEB / "openapi.json"
TYPES = WEB / "src" / "api" / "schema.ts"


def main() -> int:
    """Write them, or with ``--check`` tell which are stale."""
    document = json.dumps(create_app(None).openapi(), indent=1, ensure_ascii=False) + "\n"
    if "--check" not in sys.argv:
        OPENAPI.write_text(document)
        subprocess.run([*npm(), "run", "--silent", "gen"], cwd=WEB, check=True)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        described, types = Path(folder) / "openapi.json", Path(folder) / "schema.ts"
        described.write_text(document)
        tool = WEB / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
        subprocess.run(
            ["node", str(tool), str(described), "-o", str(types)], check=True, capture_output=True
        )
        fresh = {OPENAPI: document, TYPES: types.read_text()}
    stale = [path.name for path, text in fresh.items() if path.read_text() != text]
    if stale:
        print(f"Stale: {', '.join(stale)}. Run `make docs`.")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
