"""SQL rules: how a value breaks out of its place in a statement, and what a statement does that none should.

All are written for linear engines. Those that need two sides compared say so; Python compares them.
"""

from collections.abc import Container, Iterator
from typing import NamedTuple

from gateway_desktop.core.finding import Evidence, Family, Level
from gateway_desktop.inspection.kind import Kind
from gateway_desktop.inspection.patterns import PatternSet

_BEFORE_A_STRING = (b"{", b"[", b",", b":")
_GAP = r"[\s(!~+@]*"
_QUOTE = r"['\"`’]"
_LOGIC = r"(?:\b(?:or|and|xor|having|where|when|rlike|if)\b|\|\||&&)"
_JOINED = r"(?:\b(?:or|and|xor|rlike)\b|\|\||&&)"
_COMPARED = r"(?:=|<=>|<>|!=|>=|<=|>|<|\blike\b|\brlike\b|\bregexp\b|\bbetween\b|\bin\b|\bis\b)"
# `time.sleep(5)` and `sleep(5) in Python` are no SQL: no object's, and what follows the call goes on in SQL.
_DELAY = (
    r"(?:^|[^.\w])(?:sleep|benchmark)\s*\((?:[^()]{0,80}(?:\(|$|\)\s*(?:$|[^\s\w]|"
    r"(?:and|or|xor|from|union|where|as|like|rlike|limit|order|group|having|is\s+(?:not|null)|between|div|mod|then|else|end|when)\b))|[^()]{80})"
    r"|\b(?:pg_sleep|randomblob|dbms_pipe\.receive_message|dbms_lock\.sleep|sqlite_sleep)\s*\("
    r"|\bwaitfor\s+(?:delay|time)\b|\bgenerate_series\s*\(\s*1\s*,\s*\d{6,}"
)
_CATALOGUE = (
    r"\binformation_schema\b|\bsys\.(?:objects|tables|columns|databases|sql_logins|schemas|syslogins)\b"
    r"|\b(?:sysobjects|syscolumns|sysusers|sysdatabases|syslogins|sysxlogins|msysobjects|systables)\b|\bmysql\.(?:user|db)\b"
    r"|\bpg_(?:catalog|shadow|user|roles|database|tables|class|authid)\b|\bsqlite_(?:master|schema)\b|\bsysibm\.|\bsyscat\."
    r"|\b(?:all|user|dba)_(?:tables|users|tab_columns|objects)\b|\bv\$(?:version|session|instance|database)\b|\brdb\$\w+"
)
_FILES = (
    r"\bload_file\s*\(|\binto\s+(?:out|dump)file\b|\bload\s+data\s+(?:local\s+)?infile\b|\b(?:xp|sp)_(?:cmdshell|oacreate|dirtree"
    r"|fileexist|regread|regwrite|executesql|makewebtask|servicecontrol|availablemedia|configure|addlogin|password|addextendedproc"
    r"|start_job)\b|\butl_(?:http|inaddr|file|smtp)\b|\bcopy\s+(?:\S+|\([^)]{1,200}\))\s+(?:from|to)\s+program\b|\blo_(?:import|export)\s*\("
    r"|\bsys_(?:exec|eval)\s*\(|\battach\s+database\b|\bload_extension\s*\(|\bdbms_(?:java|scheduler|xslprocessor|ldap)\b"
    r"|\bopenrowset\s*\(|\bopendatasource\s*\(|\bpg_(?:read_file|ls_dir|read_binary_file)\s*\(|\bas\s+'[^'\s]{1,100}\.so(?:\.\d)?'"
)
_PROBES = (
    r"\b(?:extractvalue|updatexml|xmltype|ctxsys\.drithsx\.sn|polygon|multipoint|geometrycollection|linestring|gtid_subset)\s*\("
    r"\s*(?:\d|\(?\s*select|concat|chr|char)|\bfloor\s*\(\s*rand\s*\(|\bprocedure\s+analyse\s*\(|\bname_const\s*\("
    r"|\bexp\s*\(\s*~|\bconvert\s*\(\s*int\s*,|\bcast\s*\(\s*\(\s*select\b|\bmake_set\s*\(|\belt\s*\(\s*\d+\s*[=<>]"
    r"|\b(?:ascii|ord|unicode|hex|bin)\s*\(\s*(?:mid|substr|substring|lower|upper|right|left)\s*\("
    r"|\b(?:mid|substr|substring)\s*\(\s*\(?\s*(?:select\b|@@|(?:user|database|version)\s*\()"
)
_IDENTITY = (
    r"@@\w{3,}|\b(?:version|user|database|current_user|session_user|system_user|schema|current_database|user_name|db_name)\s*\(\s*\d?\s*\)"
    r"|\bgroup_concat\s*\(|\bconcat(?:_ws)?\s*\(\s*(?:0x|char|version|user|database|@@|\w+\s*,\s*(?:0x|char|'))"
    r"|\b(?:char|chr|nchar)\s*\(\s*\d+\s*[,)+|]|\bunhex\s*\(|\bhex\s*\(|\b0x[0-9a-f]{6,}\b|\bfrom\s+dual\b|\brand\s*\(\s*\)"
    r"|\bload_file\b|\bstring_agg\s*\(|\blistagg\s*\("
)


class Rule(NamedTuple):
    """One pattern, and what it means."""

    kind: Kind
    expression: str
    in_query: bool  # whether it means danger in a whole statement, too
    in_value: bool = True
    longest: int = 4_000  # bytes of a value in which it means something


def _kind(name: str, severity: Level, confidence: float, why: str) -> Kind:
    return Kind(Family.SQL_INJECTION, name, severity, confidence, Evidence.STRUCTURE, why)


_TAUTOLOGY = _kind(
    "tautology", Level.HIGH, 0.93, "A condition that compares constants, so that it is always true or false"
)
_BREAK_OUT = _kind("break_out", Level.HIGH, 0.92, "A quote is closed and SQL goes on")
_CUT_OFF = _kind("comment_cut_off", Level.HIGH, 0.9, "The rest of the statement is cut off by a comment")
_UNION = _kind("union_select", Level.HIGH, 0.95, "Another query is added to the one that was meant")
_STACKED = _kind("stacked_statement", Level.HIGH, 0.93, "A second statement follows the one that was meant")
_DELAYS = _kind("time_delay", Level.HIGH, 0.96, "It makes the database wait, to tell one answer from another")
_CATALOGUES = _kind("catalogue", Level.MEDIUM, 0.86, "It reads the database's own catalogue")
_FILE = _kind(
    "file_or_system",
    Level.CRITICAL,
    0.97,
    "It reaches files, the network or the operating system through the database",
)
_PROBE = _kind(
    "blind_probe", Level.HIGH, 0.92, "It asks for data one piece at a time, or through error messages"
)
_WHO = _kind("fingerprint", Level.MEDIUM, 0.84, "It asks the database who and what it is")
_SUBSELECT = _kind("subquery", Level.MEDIUM, 0.82, "A value that holds a query of its own")
_ORDER = _kind("column_probe", Level.MEDIUM, 0.86, "It tries out how many columns there are")
_DESTRUCTIVE = _kind("destructive", Level.HIGH, 0.9, "It destroys data, or gives rights away")
_EMPTIES = _kind(
    "empties", Level.MEDIUM, 0.6, "A statement that destroys a whole table or database, or gives all rights"
)
_SCHEMA = _kind("reads_catalogue", Level.LOW, 0.5, "A statement that reads the database's own catalogue")
_OPERATOR = _kind(
    "operator_after_quote", Level.MEDIUM, 0.85, "A quote is closed and compared or calculated with"
)
_COMMENTS = _kind("hidden_by_comments", Level.HIGH, 0.93, "Keywords are broken up by comments")

_FILTER = _kind("filter_break_out", Level.HIGH, 0.9, "A filter (LDAP, XPath, MongoDB) is closed, or goes on")

# Code that MongoDB runs for every record (CWE-943): what no comparison of a record's fields needs.
IN_CODE = PatternSet(
    [
        r"\b(?:sleep|eval|fetch|require|import|settimeout)\s*\(|\bwhile\s*\(\s*(?:true|1|!0)\s*\)|\bwhile\s*\([^;]{0,80}\bdate\b|\bfor\s*\(\s*;\s*;|\bnew\s+(?:function|xmlhttprequest)\b"
        r"|\b(?:process|globalthis|child_process|db|rs|sh)\.\w|\bconstructor\b|__proto__|(?:\|\||^|\breturn|\{)\s*(?:true|1|![01]|\d+\s*==?=?\s*\d+|'[^']{0,20}'\s*==?=?\s*')\s*(?:;|\}|$)"
    ]
)
RAN_AS_CODE = _kind(
    "runs_code", Level.HIGH, 0.9, "Code for the database to run, which does more than compare"
)

RULES: tuple[Rule, ...] = (
    Rule(_FILTER, r"^[^()]{0,60}\)+\s*\((?:\s*\()?\s*(?:[|&!]\s*(?:\(|\)|$|[\w-]{1,30}\s*[~<>]?=)|[\w-]{1,30}\s*[~<>]?=)|\*\)\s*\([|&!]", False, longest=400),
    Rule(_FILTER, r"^[^()'\"]{0,60}\)\s*\(\s*[|&!(]{0,3}[\w-]{1,30}\s*[~<>]?=", True, in_value=False),
    Rule(_FILTER, r"\[\$(?:ne|gt|gte|lt|lte|in|nin|regex|where|exists)\]\s*(?:=|$)|" + _QUOTE + r"\s*\]\s*\|\s*/{1,2}[\w*]", False, longest=400),
    Rule(_FILTER, r"^\s*\{\s*[\"']?\$(?:n?in|ne|not|[gl]te?|regex|exists|where|expr)[\"']?\s*:\s*(?:null|true|-?[01]|\[(?:null|[\"']{2})?\]|\{\}|[\"'](?:[\^.*+?$~]{0,6}|[01]|true)[\"'])\s*\}\s*$", False, longest=400),
    Rule(_FILTER, r"^[^'\"]{0,60}['\"][\s)}]*;\s*(?:return\b|var\s|let\s|while\s*\(|do\s*\{|db\.\w|sleep\s*\()", False, longest=400),
    Rule(_TAUTOLOGY, _LOGIC + _GAP + r"-?\d+(?:\.\d+)?[\s)]*" + _COMPARED + _GAP + r"(?:null\b|not\s+null|-?\d|\(?select\b)", False),
    Rule(_TAUTOLOGY, _JOINED + _GAP + r"-?\d+(?:\.\d+)?[\s)]*" + _COMPARED + _GAP + r"(?:null\b|not\s+null|-?\d|\(?select\b)", True, in_value=False),
    Rule(_TAUTOLOGY, _LOGIC + _GAP + r"n?" + _QUOTE + r"[^'\"]{0,20}" + _QUOTE + r"\s*" + _COMPARED + _GAP + r"n?" + _QUOTE, False),
    Rule(_TAUTOLOGY, _JOINED + _GAP + r"n?" + _QUOTE + r"[^'\"]{0,20}" + _QUOTE + r"\s*" + _COMPARED + _GAP + r"n?" + _QUOTE, True, in_value=False),
    Rule(_TAUTOLOGY, r"(?:\bor\b|\|\||\band\b|&&)" + _GAP + r"(?:(?:true|false|null|not\s+(?:false|true|null))\s*(?:--|#|/\*|;|\)*\s*$)|\d+\s*(?:--|#|/\*|;))", True),
    Rule(_TAUTOLOGY, _LOGIC + _GAP + r"(\w{1,20})[\s)]*(?:=|like|<=>)" + _GAP + r"(\w{1,20})[\s)]*(?:--|#|/\*|;|$)", False),
    Rule(_BREAK_OUT, _QUOTE + r"[\s)]*" + _LOGIC + _GAP + r"(?:" + _QUOTE + r"|-?\d|true|false|null|not\b|exists\b|select\b|\w{1,30}\s*" + _COMPARED + r")", False),
    Rule(_BREAK_OUT, _QUOTE + r"\s*(?:\+|\|\||,)\s*(?:\(?\s*select\b|char\s*\(|chr\s*\(|@@|\(\s*case\b|(?:user|version|database)\s*\()", True),
    Rule(_BREAK_OUT, r"^\s*" + _QUOTE + r"?\s*\)+\s*(?:" + _LOGIC + r"|;|--|union\b|as\b)", False),
    Rule(_BREAK_OUT, r"^\s*(?:or|and|having|where|group\s+by|order\s+by|\|\||&&)\s*.{0,60}?(?:=|\bin\s*\(|\blike\s*['\"(]|\bis\s+(?:not\s+)?null\b|\bexists\s*\(|\bbetween\s+\d|<|>|\brlike\b|\bregexp\b)", False),
    Rule(_BREAK_OUT, r"^.{0,40}?[\d)]\s*(?:or|and|\|\||&&|xor)\s+.{0,40}?(?:=|\bin\s*\(|\blike\b|\bis\s+(?:not\s+)?null\b|\bexists\b|\bbetween\s+\d)", False),
    Rule(_CUT_OFF, _QUOTE + r"[\s;)]*(?:--(?:\s|$|[-+'\"])|/\*\s*$)", False),
    Rule(_CUT_OFF, r"[\d)][\s;)]*(?:--(?:\s*[^\s\w]{0,10}\s*$|[-+'\"])|/\*\s*$)", False),
    Rule(_CUT_OFF, _QUOTE + r"[\s)]*;?\s*(?:--|#\s*$|/\*|;\s*$|;%00|;\x00)", False),
    Rule(_CUT_OFF, _QUOTE + r"\s*(?:(?:or|and)\b|\|\||&&).{0,120}(?:--|#|/\*)\s*\S{0,10}\s*$", True),
    Rule(_CUT_OFF, r"^[\s'\"();]*(?:--|/\*!?|#)\s*$", False),
    Rule(_UNION, r"\bunion\b[\s(+]*(?:all\b|distinct\b)?[\s(+]*select\b", False),
    Rule(_UNION, r"\bunion\b[\s(+]*(?:all\b|distinct\b)?[\s(+]*select\b[\s(]*(?:null\b|-?\d+\s*(?:,|--|#|from\b)|'[^']{0,20}'\s*(?:,|--|\|\|)|@@|char\s*\(|concat|version\s*\(|user\s*\(|database\s*\(|load_file|unhex|0x)", True),
    Rule(_UNION, r"\bunion\b[\s(+]*(?:all\b|distinct\b)?[\s(+]*select\b[\s\S]{0,200}?\b(?:password|passwd|pwd|pass_hash|password_hash|secret|credit_card|information_schema|sqlite_master|pg_shadow|mysql\.user|sysobjects)\b", True),
    Rule(_STACKED, r";\s*(?:drop|delete\s+from|insert\s+into|update\s+\S+\s+set|create\s|alter\s|exec(?:ute)?\b|truncate|shutdown|grant\s|declare\s|set\s+@|waitfor\b|select\b|begin\b|copy\s|use\s+\w|merge\b|call\s|replace\s+into|if\s*\(|backup\s|kill\s|rename\s|load\s)", False),
    Rule(_CUT_OFF, r"(?:['\")\w;]|/\*)\s*(?:--|#)[ ]*[^\n\"']{0,40}[\"']\s*(?:;|\)|$|\band\b|\bor\b|\blimit\b|\border\b|\bgroup\b|%)", True, in_value=False),
    Rule(_TAUTOLOGY, r"(?:=|\blike)\s*(?:'[^']*'|\"[^\"]*\")\s*(?:not\s+)?(?:like\b|rlike\b|regexp\b|sounds\s+like\b|<=>|<>|!=|=|mod\b|div\b|xor\b|is\s+(?:not\s+)?null\b|\^|&&|\|\s*['\"])", True, in_value=False),
    Rule(_BREAK_OUT, r"(?:=|\blike)\s*(?:'[^']*'|\"[^\"]*\")\s*(?:select|union|waitfor|declare|exec|if\s+exists|if\s*\()\b", True, in_value=False),
    Rule(_TAUTOLOGY, r"\b(?:and|or|xor)\s+['\"]?\d+['\"]?\s*(?:=|like|<>|!=)\s*['\"]\d", True, in_value=False),
    Rule(_CUT_OFF, r"(?:['\")\w]|/\*)\s*--[ ]*[^\n]{0,80}?(?:'|\border\s+by\b|\blimit\s+\d|\bgroup\s+by\b|\band\s+[\w.]+\s*[=<>])", True, in_value=False),
    Rule(_BREAK_OUT, r"['\"]\s*(?:\bor\b|\|\||\bxor\b)\s*['\"]", True, in_value=False),
    Rule(_UNION, r"\bunion\b\s*(?:/\*|\()|\bunion\b\s+(?:all\s+)?select\s+(?:-?\d+\s*(?:order|limit|where|')|order\b|$|'|\(select)", True, in_value=False),
    Rule(_COMMENTS, r"(?:\b(?:union|select|or|and|from|where)|[\d'])/\*.{0,20}?\*/", True, in_value=False),
    Rule(_FILE, r"\bexec(?:ute)?\s+(?:master\W|sp_|xp_)", True),
    Rule(_STACKED, r";\s*(?:drop\s+\w|call\s|load\s|delete\s+from|update\s+\S+\s+set|alter\s+(?:table|user|login|role)|exec(?:ute)?\s|truncate\s|shutdown|grant\s|insert\s+into\s|create\s+(?:user|login|function|table)|declare\s+@|waitfor\b|select\s+(?:pg_sleep|sleep|benchmark|load_file|version|\d+\s*(?:--|;|$)))", True),
    Rule(_EMPTIES, r"^\s*delete\s+from\s+[\w.`\"\[\]]{1,80}\s*;?\s*$|\bdrop\s+(?:database|schema)\s+[\w`\"\[]|^\s*drop\s+table\s+[\w.`\"\[\]]{3,80}\s*(?:;|cascade\b|$)|\bgrant\s+all\s+(?:privileges\s+)?on\s+\*\.\*|^\s*(?:alter|create)\s+(?:user|role)\b[^;]{0,120}\bsuperuser\b", True, in_value=False),
    Rule(_DELAYS, _DELAY, True),
    Rule(_CATALOGUES, _CATALOGUE, False),
    Rule(_SCHEMA, _CATALOGUE, True, in_value=False),
    Rule(_FILE, _FILES, True),
    Rule(_PROBE, _PROBES, True),
    Rule(_PROBE, r"\bcase\s+when\b[\s(]*(?:select\b|exists\b|-?\d+\s*[=<>])", False),
    Rule(_WHO, _IDENTITY, False),
    Rule(_SUBSELECT, r"\(\s*select\b[\s\S]{1,300}?(?:\bfrom\b|\)|@@|\()", False),
    Rule(_SUBSELECT, r"\bselect\b[\s(]+(?:\*|[\w.,`\"\s*()]{1,120}?)\s+from\s+[\w.`\"\[]+\s*(?:where\b|limit\b|order\b|group\b|;|--|#|\)|$)", False),
    Rule(_SUBSELECT, r"^\s*select\b[\s(]*(?:\*|@@|\d|'|\"|\(|\w+\s*\(|[^\n]*?\bfrom\b|[^\n]*?,)|^\s*(?:insert\s+into|delete\s+from|update\s+\w+\s+set|drop\s+(?:table|database|column)|exec(?:ute)?\s+(?:master|xp_|sp_|immediate)|declare\s+@\w+|create\s+(?:table|user|login)|truncate\s+table|shutdown\s+with|grant\s+\w+\s+(?:to|on)|alter\s+(?:table|user|login))\b", False),
    Rule(_ORDER, r"(?:^|['\"\d)])\s*(?:order|group)\s+by\s+\d+\s*(?:--|#|/\*|,|;|\)|%|['\"+]|$)|\bhaving\s+\d+\s*[=<>]|(?:^|['\"\d)])\s*having\b|\bgroup\s+by\b.{0,60}\bhaving\s+\d|\blimit\s+\d+\s*,\s*\d+\s*(?:--|#|/\*|$)", False),
    Rule(_DESTRUCTIVE, r"\b(?:drop|truncate)\s+(?:table|database|schema)\b|\bdelete\s+from\s+[\w.`\"\[\]]+\s*(?:;|--|$)|\bgrant\s+all\b", False),
    Rule(_COMMENTS, r"\w/\*.{0,30}?\*/[\w(]|/\*!\d{0,5}\s*\w|(?:union|select|or|and|from|where)/\*.{0,20}?\*/", False),
    Rule(_BREAK_OUT, r"\b(?:and|or)\b\s*(?:not\s+)?\(?\s*(?:exists\s*)?\(\s*select\b", False),
    Rule(_BREAK_OUT, r"\brlike\s*\(\s*select\b|\b(?:and|or)\s+(?:row|elt|make_set|ifnull|isnull|char_length|length|ascii|substring|mid|instr)\s*\(", True),
    Rule(_BREAK_OUT, r"^\s*" + _QUOTE + r"[\s;)]*$|^\s*\w{0,30}" + _QUOTE + r"\s*(?:=|<>|like|\|\||\+\s*'|&\s*')", False),
    Rule(_OPERATOR, _QUOTE + r"\s*(?:<=>|<=|>=|!=|<>|<<|>>|[%|^*/&<>=+-]|\b(?:is|in|like|rlike|regexp|div|mod|xor|not|between|sounds|collate|glob|similar)\b)[\s~!+(@-]*(?:" + _QUOTE + r"|\d|\(|@|binary\b|column\b|current_|null\b|true\b|false\b|ascii\()", False, longest=160),
    Rule(_OPERATOR, r"^\s*-?\d+\s*(?:[-+*/%^|&]|div|mod)\s*(?:\(|ord\(|ascii\(|column|" + _QUOTE + r"|@)", False, longest=160),
    Rule(_OPERATOR, r"\$(?:where|ne|gt|gte|lt|lte|nin|regex|exists|or|and)\b\s*['\"]?\s*:|this\.\w+\.match\(|^\s*@\w+\s*--", False, longest=400),
    Rule(_CUT_OFF, r"\bsp_password\b|^\s*-?\d+\s*(?:--\s|--\W{0,10}$|#|/\*)|^\s*-?\w{1,20}\s*(?:--|/\*)\s*[-+'\"]?\s*$", False),
)  # fmt: skip

# What begins so is one of several statements that were meant; nobody breaks out of it.
_SCRIPTS = (
    b"begin",
    b"start transaction",
    b"create ",
    b"alter ",
    b"drop ",
    b"set ",
    b"use ",
    b"pragma ",
    b"--",
    b"/*",
)
_OF_PROGRAMS = (b"=>", b"await", b"return")  # what waits there is no database
_BROKEN_OUT = [rule for rule in RULES if rule.in_value]
VALUES = PatternSet([rule.expression for rule in _BROKEN_OUT])
_WHOLE = [rule for rule in RULES if rule.in_query]
QUERIES = PatternSet([rule.expression for rule in _WHOLE])


def met(data: bytes, *, query: bool, known: Container[str] = ()) -> Iterator[tuple[Rule, int, int]]:
    """Yield the rules that hold in a text given as UTF-8, with the first place of each, as bytes.

    A value breaks out by a quote that closes one outside of it: such a one has none before it to close.
    Rules of kinds that are known, also by what was yielded, are not asked: each says nothing new.
    """
    patterns, rules = (QUERIES, _WHOLE) if query else (VALUES, _BROKEN_OUT)
    script = query and data[:40].lstrip(b" \t\r\n(").lower().startswith(_SCRIPTS)
    for index in patterns.matching(data):
        rule = rules[index]
        if rule.kind.name in known:
            continue
        if (not query and len(data) > rule.longest) or (script and rule.kind is _STACKED):
            continue
        if query and rule.kind is _UNION and b"from" not in data.lower():
            continue  # rows of constants, as of a small table
        for start, end in patterns.spans(index, data):
            if _holds(rule, data, start, query=query):
                yield rule, start, end
                break


def _holds(rule: Rule, data: bytes, start: int, *, query: bool) -> bool:
    """Return whether a place is what the rule means: no wait of a program, no quote that closes nothing."""
    if rule.kind is _DELAYS and _before(data, start).endswith(_OF_PROGRAMS):
        return False
    if query:  # `WHERE separator = '--'` cuts nothing off
        return rule.kind is not _CUT_OFF or not _opens_a_string(data, start)
    return not rule.expression.startswith(_QUOTE) or _opens(data, start)


def _before(data: bytes, at: int) -> bytes:
    """Return the word or sign before a call; its own match begins with one sign before it."""
    return data[max(0, at - 12) : at + 1].rstrip().lower()


def _opens_a_string(data: bytes, at: int) -> bool:
    """Return whether the quote there opens a string of a whole statement, which ends with the next one."""
    quote = data[at : at + 1]
    return quote in (b"'", b'"') and data.count(quote, 0, at) % 2 == 0 and data.count(quote, at) % 2 == 0


def _opens(data: bytes, at: int) -> bool:
    """Return whether a quote would be an opening one if nothing stood outside of the text."""
    quote = data[at : at + 1]
    if quote == b'"' and data[:1] in (b"{", b"[") and data[:at].rstrip().endswith(_BEFORE_A_STRING):
        return False  # a string of JSON begins
    return data.count(quote, 0, at) % 2 == 0
