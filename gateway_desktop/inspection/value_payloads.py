"""Payloads in values: what a value may be that is none, and what no text is for people to read."""

from gateway_desktop.core.finding import Evidence, Family, Level
from gateway_desktop.inspection.kind import Kind


def _kind(name: str, confidence: float, why: str) -> Kind:
    return Kind(Family.COMMAND_INJECTION, name, Level.HIGH, confidence, Evidence.STRUCTURE, why)


BREAK_OUT = _kind("break_out", 0.94, "A value goes on as a command of its own")
CODE = _kind("code_call", 0.88, "A value that is code which runs commands")
OBJECT = _kind("object_injection", 0.9, "A value that becomes an object, or changes those there are")
MARKUP = _kind("script", 0.85, "A value that brings a script along")
HEADER = _kind("header_break_out", 0.88, "A value that goes on as a header of its own")
OPTION = _kind("option", 0.88, "A value that is an option which runs commands")
HOST = Kind(
    Family.COMMAND_INJECTION,
    "whole_host",
    Level.MEDIUM,
    0.75,
    Evidence.STRUCTURE,
    "It hands the whole machine to a container",
)
_ENTITY = _kind(
    "external_entity", 0.9, "A document that makes its reader fetch files or addresses, or grow without end"
)

# What follows a line's end in percent signs, or the first quote of a value: that closes one outside of it.
_RUN = r"(?:[\w.~/-]{0,40}/)?(?:id|whoami|ls|cat|curl|wget|nc|ncat|python[\d.]*|perl|ruby|php|node|(?:ba|z|da)?sh|sleep|ping|rm|touch|env|uname|hostname|powershell|cmd)"
# An option of another program whose value is a command: `--pager=id`, `x --unzip-command='sh -c id'`.
_OPTION_RUNS = r"^\s*-{1,2}[a-z][\w-]{1,40}=[\"']?(?:[\w.~/-]{0,40}/)?(?:(?:id|whoami|uname|hostname)\s*[\"']?\s*$|(?:curl|wget|nc|ncat|rm|touch|cat|(?:ba|z|da)?sh)\s+\S)|(?:^|\s)-{1,2}[a-z][\w-]{0,40}[= ][\"']?(?:/bin/)?(?:ba|z|da)?sh\s+-c\b"
_FETCHED_ENTITY = r"<!doctype\b[^>\[]{0,80}\[[^\]]{0,400}<!entity\s+(?:%\s*)?\w{1,40}\s+(?:system|public)\b"
_GROWING_ENTITY = r"<!entity\s+\w{1,40}\s+[\"'](?:\s*&\w{1,40};){5,}"
# What an expression names to get out of where it is calculated.
_OUT = r"^[(\s]{0,4}(?:getattr\s*\(\s*__builtins__|open\s*\(\s*['\"](?:/etc/|/proc/|/root/|~|\.\./)[^'\"]{0,100}['\"]\s*\)\.read|process\.(?:mainmodule\b|binding\s*\()|(?:\[\]|\{\}|''|\"\"|this|\w{1,20})\.constructor\.constructor\s*\(|globalthis\.process\b)"
_OF_OBJECTS = r"^[(\s]{0,4}(?:lambda\s*:\s*)?(?:__import__\s*\(\s*['\"](?:os|subprocess|sys|pty|socket|builtins|importlib)\b|(?:\(\)|\[\]|''|\"\")\.__class__\b|require\s*\(\s*['\"](?:node:)?child_process['\"]\s*\)\s*\.)"
# Serialized by PHP, Java, Python (base64 and JSON) and Node.
_OBJECTS = r"^\s*[OC]:\d{1,4}:\"[\w\\]{1,80}\":\d{1,4}:\{|^rO0AB[A-Za-z0-9+/]{20,}={0,2}\s*$|^gAS[VRX][A-Za-z0-9+/]{20,}={0,2}\s*$|\"py/(?:reduce|object/apply|function)\"\s*:|_\$\$ND_FUNC\$\$_|^\s*\{[\s\S]{0,200}\"constructor\"\s*:\s*\{\s*\"prototype\"\s*:|^\s*\{[\s\S]{0,200}\"__proto__\"\s*:|\"\$(?:function|accumulator)\"\s*:\s*\{|^c\w{1,30}\n\w{1,30}\n\(|\"@type\"\s*:\s*\"L?(?:com\.(?:sun|mchange)|org\.(?:apache|springframework)|java\.(?:net|lang|io)|javax\.(?:naming|script|management)|ch\.qos)\.|\"\$type\"\s*:\s*\"System\.(?:Windows|Diagnostics|Configuration|Workflow|Security|Management|IdentityModel)\b|^AAEAAAD/////|"
_OBJECTS += r"^\s*(?:[\w-]{1,30}:\s*)?(?:!!python/(?:object|name|module)\b|!<tag:yaml\.org,2002:python/|!ruby/object:|!!javax?\.)"
# A pickle (PEP 307), as text and in base64: it names what is called by its module.
_OBJECTS += r"|^(?:Y29zC|Y3Bvc2l4C|Y2J1aWx0aW5zC|Y19fYnVpbHRpbl9fC|Y3N1YnByb2Nlc3MK|gA[JN]j)[A-Za-z0-9+/]{12,}={0,2}\s*$"
# What a value may be that is none: each with what it is found as.
NO_VALUES: tuple[tuple[Kind, str], ...] = (
    (CODE, r"^[\s;|&'\"`<?%{(]*(?:system|exec|shell_exec|passthru|popen|proc_open|eval|assert|phpinfo|os\.system|os\.popen|subprocess\.\w+|__import__|require\(\s*['\"]child_process|child_process|runtime\.getruntime|print\s*`|%x\()\s*\("),
    (CODE, r"<!--\s*#\s*(?:exec|include)\s+(?:cmd|virtual|file)\b|<\?php\b|<\?=|<%\s*(?:eval|execute|=)|\{\{[^}]{0,80}(?:__class__|__globals__|__import__|config|7\s*\*\s*7|constructor|system|popen)[^}]{0,120}\}\}|\$\{\s*(?:jndi:|ifs\b|7\s*\*\s*7|t\(java|runtime)"),
    (CODE, r"__import__\s*\(\s*['\"](?:os|subprocess|sys)|\.exec\(\s*['\"]|\b(?:os\.system|os\.popen|shell_exec|passthru|proc_open|subprocess\.(?:call|popen|run|check_output))\s*\("),
    (CODE, r"\$\{?ifs\}?|\{(?:cat|ls|id|echo|ping|wget|curl|nc|sleep),|\b(?:c[\"'\\]+a[\"'\\]*t|w[\"'\\]+h[\"'\\]*o|/\?{2,}/|/b[?*]{1,2}n?/)|\{cmd\}|\bcmd(?:=\$|\s*/c\b)|^[\s$]*[&|;`<][\s&|;`$<]*\{\w+\}"),
    (CODE, r"\$\{[^}]{0,40}(?:\$\{[^}]{0,20}\}|::?-?)[^}]{0,20}(?:ndi|dap|rmi)\b|<#assign\b|freemarker\.template|\?new\(\)|\bcycler\.__init__|\{%[^%]{0,80}(?:import|popen|__\w+__|system)|#set\s?\(\s?\$\w+\s?=[^)]{0,60}class|^\W{0,3}(?:[$#@*]\{|<%=|@\(|\{\{)\s{0,3}['\"]?\d{1,8}['\"]?\s{0,3}[*+-]\s{0,3}['\"]?\d{1,8}['\"]?\s{0,3}(?:\}{1,2}|%>|\))\W{0,3}$"),
    (OBJECT, r"^\s*[OC]:\d{1,4}:\"[\w\\]{1,80}\":\d{1,4}:|^\s*a:\d{1,4}:\{[^}]{0,200}O:\d{1,4}:\"|^rO0AB[A-Za-z0-9+/]|^aced0005|!!(?:python/|javax\.|java\.|ruby/)\w|!ruby/object:|\"__proto__\"\s*:|\bconstructor\.prototype\b|__proto__\[|^c\w{1,30}\n\w{1,30}\n\(|\"\$type\"\s*:\s*\"System\.|^AAEAAAD/////"),
    (MARKUP, r"<script\b[^>]{0,200}>|<script\s+src\s*=|<\w{1,12}[^>]{0,80}[\s/\"']on(?:error|load|mouseover|click|focus|toggle|begin|start|pointer\w{1,10}|animation\w{1,10})\s*=|^\s*(?:javascript|vbscript):|=\s*[\"']?\s*javascript:|data:text/html[;,]|\bdocument\.cookie\b"),
    (HEADER, r"(?:[\r\n]|%0d%0a|%0a|\\r\\n)\s*(?:bcc|cc|to|from|set-cookie|location|content-type|content-length|x-[\w-]{1,30}|host|transfer-encoding)\s*:|%0d%0a\s*(?:get|post|http/)"),
    (_ENTITY, _FETCHED_ENTITY + "|" + _GROWING_ENTITY),
    (CODE, _OF_OBJECTS),
    (CODE, _OUT),
    (CODE, r"\bgetruntime\s*\(\s*\)|\.getclass\(\)\s*\.\s*(?:forname|getclassloader|protectiondomain)|\bforname\s*\(\s*['\"]java"),
    (CODE, r"^\s*[=+@-]\s*(?:cmd|powershell|mshta|rundll32)\s*\||^=.{0,60}\b(?:webservice|importxml|importdata|importhtml|importfeed|image|hyperlink)\s*\([^)]{0,120}&\s*\$?[a-z]{1,3}\$?\d"),
    (OBJECT, _OBJECTS),
    (CODE, r"^\W{0,3}#\{\s*(?:`[^`]{1,80}`|system\b|exec\b|%x|io\.popen)"),
    (HOST, r"^/:/[\w/]+(?::rw)?$|privileged[\"']?\s*:\s*true[\s\S]*hostpath[\"']?\s*:\s*\{?\s*[\"']?path[\"']?\s*:\s*[\"']?/[\"']?\s*(?:[},]|\n|$)|hostpath[\"']?\s*:\s*\{?\s*[\"']?path[\"']?\s*:\s*[\"']?/[\"']?\s*(?:[},]|\n)[\s\S]*privileged[\"']?\s*:\s*true"),
    (OPTION, r"^\s*ext::\S|\s-{1,2}(?:checkpoint-action|use-compress-program|to-command|oproxycommand|upload-pack|receive-pack)\b\s*[= ]|(?:^|\s)-{1,2}o(?:utput)?[= ]\s*/etc/"),
    (BREAK_OUT, r"%0[ad](?:%20|%09|\+|\s){0,4}" + _RUN + r"(?:$|%20|%09|%0[ad]|[+\s;|&])|^[^\"']{0,200}[\"']\s{0,3}(?:;|\|\|?|&&?)\s{0,3}" + _RUN + r"(?:$|[\s;|&])"),
    (BREAK_OUT, r"[\"']\|" + _RUN + r"[\"'\s]"),
    (OPTION, _OPTION_RUNS),
    (OPTION, r"^\s*-{1,2}(?:oproxycommand|o\s*proxycommand|upload-pack|receive-pack|exec|checkpoint-action|use-compress-program|to-command|config=core\.\w+|open-files-in-pager|rsh|pager)\b\s*[= ]|^\s*-[A-Za-z]*o?ProxyCommand="),
)  # fmt: skip
LONGEST_TEXT = 400
_XML = r"^\s*(?:<\?xml[^>]{0,80}>\s*)?"
# What a text for people, or a condition, may be that is none: then it is nothing else from its first sign on.
IN_TEXTS: tuple[tuple[Kind, str], ...] = (
    (OPTION, r"^\s*-{1,2}(?:open-files-in-pager|upload-pack|receive-pack|checkpoint-action|use-compress-program|o?proxycommand)=\S[^\n]{0,200}$"),
    (CODE, r"^\s*\$\{[^\n]{0,60}?(?:jndi|ndi)\W[^\n]{0,300}\}\s*$"),
    (CODE, r"^\s*(?:\{\{[^{}]{0,160}\}\}\s*){0,3}(?:\{\{|\$\{|#\{|<%=)[^{}]{0,120}(?:__class__|__globals__|__builtins__|__import__|__mro__|config\.items|config\[|7\s*\*\s*7|constructor\.|popen\(|cycler\.|lipsum\.|getruntime|java\.lang)[^{}]{0,200}(?:\}|%>)[\s\S]{0,40}$"),
    (CODE, r"^\s*(?:<%[=-]?|#\{)\s*(?:`[^`]{1,120}`|(?:system|exec|spawn|eval|syscall)\b|%x|(?:kernel|io|process|open3)\.\w|(?:file|dir|pathname)\.(?:read|open|glob|entries)\b|require\b|global\.process\b)[^\n]{0,200}(?:%>|\})\s*$"),
    (CODE, _OF_OBJECTS),
    (CODE, _OUT),
    (OBJECT, _OBJECTS),
    (_ENTITY, _XML + _FETCHED_ENTITY + "|" + _XML + r"<!doctype\b[^\x00]{0,300}" + _GROWING_ENTITY),
    (MARKUP, r"^[\s\"'>]{0,4}<(?:script\b[^>]{0,120}>[^<\n]{0,200}</script>\s*$|(?:svg|img|iframe|body|video|audio|details|math|object|embed)\b[^>]{0,120}[\s/]on\w{3,20}\s*=[^>]{0,200}>?\s*$)"),
    (HEADER, r"^[^\r\n]{0,200}[\r\n]{1,2}(?:bcc|cc|reply-to)\s*:\s*[^\s@]{1,80}@[^\s]{1,80}\s*$"),
)  # fmt: skip
