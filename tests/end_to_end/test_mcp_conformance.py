"""The official conformance suite, in each revision it knows: the same directly and through the gateway."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.end_to_end.mcp_fixture import PACKAGES, ROOT, fixture_server, node
from tests.end_to_end.program import Program

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

# How many checks pass directly: less means that the fixture does not show what it should.
REVISIONS = {"2025-03-26": 3, "2025-06-18": 56, "2025-11-25": 81, "2026-07-28": 150}


@dataclass
class Place:
    """The fixture server, and the gateway in front of it."""

    origin: str
    program: Program
    folder: Path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("conformance")
    with fixture_server(folder) as origin:
        program = Program(folder / "data")
        program.run("proxy", "add", "suite", "--kind", "mcp", "--upstream", f"{origin}/mcp")
        program.run("proxy", "set", "suite", "anonymous=on")
        program.start()
        yield Place(origin, program, folder)
        program.stop()


def scenarios(url: str, folder: Path, *words: str) -> dict[str, tuple[int, int]]:
    """Run server scenarios; return how many checks of each passed and failed."""
    suite = PACKAGES / "conformance" / "dist" / "index.js"
    command = [node(), str(suite), "server", "--url", url, *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=140, check=False)
    found: dict[str, tuple[int, int]] = {}
    for line in done.stdout.splitlines():
        if line[:1] in ("✓", "✗"):
            name, _, counts = line[2:].partition(": ")
            counted = counts.split()
            found[name] = (int(counted[0]), int(counted[2]))
    assert found, done.stdout[-2000:] + done.stderr[-2000:]
    return found


CLIENT = {  # scenarios for clients, and how many of their checks the SDK passes directly
    "tools_call": ("2025-11-25", 2),
    "elicitation-sep1034-client-defaults": ("2025-11-25", 5),
    "json-schema-2020-12-preservation": ("2025-11-25", 9),
    "request-metadata": ("2026-07-28", 6),
    "http-standard-headers": ("2026-07-28", 3),
    "http-custom-headers": ("2026-07-28", 17),
    "http-invalid-tool-headers": ("2026-07-28", 12),
    "json-schema-ref-no-deref": ("2026-07-28", 1),
    "sep-2322-client-request-state": ("2026-07-28", 5),
}


def client_scenario(place: Place, name: str, revision: str, *words: str) -> tuple[int, ...]:
    """Run a scenario for clients with the SDK as the client; return how many checks passed, of how many."""
    suite = PACKAGES / "conformance" / "dist" / "index.js"
    client = " ".join([sys.executable, "-m", "tests.fakes.conformance_client", *words])
    asked = ["--command", client, "--scenario", name, "--spec-version", revision, "--timeout", "60000"]
    command = [node(), str(suite), "client", *asked, "-o", str(place.folder / "results")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    said = done.stdout + done.stderr
    found = re.search(r"Passed: (\d+)/(\d+)", said)
    assert found, said[-2000:]
    return tuple(map(int, found.groups()))


def compared(place: Place, *words: str) -> int:
    """Run the suite both ways, say the counts, and return how many checks pass directly."""
    direct = scenarios(f"{place.origin}/mcp", place.folder, *words)
    through = scenarios(f"{place.program.base}/suite/mcp", place.folder, *words)
    for name, results in (("direct", direct), ("through the gateway", through)):
        passed, failed = (sum(counts) for counts in zip(*results.values(), strict=True))
        said = f"{' '.join(words)} {name}: {len(results)} scenarios, {passed} checks passed, {failed} failed"
        print(said)  # noqa: T201 - the counts are asked for
    assert through == direct
    return sum(passed for passed, _ in direct.values())


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_server_scenario_is_the_same_through_the_gateway(place: Place, revision: str) -> None:
    assert compared(place, "--suite", "all", "--spec-version", revision) >= REVISIONS[revision]


def test_what_the_newest_revision_requires_is_the_same_through_the_gateway(place: Place) -> None:
    """Those of its extensions, too, which the fixture has not: what they say then is the same as well."""
    assert compared(place, "--requirements", "2026-07-28") >= 150


@pytest.mark.parametrize("name", CLIENT)
def test_a_client_of_the_official_sdk_passes_as_much_through_the_gateway(place: Place, name: str) -> None:
    revision, least = CLIENT[name]
    direct = client_scenario(place, name, revision)
    through = ("--through", place.program.base, str(place.program.data))
    assert client_scenario(place, name, revision, *through) == direct
    assert direct[0] >= least


# How many of their checks the SDK passes directly; and how many of these are about the server's own address,
# where the gateway's is the resource instead.
SIGN_IN = {
    "auth/metadata-var3": (19, 1),
    "auth/basic-cimd": (14, 0),
    "auth/scope-from-www-authenticate": (15, 0),
    "auth/scope-step-up": (13, 0),
    "auth/token-endpoint-auth-basic": (20, 1),
}


@pytest.mark.parametrize("name", SIGN_IN)
def test_a_client_signs_in_at_the_servers_own_authorization_server(place: Place, name: str) -> None:
    passed, about_address = SIGN_IN[name]
    through = ("--through", place.program.base, str(place.program.data))
    found = client_scenario(place, name, "2025-11-25", "--sign-in", *through)
    assert found == (found[1] - about_address, found[1])
    assert found[0] >= passed - about_address
