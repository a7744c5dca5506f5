"""Paths that climb out, and paths of every day."""

import pytest

from gateway_desktop.inspection.detectors.path_traversal import PathTraversal
from tests.unit.inspection.found import kinds


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("../../../etc/passwd", "climbs_to_system"),
        ("~root/.bash_history", "system_file"),
        ("/etc/kubernetes/admin.conf", "system_file"),
        ("\\\\192.0.2.1\\share", "system_file"),
        ("..\\..\\windows\\win.ini", "climbs_to_system"),
        ("a/../../../../../x", "climbs_far"),
        ("%2e%2e%2f%2e%2e%2fetc%2fpasswd", "hidden_climb"),
        ("..%c0%af..%c0%afx", "hidden_climb"),
        ("....//....//x", "hidden_climb"),
        ("invoice.php%00.png", "cut_by_zero"),
        ("/etc/shadow", "system_file"),
        ("~/.ssh/id_rsa", "system_file"),
        ("file:///etc/passwd", "system_file"),
        ("concat:a|file:///etc/hosts", "system_file"),
        ("file:///C:/Windows/win.ini", "system_file"),
        ("/root/.ssh/id_rsa", "system_file"),
        ("//etc//shadow", "system_file"),
        ("/etc/./shadow", "system_file"),
        ("/proc/1/root/etc/x", "system_file"),
        ("/dev/sda", "system_file"),
        ("/var/run/docker.sock", "system_file"),
        ("..%00/..%00/x", "hidden_climb"),
        ("%uff0e%uff0e%u2215x", "hidden_climb"),
        ("..\u2215..\u2215etc\u2215passwd", "hidden_climb"),  # Windows reads these as slashes
        ("..\u2044..\u2044x", "hidden_climb"),
        ("..\u2216..\u2216x", "hidden_climb"),
        ("/Users/ana/Library/Keychains/login.keychain-db", "system_file"),
    ],
)
def test_a_path_that_climbs_out_is_found(path: str, kind: str) -> None:
    assert kind in kinds(PathTraversal(), path, "read_file", "path")


@pytest.mark.parametrize(
    "path",
    [
        "src/main.py",
        "/root/app/main.py",
        "file:///home/ana/app/coverage/index.html",
        "../lib/util.ts",
        "/home/ana/project/README.md",
        "C:\\work\\a.txt",
        "..",
        "a..b",
        "v1.2..v1.3",
        "a/1\u20442 cup.txt",
        "a..\u2026b.txt",
        "/etc/nginx/nginx.conf",
    ],
)
def test_paths_of_every_day_pass(path: str) -> None:
    assert kinds(PathTraversal(), path, "read_file", "path") == set()


def test_prose_is_not_looked_at() -> None:
    assert kinds(PathTraversal(), "../../../etc/passwd", "write_file", "content") == set()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/ana/.ssh/authorized_keys", "lets_in"),
        ("/etc/cron.d/job", "lets_in"),
        ("C:\\Users\\a\\Start Menu\\Programs\\Startup\\a.bat", "lets_in"),
        ("~/.bashrc", "runs_later"),
        ("/etc/systemd/system/a.service", "runs_later"),
        (".git/hooks/pre-commit", "runs_later"),
        ("/home/ana/app/.git/config", "runs_later"),
        ("/home/ana/.config/systemd/user/a.service", "runs_later"),
    ],
)
def test_only_who_writes_where_the_system_looks_for_what_it_runs_is_told_of_it(path: str, kind: str) -> None:
    assert kind in kinds(PathTraversal(), path, "write_file", "path")
    assert kind not in kinds(PathTraversal(), path, "read_file", "path")
