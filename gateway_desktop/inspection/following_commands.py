"""What follows another command: what a value starts, and what does not belong into the line that it goes on with."""

from collections.abc import Callable, Iterator

from gateway_desktop.core.finding import Evidence, Family, Finding, Level, Passage
from gateway_desktop.inspection.everyday_commands import is_nearby
from gateway_desktop.inspection.kind import Kind
from gateway_desktop.inspection.normalize import View
from gateway_desktop.inspection.patterns import PatternSet
from gateway_desktop.inspection.shell import Command, TooIntricate, commands
from gateway_desktop.inspection.value_payloads import BREAK_OUT

_PROSE = 400  # characters from which a value is read as prose


def _kind(name: str, severity: Level, confidence: float, why: str) -> Kind:
    return Kind(Family.COMMAND_INJECTION, name, severity, confidence, Evidence.STRUCTURE, why)


_APPENDED = _kind(
    "appended_command", Level.HIGH, 0.9, "A command that spies, waits or calls out follows another one"
)
_LOOKS_AROUND = _kind(
    "looks_around", Level.MEDIUM, 0.7, "A command that tells of the machine or its user follows another one"
)
_FETCHED_AND_RUN = _kind(
    "fetched_and_run", Level.HIGH, 0.9, "It runs what it has just fetched over an open line"
)
_TRIED = _kind(
    "fetched_and_tried", Level.MEDIUM, 0.7, "It runs what it has just fetched into a folder for anything"
)
_UNREADABLE = _kind("unreadable", Level.MEDIUM, 0.7, "So intricate that what it runs was not found out")

# Names that nobody appends in earnest, and those that need a look at what they are given.
_SPIES = frozenset(
    "whoami ifconfig ipconfig netstat systeminfo tasklist nslookup dig arp route lastlog ver qwinsta wmic nltest"
    " powershell pwsh certutil bitsadmin mshta rundll32 regsvr32 reg sysinfo phpinfo nc ncat netcat telnet socat tftp".split()
)
_ALONE = frozenset(
    "id uname hostname w last users groups env printenv set pwd dir ls ps who date cmd cmd.exe sh bash reboot"
    " shutdown halt".split()
)
# Nobody runs these after something else but to fetch, to hide or to give a shell away.
_TAKEN_ALONG = frozenset(
    "certutil bitsadmin mshta rundll32 regsvr32 tftp telnet phpinfo sysinfo qwinsta nltest".split()
)
_NETCATS = frozenset({"nc", "ncat", "netcat"})
_RECON = frozenset(
    "whoami ifconfig ipconfig systeminfo tasklist lastlog wmic arp nc ncat netcat socat".split()
)
# What people run who take stock of a machine; then they go on so.
_TELLERS = _RECON | frozenset(
    "id uname hostname groups users w last ip ss netstat free df route ver ping dig nslookup echo".split()
)
# What ends a line of nobody's who works: `find . -name x && sleep 5`. Behind what people work with it is theirs.
_IDLE = frozenset("sleep pwd dir ls id uname hostname w netstat".split())
_WORK = frozenset(
    "cd pushd popd export source . git gh npm npx pnpm yarn bun node python python3 pip uv pytest make cmake cargo go"
    " java mvn gradle docker podman kubectl helm terraform ssh systemctl service kill pkill killall open start touch"
    " true false wait test".split()
)  # fmt: skip
_INTERPRETERS = frozenset("python python2 python3 perl ruby php node lua awk".split())
_HARMLESS = frozenset({"pwd", "date", "ls", "ps", "set", "who", "w", "sh", "bash"})
# What their output feeds is what a person pipes it to: `yes | rm -i *`.
_FEEDERS = frozenset({"yes", "true", "false"})
_JQUERY = frozenset({"document", "this", "window", "function", "event", "body"})  # $(document) runs nothing
# Between commands they are everyday life: filters at the end of a pipe, names put into a line.
_FILTERS = frozenset(
    "cat less more head tail tee grep sort uniq wc cut tr sed awk xargs column rev nl sleep echo printf tac od base64"
    " strings".split()
)
_LOOK_UPS = frozenset(
    "which dirname basename readlink realpath date pwd cat hostname whoami id uname mktemp command".split()
)
_CALLERS = frozenset(
    "nslookup dig ifconfig ipconfig netstat nc ncat netcat telnet socat powershell systeminfo".split()
)
# They do not read what is piped to them.
_DEAF = frozenset(
    "id ls pwd echo touch rm chmod chown printenv hostname ps sleep reboot mkdir cp mv kill uname history dir useradd"
    " netsh reg net sc sysinfo systeminfo".split()
)
_SYSTEM = frozenset(
    {"", "/", "~", "/etc", "/usr", "/var", "/home", "/bin", "/boot", "/lib", "/root", "/sbin"}
)
_LISTED = frozenset({"", "/etc", "/root", "/home", "/var/www", "/tmp"})  # what spies list
_FOR_ANYTHING = ("/tmp/", "/dev/shm/", "/var/tmp/")
_RUNNERS = frozenset("sh bash zsh dash sudo nohup setsid source . start".split())
_OF_OTHERS = frozenset({"/etc", "/root", "/home", "/var/www", "c:", "c:\\users"})
_ROOTS = _LISTED | _OF_OTHERS
_OUTSIDE = ("http://", "https://", "ftp://", "//")
_KNOWN = _SPIES | _ALONE | _INTERPRETERS | frozenset(
    "cat tac head tail more less echo printf ping ping6 sleep timeout curl wget fetch rm mv cp touch mkdir chmod"
    " chown find grep kill useradd adduser userdel passwd su sudo mail mount crontab at iptables service systemctl ss"
    " lsof wall write mysql psql net type copy del reg sc schtasks attrib icacls start nmap tcpdump ssh scp ftp tar"
    " zip unzip gcc make eval exec source expr test true false yes seq base64 xxd od strings dd openssl base32 rev"
    " sort uniq wc cut tr sed tee xargs export alias docker kubectl git pip npm apt apt-get yum apk history netsh"
    " screen ipconfig sysinfo".split()
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

_ACCOUNTS = (
    "/etc/passwd",
    "/etc/shadow",
    "/etc/group",
    "/etc/sudoers",
    "/etc/pam.d",
    "/etc/crontab",
    "/etc/ld.so.",
)
_READERS = frozenset("cat head tail less more od xxd strings base64 cp tac nl".split())
_CHANGERS = frozenset("chmod chown rm mv tee sed".split())
_STOPPERS = frozenset("reboot shutdown halt poweroff useradd adduser userdel".split())
# Whoever is none of these says nothing by following another command, so that nobody need see what it is given.
_JUDGED = (
    _SPIES | _ALONE | _INTERPRETERS | _CALLERS | _DEAF | _READERS | _CHANGERS | _STOPPERS | frozenset(_JUDGES)
)

_NAMES = "|".join(sorted(name.replace(".", r"\.") for name in _KNOWN | _DEAF | frozenset(_JUDGES)))
FOLLOWERS = PatternSet([
    r"(?:[;|&]|\$\()[\s\"'({!]*(?:\w{1,20}=\S{0,20}\s+)?(?:[\w.~/\\-]*[/\\])?(?:" + _NAMES + r")\b",
    r"[\n`][\s\"'({!]*(?:[\w.~/\\-]*[/\\])?(?:" + _NAMES + r")\b",
    r"(?:\$\(|`)\s*\w",
    r"(?:[^ \t\"'(].*?[^\w.-]|[^\w \t\"'(.-])(?:" + "|".join(sorted(name.replace(".", r"\.") for name in _JUDGED)) + r")\b",
])  # fmt: skip
_LATER = 3  # this pattern: a name that is judged stands in the text, and not at its beginning


def following(passage: Passage, view: View, *, is_command: bool) -> Iterator[Finding]:
    """Yield what follows other commands in an argument and does not belong there."""
    if not _may_go_on(view, is_command=is_command):
        return
    try:
        yield from _following(passage, view, is_command=is_command)
    except TooIntricate:
        place = None if is_command else next(FOLLOWERS.spans(0, view.data), None)
        if place is not None:  # a value goes on as a command, as far as can be seen
            yield BREAK_OUT.found(passage, view, *view.characters(*place))
        else:
            yield _UNREADABLE.found(passage, view, 0, len(view.text))


def _may_go_on(view: View, *, is_command: bool) -> bool:
    """Return whether a name that matters follows what ends a command; only then it is worth parsing.

    In a long text that is no command a new line ends a sentence, and a backtick begins a name.
    """
    if not any(sign in view.text for sign in ";|&`$\n"):
        return False
    places = FOLLOWERS.matching(view.data)
    follows = any(place != _LATER for place in places)
    if is_command:
        return follows and _LATER in places
    return follows if len(view.text) < _PROSE else 0 in places


def _following(passage: Passage, view: View, *, is_command: bool) -> Iterator[Finding]:
    """Yield the first command that does not belong where it stands; there is one kind of them for a role."""
    before, has_looked = "", False
    fetched: dict[str, Kind] = {}
    for command in commands(_closed(view.data)):
        is_fed = command.piped and before in _FEEDERS and command.name not in _SPIES
        kind = (
            None if is_fed else _appended(command, view.data) if is_command else _started(command, view.data)
        )
        if kind is None and is_command and _ends_idly(command, view.data) and before not in _WORK:
            kind = _LOOKS_AROUND
        if kind is _LOOKS_AROUND and (before in _TELLERS or has_looked):
            kind = None  # one after another: somebody takes stock
        has_looked = has_looked or kind is _LOOKS_AROUND
        before = before if command.substituted else command.name
        if is_command:
            kind = kind or _run(command, fetched)
            fetched |= _fetched(command)
        if kind is not None:
            yield kind.found(passage, view, *view.characters(command.start, command.end))
            if kind is not _LOOKS_AROUND:
                return


def _closed(data: bytes) -> bytes:
    """Return a text with a quote that nothing closes as a space: it closes one outside of the text."""
    if data.endswith(b"\\n"):
        data = data[:-2] + b"  "
    for quote in (b"'", b'"'):
        if data.count(quote) % 2:
            at = data.index(quote)
            data = data[:at] + b" " + data[at + 1 :]
    return data


def _appended(command: Command, data: bytes) -> Kind | None:
    """Return what a command is that follows others in a whole command line.

    Whoever writes a whole line goes on with `; ` and ` && `: then it counts what the command does. What is
    stuck on to the line of somebody else is written ` ;id` and `|id`.
    """
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
    if name in _TAKEN_ALONG or _forbidden(name, plain):
        return _APPENDED
    return _piped(command, plain) if command.piped else _gone_on(command, plain, data)


def _piped(command: Command, plain: list[str]) -> Kind | None:
    """Return what a command is that gets what others write, and mostly does not read it."""
    name = command.name
    fetches = name in ("curl", "wget") and _outside(plain) and len(command.arguments) == len(plain)
    ignores = name in _DEAF or (name in ("cat", "type", "dir") and bool(plain))
    return _APPENDED if name in _SPIES or fetches or ignores else None


def _gone_on(command: Command, plain: list[str], data: bytes) -> Kind | None:
    """Return what a command is that begins when others have ended."""
    name = command.name
    spies = name in _SPIES and not _checks_a_port(command)
    if not _is_stuck_on(data, command.start):
        return _LOOKS_AROUND if (spies and name in _RECON) or _is_doubtful(name, plain) else None
    if spies or (name in _ALONE and not plain and name not in _HARMLESS):
        return _APPENDED
    judge = _JUDGES.get(name)
    if judge is not None and judge(plain):
        return _APPENDED
    is_code = name in _INTERPRETERS and any(argument in ("-c", "-e", "-r") for argument in command.arguments)
    return _APPENDED if is_code and name != "awk" else None


def _is_doubtful(name: str, plain: list[str]) -> bool:
    """Return whether few people run it after something else: it lists what is others', fetches openly, or waits."""
    if name in ("ls", "dir"):
        return any(one.rstrip("/*\\").lower() in _OF_OTHERS for one in plain)
    if name in ("curl", "wget"):
        return any(one.startswith("http://") and not is_nearby(one) for one in plain)
    if name == "ping":
        return any(one.startswith("127.") for one in plain)
    return name == "net" and _JUDGES["net"](plain)


def _ends_idly(command: Command, data: bytes) -> bool:
    """Return whether a line ends by waiting, or by looking around, as what only tries whether it runs does."""
    name = command.name
    if name not in _IDLE or command.first or command.piped or command.substituted:
        return False
    if data[command.end :].strip(b" \t\n;&#"):
        return False
    plain = [argument for argument in command.arguments if not argument.startswith("-")]
    if name == "sleep":
        return bool(plain) and plain[0].isdigit()
    if data[: command.start].rstrip().endswith(b";"):  # so do people who work on
        return False
    if name in ("ls", "dir") and plain:
        return any(one.rstrip("/*\\").lower() in _ROOTS or one.lower().startswith("c:\\") for one in plain)
    return name != "ls" and not plain


def _is_stuck_on(data: bytes, start: int) -> bool:
    """Return whether a command follows a sign as nobody writes who wrote what is before it, too."""
    line = data[:start].rstrip(b"\"'({!")
    sign = line.rstrip(b" \t")[-1:]
    if sign not in (b";", b"&", b"|"):
        return False
    before = line.rstrip(b" \t").rstrip(sign)
    if before.rstrip(b" \t")[-1:] in (b";", b"&", b"|"):
        return True
    return line.endswith(sign) or (sign == b";" and before != before.rstrip(b" \t") and before[-1:] != b"\n")


def _fetched(command: Command) -> dict[str, Kind]:
    """Return the file that a command fetches, and what running it would be found as, if it matters."""
    if command.name not in ("curl", "wget"):
        return {}
    given = command.arguments
    address = next((one for one in given if one.startswith(_OUTSIDE)), "")
    file = next((given[at + 1] for at, one in enumerate(given[:-1]) if one in ("-o", "-O", "--output")), "")
    if not file or file.startswith("-") or file.startswith(_OUTSIDE):
        file = address
    name = file.rpartition("/")[2].lower()
    if not address or not name:
        return {}
    if address.startswith("http://") and not is_nearby(address):
        return {name: _FETCHED_AND_RUN}
    return {name: _TRIED} if file.startswith(_FOR_ANYTHING) else {}


def _run(command: Command, fetched: dict[str, Kind]) -> Kind | None:
    """Return what a command is that runs a file which was fetched before."""
    if not fetched:
        return None
    if command.name in fetched:
        return fetched[command.name]
    if command.name not in _INTERPRETERS | _RUNNERS:
        return None
    files = (one.rpartition("/")[2].lower() for one in command.arguments)
    return next((fetched[file] for file in files if file in fetched), None)


def _checks_a_port(command: Command) -> bool:
    return command.name in _NETCATS and any(one[:1] == "-" and "z" in one for one in command.arguments)


def _forbidden(name: str, plain: list[str]) -> bool:
    """Return whether it touches what belongs to the system."""
    if name in _READERS:
        return any(argument.startswith(("/etc/passwd", "/etc/shadow", "/etc/group")) for argument in plain)
    if name in _CHANGERS:
        return any(argument.rstrip("/*") in _SYSTEM or argument.startswith(_ACCOUNTS) for argument in plain)
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
    return BREAK_OUT if name in _KNOWN or unknown else None
