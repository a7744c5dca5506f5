"""ToolPins: what servers list is compared with what was approved, before anybody sees or calls it."""

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import Mapping
from typing import TypeVar

from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.core.snapshot import Snapshot
from gateway_desktop.core.spelling import alike
from gateway_desktop.core.tool_pin import Listed, Listing, Pinned, PinState
from gateway_desktop.gateway.beside import if_long
from gateway_desktop.gateway.ports import Pins
from gateway_desktop.policies.pinning import REFUSED, problem
from gateway_desktop.protocols.definitions import ToolPage, tool_page
from gateway_desktop.protocols.mcp.tool_lists import without_tools

_log = logging.getLogger(__name__)
_MOST_LISTS = 5_000  # callers whose latest list is remembered
_MOST_TOOLS = 5_000  # of one server
_MOST_PAGES = 100  # that clients may ask for next
_AT_ONCE = 200  # tools that are written down in one transaction: what others write waits as long
_Caller = tuple[str, str]  # proxy id, and whose list it is
_Page = tuple[str, str, str]  # the same, and the page's cursor
_Key = TypeVar("_Key", _Caller, _Page)

TRUST = "trust"


class ToolPins:
    """On the gateway's loop. What was seen counts at once; `pins` makes it durable and tells people."""

    def __init__(self, pins: Pins | None) -> None:
        self._store = pins
        self._trust = True
        self._pinned: Mapping[str, Mapping[str, Pinned]] = {}
        self._seen: dict[str, dict[str, Pinned]] = {}  # not in the configuration yet, by proxy and tool
        self._pages: OrderedDict[_Page, frozenset[str]] = OrderedDict()  # what stands before a page
        self._lists: OrderedDict[_Caller, frozenset[str]] = OrderedDict()  # the latest whole ones
        self._overfull: set[str] = set()  # proxies whose servers list more than is remembered
        self._unwritten: deque[Listing] = deque()  # parts, in the order in which they were seen
        self._writing = False

    def obey(self, snapshot: Snapshot) -> None:
        """Obey this configuration; what it knows by now need not be remembered here."""
        self._trust = snapshot.settings.tools.first_listing == TRUST
        self._pinned = snapshot.pins
        for proxy_id, tools in self._seen.items():
            known = snapshot.pins.get(proxy_id, {})
            for name in [name for name in tools if name in known and known[name].seen == tools[name].seen]:
                del tools[name]  # it is written down

    def problem(self, proxy: Proxy, name: str) -> str:
        """Return why a tool may not be called, in a sentence, or nothing."""
        known = self._of(proxy.id, name)
        if known is None and self._is_full(proxy.id):
            return f"'{proxy.name}' lists more than {_MOST_TOOLS:,} tools; '{name}' is none of the first"
        known = known or self._refused_like(proxy.id, name)
        return problem(proxy.name, name, known, trust=self._trust)

    async def listed(self, exchange: Exchange, cursor: str, message: bytes) -> bytes:
        """Return the answer to `tools/list` without what may not be called; `cursor`: of the page, or ""."""
        page, proxy = await if_long(tool_page, message), exchange.proxy
        may_see: set[str] = set()
        if page is not None:
            self._note(proxy.id, page.tools, self._whole(exchange, page, cursor))
            may_see = {tool.name for tool in page.tools if not self.problem(proxy, tool.name)}
            self._tell_left_out(exchange, page)
        return await if_long(lambda whole: without_tools(whole, may_see.__contains__), message)

    def told(self, proxy: Proxy, card: Listed) -> None:
        """Compare an agent's card."""
        self._note(proxy.id, (card,), None)

    def _of(self, proxy_id: str, name: str) -> Pinned | None:
        known = self._pinned.get(proxy_id, {}).get(name)
        seen = self._seen.get(proxy_id, {}).get(name)
        if seen is not None and (known is None or known.state is not PinState.DISABLED):
            return seen
        return known

    def _refused_like(self, proxy_id: str, name: str) -> Pinned | None:
        """Return the pin of a refused tool that a server might take this name for."""
        plain = alike(name)
        for known in (*self._pinned.get(proxy_id, ()), *self._seen.get(proxy_id, ())):
            pinned = self._of(proxy_id, known)
            if pinned is not None and pinned.state in REFUSED and alike(known) == plain:
                return pinned
        return None

    def _is_full(self, proxy_id: str) -> bool:
        return len(self._pinned.get(proxy_id, ())) + len(self._seen.get(proxy_id, ())) >= _MOST_TOOLS

    def _tell_left_out(self, exchange: Exchange, page: ToolPage) -> None:
        """Tell whose list is longer than what is remembered: in its row each time, in the log once."""
        proxy = exchange.proxy
        count = sum(self._of(proxy.id, tool.name) is None for tool in page.tools)
        if not count:
            return
        if exchange.reply is not None:
            exchange.reply.detail["left_out"] = count
        if proxy.id not in self._overfull:
            self._overfull.add(proxy.id)
            told = "The server of %s lists more than %d tools; nobody sees or calls the others"
            _log.warning(told, proxy.name, _MOST_TOOLS)

    def _note(self, proxy_id: str, tools: tuple[Listed, ...], names: frozenset[str] | None) -> None:
        """Take what was listed; what is new, other than known or gone is written down."""
        news = tuple(tool for tool in tools if self._is_news(proxy_id, tool))
        if self._store is None:
            return
        known = (*self._pinned.get(proxy_id, ()), *self._seen.get(proxy_id, ()))
        whole = frozenset(known) if names is None else names
        lost = [name for name in known if name not in whole and self._is_there(proxy_id, name)]
        for start in range(0, len(news), _AT_ONCE):
            self._unwritten.append(Listing(proxy_id, news[start : start + _AT_ONCE]))
        for start in range(0, len(lost), _AT_ONCE):
            later = frozenset(lost[start + _AT_ONCE :])
            self._unwritten.append(Listing(proxy_id, (), whole | later))
        if not self._writing:
            self._write_on()

    def _write_on(self, done: "asyncio.Future[None] | None" = None) -> None:
        """Have the next part written down, one after the other."""
        if done is not None:
            _complain(done)
        self._writing = self._store is not None and bool(self._unwritten)
        if self._store is not None and self._unwritten:
            report = self._store.report(self._unwritten.popleft())
            asyncio.wrap_future(report).add_done_callback(self._write_on)

    def _is_there(self, proxy_id: str, name: str) -> bool:
        """Return whether a tool was listed, and is not known to be gone."""
        known = self._of(proxy_id, name)
        return known is not None and known.state in (PinState.APPROVED, PinState.PENDING)

    def _is_news(self, proxy_id: str, tool: Listed) -> bool:
        """Return whether this has to be written down; until it is, it counts here."""
        known = self._of(proxy_id, tool.name)
        if known is not None and known.seen == tool.digest and known.state is not PinState.REMOVED:
            return False
        if known is None and self._is_full(proxy_id):
            return False
        if known is None:
            state = PinState.APPROVED if self._trust else PinState.PENDING
            now = Pinned(state, tool.digest if self._trust else "", tool.digest)
        else:
            leaves = known.state in (PinState.APPROVED, PinState.REMOVED) and known.digest
            changed = leaves and known.digest != tool.digest
            now = Pinned(PinState.CHANGED if changed else known.state, known.digest, tool.digest)
        self._seen.setdefault(proxy_id, {})[tool.name] = now
        return True

    def _whole(self, exchange: Exchange, page: ToolPage, cursor: str) -> frozenset[str] | None:
        """Return the names of all tools that any caller is shown, once this caller's list is whole.

        A person may have several clients that turn pages at the same time.
        """
        who = exchange.principal
        proxy_id = exchange.proxy.id
        session = exchange.call.session if exchange.call is not None and exchange.call.session else ""
        caller = (proxy_id, who.user_id or who.api_key_id or session)
        before = self._pages.get((*caller, cursor)) if cursor else frozenset[str]()
        if before is None:  # it began before we did
            return None
        names = before | {tool.name for tool in page.tools}
        if page.next:
            if len(names) <= _MOST_TOOLS:
                _remember(self._pages, (*caller, page.next), names, _MOST_PAGES)
            return None
        _remember(self._lists, caller, names, _MOST_LISTS)
        return frozenset().union(*(names for (of, _), names in self._lists.items() if of == proxy_id))


def _remember(where: OrderedDict[_Key, frozenset[str]], key: _Key, names: frozenset[str], most: int) -> None:
    where[key] = names
    where.move_to_end(key)
    if len(where) > most:
        where.popitem(last=False)


def _complain(done: "asyncio.Future[None]") -> None:
    """Say that pins could not be written; what was seen is refused or not as long as this process lives."""
    if not done.cancelled() and (error := done.exception()) is not None:
        _log.error("What a server lists of its tools could not be written down: %s", error)
