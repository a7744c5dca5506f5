"""Tool pins: write down what servers list, and let people approve or disable it."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import replace

from gateway_desktop.core.audit import Category, Severity, SystemEvent
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.settings import Settings
from gateway_desktop.core.tool_pin import AGENT_CARD, Listing, PinState, ToolPin
from gateway_desktop.policies.pinning import LEAVES, approved, gone, listed
from gateway_desktop.services.administration import Administration, Change, Service, transaction
from gateway_desktop.services.alerts import resolve_changes
from gateway_desktop.services.lookup import the_proxy
from gateway_desktop.store.models.base import values_of
from gateway_desktop.store.models.proxy import ProxyRow
from gateway_desktop.store.models.tool_pin import ToolPinRow
from gateway_desktop.store.queries.configuration import setting_rows
from gateway_desktop.store.queries.tool_pins import pin_of

_SHOWN = 4_000  # characters of a definition in an event


class ToolPins(Service):
    """Proxies are named by name or id; a tool that is not named is every one that can be decided on."""

    def __init__(
        self, administration: Administration, settings: Callable[[Mapping[str, str]], Settings]
    ) -> None:
        super().__init__(administration)
        self._settings = settings

    @transaction()
    def report(self, change: Change, listing: Listing) -> None:
        """Write down what a server lists; what changed is refused from now on, until a person approves it."""
        proxy = ProxyRow.get_or_none((ProxyRow.id == listing.proxy_id) & ProxyRow.deleted_us.is_null())
        if proxy is None:
            return
        trust = self._settings(setting_rows(change.database)).tools.first_listing == "trust"
        named = ToolPinRow.name.in_([tool.name for tool in listing.tools])
        known = {row.name: pin_of(row) for row in _rows(proxy.id, named)}
        for tool in listing.tools:
            before = known.get(tool.name)
            after = listed(before, proxy.id, tool, change.now_us, trust=trust)
            if after is not before:
                _save(after)
                _tell(change, proxy.name, before, after)
                known[tool.name] = after  # it may be listed twice
        if listing.names is not None:
            for pin in map(pin_of, _rows(proxy.id, ToolPinRow.state.in_(LEAVES))):
                if pin.name not in listing.names and pin.name != AGENT_CARD:
                    _lose(change, proxy.name, pin)

    def approve(
        self, proxy: str, tool: str | None = None, shown: Mapping[str, str] | None = None
    ) -> Future[list[ToolPin]]:
        """Let a tool be called as it is listed now; return what was approved.

        `shown`: digests of what a person has seen, by tool. What a server says since then is not approved.
        """

        def decide(pin: ToolPin, now_us: int) -> ToolPin:
            if shown is not None and shown.get(pin.name) != pin.seen_digest:
                raise ConfigurationError("tool", f"'{pin.name}' says something else by now; look at it again")
            return approved(pin, self._author, now_us)

        waiting = frozenset({PinState.PENDING, PinState.CHANGED})
        return self._decide(proxy, tool, "tool approved", decide, waiting)

    def disable(self, proxy: str, tool: str | None = None) -> Future[list[ToolPin]]:
        """Refuse a tool until it is approved again; return what was disabled."""

        def decide(pin: ToolPin, now_us: int) -> ToolPin:
            return replace(pin, state=PinState.DISABLED, decided_by=self._author, changed_us=now_us)

        return self._decide(proxy, tool, "tool disabled", decide, frozenset(PinState) - {PinState.DISABLED})

    @transaction()
    def _decide(
        self,
        change: Change,
        proxy: str,
        tool: str | None,
        event: str,
        decide: Callable[[ToolPin, int], ToolPin],
        states: frozenset[PinState],
    ) -> list[ToolPin]:
        row = the_proxy(proxy)
        pins = [pin_of(one) for one in _rows(row.id)]
        chosen = [pin for pin in pins if pin.name == tool] if tool is not None else pins
        if tool is not None and not chosen:
            raise ConfigurationError("tool", _missing(tool, row.name, (pin.name for pin in pins)))
        decided = []
        for pin in chosen:
            if tool is None and pin.state not in states:
                continue
            after = decide(pin, change.now_us)
            _save(after)
            decided.append(after)
            change.record(_event(event, row.name, after, before=pin))
        names = {pin.name for pin in decided}
        resolve_changes(change, row.name, names, self._author, event.capitalize())
        return decided


def _lose(change: Change, proxy: str, pin: ToolPin) -> None:
    after = gone(pin, change.now_us)
    if after is not pin:
        _save(after)
        change.record(_event("tool removed", proxy, after))


def _tell(change: Change, proxy: str, before: ToolPin | None, after: ToolPin) -> None:
    """Record what a person may want to know of a listing."""
    card = after.name == AGENT_CARD
    if before is None:
        change.record(_event("card discovered" if card else "tool discovered", proxy, after))
    elif after.state is PinState.CHANGED and before.seen_digest != after.seen_digest:
        told = _event("card changed" if card else "tool changed", proxy, after, before=before, changed=True)
        change.record(told)


def _rows(proxy_id: str, *which: object) -> list[ToolPinRow]:
    return list(ToolPinRow.select().where(ToolPinRow.proxy_id == proxy_id, *which).order_by(ToolPinRow.name))


def _save(pin: ToolPin) -> None:
    values = values_of(pin)
    same = (ToolPinRow.proxy_id == pin.proxy_id) & (ToolPinRow.name == pin.name)
    if not ToolPinRow.update(values).where(same).execute():
        ToolPinRow.insert(values).execute()


def _event(
    event: str, proxy: str, pin: ToolPin, before: ToolPin | None = None, *, changed: bool = False
) -> SystemEvent:
    earlier: dict[str, object] | None = None
    later: dict[str, object] = {"state": str(pin.state)}
    if changed and before is not None:
        earlier = {"definition": before.definition[:_SHOWN]}
        later = {"definition": pin.seen_definition[:_SHOWN]}
    elif before is not None:
        earlier = {"state": str(before.state)}
    return SystemEvent(
        Category.SECURITY if changed else Category.AUTHORIZATION,
        event,
        f"{proxy}: {pin.name}",
        severity=Severity.WARNING if changed or pin.state is PinState.PENDING else Severity.INFO,
        before=earlier,
        after=later,
        proxy=proxy,
    )


def _missing(tool: str, proxy: str, names: Iterable[str]) -> str:
    known = ", ".join(sorted(names)[:20]) or "none was listed yet"
    return f"'{proxy}' has no tool '{tool}'; there are: {known}"
