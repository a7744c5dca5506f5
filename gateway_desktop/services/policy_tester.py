"""Try: what would be found in a text, what policies would do, what would be sent on. Nothing is stored."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from gateway_desktop.core.clock import now_us
from gateway_desktop.core.finding import Context, Passage, Scan
from gateway_desktop.core.policy import Direction, Policy
from gateway_desktop.core.principal import Principal, PrincipalKind
from gateway_desktop.core.proxy import Kind, Proxy
from gateway_desktop.core.settings import Settings
from gateway_desktop.core.verdict import Noted, Verdict
from gateway_desktop.identity.sealing import Sealer
from gateway_desktop.policies.condition import Case
from gateway_desktop.policies.decision import decide, rule_book
from gateway_desktop.policies.document import read
from gateway_desktop.policies.redaction import Replacement, Vault, label_of, replaced
from gateway_desktop.policies.values import hashed_value
from gateway_desktop.services.futures import follow
from gateway_desktop.services.lookup import proxy_of, shown, the_proxy, the_user
from gateway_desktop.services.policy_exceptions import VALUE_KEY
from gateway_desktop.store.database import Database
from gateway_desktop.store.people_rows import groups_of
from gateway_desktop.store.queries.configuration import group_rows
from gateway_desktop.store.queries.policies import exception_rows, policy_rows
from gateway_desktop.store.reader import Reader

_NOWHERE = Proxy("", "", Kind.LLM, "")
_NOBODY = Principal(PrincipalKind.LOCAL)


@dataclass(frozen=True, slots=True)
class Sample:
    """A text, where it would stand, and whose it would be; proxy and user by name, or none."""

    text: str
    context: Context = Context.USER_PROMPT
    direction: Direction = Direction.REQUEST
    proxy: str = ""
    user: str = ""
    model: str = ""
    tool: str = ""
    argument: str = ""
    document: str = ""  # a policy that is not saved yet, to be tried alone


@dataclass(frozen=True, slots=True)
class Trial:
    """What would become of it."""

    scan: Scan
    verdict: Verdict
    passes: str  # the text as it would be sent on; "" where it would be refused


class PolicyTester:
    """Tries texts against the policies that are on, or against one that is not saved."""

    def __init__(
        self, reader: Reader, sealer: Callable[[], Sealer], settings: Callable[[], Future[Settings]]
    ) -> None:
        self._reader = reader
        self._sealer = sealer
        self._settings = settings

    def try_out(self, sample: Sample) -> Future[Trial]:
        """Return what would become of a text; raise ConfigurationError for a wrong name or draft."""
        draft = sample.document
        own = [replace(read(draft), enabled=True, assigned=frozenset())] if draft else None
        key = self._sealer().derive(VALUE_KEY)

        def tried(settings: Settings) -> Future[Trial]:
            known = key, settings.team.time_zone
            return self._reader.submit(lambda database: _trial(database, sample, own, known))

        return follow(self._settings(), tried)


def _trial(database: Database, sample: Sample, own: list[Policy] | None, known: tuple[bytes, str]) -> Trial:
    # Late: detectors take 20 MB and a fifth of a second, and most commands look at no text.
    from gateway_desktop.inspection.scan import scan

    key, zone = known
    passage = Passage(sample.text, sample.context, "/text", sample.tool, sample.argument)
    found = scan([passage])
    noted = [
        Noted(finding, sample.direction, hashed_value(key, sample.text[finding.start : finding.end]))
        for finding in found.findings
    ]
    policies = own if own is not None else [item.policy for item in policy_rows(database)]
    groups = {item.group.id: item.group.name for item in group_rows(database)}
    book = rule_book(policies, groups, exception_rows(database))
    case = Case(
        proxy_of(the_proxy(sample.proxy)) if sample.proxy else _NOWHERE,
        _principal(sample.user),
        sample.direction,
        sample.model,
        (passage,),
        frozenset({sample.tool} - {""}),
        found.score,
        len(sample.text.encode("utf-8", "replace")),
        now_us(),
        ZoneInfo(zone) if zone else None,
    )
    verdict = decide(book, case, noted, lambda value: hashed_value(key, value))
    return Trial(found, verdict, _passes(sample.text, verdict))


def _principal(named: str) -> Principal:
    if not named:
        return _NOBODY
    row = the_user(named)
    return replace(_NOBODY, user_id=row.id, actor=shown(row), groups=frozenset(groups_of(row.id)))


def _passes(text: str, verdict: Verdict) -> str:
    if verdict.first is not None and verdict.first.action == "block":
        return ""
    vault = Vault()
    return replaced(
        text,
        [
            Replacement(
                finding.start,
                finding.end,
                vault.placeholder(label_of(finding), text[finding.start : finding.end], restore=False),
            )
            for finding in verdict.masks
        ],
    )
