"""The scripts of `packaging`, and how they are run."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "packaging"


def run(script: str, at: Path = SCRIPTS, /, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run lines of Python beside the scripts."""
    command = [sys.executable, "-c", script]
    environment = {**os.environ, "PYTHONPATH": str(at), **variables}
    return subprocess.run(command, cwd=at, env=environment, capture_output=True, text=True, check=False)
