"""What programs do that nobody means: code of Python and JavaScript that a tool is given to run."""

from collections.abc import Iterator

from gateway_desktop.core.finding import Evidence, Family, Finding, Level, Passage
from gateway_desktop.inspection.arguments import words_of
from gateway_desktop.inspection.kind import Kind
from gateway_desktop.inspection.normalize import View
from gateway_desktop.inspection.patterns import PatternSet

LONGEST = 20_000  # characters of a program that is looked at
# Words of the names of tools that run what they are given; what writes or explains code runs none.
_RUN = frozenset({
    "run", "exec", "execute", "executor", "eval", "evaluate", "repl", "interpreter", "interpret",
    "sandbox", "runner", "evaluator",
})  # fmt: skip
_LANGUAGES = frozenset({
    "python", "node", "javascript", "js", "typescript", "code", "ipython", "jupyter",
})  # fmt: skip
_KEEP = frozenset({
    "write", "edit", "create", "save", "update", "review", "explain", "format", "lint", "search",
    "insert", "append", "replace", "read", "get", "list",
})  # fmt: skip

_SENDS = r"(?:\brequests\.(?:post|put|get)|\bhttpx\.\w{2,8}|\burlopen|\bsession\.post|\baxios(?:\.\w{2,8})?|\bfetch|\bsendbeacon|\bhttps?\.request)\s*\("
_AWAY = r"\s*f?[\"'`](?:https?:)?//"
_KEYS = (
    r"(?:\.ssh\b|\bid_(?:rsa|ed25519)\b|\.aws[/\\\\]credentials|\.npmrc\b|\.netrc\b|\.pypirc\b|\.git-credentials|\.kube[/\\\\]config|\.gnupg\b"
    r"|/etc/(?:passwd|shadow)\b|login data\b|\bwallet\.dat\b|application_default_credentials|/serviceaccount/token)"
)
_ALL_SET = r"(?:\bdict\(\s*os\.environ|\bjson\.dumps\(\s*(?:dict\(\s*)?os\.environ|\bos\.environ\s*\)|\bjson\.stringify\(\s*(?:process\.env\s*[,)]|(?:window\.)?localstorage))"
_OF_PAGE = r"(?:\bdocument\.cookie\b|\blocalstorage\b|\bsessionstorage\b)"
_POSTS = r"(?:(?:\b(?:requests|session|httpx|axios|client)\.(?:post|put)|\bfetch|\bsendbeacon|\bhttps?\.request|\.sendall|\.storbinary)\s*\(|\burlopen\s*\([^)\n]{0,120}\bdata\s*=)"
_KEPT = r"(?:\bdict\(\s*os\.environ\s*\)|\bjson\.dumps\(\s*(?:dict\(\s*)?os\.environ|\bjson\.stringify\(\s*(?:process\.env\s*[,)]|(?:window\.)?localstorage)|\bdocument\.cookie\s*[;,)\n+])"
_FETCHES = (
    r"(?:\burlopen\s*\(|\.urlopen\s*\(|\brequests\.get\s*\(|\bhttpx\.get\s*\(|\bfetch\s*\(|\bhttp\.get\s*\()"
)
_DECODES = r"(?:\bb64decode\s*\(|\batob\s*\(|\bbytes\.fromhex\s*\(|\bunhexlify\s*\(|\bmarshal\.loads\s*\(|\bzlib\.decompress\s*\(|\bbuffer\.from\s*\([^)\n]{0,400}[\"']base64)"
_STARTS = r"(?:\bos\.(?:system|popen)|\bsubprocess\.\w{2,12}|\bexec(?:file)?(?:sync)?|\bspawn(?:sync)?|\bcheck_output)\s*\(\s*f?[\[\"'`(]"
_ROOTS = r"\(\s*(?:[\w.]{1,30}\(\s*)?[\"'](?:/|~/?|[c-z]:[\\\\/]{0,2}|/(?:etc|usr|var|home|root|bin|lib|boot|opt|srv|users)/?)[\"']"

# Each as its name, pattern, severity, confidence and reason.
_MEANINGS: tuple[tuple[str, str, Level, float, str], ...] = (
    ("fetch_and_execute",
     r"(?:^|[^.\w])(?:exec|eval|compile|new\s+function)\s*\(\s*[^;\n]{0,120}?(?:" + _FETCHES + "|" + _DECODES + r")"
     r"|" + _STARTS + r"[^\n]{0,200}?\b(?:curl|wget)\b[^\n]{0,200}?\|\s*(?:sudo\s+)?(?:ba|z)?sh\b",
     Level.HIGH, 0.9, "The program runs what it fetches or unpacks"),
    ("reverse_shell",
     r"\bsocket\.socket\b[\s\S]{0,400}?(?:\bdup2\s*\(|\bpty\.spawn|\b(?:subprocess\.\w{2,12}|os\.system|popen)\s*\(\s*\[?[\"'](?:/bin/)?(?:ba)?sh\b)"
     r"|\bnet\.(?:connect|createconnection|socket)\b[\s\S]{0,400}?(?:/bin/(?:ba)?sh\b|\bcmd\.exe\b)|/dev/tcp/",
     Level.CRITICAL, 0.95, "The program gives somebody else a shell"),
    ("exfiltration",
     _SENDS + _AWAY + r"(?:[^;]{0,300}?(?:" + _ALL_SET + "|" + _KEYS + r")|[^,;\n]{0,200}?" + _OF_PAGE + r"|[^;]{0,200}?\bbody\s*:\s*(?:document\.cookie|localstorage))"
     r"|" + _STARTS + r"[^\n]{0,60}?\b(?:curl|wget)\b[^\n]{0,200}?(?:\$\(|`)\s*(?:env|printenv|set)\b|" + _KEPT + r"[\s\S]{0,200}?" + _POSTS + r"|" + _KEYS + r"[\s\S]{0,400}?" + _POSTS,
     Level.HIGH, 0.88, "The program sends away what it read of keys, cookies or the environment"),
    ("persistence",
     r"\b(?:open|write_text|writefile(?:sync)?|appendfile(?:sync)?)\s*\([^;\n]{0,80}?(?:authorized_keys|/etc/(?:cron|sudoers|ld\.so\.preload)|/var/spool/cron|launchagents/|\.bashrc|\.zshrc)[\"'`](?:\s*\))?\s*(?:,\s*[\"'`][awr]?[awb+]|,|\.write)",
     Level.HIGH, 0.88, "The program writes where a system looks for what it runs, or whom it lets in"),
    ("destructive",
     r"\b(?:rmtree|rm|rmsync|rmdirsync|rimraf(?:sync)?)\s*" + _ROOTS + r"|" + _STARTS + r"[^\n]{0,40}\brm\s+-\w*r\w*\s+(?:/|~|\$home)/?\*?\s*[\"'`\s]|\brmtree\s*\(\s*(?:str\()?(?:pathlib\.)?path\.home\(\)\s*\)",
     Level.CRITICAL, 0.95, "The program destroys a system or its data"),
    ("escape",
     r"(?:\(\)|\[\]|\{\}|''|\"\")\.__class__\.__(?:base|bases|mro)__|\bconstructor\.constructor\s*\(|\.mainmodule\.require\s*\(|\.__globals__\s*\[\s*[\"'](?:os|sys|__builtins__)",
     Level.HIGH, 0.88, "The program climbs out of where it is meant to run"),
)  # fmt: skip
_KINDS = [
    Kind(Family.COMMAND_INJECTION, name, severity, confidence, Evidence.STRUCTURE, why)
    for name, _, severity, confidence, why in _MEANINGS
]
PROGRAMS = PatternSet([pattern for _, pattern, *_ in _MEANINGS])


def runs_programs(tool: str) -> bool:
    """Return whether a tool runs code, by its name: execute_python, browser_evaluate, mcp__x__python."""
    words = words_of(tool.rpartition("__")[2])
    return bool(words & _RUN or (words and words <= _LANGUAGES)) and not words & _KEEP


def programs(passage: Passage, view: View) -> Iterator[Finding]:
    """Yield what a program does that nobody means."""
    for index in PROGRAMS.matching(view.data):
        for start, end in PROGRAMS.spans(index, view.data):
            yield _KINDS[index].found(passage, view, *view.characters(start, end))
            break
