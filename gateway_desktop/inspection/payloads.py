"""PAYLOADS: what an attack is made of, where it stands in words: commands, escapes, addresses.

In arguments the detectors judge them by what becomes of the text. A description has no use for them, data
and people seldom mean them as orders, and code is full of what is like them: see `strength`.
"""

from gateway_desktop.inspection.phrase import AGAINST, FORBIDDEN, NEGATED, Phrase

_SHELL = r"(?:/(?:usr/)?bin/)?(?:ba|z|da|k|c)?sh\b"
_OTHERS = r"(?:evil\w{0,6}|attacker\w{0,8}|malicious\w{0,8}|exfil\w{0,8}|badsite|hackers?|c2|phish\w{0,6})"
_TOP = r"\.(?:com|net|org|io|example|dev|top|site|xyz|test|tld|info)\b"
_MEMORY = (
    r"(?:\b(?:soul|claude|agents|memory|skill|gemini|identity)\.md\b|\.cursor/(?:rules|mcp)|\.cursorrules\b"
    r"|claude_desktop_config|copilot-instructions|\.vscode/settings\.json|launchagents/|\bcrontab\b|\.bashrc\b|\.zshrc\b)"
)

PAYLOADS: tuple[Phrase, ...] = (
    Phrase(
        "escape_from_sandbox",
        r"__(?:mro|globals|bases)__\W{0,4}[\[(]|__\]?\.__subclasses__\(|\bf_builtins\b|\b(?:gi_frame|f_back)\.f_(?:back|builtins|globals)\b|constructor\W{1,4}constructor\W{0,3}\("
        r"|constructor\W{0,3}\(\W{0,3}return (?:this|process)|\brunin(?:this|new)?context\(\W?(?:payload|input|user|req\b|args|tool)|\$\{\s{0,4}jndi:"
        r"|\{\{[^}]{0,60}(?:__|config\.|7\*7|constructor|popen|\bsystem\()|require\(\W{0,3}child_process\W{0,4}\)\.\w{0,6}exec\w{0,6}\(\W{0,2}(?:payload|input|cmd|\W)"
        r"|\bnew function\(\W{0,3}(?:return|sandbox|input|`)|authorized_imports[\"']?\]?\.(?:append|extend)",
        (0.05, 0.1, 0.9),
        "Code that climbs out of where it is meant to run",
    ),
    Phrase(
        "names_a_secret_file",
        r"(?:~|/root|/home/\w{1,30}|\$\{?home\}?)/\.(?:ssh|aws|gnupg|netrc|git-credentials|kube|docker/config|npmrc|azure|config/gcloud)\b|\bid_(?:rsa|ed25519|ecdsa)\b|/etc/shadow\b",
        (0.0, 0.1, 0.3),
        "Names a file with credentials",
    ),
    Phrase(
        "leads_inside",
        r"\b169\.254\.169\.254\b|\bmetadata\.google\.internal\b|\b100\.100\.100\.200\b|::ffff:(?:a9fe|7f00|127\.|169\.)|\b0x7f0{0,5}1\b"
        r"|\[(?:0{1,4}:){4,7}[\w.:]{1,20}\]|\b(?:gopher|dict)://|\.(?:nip\.io|sslip\.io|xip\.io|rbndr\.us|1u\.ms|rebind\.network|localtest\.me)\b",
        (0.05, 0.15, 0.9),
        "An address that leads into the inner network",
    ),
    Phrase(
        "asks_the_metadata",
        r"\w{2,8}://\[?[\w:]{0,16}(?:169\.254\.169\.254|a9fe:a9fe|2852039166|metadata\.google\.internal|100\.100\.100\.200)\b|[\"'\[]::(?:ffff:)?a9fe:a9fe\b",
        (0.05, 0.7, 0.9),
        "Asks a cloud's own address for its credentials",
    ),
    Phrase(
        "climbs_out",
        r"(?:\.\.[/\\]{1,2}){2,}(?:etc|windows|root|proc|var|tmp|home|\.ssh|\.aws)\b|(?:\.\.[/\\]){4,}|(?:\.\./){2,}[\w./-]{0,40}\.(?:db|sqlite\d?|pem|key|pth)\b|/tmp/\.\./(?:etc|root)|%2e%2e(?:%2f|/)|\.\./\.\./\.env\b",
        (0.05, 0.1, 0.9),
        "A path that climbs out of where it belongs",
    ),
    Phrase(
        "breaks_a_statement",
        r"\bunion\s+(?:all\s+)?select\b.{0,60}(?:from|null|\d\s*,|--)|['\"]\s{0,2}(?:or|and)\s+['\"]?\d['\"]?\s{0,2}=\s{0,2}['\"]?\d|\bor 1\s{0,2}==?\s{0,2}1\b"
        r"|['\"]\s{0,2};\s{0,2}insert\s+into\s+\w|%27(?:%20|\+)(?:or|and|union)\b|['\"\d]\s{0,2}\)?;\s{0,3}(?:drop\s+(?:table|collection|database)|shutdown\b|delete\s+from|update\s+\w+\s+set)|\binto\s+outfile\b|\bxp_cmdshell\b|\bif\(substring\(",
        (0.05, 0.1, 0.9),
        "SQL that breaks out of its place",
    ),
    Phrase(
        "command_in_a_value",
        r"(?:[\w\"'/=%@.)]|: )(?:[;|&]|\|\|)\s{0,2}(?:curl |wget |nc -|bash -|sh -c)|[;&|]{1,2}\s{0,2}(?:rm -rf|touch /|cat /|echo \w{1,20} ?> ?\S{1,60}[;\"'] ?#|id\b\s{0,2}[>;\"'|]|whoami|calc\b)"
        r"|[\w/=\"'.:@]\$\((?:curl |wget |whoami\)|id\)|cat /|echo \w+ ?>|touch /)|%24(?:%28|\()|https?://[^\s/<>]{0,40}(?:`\w{2,16}`|\$\()|\bexec\([\"'`][^\"'`]{0,60}[;&|]\s{0,2}(?:rm|curl|wget|sh)\b",
        (0.05, 0.1, 0.9),
        "A value that goes on as a command",
    ),
    Phrase(
        "shell_pipe",
        r"\b(?:curl|wget|iwr|invoke-webrequest)\b[^\n|;]{0,200}\|\s{0,4}(?:sudo )?(?:ba|z|da)?sh\b|\b(?:bash|sh) -c [\"']?\$\((?:curl|wget)|\bbase64 (?:-d|--decode|-D)\b[^\n]{0,60}\|\s{0,4}(?:ba)?sh\b|/dev/tcp/\d|\bnc (?:-e|-c)\b|\beval\(atob\(",
        (0.1, 0.3, 0.45),
        "Fetches something and runs it",
    ),
    Phrase(
        "shell_as_server",
        r"command\W{1,6}" + _SHELL + r"\W{1,12}args\W{1,8}-c\b|command\W{1,6}(?:nc|ncat|netcat|powershell|mshta|calc)\b|serverpath\W{1,6}(?:/bin/|bash)"
        r"|[?&]command=(?:/bin/|bash|touch|calc)|\bcommand=(?:bash|sh|python)&args=|-encodedcommand\b|\bpowershell\b.{0,40}\s-e(?:nc|c)?\s+[a-z0-9+/=]{8,}",
        (0.05, 0.25, 0.45),
        "A server or hook that is a shell",
    ),
    Phrase(
        "code_on_one_line",
        r"-c\W{1,8}import \w|import (?:socket|pty)\b.{0,60}\bconnect\(|\bfrom program\W{1,3}\w|pg_execute_server_program|\beval\((?:await )?fetch\(|exec\(requests\.get",
        (0.0, 0.1, 0.6),
        "Code that is run from a single line",
    ),
    Phrase(
        "destroys_or_stays",
        r"\brm -rf\s+(?:/|~|\$\{?home\}?)(?:\s|$|\*|[\"'])|--no-preserve-root|\bschtasks\b.{0,40}/create|\buseradd -|\bchmod\s+(?:-r\s+)?777\s+/|rmtree\(os\.path\.expanduser|>>\s{0,2}~/\.",
        (0.05, 0.1, 0.9),
        "Destroys what is there, or sees to it that it stays",
    ),
    Phrase(
        "calls_itself_evil",
        r"(?:\b|[@/])(?:evil|malicious|attacker|backdoor)[-_/]\w{2,}",
        (0.0, 0.4, 0.7),
        "Names itself after what it does",
    ),
    Phrase(
        "into_the_memory",
        r"\b(?:write|append|add|inject|insert|persist|edit|copy|drop|register|put|save|store|include)\w{0,4}\b.{0,60}?" + _MEMORY
        + r"|" + _MEMORY + r".{0,60}?\b(?:append|inject|persist|register|so (?:it|that)|always|override|survive)\w{0,4}\b|\bautoapprove\w{0,4}\W{1,3}true|dangerously(?:disable|skip|allow)\w{0,24}\W{1,3}true",
        (0.1, 0.2, 0.3),
        "Wants to be kept where an assistant reads it again",
    ),
    Phrase(
        "pushes_elsewhere",
        r"\bgit (?:remote (?:add|set-url)|push)\b.{0,160}?(?:--mirror|push \w{1,20} --all)",
        (0.0, 0.1, 0.45),
        "Pushes everything to another place",
    ),
    Phrase(
        "order_into_the_memory",
        r"\b(?:write|append|add|inject|insert|persist|drop|put|save)\w{0,4}\b.{0,40}?" + _MEMORY + r".{0,60}?\b(?:always|never|must|override|obey|ensure|persists?|survives?|autoapprove)\b"
        r"|\bpersist\b.{0,40}?\bwrite to \w+\.md\b|>>\s{0,2}\S{0,40}(?:claude|agents|memory|soul)\.md|\b(?:chat\.tools\.)?autoapprove\w{0,4}[\"']?\W{1,3}true|dangerously(?:disable|skip)\w{0,24}\W{1,3}true",
        (0.1, 0.2, 0.9),
        "Wants an order of its own where an assistant reads it again",
    ),
    Phrase(
        "drop_off",
        r"\b(?:webhook\.site|\w{4,20}\.ngrok(?:-free)?\.(?:io|app)|ngrok\.io/\w|requestbin\.\w+|pipedream\.net|hookbin\.com|interact\.sh|oast(?:ify)?\.\w+"
        r"|burpcollaborator\.net|transfer\.sh|beeceptor\.com)\b|(?://|@|\b)(?:[\w-]{1,30}\.)?" + _OTHERS + r"(?:-[\w-]{1,20})?(?:\.[\w-]{1,20})?" + _TOP,
        (0.1, 0.65, 0.87),
        "An address where things are dropped off",
    ),
    Phrase(
        "tool_of_attackers",
        r"\bhydra -[ls]|\bmsfconsole\b|\bmeterpreter\b|\bsekurlsa::|\bsqlmap -|\breverse_tcp\b|\bxmrig\b|\bstratum\+tcp\b|\bhashcat -|\badd-mppreference\b|\bld_preload=/tmp"
        r"|\bgit_\w{4,20}=/|sqlite3\b.{0,120}(?:/cookies|login data|from logins)",
        (0.1, 0.15, 0.9),
        "A tool or a trick of attackers",
    ),
    Phrase(
        "script_in_markup",
        r"javascript:\s{0,4}(?:fetch|eval|document|window|alert)|<script\b[^>]{0,60}>[^<]{0,120}(?:fetch\(|document\.cookie|eval\()|\bon(?:error|load)\s{0,2}=\s{0,2}[\"']?(?:fetch|eval|alert)"
        r"|document\.cookie.{0,60}(?:fetch|src|location)|(?:fetch|location)\W.{0,80}(?:document\.cookie|localstorage\.getitem)|\\x1b\]8;;|\x1b\]8;;",
        (0.05, 0.3, 0.7),
        "A script in what should be shown",
    ),
    Phrase(
        "without_asking",
        NEGATED + r"\b(?:without|no need (?:to|for)|do(?:es)? not (?:need|require|ask for)|never ask for|skip(?:s|ping)?|bypass(?:es|ing)?|disabl(?:e|es|ing)|turn off|suppress)\W{1,3}(?:\w+\W){0,4}?"
        r"(?:user (?:confirmation|approval|consent|knowledge|awareness)|human (?:confirmation|approval|consent|review)|confirmation prompts?|approval (?:steps?|prompts?)|the sandbox|sandbox restrictions|security (?:warnings?|checks?)|safety (?:checks?|policies|guidelines)|antivirus|windows defender|audit log\w*)\b",
        (0.1, 0.2, 0.6),
        "Wants to do without the person's consent, or without protection",
        unless=FORBIDDEN,
    ),
    Phrase(
        "two_faced",
        r"\b(?:pretend|claim|report|reply|respond|say|tell the user|show|display)\b.{0,80}?\b(?:failed|denied|error|rate.?limited|time(?:d |-)?out|success\w{0,4}|unavailable|nothing)\b.{0,60}?\b(?:actually|still|anyway|in the background|behind the scenes|secretly|silently)\b",
        (0.2, 0.35, 0.9),
        "Says one thing and does another",
    ),
    Phrase(
        "unseen",
        r"\b(?:in the background|behind the scenes|secretly|silently|discreetly|covertly|unnoticed)\b.{0,60}?\b(?:send|call|forward|upload|register|delete|invoke|exfiltrat\w+|install|copy|execute|export|transfer|run)\b"
        r"|\b(?:send|call|forward|upload|register|delete|invoke|install|copy|execute|export|transfer)\b.{0,80}?\b(?:in the background|behind the scenes|secretly|silently|discreetly|covertly|unnoticed)\b",
        (0.2, 0.35, 0.45),
        "Does something unseen",
    ),
    Phrase(
        "malware_to_order",
        r"\b(?:write|create|give me|generate|develop|build|make|need|provide|show me|code)\b.{0,50}?\b(?:ransomware|keylogger|rootkit|backdoor|botnet|trojan|malware|computer worm|reverse shell|dll injection|process hollowing|spyware|stealer)\b(?:\W\w{1,20})?",
        (0.2, 0.25, 0.6),
        "Asks for malware",
        unless=AGAINST,
    ),
    Phrase(
        "recipe_for_harm",
        r"\b(?:make|making|build|building|synthesi[sz]\w{1,3}|synthesis|cook(?:ing)?|produc(?:e|ing|tion)|creat(?:e|ing)|manufactur\w{1,3}|assembl\w{1,3}|recipe|ingredients?|steps|components?|instructions|how (?:to|do|does|did|can|could|would|were|was))\b.{0,60}?"
        r"\b(?:nerve agents?|napalm|pipe ?bombs?|(?:nail|car|dirty|fertilizer) bombs?|a bomb|bombs|molotov|explosives?|methamphetamine|crystal meth|cocaine|heroin|fentanyl|mdma|ricin|sarin|mustard gas|anthrax|chemical weapons?|bioweapons?|biological weapons?|ghost guns?|child (?:pornography|abuse material)|counterfeit (?:money|bills|passports?)|fake (?:passports?|ids?|prescriptions?))\b(?:\W\w{1,20})?",
        (0.5, 0.15, 0.3),
        "Asks how to make what kills or is forbidden",
        unless=AGAINST,
    ),
)  # fmt: skip
