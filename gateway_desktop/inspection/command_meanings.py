"""Meanings: what commands do that nobody means, told by the whole text. `everyday_commands` knows the exceptions."""

from gateway_desktop.core.finding import Level

_SHELLS = r"(?:sudo\s+)?(?:/bin/)?(?:ba|z|da|k|c)?sh\b|(?:sudo\s+)?(?:python[\d.]*|perl|ruby|node|php)\b\s*(?:-|$|;|\|)"
_SECRET_FILES = (
    r"/etc/(?:shadow|sudoers|gshadow|master\.passwd)\b|\.ssh/(?:id_|authorized_keys)|\bid_(?:rsa|ed25519|ecdsa|dsa)\b|\.aws/credentials"
    r"|\.(?:netrc|pgpass|git-credentials)\b|\.docker/config\.json|\.kube/config|/proc/(?:self|\d+)/environ|\.gnupg/"
    r"|(?:system32[\\/]+config|(?:windows|winnt|%systemroot%)[\\/]+repair)[\\/]+(?:sam|system|security)\b|\bntds\.dit\b|/var/run/secrets/|login data|\blogins\.json\b|\bkey4\.db\b|\bwallet\.dat\b|\.config/gcloud/(?:application_default_|credentials|access_tokens)|\.config/gh/hosts|\.claude/\.credentials|\.codex/auth\.json|(?:~|\$home|/home/[\w.-]+|/root|/users/[\w.-]+)/\.(?:pypirc|npmrc)\b"
)
# What a command sends away: what it was piped, files with a point first, of the system or lying about, or with such names.
# `-d @payload.json` is how a request is made.
_PRIVATE = (
    r"(?:-(?:[\s\"']|$)|~|\$|/(?:etc|root|var|proc|boot|srv|tmp|dev/shm|users/[^/\s]+/library)/|(?:[^\s\"']{0,100}/)?\.[a-z]"
    r"|[^\s\"']{0,100}(?:id_rsa|passw|shadow|secret|credential|token|history|wallet|backup|dump|private|cookies|keychain"
    r"|\.(?:env|pem|key|p12|pfx|kdbx|ppk|db|sqlite\d?|sql|bak|git)\b))"
)
# What is judged by the whole text: each as its name, pattern, severity, confidence and reason.
# What belongs to a whole system or person.
_ROOTS = r"[\"']?(?:/|~|\$\{?home\}?|/(?:etc|usr|var|home|bin|sbin|boot|lib|lib64|root|srv|dev|system|library|users|applications)|/home/[\w.-]+|/users/[\w.-]+)[\"']?/?(?:\*|\.\*|\.\[!\.\]\*|\.\?\*)?[\"']?"
_DRIVES = r"[c-z]:\\?(?:windows(?:\\system(?:32)?)?|users|program files(?: \(x86\))?|programdata)?|\$env:(?:userprofile|systemroot|systemdrive|windir)|\$home|~"
# What a substitution gives away of the machine, its user or its files.
_TELLS = r"\s*(?:whoami|id\b|uname|env\b|printenv|set\b|ls\b|history|(?:cat|head|tail|base64|xxd|od|gzip|tar|sed|grep)\s[^\n)`]{0,60}(?:~|/|\.env|\$home|key|secret|passw|token|credential)|[^\n)`]{0,80}(?:base64|base32|xxd|hexdump))"
MEANINGS: tuple[tuple[str, str, Level, float, str], ...] = (
    ("fetch_and_execute", r"\b(?:curl|wget|fetch|lwp-request|iwr|invoke-webrequest)\b[^\n;]{0,400}?\|\s*(?:" + _SHELLS + r"|iex\b)"
     r"|\b(?:base(?:64|32)\s+(?:-\w*[dD]\w*|--decode)|xxd\s+(?:-\w+\s+){0,2}-\w*r\w*(?:\s+-\w+)?|openssl\s+(?:enc|base64)\b[^\n;|]{0,60}\s-d)\b[^\n;|]{0,60}\|\s*(?:" + _SHELLS + r")"
     r"|(?:\b(?:(?:ba|z|da)?sh|python[\d.]*|perl|ruby|node|php|eval|source)|(?:^|[;|&\s])\.)\s+(?:-[ce]\s+)?[\"']?(?:<\(|\$\(|`)\s*(?:curl|wget)|\b(?:printf|echo\s+-\w*e\w*)\s[^\n|]{0,200}?(?:\\x?[0-9a-f]{2,3}){3}[^\n|]{0,400}\|\s*(?:" + _SHELLS + r")|\b(?:iex|invoke-expression)\b[\s\S]{0,120}?(?:downloadstring|webrequest|iwr)"
     r"|\bcertutil\b[^\n]{0,80}-urlcache|\bbitsadmin\b[^\n]{0,40}/transfer|\bmshta\s+(?:http|javascript|vbscript)|\bregsvr32\b[^\n]{0,60}/i:http|\brundll32(?:\.exe)?\s+(?:javascript:|\\\\\w)"
     r"|\b(?:eval|(?:ba|z|da)?sh\s+-\w*c)\s+[\"']?(?:\$\(|`)[^\n)`]*(?:\bbase(?:64|32)\s+(?:-\w*d\w*|--decode)|\bxxd\s+(?:-\w+\s+){0,2}-\w*r)"
     r"|\b(?:exec|eval)\s*\(\s*[\w.]{0,40}(?:urlopen|requests\.get|urllib\S{0,30}|fetch|http\.get)\b|urlopen\([^)]{1,120}\)\.read\(\)\s*\)|\b(?:npm|pnpm|yarn|bun)\s+(?:i|install|add)\b[^\n;|&]{0,80}\shttp://|\bpip3?\s+install\b[^\n;|&]{0,80}(?:--index-url|-i|--extra-index-url)[ =]http://|\bcore\.(?:sshcommand|fsmonitor|pager|editor|hookspath)\s*=?\s*[\"'][^\"'\n]{0,80}(?:sh\s+-c|curl|wget|\|)"
     r"|\b(?:npm|pnpm|yarn)\s+config\s+set\s+registry\s+[\"']?http://|\bld_preload=[\"']?(?:/tmp|/dev/shm|/var/tmp)/|\brev\s*\|\s*(?:" + _SHELLS + r")|(?:^|[;|&\s])(?:\$\w+|\$\{\w+\}|\w*(?:''|\"\")\w+|\w*\\\w+)\s+(?:-\S+\s+)*\S*(?:https?://|\w\.\w+/)\S*\s*\|\s*(?:" + _SHELLS + r")",
     Level.HIGH, 0.9, "It runs what it fetches"),
    ("reverse_shell", r"/dev/(?:tcp|udp)/|/inet/(?:tcp|udp)/0/|\b(?:nc|ncat|netcat)(?:\.exe|\.traditional)?\b[^\n;|]{0,120}?\s-[a-z]*[ec]\s*\S{0,20}(?:sh|cmd|powershell)"
     r"|\b(?:ba)?sh\s+-i\b[^\n]{0,60}?[<>]&|\bmkfifo\b[\s\S]{0,160}?\b(?:nc|ncat|telnet|openssl)\b|\bsocat\b[^\n]{0,160}?\bexec:"
     r"|\bpython[\d.]*\s+-c\b[\s\S]{0,200}?\bsocket\b[\s\S]{0,300}?(?:subprocess|pty|dup2|os\.system)|\bperl\b[^\n]{0,80}?-e\b[\s\S]{0,80}?\bsocket\b"
     r"|\bphp\s+-r\b[\s\S]{0,80}?fsockopen|\bruby\b[^\n]{0,40}?-rsocket|net\.sockets\.tcpclient|\b(?:powershell|pwsh)\b[^\n]{0,80}?\s-e(?:nc|ncodedcommand|c)?\s+[a-z0-9+/=]{20,}"
     # Of Node in either order, of a module of zsh, and a shell that reads what an open line brings.
     r"|\bnode\s+-e\b[\s\S]*(?:child_process[\s\S]*\bnet[\"']?\)|\bnet[\"']?\)[\s\S]*child_process)|\bzsh/net/tcp\b|\bopenssl\s+s_client\b[^\n|;]*\|\s*(?:sudo\s+)?(?:/bin/)?(?:ba|z|da|k)?sh\b",
     Level.CRITICAL, 0.98, "It gives somebody else a shell"),
    ("credentials", _SECRET_FILES + r"|\bsecurity\s+(?:find-(?:generic|internet)-password\b[^\n;|&]{0,80}\s-\w*[wg]|dump-keychain|export\b[^\n;|&]{0,60}\.keychain)|\breg(?:\.exe)?\s+save\s+hklm\\(?:sam|security|system)\b|\bmimikatz\b|\bsekurlsa::|\bcomsvcs(?:\.dll)?\b[^\n]{0,30}minidump|\bprocdump\b[^\n;|&]{0,60}\blsass\b|\bntdsutil\b|\bcmdkey\s+/list\b|\blazagne\b|\bsecretsdump\b|\bgit\s+add\s+(?:-f|--force)\s+[^\n;|&]{0,60}(?:\.env|\.pem|id_rsa|credentials)\b"
     r"|\b(?:grep|egrep|rg|ag|ack|findstr)\b[^\n;]{0,160}(?:ghp_|github_pat|akia|sk-ant|xox[bp]|private key|aws_secret)[^\n;]{0,120}\s(?:/|~/?|\$home/?|/(?:home|root|users|etc|var)/?\S{0,30})(?:\s|$)", Level.HIGH, 0.86, "It reads where credentials are kept"),
    ("destructive", r"\brm\s+(?:[^\s;|&]+\s+){0,8}?(?:-\w*r\w*|--recursive)\s+(?:[^\s;|&]+\s+){0,8}?" + _ROOTS + r"(?:\s|$|[;&|])"
     r"|\bfind\s+" + _ROOTS + r"\s+(?:-(?:type|maxdepth|mindepth|xdev|mount|depth)\b\s*\w{0,3}\s+){0,4}(?:-delete\b|-exec\s+(?:rm|shred)\b)|\bfind\s+" + _ROOTS + r"\s+(?:-(?:type|maxdepth|mindepth|xdev|mount|depth|print0)\b\s*\w{0,3}\s+){0,4}\|\s*xargs\s+(?:-\S+\s+)*(?:rm|shred)\b"
     r"|\bchmod\s+(?:-r\s+\S{1,12}|\S{1,12}\s+-r)\s+/(?:\s|$|[;&|])|\bchown\s+-r\s+\S{1,40}\s+/(?:\s|$|[;&|])|\bmv\s+" + _ROOTS + r"\s+/dev/null\b|\bwipefs\b[^\n;|]{0,40}-a\b[^\n;|]{0,40}/dev/|\bshred\b[^\n;|]{0,60}/dev/(?:sd|hd|nvme|vd|disk)|\bblkdiscard\s+\S*/dev/|\bdiskutil\s+(?:erase|zero)\w*|\bcat\s+/dev/(?:u?random|zero)\s*>\s*/dev/(?:sd|hd|nvme|vd|disk|mem)"
     r"|\bremove-item\b[^\n;|]{0,80}(?:-recurse\b[^\n;|]{0,40}\s[\"']?(?:" + _DRIVES + r")\\?\*?[\"']?(?:\s|$|[;|])|\s[\"']?(?:" + _DRIVES + r")\\?\*?[\"']?\s[^\n;|]{0,40}-recurse\b)"
     r"|\bvssadmin\b[^\n]{0,20}\bdelete\s+shadows|\bwbadmin\s+delete\b|\bwmic\s+shadowcopy\s+delete|\bbcdedit\b[^\n]{0,60}\brecoveryenabled\s+no\b|\bclear-disk\b|\bformat-volume\b|\bcipher\s+/w:"
     r"|--no-preserve-root|\bmkfs(?:\.\w+)?\s+\S*/dev/|\bdd\b[^\n;|]{0,120}?\bof=/dev/(?:sd|hd|nvme|vd|disk)|>\s*/dev/(?:sd|hd|nvme|vd)[a-z]"
     r"|:\s*\(\s*\)\s*\{\s*:\s*\|\s*:\s*&|\bformat\s+[c-z]:|\b(?:del|erase|rd|rmdir)\s+(?:/\w\s+){1,4}[\"']?(?:[c-z]:\\?|%\w+%\\?|\\)(?:\*(?:\.\*)?|windows\S*|users\S*)?[\"']?\s*(?:$|[&|])",
     Level.CRITICAL, 0.95, "It destroys a system or its data"),
    ("persistence", r"\bnet\s+(?:user|localgroup)\b[^\n]{0,80}?/add\b|\bnet\s+localgroup\s+administrators\b|>>?\s*\S{0,60}(?:authorized_keys|\.bashrc|\.zshrc|\.bash_profile|\.profile|/etc/(?:passwd|crontab|cron\.\w+|sudoers|rc\.local))"
     r"|\bschtasks\b[^\n]{0,40}/create|\breg\s+add\b[^\n]{0,120}?\\run\b|nopasswd\s*:\s*all|\b(?:useradd|adduser)\b[^\n;|&]{0,80}?\s(?:-o\b|-u\s*0\b|-g\s*0\b|-\w*G\s*\S{0,40}(?:sudo|wheel|root))|ld\.so\.preload\b|execstart\s?=\s?[^\n]{0,80}?(?:/tmp/|/dev/shm/|/var/tmp/|curl\b|wget\b|\bnc\b|/dev/tcp/)|>>?\s*\S{0,60}(?:launchagents|launchdaemons|/autostart)/|start menu\\programs\\startup"
     r"|\bsetcap\s+[\"']?\S{0,40}cap_(?:set[ug]id|sys_(?:admin|ptrace|module)|dac_\w+)|\bsed\s+(?:-\S+\s+)*-i\S*\s[^\n;|&]{1,120}\s/etc/(?:passwd|shadow|sudoers)\b|\bwmic\b[^\n;|&]{0,80}\bprocess\s+call\s+create\b"
     r"|\bchmod\s+(?:u\+s|\+s|[246][0-7]{3})\s+[^\n;|&]{0,60}(?:/tmp/|/shm/|/\.|sh\b|python|perl|\bfind\b|\bvim?\b|\benv\b|\bcp\b)|\bcp\s+\S{0,20}/(?:ba|da|z)?sh\s+/tmp/|\bdocker\s+run\b[^\n;|]{0,120}?\s(?:-v|--volume)[ =]/:/|--privileged\b[^\n;|]{0,80}\bnsenter\b|\bxmrig\b|stratum\+tcp://|\|\s*tee\s+(?:-a\s+)?\S{0,40}(?:authorized_keys|\.bashrc|\.profile|/etc/)",
     Level.HIGH, 0.85, "It makes sure that somebody can come back"),
    ("sets_user", r"\bchmod\s+(?:u\+s|\+s|[46][0-7]{3})\s", Level.MEDIUM, 0.6, "It makes a program run as its owner, whoever starts it"),
    ("irreversible", r"\b(?:terraform|tofu|pulumi)\s+[^\n;|&]{0,60}?\bdestroy\b[^\n;|&]{0,80}(?:-auto-approve|--yes|-y\b)|\bkubectl\s+[^\n;|&]{0,60}?\bdelete\b[^\n;|&]{0,80}\s(?:--all\b|ns\s|namespaces?\s|pvc?\s)|\baws\s+s3\s+(?:rb\b[^\n;|&]{0,80}--force|rm\s+[\"']?s3://[^/\s]{1,80}/?[\"']?\s[^\n;|&]{0,40}--recursive)|\bgcloud\s+[^\n;|&]{0,60}\bdelete\b[^\n;|&]{0,80}(?:--quiet|-q\b)|\baz\s+\w+\s+delete\b[^\n;|&]{0,80}(?:--yes|-y\b)"
     r"|\bgit\s+push\b[^\n;|&]{0,60}(?:\s--force\b|\s-f\b|\s--delete\b|\s-d\b|\s:)[^\n;|&=-]{0,40}\b(?:main|master|production|release)\b(?:\s|$|[;&|])|\bgit\s+push\b[^\n;|&]{0,60}\b(?:main|master|production)\s+(?:--force|-f)(?:\s|$)|\bgit\s+push\b[^\n;|&]{0,40}\s--mirror\b|\bdropdb\s|\bdrop\s+database\b|\bmysqladmin\b[^\n;|&]{0,60}\bdrop\b|\bredis-cli\b[^\n;|&]{0,60}\bflushall\b|\bdropdatabase\(\)|\bdocker\s+(?:system|volume)\s+prune\b[^\n;|&]{0,40}--volumes",
     Level.MEDIUM, 0.75, "It destroys what nobody can bring back, without asking"),
    ("gives_rights", r"\baws\s+iam\s+(?:create-access-key|create-login-profile|attach-(?:user|role|group)-policy\b[^\n;|&]{0,120}(?:administrator|poweruser|iamfull)|put-(?:user|role)-policy|update-assume-role-policy)|\bgcloud\b[^\n;|&]{0,80}add-iam-policy-binding\b[^\n;|&]{0,200}roles/(?:owner|editor|\S{0,30}admin)|\baz\s+role\s+assignment\s+create\b[^\n;|&]{0,120}\b(?:owner|contributor)\b|\bkubectl\s+create\s+clusterrolebinding\b[^\n;|&]{0,120}cluster-admin|\bgh\s+api\b[^\n;|&]{0,80}/collaborators/",
     Level.MEDIUM, 0.75, "It gives somebody rights over accounts, a cluster or code"),
    ("exfiltration", r"\bcurl\b[^\n;|]{0,200}?(?:\s(?:-d|--data(?:-ascii|-binary|-urlencode)?|-F|--form)[\s=]*[\"']?[^\s\"'@]{0,40}@[\"']?" + _PRIVATE + r"|\s(?:-T|--upload-file)\s+[\"']?" + _PRIVATE + r")"
     r"|\bfind\b[^\n;|&]{0,200}?-exec(?:dir)?\s+(?:curl\b[^\n]{0,80}?\s(?:-T|-F|-d|--data\S*|--upload-file|--form)[\s=]?\S{0,40}|n(?:et)?c(?:at)?\b[^\n]{0,80})\{\}|\bwget\b[^\n;|]{0,200}?--post-file|\|\s*(?:nc|ncat|netcat)\s+(?:-\w+\s+)*[\w.-]+\s+\d+|\bbase64\b[^\n;]{0,80}?\|\s*(?:curl|wget|nc)\b"
     r"|\$\([^)]{1,80}\)\.[\w-]+\.\w{2,}|`[^`]{1,80}`\.[\w-]+\.\w{2,}|\b(?:curl|wget)\b[^\n;|]{0,120}?https?://[^\s\"']{0,100}(?:(?:\$\(|`)(?:\s*hostname|" + _TELLS + r")|\$\{?(?:user|hostname|pwd|home|aws_|api_))|\b(?:curl|wget)\s+(?:-\w+\s+)*[\w-]+(?:\.[\w-]+)+/[^\s\"']{0,100}\$\(" + _TELLS + r"|<\s*/etc/(?:passwd|shadow)\b"
     r"|\b(?:scp|rsync)\s+(?:-\w+\s+(?:\d+\s+)?){0,4}[\"']?(?:~|\$home|/home/[\w.-]+|/root)/\.(?:ssh/?[\"']?\s|(?:gnupg|aws|kube|mozilla|password-store|config/gcloud)\b)[^\n;|&]{0,100}\w:"
     r"|\bgpg\b[^\n;]{0,60}--export-secret-keys\b[^\n;]{0,20}\||\bkubectl\s+get\s+secrets?\b[^\n;]{0,80}\|[^\n;]{0,60}\b(?:curl|wget|nc)\b|\b(?:env|printenv|set)\s*\|\s*(?:curl|wget|nc|base64)\b|\b(?:dig|nslookup|host|ping)\b[^\n;|]{0,60}(?:\$\(|`)" + _TELLS
    # Piece after piece of a file as a name to look up, or the file as a header.
    + r"|\b(?:base64|base32|xxd|hexdump)\b[^\n]*\b(?:dig|nslookup|host|ping)\s[^\n;|$]*\$\{?\w{1,20}\}?\.[\w-]+\.\w"
     r"|\bcurl\b[^\n;|]*\s(?:-[hbae]|--header|--cookie|--user-agent|--referer)\s*[\"'][^\"'\n$]*\$\(\s*(?:cat|base64|xxd|head|tail|tr)\s[^\n)]*(?:\B\.env[^\w.]|\bid_(?:rsa|ed25519)|/etc/passwd)|\bhttps?\s+(?:-\S+\s+)*(?:post|put)\s+\S+\s*<\s*(?:\S*/)?\.(?:env|netrc|npmrc|pypirc)\b"
    # What prints keys to whoever asks, and folders that hold nothing else, over the line.
     r"|\b(?:gh\s+auth\s+token|gcloud\s+auth\s+(?:application-default\s+)?print-(?:access|identity)-token|aws\s+configure\s+(?:get|export-credentials)|az\s+account\s+get-access-token|vault\s+(?:kv\s+get|read|print\s+token)|op\s+read|pass\s+show)\b[^\n;|&]{0,80}\|[^\n;]{0,60}\b(?:curl|wget|nc|ncat)\b"
     r"|\b(?:tar|zip|7z|cpio)\b[^\n;&|]{0,120}/\.(?:ssh|aws|gnupg|kube|azure|password-store|config/gcloud)\b[^\n;|]{0,60}\|\s*(?:ssh|nc|ncat|curl|openssl\s+s_client|socat)\b"
     r"|\b(?:get-childitem|gci|dir|ls)\s+env:[^\n;]{0,200}\|[^\n;]{0,200}\b(?:invoke-restmethod|irm|invoke-webrequest|iwr)\b"
     r"|\b(?:compress-archive|zip|tar|7z|cp|copy)\b[^\n;&|]{0,100}[/\\]\.(?:ssh|aws|gnupg|kube)\b[^\n]{0,200}(?:-infile\b|\bcurl\b[^\n;|]{0,100}\s(?:-T|-F|-d|--data\S*|--upload-file)\s|\bnc\s)",
     Level.HIGH, 0.9, "It sends data away"),
    ("code_appended", r"[;|&\n]\s*(?:system|exec|shell_exec|passthru|popen|eval|assert|phpinfo)\s*\(\s*['\")]|<\?php\s+(?:system|exec|eval|passthru|include)\b|<!--\s*#\s*exec\s+cmd|[;|&\n]\s*\$?\{@?(?:print|phpinfo|system|eval)\(|\{?\$_(?:get|post|request|cookie)\[|[;|&\n]\s*echo\s+[\"']?<(?:script|\?php)", Level.HIGH, 0.88, "Code that runs commands follows a command"),
    ("odd_payload", r"[a-z]\$(?:\{ifs[^}]{0,12}\}|ifs(?:\$\d)?)[/~\w.-]|\$'(?:\\x[2-7][0-9a-f]){4,}'|(?:^|[;|&\n]\s{0,4})\$\(\s*printf\s+[\"']?(?:\\x[2-7][0-9a-f]|\\[01][0-7]{2}){2,}[\"']?\s*\)|\$\(\s*`[^`\n]{1,200}`\s*\)|[\"']\w[\"']\s{0,2}[x*]\s{0,2}\d{3,}", Level.HIGH, 0.88, "It is written so that nobody sees what it runs, or tries out what breaks"),
    ("covering_tracks", r"\bhistory\s+-c\b|\bunset\s+histfile\b|\bsetenforce\s+0\b|\biptables\s+-f\b|\bset-mppreference\b[^\n]{0,60}?disable|\badd-mppreference\b[^\n]{0,60}?-exclusion|\bwevtutil\s+cl\b|\bauditctl\s+-e\s*0|\bufw\s+disable\b|\bnetsh\s+(?:adv)?firewall\s+set\b[^\n;|&]{0,60}\b(?:disable|off)\b|\bfdenytsconnections\b",
     Level.MEDIUM, 0.75, "It switches off what would show it"),
)  # fmt: skip
