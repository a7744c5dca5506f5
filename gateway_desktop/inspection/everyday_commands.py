"""Everyday commands: what has the looks of one of the meanings, and developers run daily."""

from collections.abc import Callable
from functools import partial

from gateway_desktop.inspection.expression import compiled

_of_bytes = partial(compiled, ignore_case=True, dot_nl=True, latin=True)

# Addresses whose makers tell people to pipe them into a shell, fetched with usual options and nothing else.
_INSTALLER = _of_bytes(
    rb"^(?:(?:curl|wget)(?:\s+(?:-[fslqo]+-?|--proto|['\"]?=https['\"]?|--tlsv1\.\d|--retry|\d{1,2}|--location|--silent|--show-error|--fail|-))*|irm|(?:iwr|invoke-webrequest)(?:\s+-useb(?:asicparsing)?)?)\s+['\"]?(?:https://)?"
    rb"(?:sh\.rustup\.rs|get\.docker\.com|(?:deb|rpm)\.nodesource\.com/[\w./-]+|astral\.sh/[\w./-]+|bun\.(?:sh|com)/install|deno\.land/[\w./-]+|fnm\.vercel\.app/install|get\.pnpm\.io/install\.sh"
    rb"|install\.python-poetry\.org|get\.k3s\.io|ollama\.com/install\.sh|claude\.ai/install\.sh|get\.scoop\.sh|community\.chocolatey\.org/install\.ps1|get\.sdkman\.io|mise\.run|starship\.rs/install\.sh"
    rb"|raw\.githubusercontent\.com/(?:nvm-sh/nvm|homebrew/install|helm/helm|ohmyzsh/ohmyzsh|pyenv/pyenv-installer)/[\w./-]+)/?['\"]?(?:\s+-(?:[fslqo]+-?|useb(?:asicparsing)?))*\s*\|\s*(?:sudo\s+)?(?:-e\s+)?\w+(?:\s+-)?$"
)
_PACKAGES = _of_bytes(rb"^(?:npm|pnpm|yarn|bun|pip3?)\s")
_NEARBY = _of_bytes(
    rb"https?://(?:localhost|(?:127|10)\.\d{1,3}\.\d{1,3}\.\d{1,3}|0\.0\.0\.0|192\.168\.\d{1,3}\.\d{1,3}|host\.docker\.internal|[\w-]+(?:\.(?:local|internal|test|localhost))?)(?::\d{1,5})?(?:[/?\s\"']|$)"
)
_PROFILES = (b".bashrc", b".zshrc", b".bash_profile", b".profile")
_SETTING = _of_bytes(
    rb"\bexport\s+\w+=|\balias\s+\w+=|\bsource\s|\beval\s+\\?[\"']?\\?\$\(\w|\bpath=|\[\s+-[sf]\s|[\"']\s*#"
)
_NO_SETTING = _of_bytes(
    rb"\b(?:curl|wget|nc|ncat|socat|base64|nohup|ssh|crontab|ld_preload|prompt_command|trap|mkfifo|powershell)\b"
    rb"|\b(?:python[\d.]*|perl|ruby|php|node|(?:ba|z)?sh)\s+-\w*[ceri]|/dev/(?:tcp|shm)|/tmp/|alias\s+(?:sudo|su|ssh|ls|cd|git|cat)="
)
_READ_ONLY = _of_bytes(rb"^\S{0,80}:ro\b")
# A key that a program is given to use, that is made or written, or a file that is looked at from outside.
_IN_USE = _of_bytes(
    rb"(?:\b(?:ssh|scp|sftp|rsync|ssh-copy-id|ansible[\w-]*)\b.*\s-i[ =]?|identityfile[= ]|--kubeconfig[= ]|\bkubeconfig=|--private-key[= ]|>)\s*[\"']?\S*$"
    rb"|^\s*(?:sudo\s+)?(?:chmod|ls|ll|stat|test|\[\[?|ssh-add|ssh-keygen|mkdir|touch)\s"
)
_PUBLIC = _of_bytes(rb"^\w*\.pub\b")
# The name of a file with the day in it, and no host: no domain ends so.
_BACKUP = _of_bytes(rb"^(?:\$\([^)]*\)|`[^`]*`)\.(?:tar|sql|dump|log|json|csv)\.(?:gz|bz2|xz|zst|gpg|age)$")
_PORT_CHECK = _of_bytes(rb"(?:[\"'(]|\becho\s|:\s)\s*[<>]{1,2}\s*$")
_ENDS = (b";", b"|", b"&", b"\n", b"(", b"`")


def _no_key_read(data: bytes, start: int, end: int) -> bool:
    if b"xargs" in data[end:]:
        return False
    begin = max(data.rfind(sign, 0, start) for sign in _ENDS) + 1
    uses = b"authorized_keys" not in data[start:end] and _IN_USE.search(data[begin:start])
    return bool(uses or _PUBLIC.search(data[end : end + 40]))


def _known_source(data: bytes, start: int, end: int) -> bool:
    match = data[start:end]
    if _PACKAGES.search(match):
        return _only_nearby(data[start : end + 100])  # a registry of one's own
    return b".." not in match and bool(_INSTALLER.search(match))


def _setting(data: bytes, start: int, end: int) -> bool:
    match = data[start:end].lower()
    if match.endswith(_PROFILES):
        return bool(_SETTING.search(data)) and not _NO_SETTING.search(data)
    return match.endswith(b"/:/") and bool(_READ_ONLY.search(data[end : end + 100]))


def _stays(data: bytes, start: int, end: int) -> bool:
    return bool(_BACKUP.search(data[start:end])) or _only_nearby(data[start : end + 100])


def _only_nearby(text: bytes) -> bool:
    return text.count(b"://") == 1 and bool(_NEARBY.search(text))


def is_nearby(address: str) -> bool:
    """Return whether an address is one of this machine or of the network it is in."""
    return bool(_NEARBY.search(address.encode("utf-8", "replace")))


def _port_check(data: bytes, start: int, end: int) -> bool:
    return data[start:end].startswith(b"/dev/") and bool(_PORT_CHECK.search(data[max(0, start - 20) : start]))


_EVERYDAY: dict[str, Callable[[bytes, int, int], bool]] = {
    "credentials": _no_key_read,
    "fetch_and_execute": _known_source,
    "persistence": _setting,
    "exfiltration": _stays,
    "reverse_shell": _port_check,
}


def is_everyday(meaning: str, data: bytes, start: int, end: int) -> bool:
    """Return whether a place that looks like a meaning, as bytes of a command, is what developers run."""
    judge = _EVERYDAY.get(meaning)
    return judge is not None and judge(data, start, end)
