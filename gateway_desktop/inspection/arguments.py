"""Role: what an argument is for, from its tool, its name and, where these say nothing, its looks."""

from enum import Enum, auto
from functools import lru_cache, partial

from gateway_desktop.core.finding import Passage
from gateway_desktop.inspection.expression import compiled


class Role(Enum):
    """What becomes of an argument's text; that decides what is dangerous in it."""

    VALUE = auto()  # compared, looked up, put into something: it must not break out
    QUERY = auto()  # a whole SQL statement: judged by what it does
    COMMAND = auto()  # a whole shell command: judged by what it does
    PATH = auto()
    URL = auto()
    FORMULA = auto()  # calculated: `a > 1 && b < 2` goes on with nothing
    SEARCH = auto()  # words to look for, with code among them that the search is about
    TEXT = auto()  # prose, code, contents of files: read by people or kept as they are


_QUERY_NAMES = frozenset(
    {"sql", "query", "statement", "sql_query", "sqlquery", "query_string", "sql_statement"}
)
# Conditions in a language of their own: `status = 'open' AND assignee = me` breaks out of nothing.
_CONDITION_NAMES = frozenset(
    "jql filter filters where condition conditions cypher kql lucene odata expression".split()
)
_COMMAND_NAMES = frozenset(
    {"command", "cmd", "shell_command", "bash", "script", "commands", "shell", "cli", "args"}
)
# Names of what is asked of a search; a question in plain words about an attack is none: "union select tutorial".
_SEARCH_NAMES = frozenset(
    {"query", "q", "search", "search_query", "search_term", "keywords", "question", "topic"}
)
_PATTERN_NAMES = frozenset({"pattern", "regex", "regexp"})
# What a tool looks through that holds texts and code; such a search compares words, and runs none of them.
_TEXTS = frozenset(
    "web internet google bing brave duckduckgo tavily exa serp searxng perplexity docs documentation code grep ripgrep rg glob files"
    " github gitlab repository repositories repos issues commits stackoverflow wiki wikipedia confluence notion slack arxiv vector semantic".split()
)
_PATH_NAMES = frozenset(
    {
        "path", "file", "filename", "file_path", "filepath", "dir", "directory", "folder", "source", "destination",
        "cwd", "root", "target_file", "paths", "old_path", "new_path", "working_directory", "notebook_path",
    }
)  # fmt: skip
_URL_NAMES = frozenset("url uri link endpoint href host webhook callback address base_url target_url".split())
_TEXT_NAMES = frozenset(
    {
        "text", "content", "contents", "body", "message", "prompt", "description", "comment", "title", "old_string",
        "new_string", "code", "markdown", "html", "summary", "note", "file_text", "instructions", "thought", "data",
        "new_str", "old_str", "insert_text", "answer", "question", "subject", "html_body", "patch", "diff", "notes", "comments",
        "remarks", "caption", "feedback", "bio", "active_form",
    }
)  # fmt: skip
# What is said to somebody: another agent, or whoever reads a ticket. Files and code are kept.
_SAID_NAMES = frozenset(
    "message prompt body comment task instructions instruction question answer reply text note notes feedback remarks".split()
)
_SAID_ENDS = ("_message", "_prompt", "_body", "_comment", "_instructions", "_task")
# In a template, names in braces are filled in; that reaches neither a shell nor a database.
_TEMPLATE_NAMES = ("template", "tmpl", "jinja", "liquid", "handlebars", "mustache", "erb", "ejs")
_BLANKS = ("{{", "{%", "<%", "${", "#{")
_FORMULA_NAMES = frozenset({"expression", "expr", "formula", "equation", "calculation", "math"})
_CALCULATORS = ("calc", "math", "eval", "comput", "formula", "solve", "wolfram", "sheet", "cell")
# Ends of longer names that say the same: `commit_message`, `file_content`, `prBody`.
_TEXT_ENDS = (
    "_text",
    "_content",
    "_contents",
    "_body",
    "_message",
    "_prompt",
    "_description",
    "_comment",
    "_title",
    "_markdown",
)
_NAMES = (
    _QUERY_NAMES
    | _CONDITION_NAMES
    | _COMMAND_NAMES
    | _SEARCH_NAMES
    | _PATTERN_NAMES
    | _PATH_NAMES
    | _URL_NAMES
    | _TEXT_NAMES
)
# Parts of names of tools; what is in a longer one needs no word of its own.
_SQL_TOOLS = ("sql", "query", "database", "postgres", "db_", "_db", "snowflake")
_SHELL_TOOLS = ("bash", "shell", "terminal", "exec", "command", "cmd")
# Whole words of such names.
_DATABASES = frozenset("sql database postgres postgresql mysql mariadb sqlite db bigquery snowflake".split())
_CODE_TOOLS = tuple(
    "run exec eval code python js java script node sandbox interpret format lint write edit test notebook repl explain review".split()
)
_SHORT_CODE = 80  # characters


_compiled = partial(compiled, ignore_case=True)

_LOOKS_SQL = _compiled(
    r"^[\s(]*(?:select\b[\s\S]+?\bfrom\b|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|with\s+\w+\s+as\s*\("
    r"|(?:create|alter|drop|truncate)\s+(?:table|view|index|database|schema|user|role|function|procedure|trigger)\b"
    r"|select\s+(?:count|sum|avg|max|min)\s*\(|merge\s+into\s|replace\s+into\s|exec(?:ute)?\s+(?:master|sp_|xp_)|declare\s+@|explain\s+select\b|pragma\s+\w+)"
)
_LOOKS_SHELL = _compiled(
    r"^\s*\w{1,40}=(?:[\"']?(?:\$\(|`)|\()|^\s*(?:\[\[?\s|\((?:cd|find|ls|echo|cat|time)\s|\{\s|\.{1,2}/[\w./-]+|~?/(?:\w[\w.-]*/)+\w[\w.-]*\s|\$\s|!\s\w)"
    r"|^\s*(?:sudo\s+|env\s+|time\s+|nohup\s+|\w{1,30}=\S{0,100}\s+)*(?:/(?:usr/)?s?bin/)?"
    r"(?:ls|cd|cat|grep|egrep|find|echo|awk|sed|sort|uniq|head|tail|cut|tr|xargs|tar|gzip|gunzip|zip|unzip|cp|mv|rm|mkdir"
    r"|rmdir|chmod|chown|chgrp|ln|touch|du|df|ps|kill|pkill|top|ssh|scp|rsync|curl|wget|git|make|pip|npm|node|python3?"
    r"|perl|ruby|bash|sh|zsh|source|export|alias|history|screen|tmux|mount|umount|diff|comm|join|paste|wc|split|tee|od"
    r"|less|more|man|which|whereis|who|whoami|id|date|cal|sleep|seq|yes|read|printf|test|set|unset|declare|for|while|if"
    r"|until|case|function|trap|docker|kubectl|systemctl|service|apt|apt-get|yum|brew|ping|ifconfig|ip|netstat|nc|nmap"
    r"|dig|nslookup|host|traceroute|crontab|at|file|stat|readlink|basename|dirname|pwd|rename|locate|rev|tac|nl|fold|fmt"
    r"|column|md5sum|sha1sum|sha256sum|cmp|patch|openssl|base64|gpg|jq|mysql|psql|sqlite3|mkfifo|dd|watch|bind|shopt"
    r"|exec|eval|pushd|popd|dirs|jobs|bg|fg|disown|wait|ulimit|umask|uname|hostname|uptime|free|lsof|strace|ldd|shred"
    r"|su|finger|tree|zcat|bzip2|bunzip2|xz|groups|command|mktemp|w|ssh-keygen|nohup|mysqldump|pg_dump|rpm|dpkg|pstree"
    r"|ionice|nice|view|vi|vim|ipcs|info|getent|sshpass|compaudit|pgrep|uuencode|lshw|lsblk|local|gcc|cc|g\+\+|go"
    r"|cargo|java|xxd|hexdump|strings|ifconfig|route|arp|tcpdump|mail|sftp|ftp|tput|stty|clear|shuf|factor|bc|expr|time"
    r"|sysctl|modprobe|insmod|dmesg|journalctl|useradd|usermod|passwd|chsh|last|lastlog|env|printenv|logger|nproc|numfmt"
    r"|powershell|pwsh|cmd(?:\.exe)?|net|dir|type|copy|del|reg|tasklist|ipconfig)(?:\s|$|;|\||&)"
)


# A value goes on as a statement of SQL; that it begins as a command, too, is chance: `id; update users set ...`.
_GOES_ON_AS_SQL = _compiled(
    r"^[^'\"`\n]{0,80};\s*(?:drop\s+(?:table|database)|delete\s+from|insert\s+into|update\s+\S+\s+set|alter\s+table|truncate\s+table)\s"
)
_ASKS = _compiled(
    r"^[a-z](?:[^'\"`;\\$#\r\n]|; (?:and|or|but|what|how|can|does|should|why|which|is) ){0,200}$"
)
_IN_WORDS = _compiled(
    r"(?:^|\s)(?:how (?:do|to|can|does)|what(?:'s| is| does| are)|is (?:it|this)|why|tutorial|meaning|explain(?:s|ed)?|syntax|examples?|difference|cheat ?sheet|versus|vs|documentation|docs|errors?|prevention|concerns|equivalent|usage)\b"
)
# Words before and after code, as of those who ask about it: `what does $(pwd) do`, "`git rebase` squash commits".
_CODE = _compiled(r"`[^`\n]{0,80}`|\$\([^()\n]{0,80}\)")
_WORDS_ABOUT = 2
_WORDS_OF_NAMES = compiled(r"[A-Z]+[a-z]*|[a-z]+")
_HUMPS = compiled(r"([a-z0-9])([A-Z])")


@lru_cache(maxsize=1)  # detector after detector asks for the same one
def role_of(passage: Passage) -> Role:
    """Return what the passage's text is for."""
    name = _name_of(passage)
    tool = passage.tool.lower().replace("-", "_")
    if name in _SEARCH_NAMES or name in _PATTERN_NAMES:
        words = words_of(passage.tool)
        if words & _TEXTS and not words & _DATABASES:
            return Role.TEXT
    if name in _SEARCH_NAMES and not _any(_SQL_TOOLS, tool):
        if _is_question(passage.text):
            return Role.TEXT
        if _is_about_code(passage.text):
            return Role.SEARCH
    if name.endswith(_TEMPLATE_NAMES) and any(sign in passage.text for sign in _BLANKS):
        return Role.TEXT
    if name in _FORMULA_NAMES and _any(_CALCULATORS, tool) and not _any(_SQL_TOOLS, tool):
        return Role.FORMULA
    by_name = _by_name(name, tool, passage.text)
    return by_name if by_name is not None else looks(passage.text)


def is_said(passage: Passage) -> bool:
    """Return whether an argument holds words for somebody, as a task for an agent or a comment do."""
    name = _name_of(passage)
    return name in _SAID_NAMES or name.endswith(_SAID_ENDS)


def _name_of(passage: Passage) -> str:
    """Return the name by which an argument's text is known: within lists and objects its own, unless they are conditions."""
    outer = _snake(passage.argument.rpartition(".")[2].rpartition("/")[2])
    if not outer or outer in _CONDITION_NAMES:
        return outer
    inner = next((key for key in reversed(passage.place.split("/")[2:]) if key and not key.isdigit()), "")
    inner = _snake(inner)
    return inner if inner in _NAMES or inner.endswith(_TEXT_ENDS) else outer


def _snake(name: str) -> str:
    """Return a name in small letters, its words joined by `_`: `newString` is `new_string`."""
    if not name.islower():
        name = str(_HUMPS.sub(r"\1_\2", name)).lower()
    return name.replace("-", "_")


def looks(text: str) -> Role:
    """Return what a text of an unnamed argument looks like."""
    start = text[:4200].encode("utf-8", "replace")
    if _LOOKS_SQL.search(start):
        return Role.QUERY
    if _LOOKS_SHELL.search(start[:400]) and not _GOES_ON_AS_SQL.search(start[:400]):
        return Role.COMMAND
    return Role.VALUE


def _by_name(name: str, tool: str, text: str) -> Role | None:
    if name in _PATH_NAMES:
        return Role.PATH
    if name in _URL_NAMES:
        return Role.URL
    if name in _QUERY_NAMES:
        # `query` of a search tool is words; only SQL is judged as SQL.
        return Role.QUERY if looks(text) is Role.QUERY or _any(_SQL_TOOLS, tool) else None
    if name in _CONDITION_NAMES:
        return Role.QUERY
    if name in _COMMAND_NAMES and (name != "args" or _any(_SHELL_TOOLS, tool)):
        return Role.COMMAND
    if name.endswith(_TEXT_ENDS) or (
        name in _TEXT_NAMES and not (name == "code" and _names_something(text, tool))
    ):
        return Role.TEXT
    if not name and tool and _any(_SHELL_TOOLS, tool):
        return Role.COMMAND
    return None


def _names_something(code: str, tool: str) -> bool:
    """Return whether a code is one of an article, a country or a coupon, and no program."""
    return len(code) <= _SHORT_CODE and bool(tool) and not _any(_CODE_TOOLS, tool)


def _is_question(text: str) -> bool:
    """Return whether it asks about something in plain words, which close no quote and end no command."""
    data = text.encode("utf-8", "replace")
    return bool(_ASKS.search(data)) and bool(_IN_WORDS.search(data))


def _is_about_code(text: str) -> bool:
    """Return whether it holds code in backticks or `$()` and words around that."""
    around: str = _CODE.sub("\n", text)
    return around != text and sum(word.strip("?,.").isalpha() for word in around.split()) >= _WORDS_ABOUT


@lru_cache(maxsize=512)
def words_of(tool: str) -> frozenset[str]:
    """Return the words of a tool's name: `mcp__brave__web_search`, `WebSearch`, `query-docs`."""
    return frozenset(word.lower() for word in _WORDS_OF_NAMES.findall(tool[:200]))


def _any(words: tuple[str, ...], tool: str) -> bool:
    return any(word in tool for word in words)
