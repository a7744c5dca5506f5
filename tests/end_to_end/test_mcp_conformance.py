"""The official conformance suite, in each revision it knows: the same directly and through the gateway."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.end_to_end import forks
from tests.end_to_end.mcp_fixture import PACKAGES, ROOT, fixture_server, node
from tests.end_to_end.program import Program

pytestmark = pytest.mark.slow

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
        where = ("--stdio", "--cwd", str(ROOT), "--")
        served = "from tests.fakes.mcp_http import server; server.run('stdio')"
        program.run("proxy", "add", "command", "--kind", "mcp", *where, sys.executable, "-c", served)
        for name in ("suite", "command"):
            program.run("proxy", "set", name, "anonymous=on")
        with program.serving():
            yield Place(origin, program, folder)


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
    "initialize": ("2025-11-25", 1),
    "tools_call": ("2025-11-25", 2),
    "sse-retry": ("2025-11-25", 3),
    "elicitation-sep1034-client-defaults": ("2025-11-25", 5),
    "json-schema-2020-12-preservation": ("2025-11-25", 9),
    "request-metadata": ("2026-07-28", 6),
    "http-standard-headers": ("2026-07-28", 3),
    "http-custom-headers": ("2026-07-28", 17),
    "http-invalid-tool-headers": ("2026-07-28", 12),
    "json-schema-ref-no-deref": ("2026-07-28", 1),
    "sep-2322-client-request-state": ("2026-07-28", 5),
}


def client_scenario(place: Place, name: str, revision: str, *words: str) -> Counter[tuple[str, str]]:
    """Run a scenario for clients with the SDK as the client; return its checks, by id and status."""
    suite = PACKAGES / "conformance" / "dist" / "index.js"
    client = " ".join(forks.command("tests.fakes.conformance_client", *words))
    asked = ["--command", client, "--scenario", name, "--timeout", "60000"]
    asked += ["--spec-version", revision] if revision else []
    with TemporaryDirectory(dir=place.folder) as results:
        command = [node(), str(suite), "client", *asked, "-o", results]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
        found = list(Path(results).rglob("checks.json"))
        assert len(found) == 1, (done.stdout + done.stderr)[-2000:]
        checks = json.loads(found[0].read_text(encoding="utf-8"))
    return Counter((check["id"], check["status"]) for check in checks if check["status"] != "INFO")


def ids(checks: Counter[tuple[str, str]], *statuses: str) -> set[str]:
    return {id for id, status in checks if status in statuses}


def compared(place: Place, *words: str, proxy: str = "suite") -> int:
    """Run the suite both ways, say the counts, and return how many checks pass directly."""
    direct = scenarios(f"{place.origin}/mcp", place.folder, *words)
    through = scenarios(f"{place.program.base}/{proxy}/mcp", place.folder, *words)
    for name, results in (("direct", direct), ("through the gateway", through)):
        passed, failed = (sum(counts) for counts in zip(*results.values(), strict=True))
        said = f"{' '.join(words)} {name}: {len(results)} scenarios, {passed} checks passed, {failed} failed"
        print(said)  # noqa: T201 - the counts are asked for
    assert through == direct
    return sum(passed for passed, _ in direct.values())


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_server_scenario_is_the_same_through_the_gateway(place: Place, revision: str) -> None:
    assert compared(place, "--suite", "all", "--spec-version", revision) >= REVISIONS[revision]


def test_a_command_conforms_to_the_newest_revision_as_its_server_does_over_http(place: Place) -> None:
    compared(place, "--suite", "all", "--spec-version", "2026-07-28", proxy="command")


def test_what_the_newest_revision_requires_is_the_same_through_the_gateway(place: Place) -> None:
    """Those of its extensions, too, which the fixture has not: what they say then is the same as well."""
    assert compared(place, "--requirements", "2026-07-28") >= 150


@pytest.mark.parametrize("name", CLIENT)
def test_a_client_of_the_official_sdk_passes_as_much_through_the_gateway(place: Place, name: str) -> None:
    revision, least = CLIENT[name]
    direct = client_scenario(place, name, revision)
    through = ("--through", place.program.base, str(place.program.data))
    assert client_scenario(place, name, revision, *through) == direct
    passed = sum(times for (_, status), times in direct.items() if status == "SUCCESS")
    assert passed >= least


SIGN_IN = {  # scenarios of signing in, each in the newest revision that has it; extensions are in none
    **dict.fromkeys(
        (
            *("metadata-default", "metadata-var1", "metadata-var2", "metadata-var3", "basic-cimd"),
            *("scope-from-www-authenticate", "scope-from-scopes-supported", "scope-omitted-when-undefined"),
            *("scope-step-up", "scope-retry-limit", "pre-registration", "resource-mismatch"),
            *("token-endpoint-auth-basic", "token-endpoint-auth-post", "token-endpoint-auth-none"),
            *("offline-access-scope", "offline-access-not-supported", "authorization-server-migration"),
            *("iss-supported", "iss-not-advertised", "iss-supported-missing", "iss-wrong-issuer"),
            *("iss-unexpected", "iss-normalized", "metadata-issuer-mismatch"),
        ),
        "2026-07-28",
    ),
    **dict.fromkeys(
        ("2025-03-26-oauth-metadata-backcompat", "2025-03-26-oauth-endpoint-fallback"), "2025-03-26"
    ),
    **dict.fromkeys(
        (
            *("client-credentials-jwt", "client-credentials-basic", "enterprise-managed-authorization"),
            *("wif-jwt-bearer", "dpop", "dpop-nonce"),
        ),
        "",
    ),
}
# Checks that fail behind a gateway by its nature: a client wants a token for the address that it uses, which
# is the gateway's, and these are about the server's own.
ABOUT_ADDRESS = {"resource-parameter-matches-prm"}
# Here the authorization server takes assertions for no other address, so that there is no token either.
NO_TOKEN = {"enterprise-managed-authorization": {"complete-flow-jwt-bearer", "valid-bearer-token"}}
# Checks that fail directly, too: the SDK knows nothing of DPoP (RFC 9449). Its proofs are for one address as
# well, so that those of a client that does would not hold behind a gateway.
NOT_DIRECTLY = {"dpop": 3, "dpop-nonce": 5}


@pytest.mark.parametrize("name", SIGN_IN)
def test_a_client_signs_in_at_the_servers_own_authorization_server(place: Place, name: str) -> None:
    scenario, revision = f"auth/{name}", SIGN_IN[name]
    direct = client_scenario(place, scenario, revision, "--sign-in")
    where = ("--through", place.program.base, str(place.program.data))
    through = client_scenario(place, scenario, revision, "--sign-in", *where)
    assert len(ids(direct, "FAILURE", "WARNING")) == NOT_DIRECTLY.get(name, 0)
    assert ids(direct, "SUCCESS")
    by_nature = ABOUT_ADDRESS | NO_TOKEN.get(name, set())
    assert ids(direct, "SUCCESS") - ids(through, "SUCCESS") <= by_nature
    assert ids(through, "FAILURE", "WARNING") - ids(direct, "FAILURE", "WARNING") <= by_nature


def test_no_scenario_for_clients_is_left_out() -> None:
    command = [node(), str(PACKAGES / "conformance" / "dist" / "index.js"), "list", "--client"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    listed = set(re.findall(r"^  - (\S+)", said, re.MULTILINE))
    of_skills = {name for name in listed if name.startswith("sep-2640-")}  # the SDK does nothing for them
    assert listed - of_skills == {*CLIENT, *(f"auth/{name}" for name in SIGN_IN)}
