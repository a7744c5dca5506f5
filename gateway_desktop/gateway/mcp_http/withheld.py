"""Withheld: what policies keep out of a server's lists, entry by entry, nobody uses by its name either.

One poisoned tool must not cost the others, so each entry of a list is looked at by itself. One that must not
pass is left out and has its own row; its texts are remembered, and looked at again for whoever asks for it:
by the rules of that moment and for that caller, so that an exception, or a list without it, lets it be.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from gateway_desktop.core.call import Call, TextPart
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.ids import new_id
from gateway_desktop.core.policy import Action, Direction
from gateway_desktop.core.reply import Reply
from gateway_desktop.core.spelling import alike
from gateway_desktop.core.verdict import ALLOWED, Verdict
from gateway_desktop.gateway.beside import if_long, in_turns
from gateway_desktop.gateway.guarding.answer_judge import AnswerJudge
from gateway_desktop.gateway.guarding.inspector import Inspector, Looked
from gateway_desktop.gateway.mcp_http.aside import Aside
from gateway_desktop.gateway.mcp_http.withheld_file import Entries, WithheldFile
from gateway_desktop.gateway.refusals.policy import refused_by
from gateway_desktop.gateway.runtime import Runtime
from gateway_desktop.policies.access import matches
from gateway_desktop.protocols.json_rpc import Message, read
from gateway_desktop.protocols.mcp.adapter import REQUEST
from gateway_desktop.protocols.mcp.methods import ASKED_OF, LISTS, Entry, list_texts
from gateway_desktop.protocols.mcp.tool_lists import sifted

_MOST = 2_000  # entries of one server that are remembered
_LONGEST = 300


class Withheld:
    """On the gateway's loop."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._file = WithheldFile(runtime.folder)
        self._texts = self._file.read()  # by proxy id

    async def check(self, exchange: Exchange, call: Call) -> None:
        """Raise Refused for a call of what was left out of a list, if it would be for this caller, too."""
        if exchange.proxy.id not in self._texts or not self._runtime.snapshot.settings.inspection.enabled:
            return
        for texts in self._known(exchange.proxy.id, call):
            looked = await self._runtime.inspector.look(exchange, texts, Direction.ANSWER)
            if looked.verdict.action is Action.BLOCK:
                call.scan, call.noted, call.verdict = looked.scan, looked.noted, looked.verdict
                raise refused_by(looked.verdict)

    async def sift(
        self, exchange: Exchange, message: Message, data: bytes, reply: Reply, *, again: bool = False
    ) -> bytes:
        """Return what the caller gets of an answer; `data` is `message` after filters changed it.

        `again`: it was written down when it came first. Raises Refused where it must not pass as a whole.
        """
        judge, call = exchange.guard, exchange.call
        assert call is not None
        if judge is None:
            return data
        beside, entries = await if_long(
            lambda _: list_texts(call.operation, call.target, message.value), data
        )
        if not entries or not isinstance(judge, AnswerJudge) or self._too_large(entries):
            return await judge.whole(data, reply)
        around = await judge.look(beside, len(data))
        each = [(entry, await judge.look(entry.texts)) async for entry in in_turns(entries)]
        if exchange.on_message and any(looked.verdict.hits for _, looked in each):
            _, shown = await if_long(lambda now: list_texts(call.operation, call.target, _value(now)), data)
            each = _told_only(each, but={entry.name for entry in shown})
        everything = _together(around, *(looked for _, looked in each))
        if not judge.enforces or around.verdict.action is Action.BLOCK:
            judge.note(everything)
            if judge.enforces:
                raise refused_by(around.verdict)
            return judge.passes(data, reply, everything)
        member = LISTS[call.operation]
        out = {entry.name for entry, looked in each if looked.verdict.action is Action.BLOCK}
        await self._remember(exchange.proxy.id, member, each)
        if not out:
            judge.note(everything)
            return judge.passes(data, reply, everything)
        kept = [(entry, looked) for entry, looked in each if entry.name not in out]
        rest = _together(around, *(looked for _, looked in kept))
        judge.note(rest)
        reply.texts = [*beside, *(text for entry, _ in kept for text in entry.texts)]
        reply.detail["withheld"] = sorted((name or "")[:_LONGEST] for name in out)
        if not again:
            await self._tell(exchange, call, each)
        left = await if_long(lambda now: sifted(now, member, lambda name: name not in out), data)
        return judge.passes(left, reply, rest)

    def _too_large(self, entries: Sequence[Entry]) -> bool:
        """Return whether there is more than is looked at of one answer: then it is judged as a whole."""
        limit = self._runtime.snapshot.settings.inspection.largest_kb << 10
        return sum(len(text.text) for entry in entries for text in entry.texts) > limit

    def _known(self, proxy_id: str, call: Call) -> Iterator[list[TextPart]]:
        """Yield the texts of each entry that a call may mean."""
        known = self._texts[proxy_id]
        for member in ASKED_OF.get(call.operation, ()):
            if member == "resourceTemplates":
                yield from (
                    texts
                    for (of, name), texts in tuple(known.items())
                    if of == member and matches(_pattern(name), call.target)
                )
            elif (texts := known.get((member, alike(call.target)))) is not None:
                yield texts

    async def _remember(self, proxy_id: str, member: str, each: Iterable[tuple[Entry, Looked]]) -> None:
        """Take what must not pass, and what an entry known says now; what is new is written down, too."""
        known, news = self._texts.get(proxy_id, OrderedDict()), False
        for entry, looked in each:
            if entry.name is None:
                continue
            key = member, entry.name if member == "resourceTemplates" else alike(entry.name)
            if key in known or looked.verdict.action is Action.BLOCK:  # for others it may be forbidden still
                news = news or known.get(key) != entry.texts
                known[key] = entry.texts
                known.move_to_end(key)
        while len(known) > _MOST:
            known.popitem(last=False)
        if known:
            self._texts[proxy_id] = known
        if news:
            await self._file.write(self._of_proxies)

    def _of_proxies(self) -> dict[str, Entries]:
        """Return what is known of the proxies there are."""
        ids = {proxy.id for proxy in self._runtime.snapshot.proxies.values()}
        return {proxy_id: known for proxy_id, known in self._texts.items() if proxy_id in ids}

    async def _tell(self, listed: Exchange, asked: Call, each: Iterable[tuple[Entry, Looked]]) -> None:
        """Write a row for each entry that was left out; they are durable before the list's own row is."""
        for entry, looked in each:
            if looked.verdict.action is not Action.BLOCK:
                continue
            call = Call(asked.operation, b"", (entry.name or "")[:_LONGEST], REQUEST, texts=entry.texts)
            call.session = asked.session
            call.detail = {**asked.detail, "direction": "from server", "within": listed.id}
            call.scan, call.noted, call.verdict = looked.scan, looked.noted, looked.verdict
            left_out = replace(listed, id=new_id(), client=Aside(), call=call, guard=None, reply=None)
            left_out.error = refused_by(looked.verdict)
            left_out.trace = listed.trace.again() if listed.trace is not None else None
            runtime = self._runtime
            runtime.commits.queue(await runtime.records.finished(left_out, runtime.snapshot))


def _together(first: Looked, *others: Looked) -> Looked:
    """Return several looks at one answer as one."""
    every = (first, *others)
    scan, passages = first.scan, dict(first.passages)
    for one in others:
        scan = Inspector.together(replace(scan, findings=()), replace(one.scan, findings=()))
        passages.update(one.passages)
    findings = tuple(finding for one in every for finding in one.scan.findings)
    hits = Verdict(tuple(hit for one in every for hit in one.verdict.hits))
    noted = tuple(finding for one in every for finding in one.noted)
    return Looked(replace(scan, findings=findings), noted, ALLOWED.joined(hits), passages)


def _told_only(each: Iterable[tuple[Entry, Looked]], but: set[str | None]) -> list[tuple[Entry, Looked]]:
    """Return the looks, but that entries which the caller does not get anyway are only told of."""
    found = list(each)
    for entry, looked in found:
        if entry.name not in but:
            looked.verdict = looked.verdict.told_only(hidden=True)
    return found


def _value(data: bytes) -> dict[str, Any]:
    message = read(data)
    return message.value if message is not None else {}


def _pattern(template: str) -> str:
    """Return a pattern that every URI of a template fits (RFC 6570)."""
    first, *others = template.split("{")
    return first + "".join("*" + other.partition("}")[2] for other in others)
