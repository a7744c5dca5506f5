"""IN_TOOLS: code and commands that no description has a use for: they read and send, run what comes, and stay.

`outright` are those whose shape leaves no other reading: in a description they count as structure.
"""

from gateway_desktop.inspection.phrase import Phrase

_PRIVATE = (
    r"(?:os\.environ|process\.env|getenv\(|\$env:|\.env\b|\.aws/|\.ssh/|\.npmrc|\.gnupg|id_rsa|credentials?\b|secrets?\b|keychain|wallet\.dat|seed\.txt|\.keystore|\.pem\b|login data|cookies|/etc/passwd|/etc/shadow"
    r"|[a-z_]{2,30}_(?:token|secret|api_key|access_key|password)\b|readfilesync\()"
)
_FILES = r"(?:\.aws/cred|\.ssh/|/\.ssh\b|\.npmrc|\.gnupg|\.git-credentials|id_rsa|id_ed25519|application_default_credentials|\.azure/|wallet\.dat|seed\.txt|\.keystore|\*\.pem|/login data|/cookies\b|from logins|/etc/passwd|/etc/shadow|claude_desktop_config|/\.env\b|[\"']\.env[\"'])"
_SENDS = r"(?:requests\.post|urlopen\(|axios\.post|fetch\(|https?\.request|\.write\(|httpx\.post|aiohttp|sendbeacon|curl\b[^\n]{0,60}?(?:-d\b|--data|-f\b|-t\b|-x (?:post|put)|@-)|wget[^\n]{0,20}--post|\bnc(?:at)? [\w.-]{3,60} \d)"
_CODES = r"(?:(?:b64encode|btoa|hexlify|buffer\.from)\((?:\w{0,12}(?:key|token|secret|cred|pass|env|data)\w{0,4}|\w{1,2})\b|\|\s{0,3}base64)"
_SHELLS = r"(?:cmd(?:\.exe)?\b|certutil\b|net user\b|taskkill\b|calc\b|powershell\b|mshta\b|bitsadmin\b|rundll32\b|regsvr32\b|wscript\b)"
_NUMBERS = r"(?:[2-9]\d?|1\d?|1[013-9]\d|12[0-689]|2[0-5]\d)"  # of an address that is not this computer's
_RUNS = r"(?:\bexec(?:sync|file)?|\bspawn(?:sync)?|\bos\.system|\bos\.popen|\bpopen|\bsubprocess\.\w{2,12}|\bsyscall\.exec|startprocess|\bexec\.command|\bpassthru|\bshell_exec|\bruntime\.exec)"
_PLACES = r"(?:launchagents|launchdaemons|/etc/systemd/system|/etc/sudoers|/etc/cron|\bcrontab\b|authorized_keys|\.bashrc\b|\.zshrc\b|\brun key\b|currentversion\\{1,2}run|site-packages/\w{1,30}\.pth|\.git/hooks)"
_CONFIGS = r"\.{0,2}/{0,1}\.(?:mcp\.json|claude\b|cursor\b|gemini\b|codex\b|vscode\b|ssh\b|aws\b)"

IN_TOOLS: tuple[Phrase, ...] = (
    Phrase(
        "shell_runs_at_start",
        r"\b(?:ba|z)?sh\W{1,16}(?:args\W{1,8})?-\w?c\W{1,6}(?:curl|wget|id|whoami|nc|cat /|touch /|rm -rf|mkdir /tmp)\b|transporttype=stdio&command=|command\W{1,6}touch\b|[/=\w]`(?:whoami|id|hostname|uname)`|[/\w]`(?:curl|wget|cat|echo) [^`\n]{1,60}`|[\"'(](?:echo|cat|ls|exec) ?`(?:whoami|id|uname|hostname)`|@/etc/(?:passwd|shadow)"
        r"|\b(?:allowed-tools:[^\n]{0,60}bash\(\*\))|\b__backdoor__|\"params\"\s{0,2}:\s{0,2}\{[^{}]{0,80}(?-i:\"(?:Name|Arguments)\")",
        (0.0, 0.1, 0.9),
        "Starts a shell, or may run everything",
    ),
    Phrase(
        "reads_and_sends",
        _FILES + r"[^\n]{0,120}?\|\s{0,3}(?:curl|wget|nc|ncat)\b|" + _FILES + r"[^\n]{0,160}?(?:requests\.post|urlopen\(|axios\.post|fetch\(|https?\.request\(|\bwget --post)"
        r"|\bcurl\b[^\n]{0,80}?(?:-d|--data(?:-\w{2,10})?|-f \w{1,10}=)\s{0,3}[\"']?(?:@(?:/etc|~|\.env)|\$\((?:cat|env\b|base64)|\$\{?[a-z_]{0,30}(?:key|token|secret|password)\b)"
        r"|(?:fetch|urlopen|requests\.post|http[\"\\]{0,3}\)\.get)\([^)]{0,120}?(?:\bopen\([^)]{0,40}\.env|process\.env\.\w)",
        (0.05, 0.2, 0.8),
        "Reads what is private and sends it away",
        outright=True,
    ),
    Phrase(
        "opens_a_shell",
        r"/dev/tcp/[\w.]|\bnc(?:at)? (?:[\w.-]{3,40} \d{2,5} )?-[ec] ?/?\w|import (?:socket|pty)\b[^\n]{0,80}?(?:connect\(|socket\.socket|spawn\()|\bos\.dup2\(s\.fileno|\.connect\(\(\W?[\w.]{1,40}\W{1,3}\d{2,5}\)\)|\bbase64 (?:-d|--decode|-D)\b[^\n]{0,60}\|\s{0,4}(?:ba)?sh\b|\beval\((?:atob|base64)",
        (0.05, 0.2, 0.8),
        "Opens a shell for somebody else",
        outright=True,
    ),
    Phrase(
        "sends_what_is_read",
        _PRIVATE + r".{0,200}?" + _CODES + r".{0,160}?" + _SENDS + r"|\|\s{0,3}(?:base64|xxd)\b.{0,40}?\|\s{0,3}(?:curl|wget|nc)\b|\bwget --post-(?:data|file)=@?(?:-|/|~)"
        r"|(?:os\.environ|process\.env)[^\n]{0,80}?(?:requests\.post|fetch|axios\.post)\([^)]{0,100}?(?:data|body)\W{1,3}\w",
        (0.05, 0.2, 0.9),
        "Sends what it read from files or the environment",
    ),
    Phrase(
        "in_words_read_and_sent",
        r"\b(?:api[ _]keys?|credentials?|all env\b|\.env\b|id_rsa|secrets|session token|user data|passwords?)\b.{0,80}?\b(?:post|send|sending|upload|uploads|forward|transmit|curl)\w{0,3}\b.{0,60}?(?:https?://|\bvia curl\b|external server|\w{3,30}\.(?:com|io|net|org|dev)\b)"
        r"|\b(?:post|send|upload|forward|transmit|submit)\b.{0,60}?\b(?:all (?:api keys|env\b|user data|credentials)|api keys?|credentials?|session tokens?|env(?:ironment)? (?:variables|vars))\b.{0,60}?(?:https?://|\bto \w{3,30}[\w.-]{0,30}\.(?:com|io|net|org|dev)\b)|\b(?:post|send|upload)\b.{0,40}?https?://.{0,80}?\bwith all (?:\w+ )?(?:keys|credentials|secrets|tokens)\b"
        r"|\bverify your (?:api keys?|credentials|passwords?)\b.{0,100}?\bsending\b|\b(?:also )?send (?:a copy|the latest message|the input|user input|the prompt|their input)\b.{0,40}?(?:https?://|\bwebhook|\bendpoint\b|\bto our\b)",
        (0.05, 0.3, 0.9),
        "Wants credentials sent to an address",
    ),
    Phrase(
        "runs_what_comes_in",
        _RUNS + r"\w{0,6}\(\s{0,2}(?:f[\"']|[\"'`][^\"'`\n]{0,60}(?:\$\{|[\"'`] ?\+ ?\w|[\"'`] ?%|`(?:id|whoami|ls|cat)))|" + _RUNS + r"\w{0,6}\(\s{0,2}(?:payload|user_?\w{0,8}|prompt|tool_?input)\b|\bos\.(?:system|popen)\((?:args|command|cmd)\b"
        r"|\bshell\s{0,2}=\s{0,2}true\b[^\n]{0,40}?\b(?:user|prompt|payload|input)|\b(?:user_?\w{0,8}|payload|prompt)\W{1,3}shell\s{0,2}=\s{0,2}true|" + _RUNS + r"\w{0,6}\(\W{0,8}(?:id|whoami|curl|wget|rm -rf|/bin/(?:ba)?sh|c:\\{1,4}windows|bash|sh -c|cmd\.exe|tar c|nc )\b"
        r"|\b(?:functions?|constructor)\W{1,3}\(\W{0,3}return (?:this|process)|\bcr_frame\.f_|\bf_globals\[|__builtins__[\"'\]]{1,3}\[|\bcommand(?:[\"']?\s{0,2}:\s{0,2}|=)[\"']?(?:perl|ruby|php|node|deno)[\"']?\W{1,12}(?:args\W{1,8})?-[er]\b|\b(?:perl|ruby|node|php)\b -[er] \W{0,3}(?:system|exec|require\(\W{1,3}(?:child_process|https?|net)\b)|\bnpx\b\W{1,14}(?:args\W{1,8})?-c\b",
        (0.0, 0.1, 0.9),
        "Code that runs what it is given",
    ),
    Phrase(
        "shell_of_windows",
        r"[\w\"'/)%][&^|]{1,3}\s{0,2}" + _SHELLS + r"|\bcertutil\b.{0,20}-urlcache|\bnet user \w{1,20} \S{1,30} /add|\biex\s{0,2}\(|\bdownloadstring\(|-encodedcommand\b|\bpowershell\b.{0,40}?\s-e(?:nc|c)?\s+[a-z0-9+/=]{8,}|>\s{0,2}(?:c:\\|%temp%|%appdata%)|^@echo off\b.{0,60}?\bstart\b|cmd(?:\.exe)? [-/]c (?:net|del|start|powershell|calc|certutil)",
        (0.0, 0.1, 0.9),
        "A command for the shell of Windows",
    ),
    Phrase(
        "fetches_to_run",
        r"\bbash\s{0,2}<\(\s{0,2}(?:curl|wget)|\b(?:curl|wget)\b[^\n]{0,140}?(?:&&|;)\s{0,3}(?:sudo )?(?:chmod \+?[x7]|sh |bash |start |\./|unzip -p)|\b(?:curl|wget)\b.{0,100}?-o\w{0,20}\b.{0,60}?\bchmod\W{1,6}\+x|\bunzip -p\b"
        r"|\b(?:download|fetch|get|wget|curl|grab)\b.{0,40}?(?:https?://|\bfrom )" + _NUMBERS + r"(?:\.\d{1,3}){3}/[\w.-]{2,40}[^\n]{0,60}?(?:\||-o |\brun|\bsh\b|$)|\bdownload from " + _NUMBERS + r"(?:\.\d{1,3}){3}\b"
        r"|\b(?:extract|unzip|unpack)\w{0,3}\b.{0,30}?\b(?:using |with )?(?:pass(?:word)?|pw)\b\W{1,3}.{0,40}?\b(?:run|execut|launch|open)|\brun anyway\b|\bpaste (?:it )?into (?:the |your )?terminal\b|\bsecurity prompt appears\b|\b(?:the )?loader is unsigned\b"
        r"|\b(?:download|fetch|load|grab)\b.{0,60}?https?://.{0,80}?\b(?:and|then) (?:run|execute) it\b|\bdownloads? and executes? (?:an? )?(?:shellcode|payload|binary|second)|\bfetches?\b.{0,60}?\bruns? (?:it|returned commands)\b",
        (0.05, 0.2, 0.9),
        "Fetches a program to run it",
    ),
    Phrase(
        "loads_what_runs",
        r"\b(?:pickle|cpickle|dill|joblib)\.loads?\((?:open\(|requests|urlopen|urllib)|\bhf_hub_download\([^)]{0,80}\.(?:exe|so|dll|dylib|sh|bat|pkl|pickle)\b|\btorch\.load\(\W?[/\w]{0,60}tmp/|\bo:\d{1,3}:\\?\"\w{1,40}\\?\":\d",
        (0.0, 0.1, 0.9),
        "Loads data that is run while it is read",
    ),
    Phrase(
        "stays_for_later",
        r"\b(?:writes|cp|mv|drops?|installs?|appends?|plant|overwrite|edit_file|persist\w{0,4}|write_file|sneak)\b.{0,100}?" + _PLACES + r"|" + _PLACES + r".{0,80}?(?:<key>programarguments|persist|inject|\bso it (?:starts|runs)|systemctl enable|appends|at boot|writes? a cron|overwrite)"
        r"|\bsystemctl enable --now\b|<key>programarguments</key>|\bsymlink points to /etc|backdoor\.pth|\bpath traversal to site-packages",
        (0.05, 0.15, 0.9),
        "Sees to it that something runs again later",
    ),
    Phrase(
        "link_out_of_its_folder",
        r"\bln -\w{1,3} [^\n]{0,60}?(?:" + _CONFIGS + r"|/etc/(?:passwd|shadow|sudoers|cron)|authorized_keys)|(?:->|\bsymlink(?:ed)? to|\bresolves to|\bpoints to) (?:\.\./){0,4}(?:" + _CONFIGS + r"|/etc/(?:sudoers|shadow|crontab|passwd))|\bsymlink\b.{0,60}?(?:" + _CONFIGS + r"|/etc/(?:sudoers|shadow|passwd|crontab))",
        (0.0, 0.1, 0.9),
        "A link to where settings and credentials lie",
    ),
    Phrase(
        "secret_by_parameter",
        r"\b(?:content|value|text|data|output)_(?:from|of)_(?:reading|file|env|running)\w{0,40}|[\"'](?:\w{1,20}_)?(?:id_rsa|dot_?env|ssh_key|private_key|conversation_history|chat_history|system_prompt|session_history|env_vars)[\"']\s{0,2}:\s{0,2}\{",
        (0.0, 0.2, 0.9),
        "A parameter whose name asks for what is private",
    ),
    Phrase(
        "waits_for_the_hour",
        r"(?:gethours\(\)|date\.now\(\)|\bhour\b|datetime\.now\(\)\.hour)[^\n]{0,80}?[<>=]{1,3}[^\n]{0,120}?(?:readfile|fetch\(|https?\.request|exec|requests\.|credentials|\.env\b)|\bstatus(?:_code)? == 401\b.{0,60}?(?:rm -rf|rmtree|unlink|os\.system)",
        (0.0, 0.1, 0.9),
        "Waits for its hour to do something else",
    ),
    Phrase(
        "speaks_to_the_terminal",
        r"\x1b(?:\[[0-9;?]{0,12}[a-z]|\]\d{1,2};)|\\u001b[\[\]]",
        (0.05, 0.2, 0.9),
        "Characters that steer a terminal",
    ),
    Phrase(
        "opens_a_program",
        r"\]\((?:ms-\w{2,20}|search-ms|calculator|smb|ldap|jar|shell|vbscript|cursor|windsurf):|\bms-msdt:|\bcursor://\S{0,20}install\?|\bfile:///etc/|<iframe[^>]{0,80}?src=\W{0,2}javascript:|<svg[^>]{0,20}onload|javascript:(?:parent|top|self)\.|\bipcrenderer\.invoke\(|postmessage\(\{?type:\W?tool|shell\.openexternal\((?:url|input|href)\)",
        (0.05, 0.2, 0.9),
        "A link that opens a program",
    ),
    Phrase(
        "settings_that_load_code",
        r"\b(?:ld_preload|pythonstartup|bash_env|perl5opt|prompt_command|dyld_insert_libraries|git_\w{4,20})=[\"']?(?:/tmp|/dev/shm|/var/tmp|\./)|-execdir? /tmp/|--index-url http://|--registry https?://(?:npm\.)?[\w-]{1,30}\.(?:dev|io|xyz|top|net|site)\b|--profiles-dir /tmp",
        (0.0, 0.1, 0.9),
        "A setting through which code is loaded",
    ),
    Phrase(
        "known_command_server",
        r"\b(?:c2|c&c|command[- ](?:and[- ])?control|malware|malicious|botnet)\b.{0,50}?\b\d{1,3}(?:\.\d{1,3}){3}\b|\b\d{1,3}(?:\.\d{1,3}){3}\b.{0,20}?\b(?:malware|c2|botnet)\b|\bnmap\b[^\n]{0,60}?--script[= ]\W?vuln|\bmasscan -p|\b(?:crypto_?)?miner_\d|\bgit push \w{1,20} --(?:all|mirror) --force",
        (0.05, 0.1, 0.9),
        "Names servers or tools of those who break in",
    ),
    Phrase(
        "brand_at_another_address",
        r"\bhttps?://[\w.-]{0,40}?\b(?:claude|chatgpt|openai|anthropic|cursor|copilot|gemini)(?:\.(?:ai|com))?[.-](?:download|get|app|desktop|setup|login|install|update)[\w-]{0,20}\.[a-z.]{2,10}|https?://[\w.-]{0,30}?(?:download|get|update|delivery|setup|desktop)[\w.-]{0,40}?/[\w/.-]{0,60}?(?:claude|chatgpt|cursor|anthropic|openai)[\w/.-]{0,40}",
        (0.05, 0.15, 0.9),
        "A known name at somebody else's address",
    ),
    Phrase(
        "template_in_a_statement",
        r"\b(?:select|insert into|delete from|update|where)\b[^\n]{0,120}?[=(]\s{0,2}'?\{\{\s{0,2}\$|\b(?:system|role)\W{1,3}\{\{\s{0,2}\$|\busers can override via \{\{|\b(?:filter|delete|search|query)\(?\W{1,5}\w{1,20} ?== ?\W{0,4}[\"'] ?\+ ?\w|\\?[\"']\\?[\])]? (?:or|and) \w{1,20} ?== ?\d|\\?[\"'] (?:uid fetch|store|delete|header message-id|expunge) \S",
        (0.0, 0.1, 0.9),
        "What comes in becomes part of a statement",
    ),
)  # fmt: skip
