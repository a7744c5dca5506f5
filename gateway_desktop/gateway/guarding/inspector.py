"""Inspector: looks at the texts of an exchange, in slices that leave the loop to others, and decides."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import partial
from itertools import chain
from time import perf_counter
from typing import TypeVar

from gateway_desktop.core.call import Call, TextPart
from gateway_desktop.core.clock import now_us
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.figures import PolicyFigures
from gateway_desktop.core.finding import Context, Family, Finding, Passage, Scan
from gateway_desktop.core.policy import Direction
from gateway_desktop.core.slices import Result, Slices
from gateway_desktop.core.snapshot import Snapshot
from gateway_desktop.core.verdict import ALLOWED, Noted, Verdict
from gateway_desktop.gateway.beside import beside
from gateway_desktop.gateway.guarding.steering import steered
from gateway_desktop.inspection.detectors import personal_details, secrets
from gateway_desktop.inspection.joints import joints
from gateway_desktop.inspection.memory import Memory
from gateway_desktop.inspection.passages import context_of, newest, passages_of
from gateway_desktop.inspection.scan import LARGEST, SLICE, scan_slices, within_budget
from gateway_desktop.inspection.score import scoring
from gateway_desktop.policies.condition import Case
from gateway_desktop.policies.decision import RuleBook, Tally, deciding
from gateway_desktop.policies.expression import MOST
from gateway_desktop.policies.values import hashed_value

Given = TypeVar("Given")
Texts = TypeVar("Texts", Sequence[TextPart], list[Passage])

CLEAN = Scan(score=0)
NO_TEXT = Scan(not_scanned="no text to look at")
OFF = Scan(not_scanned="inspection is switched off (Settings -> Inspection)")
_LONG = 4_000_000  # characters, and
_MANY = 5_000  # texts that are walked through without giving the loop to others
_AT_ONCE = 200  # findings, and texts, that are written down without giving the loop to others
# How many of a kind are looked for in one text, and of those that are not named.
_LOOKED_FOR = {Family.SECRET: secrets.MOST, Family.PERSONAL_DATA: personal_details.MOST, Family.CUSTOM: MOST}
_LEAST = 5
TOO_MUCH = "There is more of it than can be masked at once"
OF_TEXT = 75  # what looking into a text takes, as if in characters
MOST_COMPARED = 2_000_000_000  # characters, if each value is looked for in each text: a second at worst
_SOMETHING = (Passage("", Context.HARNESS),)
_STANDING = frozenset({Context.HARNESS, Context.TOOL_DESCRIPTION})  # what comes again with every session


class Cut(Enum):
    """How texts of an answer lie before the inspector."""

    WHOLE = "whole"
    PIECE = "piece"  # cuttings of a stream, which nobody will meet again
    JOINED = "joined"  # the whole of such cuttings, each of which has been looked at


@dataclass(slots=True)
class Looked:
    """What was found in some texts, and what the policies say of it."""

    scan: Scan = NO_TEXT
    noted: tuple[Noted, ...] = ()
    verdict: Verdict = ALLOWED
    passages: dict[str, Passage] = field(default_factory=dict)  # by place: those with findings, or all


@dataclass(slots=True)
class _Seen:
    """What is known of the parts before the detectors are asked."""

    noted: list[tuple[TextPart, Finding, bool]]
    new: list[TextPart]


class Inspector:
    """The memory of what was looked at, and the rules that are obeyed."""

    def __init__(self) -> None:
        self.rules = RuleBook()
        self._memory = Memory()
        self._snapshot = Snapshot()
        self._tallies: dict[str, Tally] = {}

    def obey(self, snapshot: Snapshot, rules: RuleBook) -> None:
        """Decide by these rules from now on; what texts hold does not change with them."""
        self._snapshot, self.rules = snapshot, rules

    def case(self, exchange: Exchange, direction: Direction, size: int = 0) -> Case:
        """Return what rules may ask about an exchange before its texts are looked at."""
        call = exchange.call
        unasked = call is not None and call.detail.get("direction") == "from server"
        return Case(
            exchange.proxy,
            exchange.principal,
            Direction.BOTH if unasked else direction,
            call.target if call is not None else "",
            (),
            frozenset(),
            None,
            size,
            now_us(),
            self._snapshot.settings.team.zone,
        )

    def figures(self) -> tuple[PolicyFigures, ...]:
        """Return what each policy that is obeyed has done."""
        names = [compiled.policy.name for compiled in self.rules.policies]
        tallies = [(name, self._tallies.get(name, Tally())) for name in names]
        return tuple(
            PolicyFigures(name, tally.evaluations, tally.matches, tally.seconds * 1000)
            for name, tally in tallies
        )

    async def look(
        self,
        exchange: Exchange,
        parts: Sequence[TextPart],
        direction: Direction,
        size: int = 0,
        *,
        cut: Cut = Cut.WHOLE,
    ) -> Looked:
        """Return what stands in the parts, new ones looked at and old ones remembered, and the verdict."""
        looked = Looked()
        if parts:
            owner = "" if cut is Cut.PIECE else owner_of(exchange)
            earlier = exchange.call.texts if direction is Direction.ANSWER and exchange.call else ()
            call = exchange.call if direction is Direction.REQUEST else None
            if await self._look_at(owner, parts, direction, looked, earlier, call) and call and call.kept:
                call.kept.made[self, owner] = True  # all of it is clean
        if cut is Cut.JOINED and looked.scan.not_scanned and looked.scan.score is not None:
            looked.scan = replace(looked.scan, not_scanned="")
        if direction is Direction.ANSWER and (unread := _unread(exchange)):
            known = looked.scan.not_scanned if looked.scan != NO_TEXT else ""
            looked.scan = replace(looked.scan, not_scanned="; ".join(filter(None, (known, unread))))
        await self._decide(exchange, parts, direction, size, looked)
        if masks := looked.verdict.masks:
            if cut is not Cut.JOINED and _are_too_many(masks):
                looked.verdict = looked.verdict.refused("There is more of it in one text than can be masked")
            elif len(masks) * sum(len(part.text) + OF_TEXT for part in parts) > MOST_COMPARED:
                looked.verdict = looked.verdict.refused(TOO_MUCH)
        return looked

    @staticmethod
    def together(first: Scan | None, second: Scan) -> Scan:
        """Return what is said of request and answer: the findings of both, the score of the worse."""
        if second is CLEAN and first is not None and first.score is not None:
            return first
        if first is None or first == NO_TEXT:
            return second
        if second == NO_TEXT:
            return first
        worse = first if (first.score or 0) >= (second.score or 0) else second
        words = "; ".join(dict.fromkeys(filter(None, (first.not_scanned, second.not_scanned))))
        return Scan((*first.findings, *second.findings), worse.score, worse.contributions, words)

    async def _look_at(
        self,
        owner: str,
        parts: Sequence[TextPart],
        direction: Direction,
        looked: Looked,
        earlier: Sequence[TextPart],
        call: Call | None,
    ) -> bool:
        """Look at the parts; return whether all were looked at to their ends, and nothing was found."""
        seen = await self._recalled(owner, parts, direction, call)
        if not seen.new and not seen.noted:  # all known, all clean: what mostly is
            looked.scan = CLEAN
            return True
        scan, found = await self._scanned(owner, seen.new)
        if seen.new:
            found += await _taints((*earlier, *parts), seen.new)
        known = [finding for _, finding, old in seen.noted if not old]
        known += [finding for _, finding in found if finding.family is Family.PROVENANCE]
        looked.scan = scan
        if known or not seen.new:
            looked.scan = await in_slices(scoring((*known, *scan.findings), _SOMETHING, scan.not_scanned))
        every = [*seen.noted, *((part, finding, False) for part, finding in found)]
        if not every:
            return not scan.not_scanned
        for part in {id(part): part for part, _, _ in every}.values():
            looked.passages.update((passage.place, passage) for passage in passages_of(part))
        hashed = partial(hashed_value, self._snapshot.value_key)
        noted = []
        for count, (_, finding, old) in enumerate(every):
            if count % _AT_ONCE == _AT_ONCE - 1:
                await asyncio.sleep(0)
            passage = looked.passages.get(finding.place)
            value = hashed(passage.text[finding.start : finding.end]) if passage is not None else ""
            noted.append(Noted(finding, direction, value, old))
        looked.noted = tuple(noted)
        return False

    async def _recalled(
        self, owner: str, parts: Sequence[TextPart], direction: Direction, call: Call | None
    ) -> _Seen:
        since = newest(parts) if direction is Direction.REQUEST else 0
        seen = _Seen([], [])
        recall = self._memory.recall
        clean = range(0)
        if call is not None and (known := call.known) is not None and known.made.get((self, owner)):
            begin = call.messages_at
            clean = range(begin, begin + len(known.texts)) if known.stand_in(parts, begin) else clean
        rest = ((index, part) for index, part in enumerate(parts) if index not in clean)
        began = perf_counter()
        joined = await _walked(_new_joints, parts, clean)
        every = chain(joined, rest)  # what is too much is left out at the beginning
        for index, part in every:
            if perf_counter() - began >= SLICE:
                await asyncio.sleep(0)
                began = perf_counter()
            findings = recall(owner, part) if owner else None
            if findings is None:
                seen.new.append(part)
            elif findings:
                old = index < since or context_of(part) in _STANDING
                seen.noted += [(part, finding, old) for finding in findings]
        return seen

    async def _scanned(self, owner: str, new: list[TextPart]) -> tuple[Scan, list[tuple[TextPart, Finding]]]:
        if not new:
            return NO_TEXT, []
        part_at: dict[str, TextPart] = {}
        passages: list[Passage] = []
        began = perf_counter()
        for part in new:
            if perf_counter() - began >= SLICE:
                await asyncio.sleep(0)
                began = perf_counter()
            for passage in passages_of(part):
                part_at[passage.place] = part
                passages.append(passage)
        if not passages:  # a tool's arguments that are numbers
            await self._keep(owner, new, [])
            return CLEAN, []
        limit = min(self._snapshot.settings.inspection.largest_kb << 10, LARGEST)
        kept, left_out = await _walked(within_budget, passages, limit)
        scan = await in_slices(scan_slices(kept))
        if left_out:
            scan = Scan(scan.findings, scan.score, scan.contributions, left_out)
        found = [(part_at[finding.place], finding) for finding in scan.findings if finding.place in part_at]
        if not scan.not_scanned:
            await self._keep(owner, new, found)
        return scan, found

    async def _keep(self, owner: str, new: list[TextPart], found: list[tuple[TextPart, Finding]]) -> None:
        if not owner:  # cuttings of a stream
            return
        by_part: dict[int, list[Finding]] = {}
        for part, finding in found:
            by_part.setdefault(id(part), []).append(finding)
        if any(finding.family is Family.CHECK_FAILED for _, finding in found):
            return  # it is tried again
        for count, part in enumerate(new, 1):
            if count % _AT_ONCE == 0:
                await asyncio.sleep(0)
            self._memory.keep(owner, part, tuple(by_part.get(id(part), ())))

    async def _decide(
        self, exchange: Exchange, parts: Sequence[TextPart], direction: Direction, size: int, looked: Looked
    ) -> None:
        rules = self.rules
        if not rules.policies or not (looked.noted or rules.decides_without_findings):
            return
        old: frozenset[str] = frozenset()
        if rules.looks_into_texts:
            since = newest(parts) if direction is Direction.REQUEST else 0
            old, looked.passages = await _walked(_all_passages, parts, since)
        case = self.case(exchange, direction, size).of(
            tuple(looked.passages.values()) if rules.looks_into_texts else (),
            frozenset(part.tool for part in parts if part.tool),
            looked.scan.score,
            old,
            unscanned=bool(looked.scan.not_scanned) and looked.scan != NO_TEXT,
        )
        hashed = partial(hashed_value, self._snapshot.value_key)
        looked.verdict = await in_slices(deciding(rules, case, looked.noted, hashed, self._tallies))
        known = set(looked.noted)
        own = [one for one in looked.verdict.noted if one not in known]
        if own:
            looked.noted = (*looked.noted, *own)


def _are_too_many(masks: Iterable[Finding]) -> bool:
    """Return whether there may be more of it than was found: looking ends after so many in one text."""
    counts = Counter((finding.place, finding.family) for finding in masks)
    return any(count >= _LOOKED_FOR.get(family, _LEAST) for (_, family), count in counts.items())


async def _walked(walk: Callable[[Texts, Given], Result], texts: Texts, given: Given) -> Result:
    """Return the result of a walk through all texts; of very many, or very long ones, not on the loop."""
    long = len(texts) > _MANY or sum(len(one.text) for one in texts) > _LONG
    return await beside(walk, texts, given) if long else walk(texts, given)


def _all_passages(parts: Sequence[TextPart], since: int) -> tuple[frozenset[str], dict[str, Passage]]:
    """Return the passages of parts and of their joints by place, and which are older than so many parts."""
    every = (*enumerate(parts), *joints(parts))
    before = [passage for at, part in every if at < since for passage in passages_of(part)]
    after = [passage for at, part in every if at >= since for passage in passages_of(part)]
    old = frozenset(passage.place for passage in before)
    return old, {passage.place: passage for passage in (*before, *after)}


def _new_joints(parts: Sequence[TextPart], clean: range) -> list[tuple[int, TextPart]]:
    """Return where texts meet that are not all known to be clean."""
    if len(parts) < 2:
        return []
    after = clean.stop
    while clean.start < after < len(parts) and parts[after - 1].role == parts[after].role:
        after -= 1
    before = joints(parts[: clean.start])
    return [*before, *((after + at, part) for at, part in joints(parts[after:]))]


async def _taints(
    conversation: Sequence[TextPart], new: Sequence[TextPart]
) -> list[tuple[TextPart, Finding]]:
    """Return what is wrong with the new calls of a conversation."""
    every: list[tuple[TextPart, Finding]] = []
    began = perf_counter()
    for some in steered(conversation, new):
        every += some
        if perf_counter() - began >= SLICE:
            await asyncio.sleep(0)
            began = perf_counter()
    return every


async def in_slices(work: Slices[Result]) -> Result:
    """Return the result of work, and give the loop to others after every slice of it."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: Result = end.value
            return result
        await asyncio.sleep(0)


def _unread(exchange: Exchange) -> str:
    """Return what of an answer could not be read, in words."""
    return str(exchange.reply.detail.get("not_read", "")) if exchange.reply is not None else ""


def owner_of(exchange: Exchange) -> str:
    """Return whose conversation it is: the principal's, and within it the session's if one is named."""
    who = exchange.principal
    call = exchange.call
    session = call.session if call is not None and call.session else who.session or ""
    return f"{who.user_id or who.api_key_id or who.kind}\n{exchange.proxy.id}\n{session}"
