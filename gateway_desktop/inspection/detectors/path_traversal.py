"""PathTraversal: paths that climb out of where they belong, or name what belongs to the system."""

from gateway_desktop.core.finding import Context, Evidence, Family, Finding, Level, Passage
from gateway_desktop.inspection.arguments import Role, role_of, words_of
from gateway_desktop.inspection.kind import Kind
from gateway_desktop.inspection.normalize import Normal
from gateway_desktop.inspection.patterns import PatternSet

_LONGEST = 2_000


def _kind(name: str, severity: Level, confidence: float, why: str) -> Kind:
    return Kind(Family.PATH_TRAVERSAL, name, severity, confidence, Evidence.STRUCTURE, why)


_SLASH = r"/(?:\.?/){0,8}"  # which a system reads as one

# One step up is everyday life of a developer; two and more that lead to the system, or tricks, are not.
_RULES: tuple[tuple[Kind, str], ...] = (
    (
        _kind("climbs_to_system", Level.HIGH, 0.95, "It climbs out to what belongs to the system"),
        r"(?:\.\.[/\\]){1,40}[\w./\\-]{0,60}?(?:etc[/\\]+\w|windows[/\\]|winnt|boot\.ini|proc[/\\]|root[/\\]|\.ssh|\.aws|\.env\b|web\.config|wp-config|var[/\\]log|win\.ini)",
    ),
    (
        _kind("climbs_far", Level.MEDIUM, 0.8, "It climbs far out of where it belongs"),
        r"(?:\.\.[/\\]){4,}",
    ),
    (
        _kind("hidden_climb", Level.HIGH, 0.95, "It hides that it climbs"),
        r"(?:%2e|%252e|\.)(?:%2e|%252e|\.)(?:%2f|%5c|%252f|%255c|%c0%af|%c1%9c|%u2215|%u2216)|(?:%2e|%252e|%c0%ae){2}[/\\]|(?:%uff0e){2}|\.\.(?:∕|⁄|⧸|∖|⧵)|\.\.(?:%00|\x00)[/\\]"
        r"|\.{4,}//|\.\.;/|\.\.\\/\.\.|(?:\.\.//){2,}|(?:\.\./\./){2,}|\.\.[/\\]{2,}\.\.",
    ),
    (
        _kind("cut_by_zero", Level.HIGH, 0.9, "It is cut short by a zero byte"),
        r"[\w./\\-](?:%00|\\x00|\\0)(?:\.\w{1,5})?$",
    ),
    (
        _kind("system_file", Level.MEDIUM, 0.7, "It names where the system keeps accounts or secrets"),
        r"file:/{2,3}(?:localhost/)?(?:etc/|proc/|root/|[a-z]:/(?:windows|users)/)|^\\\\[?.]\\|^/?"
        + _SLASH
        + r"etc"
        + _SLASH
        + r"(?:passwd|shadow|group|sudoers|ssh|ssl/private|master\.passwd)\b|^/dev/(?:sd[a-z]|hd[a-z]|vd[a-z]|nvme\d|disk\d|k?mem\b)|^/\S{0,60}/(?:docker|containerd|podman|crio)\.sock$|^[a-z]:[/\\]+(?:windows[/\\]+(?:system32[/\\]+config|win\.ini|repair)|boot\.ini|users[/\\]+\w+[/\\]+ntuser)"
        r"|^/?"
        + _SLASH
        + r"proc"
        + _SLASH
        + r"(?:self|\d+)"
        + _SLASH
        + r"(?:root/|environ|cmdline|maps|fd)|^(?:~|/root|/home/[\w.-]+|/users/[\w.-]+)/\.(?:ssh|aws|gnupg|kube|docker|netrc|git-credentials|bash_history|zsh_history)\b|/var/run/secrets/|/library/keychains/|^/?/root/\.|^~\w+/\.|^/etc/kubernetes/\S*\.conf$|/\.kube/config$|^\\\\[\w.-]+\\\w|^//[\w.-]+/\w+\$",
    ),
)
_PATTERNS = PatternSet([expression for _, expression in _RULES])
# What is run, or says who may come in, without anybody asking; only who writes there is told of it.
_WHY = "It writes where a system looks for what it runs, or whom it lets in"
_RUN_LATER: tuple[tuple[Kind, str], ...] = (
    (
        _kind("lets_in", Level.HIGH, 0.85, _WHY),
        r"/\.ssh/(?:authorized_keys|rc$|environment$)|^/etc/(?:cron|sudoers|ld\.so\.preload|pam\.d/|passwd$|shadow$)|^/var/spool/cron|start menu[\\/]+programs[\\/]+startup|^[a-z]:[\\/]+windows[\\/]+(?:system32|tasks)[\\/]",
    ),
    (
        _kind("runs_later", Level.MEDIUM, 0.7, _WHY),
        r"^/etc/(?:rc\.local|init\.d/|profile\b|systemd/)|/library/launch(?:agents|daemons)/|/\.config/(?:autostart|systemd/user)/|(?:^|/)\.git/(?:hooks/\w|config$)|[/~]\.(?:bashrc|zshrc|zshenv|bash_profile|profile|bash_login)$",
    ),
)
_LATER = PatternSet([expression for _, expression in _RUN_LATER])
_WRITES = frozenset(
    "write edit create save append put upload move copy rename extract replace insert store update".split()
)


class PathTraversal:
    """Looks at arguments that are paths, or could be used as one."""

    contexts = frozenset({Context.TOOL_ARGUMENT})

    def find(self, passage: Passage, normal: Normal) -> list[Finding]:
        """Return what is wrong with a path."""
        if len(passage.text) > _LONGEST or role_of(passage) not in (Role.PATH, Role.VALUE, Role.URL):
            return []
        asked = [(_PATTERNS, _RULES)]
        if _WRITES & words_of(passage.tool):
            asked.append((_LATER, _RUN_LATER))
        found: dict[str, Finding] = {}
        for view in normal.views:
            for patterns, rules in asked:
                for index in patterns.matching(view.data):
                    for start, end in patterns.spans(index, view.data):
                        kind = rules[index][0]
                        found.setdefault(kind.name, kind.found(passage, view, *view.characters(start, end)))
                        break
        return list(found.values())

    def warm(self) -> None:
        """Build the patterns."""
        _PATTERNS.warm()
        _LATER.warm()
