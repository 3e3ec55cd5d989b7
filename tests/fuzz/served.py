"""Try every call of the service with schemathesis, from its own description, with all its checks.

Calls that fit the description and calls that do not are drawn, followed from one to the next, and every answer is held
against the description: `python -m fuzz.served [FIRST SEED]`. The program comes from the package index, into a cache.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from made import served

PROGRAM = "schemathesis==4.32.5"
PATIENCE = 120  # seconds for a call that runs every reading on a slow machine


def main() -> int:
    """The exit code: 0 where nothing is found."""
    uv = Path(sys.executable).with_name("uv")
    with served(PATIENCE) as port:
        limits = ["--request-timeout", str(PATIENCE), "--max-response-time", str(PATIENCE)]
        words = ["--checks", "all", *limits, "--seed", *(sys.argv[1:] or ["1"])]
        words += ["--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "50"]
        run = [uv, "tool", "run", "--from", PROGRAM, "schemathesis", "run", f"http://127.0.0.1:{port}/openapi.json"]
        with tempfile.TemporaryDirectory() as folder:
            return subprocess.run([*run, *words], cwd=folder, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
