"""CommandInjection: values that start commands, and commands that do what nobody means, by what they run."""

from collections.abc import Callable, Iterator

from gateway_desktop.core.finding import Context, Evidence, Family, Finding, Level, Passage
from gateway_desktop.inspection.arguments import Role, role_of
from gateway_desktop.inspection.kind import Kind
from gateway_desktop.inspection.normalize import Normal, View
from gateway_desktop.inspection.patterns import PatternSet
from gateway_desktop.inspection.shell import Command, TooIntricate, commands

_LONGEST_VALUE = 4_000
_PROSE = 400  # characters from which a value is read as prose


def _kind(name: str, severity: Level, confidence: float, why: str) -> Kind:
    return Kind(Family.COMMAND_INJECTION, name, severity, confidence, Evidence.STRUCTURE, why)


_BREAK_OUT = _kind("break_out", Level.HIGH, 0.94, "A value goes on as a command of its own")
_APPENDED = _kind(
    "appended_command", Level.HIGH, 0.9, "A command that spies, waits or calls out follows another one"
)
_UNREADABLE = _kind("unreadable", Level.MEDIUM, 0.7, "So intricate that what it runs was not found out")
_CODE = _kind("code_call", Level.HIGH, 0.88, "A value that is code which runs commands")
_OBJECT = _kind(
    "object_injection", Level.HIGH, 0.9, "A value that becomes an object, or changes those there are"
)
_MARKUP = _kind("script", Level.HIGH, 0.85, "A value that brings a script along")
_HEADER = _kind("header_break_out", Level.HIGH, 0.88, "A value that goes on as a header of its own")
_OPTION = _kind("option", Level.HIGH, 0.88, "A value that is an option which runs commands")

_SHELLS = r"(?:sudo\s+)?(?:/bin/)?(?:ba|z|da|k|c)?sh\b|(?:sudo\s+)?(?:python[\d.]*|perl|ruby|node|php)\b\s*(?:-|$|;|\|)"
_SECRET_FILES = (
    r"/etc/(?:shadow|sudoers|gshadow|master\.passwd)\b|\.ssh/(?:id_|authorized_keys)|\bid_(?:rsa|ed25519|ecdsa|dsa)\b|\.aws/credentials"
    r"|\.(?:netrc|pgpass|git-credentials)\b|\.docker/config\.json|\.kube/config|/proc/(?:self|\d+)/environ|\.gnupg/"
    r"|(?:system32[\\/]+config|windows[\\/]+repair)[\\/]+(?:sam|system|security)\b|\bntds\.dit\b|/var/run/secrets/|login data"
)
# What a command sends away: what it was piped, whole folders and archives, files with a point first, of the system, or with such names.
# `-d @payload.json` is how a request is made.
_PRIVATE = (
    r"(?:-(?:[\s\"']|$)|~|\$|/(?:etc|root|var|proc|boot|srv|users/[^/\s]+/library)/|(?:[^\s\"']{0,100}/)?\.[a-z]"
    r"|[^\s\"']{0,100}(?:id_rsa|passw|shadow|secret|credential|token|history|wallet|backup|dump|private|cookies|keychain"
    r"|\.(?:env|pem|key|p12|pfx|kdbx|ppk|db|sqlite\d?|sql|tar|t?gz|zip|7z|bak|git)\b))"
)
# What is judged by the whole text: each as its name, pattern, severity, confidence and reason.
_MEANINGS: tuple[tuple[str, str, Level, float, str], ...] = (
    ("fetch_and_execute", r"\b(?:curl|wget|fetch|lwp-request|iwr|invoke-webrequest)\b[^\n;]{0,400}?\|\s*(?:" + _SHELLS + r"|iex\b)"
     r"|\b(?:base(?:64|32)\s+(?:-\w*[dD]\w*|--decode)|xxd\s+(?:-\w+\s+){0,2}-\w*r\w*(?:\s+-\w+)?|openssl\s+(?:enc|base64)\b[^\n;|]{0,60}\s-d)\b[^\n;|]{0,60}\|\s*(?:" + _SHELLS + r")"
     r"|(?:ba|z|da)?sh\s+(?:-c\s+)?[\"']?(?:<\(|\$\(|`)\s*(?:curl|wget)|\b(?:iex|invoke-expression)\b[\s\S]{0,120}?(?:downloadstring|webrequest|iwr)"
     r"|\bcertutil\b[^\n]{0,80}-urlcache|\bbitsadmin\b[^\n]{0,40}/transfer|\bmshta\s+(?:http|javascript|vbscript)|\bregsvr32\b[^\n]{0,60}/i:http"
     r"|\b(?:exec|eval)\s*\(\s*[\w.]{0,40}(?:urlopen|requests\.get|urllib\S{0,30}|fetch|http\.get)\b|urlopen\([^)]{1,120}\)\.read\(\)\s*\)|\b(?:npm|pnpm|yarn|bun)\s+(?:i|install|add)\b[^\n;|&]{0,80}\shttp://|\bpip3?\s+install\b[^\n;|&]{0,80}(?:--index-url|-i|--extra-index-url)[ =]http://|\bcore\.(?:sshcommand|fsmonitor|pager|editor|hookspath)\s*=?\s*[\"'][^\"'\n]{0,80}(?:sh\s+-c|curl|wget|\|)",
     Level.HIGH, 0.9, "It runs what it fetches"),
    ("reverse_shell", r"/dev/(?:tcp|udp)/|\b(?:nc|ncat|netcat)(?:\.exe|\.traditional)?\b[^\n;|]{0,120}?\s-[a-z]*[ec]\s*\S{0,20}(?:sh|cmd|powershell)"
     r"|\b(?:ba)?sh\s+-i\b[^\n]{0,60}?[<>]&|\bmkfifo\b[\s\S]{0,160}?\b(?:nc|ncat|telnet|openssl)\b|\bsocat\b[^\n]{0,160}?\bexec:"
     r"|\bpython[\d.]*\s+-c\b[\s\S]{0,200}?\bsocket\b[\s\S]{0,300}?(?:subprocess|pty|dup2|os\.system)|\bperl\b[^\n]{0,80}?-e\b[\s\S]{0,80}?\bsocket\b"
     r"|\bphp\s+-r\b[\s\S]{0,80}?fsockopen|\bruby\b[^\n]{0,40}?-rsocket|net\.sockets\.tcpclient|\bpowershell\b[^\n]{0,80}?\s-e(?:nc|ncodedcommand|c)?\s+[a-z0-9+/=]{20,}",
     Level.CRITICAL, 0.98, "It gives somebody else a shell"),
    ("credentials", _SECRET_FILES, Level.HIGH, 0.86, "It reads where credentials are kept"),
    ("destructive", r"\brm\s+(?:-\S+\s+|--\S+\s+)*-\S*[rR]\S*\s+(?:-\S+\s+|--\S+\s+)*(?:/|/\*|~/?|\$home/?|/(?:etc|usr|var|home|bin|boot|lib|root)/?\*?)[\"']?\s*(?:$|;|&|\|)"
     r"|--no-preserve-root|\bmkfs(?:\.\w+)?\s+\S*/dev/|\bdd\b[^\n;|]{0,120}?\bof=/dev/(?:sd|hd|nvme|vd|disk)|>\s*/dev/(?:sd|hd|nvme|vd)[a-z]"
     r"|:\s*\(\s*\)\s*\{\s*:\s*\|\s*:\s*&|\bformat\s+[c-z]:|\bdel\s+(?:/[fsq]\s+){2,}|\brd\s+/s\s+/q\s+c:|\bchmod\s+-r\s+(?:0?777|000)\s+/\s*$",
     Level.CRITICAL, 0.95, "It destroys a system or its data"),
    ("persistence", r"\bnet\s+(?:user|localgroup)\b[^\n]{0,80}?/add\b|\bnet\s+localgroup\s+administrators\b|>>?\s*\S{0,60}(?:authorized_keys|\.bashrc|\.zshrc|\.bash_profile|\.profile|/etc/(?:passwd|crontab|cron\.\w+|sudoers|rc\.local))"
     r"|\bschtasks\b[^\n]{0,40}/create|\breg\s+add\b[^\n]{0,120}?\\run\b|nopasswd\s*:\s*all|\b(?:useradd|adduser)\b[^\n]{0,80}?(?:-o\b|-u\s*0|-g\s*0|sudo|wheel)"
     r"|\bchmod\s+(?:u\+s|\+s|[46]7[57][57])\s|\bcp\s+\S{0,20}/(?:ba|da|z)?sh\s+/tmp/|\bdocker\s+run\b[^\n;|]{0,120}?\s(?:-v|--volume)[ =]/:/|--privileged\b[^\n;|]{0,80}\bnsenter\b|\bxmrig\b|stratum\+tcp://|\|\s*tee\s+(?:-a\s+)?\S{0,40}(?:authorized_keys|\.bashrc|\.profile|/etc/)",
     Level.HIGH, 0.85, "It makes sure that somebody can come back"),
    ("exfiltration", r"\bcurl\b[^\n;|]{0,200}?(?:\s(?:-d|--data(?:-ascii|-binary|-urlencode)?|-F|--form)[\s=]*[\"']?[^\s\"'@]{0,40}@[\"']?" + _PRIVATE + r"|\s(?:-T|--upload-file)\s+\S+)"
     r"|\bwget\b[^\n;|]{0,200}?--post-file|\|\s*(?:nc|ncat|netcat)\s+(?:-\w+\s+)*[\w.-]+\s+\d+|\bbase64\b[^\n;]{0,80}?\|\s*(?:curl|wget|nc)\b"
     r"|\$\([^)]{1,80}\)\.[\w-]+\.\w{2,}|`[^`]{1,80}`\.[\w-]+\.\w{2,}|\b(?:curl|wget)\b[^\n;|]{0,120}?https?://[^\s\"']{0,100}(?:\$\(|`|\$\{?(?:user|hostname|pwd|home|aws_|api_))|\b(?:curl|wget)\s+(?:-\w+\s+)*[\w-]+(?:\.[\w-]+)+/[^\s\"']{0,100}\$\(|<\s*/etc/(?:passwd|shadow)\b"
     r"|\bgpg\b[^\n;]{0,60}--export-secret-keys\b[^\n;]{0,20}\||\bkubectl\s+get\s+secrets?\b[^\n;]{0,80}\|[^\n;]{0,60}\b(?:curl|wget|nc)\b|\b(?:env|printenv|set)\s*\|\s*(?:curl|wget|nc|base64)\b|\b(?:dig|nslookup|host|ping)\b[^\n;|]{0,60}(?:\$\(|`)",
     Level.HIGH, 0.9, "It sends data away"),
    ("code_appended", r"[;|&\n]\s*(?:system|exec|shell_exec|passthru|popen|eval|assert|phpinfo)\s*\(\s*['\")]|<\?php\s+(?:system|exec|eval|passthru|include)\b|<!--\s*#\s*exec\s+cmd|[;|&\n]\s*\$?\{@?(?:print|phpinfo|system|eval)\(|\{?\$_(?:get|post|request|cookie)\[|[;|&\n]\s*echo\s+[\"']?<(?:script|\?php)", Level.HIGH, 0.88, "Code that runs commands follows a command"),
    ("odd_payload", r"\$\(\s*`[^`\n]{1,200}`\s*\)|[\"']\w[\"']\s{0,2}[x*]\s{0,2}\d{3,}", Level.HIGH, 0.88, "A substitution within a substitution, or a flood of one letter: it tries out what breaks"),
    ("covering_tracks", r"\bhistory\s+-c\b|\bunset\s+histfile\b|\bsetenforce\s+0\b|\biptables\s+-f\b|\bset-mppreference\b[^\n]{0,60}?disable|\bwevtutil\s+cl\b|\bauditctl\s+-e\s*0|\bufw\s+disable\b",
     Level.MEDIUM, 0.75, "It switches off what would show it"),
)  # fmt: skip
_KINDS = [_kind(name, severity, confidence, why) for name, _, severity, confidence, why in _MEANINGS]
_PATTERNS = PatternSet([pattern for _, pattern, *_ in _MEANINGS])

# What follows a line's end in percent signs, or the first quote of a value: that closes one outside of it.
_RUN = r"(?:[\w.~/-]{0,40}/)?(?:id|whoami|ls|cat|curl|wget|nc|ncat|python[\d.]*|perl|ruby|php|node|(?:ba|z|da)?sh|sleep|ping|rm|touch|env|uname|hostname|powershell|cmd)"
# What a value may be that is none: each with what it is found as.
_NO_VALUES: tuple[tuple[Kind, str], ...] = (
    (_CODE, r"^[\s;|&'\"`<?%{(]*(?:system|exec|shell_exec|passthru|popen|proc_open|eval|assert|phpinfo|os\.system|os\.popen|subprocess\.\w+|__import__|require\(\s*['\"]child_process|child_process|runtime\.getruntime|print\s*`|%x\()\s*\("),
    (_CODE, r"<!--\s*#\s*(?:exec|include)\s+(?:cmd|virtual|file)\b|<\?php\b|<\?=|<%\s*(?:eval|execute|=)|\{\{[^}]{0,80}(?:__class__|__globals__|__import__|config|7\s*\*\s*7|constructor|system|popen)[^}]{0,120}\}\}|\$\{\s*(?:jndi:|ifs\b|7\s*\*\s*7|t\(java|runtime)"),
    (_CODE, r"__import__\s*\(\s*['\"](?:os|subprocess|sys)|\.exec\(\s*['\"]|\b(?:os\.system|os\.popen|shell_exec|passthru|proc_open|subprocess\.(?:call|popen|run|check_output))\s*\("),
    (_CODE, r"\$\{?ifs\}?|\{(?:cat|ls|id|echo|ping|wget|curl|nc|sleep),|\b(?:c[\"'\\]+a[\"'\\]*t|w[\"'\\]+h[\"'\\]*o|/\?{2,}/|/b[?*]{1,2}n?/)|\{cmd\}|\bcmd(?:=\$|\s*/c\b)|^[\s$]*[&|;`<][\s&|;`$<]*\{\w+\}"),
    (_CODE, r"\$\{[^}]{0,40}(?:\$\{[^}]{0,20}\}|::?-?)[^}]{0,20}(?:ndi|dap|rmi)\b|<#assign\b|freemarker\.template|\?new\(\)|\bcycler\.__init__|\{%[^%]{0,80}(?:import|popen|__\w+__|system)|#set\s?\(\s?\$\w+\s?=[^)]{0,60}class|^\W{0,3}(?:[$#@*]\{|<%=|@\(|\{\{)\s{0,3}['\"]?\d{1,8}['\"]?\s{0,3}[*+-]\s{0,3}['\"]?\d{1,8}['\"]?\s{0,3}(?:\}{1,2}|%>|\))\W{0,3}$"),
    (_OBJECT, r"^\s*[OC]:\d{1,4}:\"[\w\\]{1,80}\":\d{1,4}:|^\s*a:\d{1,4}:\{[^}]{0,200}O:\d{1,4}:\"|^rO0AB[A-Za-z0-9+/]|^aced0005|!!(?:python/|javax\.|java\.|ruby/)\w|!ruby/object:|\"__proto__\"\s*:|\bconstructor\.prototype\b|__proto__\[|^c\w{1,30}\n\w{1,30}\n\(|\"\$type\"\s*:\s*\"System\.|^AAEAAAD/////"),
    (_MARKUP, r"<script\b[^>]{0,200}>|<script\s+src\s*=|<\w{1,12}[^>]{0,80}[\s/\"']on(?:error|load|mouseover|click|focus|toggle|begin|start|pointer\w{1,10}|animation\w{1,10})\s*=|^\s*(?:javascript|vbscript):|=\s*[\"']?\s*javascript:|data:text/html[;,]|\bdocument\.cookie\b"),
    (_HEADER, r"(?:[\r\n]|%0d%0a|%0a|\\r\\n)\s*(?:bcc|cc|to|from|set-cookie|location|content-type|content-length|x-[\w-]{1,30}|host|transfer-encoding)\s*:|%0d%0a\s*(?:get|post|http/)"),
    (_BREAK_OUT, r"%0[ad](?:%20|%09|\+|\s){0,4}" + _RUN + r"(?:$|%20|%09|%0[ad]|[+\s;|&])|^[^\"']{0,200}[\"']\s{0,3}(?:;|\|\|?|&&?)\s{0,3}" + _RUN + r"(?:$|[\s;|&])"),
    (_OPTION, r"^\s*-{1,2}(?:oproxycommand|o\s*proxycommand|upload-pack|receive-pack|exec|checkpoint-action|use-compress-program|to-command|config=core\.\w+|open-files-in-pager|rsh|pager)\b\s*[= ]|^\s*-[A-Za-z]*o?ProxyCommand="),
)  # fmt: skip
_VALUES = PatternSet([expression for _, expression in _NO_VALUES])

# Names that nobody appends in earnest, and those that need a look at what they are given.
_SPIES = frozenset(
    "whoami ifconfig ipconfig netstat systeminfo tasklist nslookup dig arp route lastlog ver qwinsta wmic nltest"
    " powershell pwsh certutil bitsadmin mshta rundll32 regsvr32 reg sysinfo phpinfo nc ncat netcat telnet socat tftp".split()
)
_ALONE = frozenset(
    "id uname hostname w last users groups env printenv set pwd dir ls ps who date cmd cmd.exe sh bash reboot shutdown halt".split()
)
_INTERPRETERS = frozenset("python python2 python3 perl ruby php node lua awk".split())
_HARMLESS = frozenset({"pwd", "date", "ls", "ps", "set", "who", "w", "sh", "bash"})
# What their output feeds is what a person pipes it to: `yes | rm -i *`.
_FEEDERS = frozenset({"yes", "true", "false"})
_JQUERY = frozenset({"document", "this", "window", "function", "event", "body"})  # $(document) runs nothing
# Between commands they are everyday life: filters at the end of a pipe, names put into a line.
_FILTERS = frozenset(
    "cat less more head tail tee grep sort uniq wc cut tr sed awk xargs column rev nl sleep echo printf tac od base64 strings".split()
)
_LOOK_UPS = frozenset(
    "which dirname basename readlink realpath date pwd cat hostname whoami id uname mktemp command".split()
)
_CALLERS = frozenset(
    "nslookup dig ifconfig ipconfig netstat nc ncat netcat telnet socat powershell systeminfo".split()
)
# They do not read what is piped to them.
_DEAF = frozenset(
    "id ls pwd echo touch rm chmod chown printenv hostname ps sleep reboot mkdir cp mv kill uname history dir useradd netsh reg net sc sysinfo systeminfo".split()
)
_SYSTEM = frozenset(
    {"", "/", "~", "/etc", "/usr", "/var", "/home", "/bin", "/boot", "/lib", "/root", "/sbin"}
)
_LISTED = frozenset({"", "/etc", "/root", "/home", "/var/www", "/tmp"})  # what spies list
_OUTSIDE = ("http://", "https://", "ftp://", "//")
_KNOWN = _SPIES | _ALONE | _INTERPRETERS | frozenset(
    "cat tac head tail more less echo printf ping ping6 sleep timeout curl wget fetch rm mv cp touch mkdir chmod chown find grep"
    " kill useradd adduser userdel passwd su sudo mail mount crontab at iptables service systemctl ss lsof wall write mysql psql"
    " net type copy del reg sc schtasks attrib icacls start nmap tcpdump ssh scp ftp tar zip unzip gcc make eval exec source"
    " expr test true false yes seq base64 xxd od strings dd openssl base32 rev sort uniq wc cut tr sed tee xargs export alias"
    " docker kubectl git pip npm apt apt-get yum apk history netsh screen ipconfig sysinfo".split()
)  # fmt: skip


def _outside(arguments: list[str]) -> bool:
    return any(argument.strip("\"'").startswith(_OUTSIDE) for argument in arguments)


_JUDGES: dict[str, Callable[[list[str]], bool]] = {
    "ls": lambda plain: any(argument.rstrip("/*") in _LISTED for argument in plain),
    "dir": lambda plain: any(argument.lower().startswith(("c:", "\\")) for argument in plain),
    "type": lambda plain: any(":\\" in argument or "%" in argument for argument in plain),
    "ping": bool,
    "sleep": lambda plain: bool(plain) and plain[0].isdigit() and int(plain[0]) >= 3,
    "curl": _outside,
    "wget": _outside,
    "net": lambda plain: bool(plain) and plain[0].lower() in ("user", "localgroup", "view", "share", "use"),
    "history": lambda plain: not plain,
    "netsh": bool,
}

_READERS = frozenset("cat head tail less more od xxd strings base64 cp tac nl".split())
_CHANGERS = frozenset("chmod chown rm mv tee sed".split())
_STOPPERS = frozenset("reboot shutdown halt poweroff useradd adduser userdel".split())
# Whoever is none of these says nothing by following another command, so that nobody need see what it is given.
_JUDGED = (
    _SPIES | _ALONE | _INTERPRETERS | _CALLERS | _DEAF | _READERS | _CHANGERS | _STOPPERS | frozenset(_JUDGES)
)

_NAMES = "|".join(sorted(name.replace(".", r"\.") for name in _KNOWN | _DEAF | frozenset(_JUDGES)))
_FOLLOWERS = PatternSet([
    r"(?:[;|&]|\$\()[\s\"'({!]*(?:\w{1,20}=\S{0,20}\s+)?(?:[\w.~/\\-]*[/\\])?(?:" + _NAMES + r")\b",
    r"[\n`][\s\"'({!]*(?:[\w.~/\\-]*[/\\])?(?:" + _NAMES + r")\b",
    r"(?:\$\(|`)\s*\w",
    r"(?:[^ \t\"'(].*?[^\w.-]|[^\w \t\"'(.-])(?:" + "|".join(sorted(name.replace(".", r"\.") for name in _JUDGED)) + r")\b",
])  # fmt: skip
_LATER = 3  # this pattern: a name that is judged stands in the text, and not at its beginning


class CommandInjection:
    """Looks at arguments only: a value by what it starts, a command by what it means."""

    contexts = frozenset({Context.TOOL_ARGUMENT})

    def find(self, passage: Passage, normal: Normal) -> list[Finding]:
        """Return what is wrong with an argument that reaches a shell."""
        role = role_of(passage)
        if role in (Role.TEXT, Role.QUERY) or (
            role is not Role.COMMAND and len(passage.text) > _LONGEST_VALUE
        ):
            return []
        found: dict[str, Finding] = {}
        for view in normal.views:
            for finding in _in_view(passage, view, role):
                found.setdefault(finding.kind, finding)
        return list(found.values())

    def warm(self) -> None:
        """Build the patterns that are looked for."""
        _PATTERNS.warm()
        _VALUES.warm()
        _FOLLOWERS.warm()


def _in_view(passage: Passage, view: View, role: Role) -> Iterator[Finding]:
    # Who searches for words about a command is judged as who writes one: by what it does.
    is_command = role in (Role.COMMAND, Role.SEARCH)
    if is_command or any(sign in view.text for sign in ";|&`$<>\n/\\("):
        for index, start, end in _first_places(_PATTERNS, view.data):
            yield _KINDS[index].found(passage, view, *view.characters(start, end))
    if not is_command:
        for index, start, end in _first_places(_VALUES, view.data):
            yield _NO_VALUES[index][0].found(passage, view, *view.characters(start, end))
    if not _may_go_on(view, is_command=is_command):
        return
    try:
        yield from _following(passage, view, is_command=is_command)
    except TooIntricate:
        place = None if is_command else next(_FOLLOWERS.spans(0, view.data), None)
        if place is not None:  # a value goes on as a command, as far as can be seen
            yield _BREAK_OUT.found(passage, view, *view.characters(*place))
        else:
            yield _UNREADABLE.found(passage, view, 0, len(view.text))


def _following(passage: Passage, view: View, *, is_command: bool) -> Iterator[Finding]:
    """Yield the first command that does not belong where it stands; there is one kind of them for a role."""
    before = ""
    for command in commands(_closed(view.data)):
        is_fed = command.piped and before in _FEEDERS and command.name not in _SPIES
        kind = None if is_fed else _appended(command) if is_command else _started(command, view.data)
        before = command.name
        if kind is not None:
            yield kind.found(passage, view, *view.characters(command.start, command.end))
            return


def _may_go_on(view: View, *, is_command: bool) -> bool:
    """Return whether a name that matters follows what ends a command; only then it is worth parsing.

    In a long text that is no command a new line ends a sentence, and a backtick begins a name.
    """
    if not any(sign in view.text for sign in ";|&`$\n"):
        return False
    places = _FOLLOWERS.matching(view.data)
    follows = any(place != _LATER for place in places)
    if is_command:
        return follows and _LATER in places
    return follows if len(view.text) < _PROSE else 0 in places


def _closed(data: bytes) -> bytes:
    """Return a text with a quote that nothing closes as a space: it closes one outside of the text."""
    if data.endswith(b"\\n"):
        data = data[:-2] + b"  "
    for quote in (b"'", b'"'):
        if data.count(quote) % 2:
            at = data.index(quote)
            data = data[:at] + b" " + data[at + 1 :]
    return data


def _first_places(patterns: PatternSet, data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield each pattern that holds with its first place."""
    for index in patterns.matching(data):
        for start, end in patterns.spans(index, data):
            yield index, start, end
            break


def _appended(command: Command) -> Kind | None:
    """Return what a command is that follows others in a whole command line."""
    name = command.name
    if command.first or name not in _JUDGED:
        return None
    plain = [argument for argument in command.arguments if not argument.startswith("-")]
    if command.substituted:
        calls_out = (name in _CALLERS and not command.feeds) or (
            name in ("curl", "wget") and _outside(plain) and not command.piped
        )
        waits = name in ("sleep", "ping") and bool(plain) and "$" not in plain[0] and not command.feeds
        spies = name == "id" and not command.arguments
        return _APPENDED if calls_out or waits or spies or _forbidden(name, plain) else None
    if name in _SPIES or _forbidden(name, plain):
        return _APPENDED
    if command.piped:
        if name in ("curl", "wget") and _outside(plain) and len(command.arguments) == len(plain):
            return _APPENDED
        return _APPENDED if name in _DEAF or (name in ("cat", "type", "dir") and plain) else None
    if name in _ALONE and not plain and name not in _HARMLESS:
        return _APPENDED
    judge = _JUDGES.get(name)
    if judge is not None and judge(plain):
        return _APPENDED
    is_code = name in _INTERPRETERS and any(argument in ("-c", "-e", "-r") for argument in command.arguments)
    return _APPENDED if is_code and name != "awk" else None


def _forbidden(name: str, plain: list[str]) -> bool:
    """Return whether it touches what belongs to the system."""
    if name in _READERS:
        return any(argument.startswith(("/etc/passwd", "/etc/shadow", "/etc/group")) for argument in plain)
    if name in _CHANGERS:
        return any(argument.rstrip("/*") in _SYSTEM or argument.startswith("/etc/") for argument in plain)
    return name in _STOPPERS and (name != "shutdown" or bool(plain))


def _started(command: Command, data: bytes) -> Kind | None:
    """Return what a command is that a value starts."""
    if command.first and not command.substituted:
        return None
    name = command.name.strip("\"'`;|&")
    if b" & " in data and not command.arguments and name not in _SPIES | _ALONE:
        return None  # "node & npm" names two things
    plain = [argument for argument in command.arguments if not argument.startswith("-")]
    if command.piped and name in _FILTERS and b"| " in data and not _forbidden(name, plain):
        return None
    if command.substituted and name in _LOOK_UPS and plain and not _forbidden(name, plain):
        return None
    unknown = command.substituted and name.isidentifier() and name not in _JQUERY and len(data) < 200
    return _BREAK_OUT if name in _KNOWN or unknown else None
