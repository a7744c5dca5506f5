"""What tests need from npm."""

import subprocess
import sys

from tests.packaging_scripts.scripts import SCRIPTS


def test_what_is_listed_is_installed_and_runs_on_a_current_node() -> None:
    script = "import node_packages as n, subprocess; assert n.ready(); print(n.node())"
    answer = subprocess.run(
        [sys.executable, "-c", script], cwd=SCRIPTS, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    node = answer.stdout.splitlines()[-1]
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    assert int(version.removeprefix("v").partition(".")[0]) >= 20
