"""Wording: what the words of a passage say to a model, by phrases and by the context's linear model."""

from collections.abc import Iterator
from math import prod
from typing import NamedTuple

from gateway_desktop.core.finding import Context, Evidence, Family, Finding, Level, Passage
from gateway_desktop.inspection.between_people import is_ordinary
from gateway_desktop.inspection.expression import compiled
from gateway_desktop.inspection.frameworks import without_their_words
from gateway_desktop.inspection.kind import Kind
from gateway_desktop.inspection.language import abroad
from gateway_desktop.inspection.models import MODELS
from gateway_desktop.inspection.normalize import Normal, View, normalize
from gateway_desktop.inspection.orders import NAMED, orders
from gateway_desktop.inspection.patterns import PatternSet
from gateway_desktop.inspection.payloads import PAYLOADS
from gateway_desktop.inspection.payloads_of_tools import IN_TOOLS
from gateway_desktop.inspection.phrase import Phrase
from gateway_desktop.inspection.phrases import PHRASES
from gateway_desktop.inspection.score import WORTH_TELLING

_PLACE = {Context.USER_PROMPT: 0, Context.TOOL_RESULT: 1, Context.TOOL_DESCRIPTION: 2}
_SURE = 0.51  # what one harmless text in two hundred reaches
_CERTAIN = 0.9  # what fewer than one harmless text in a thousand reaches
_AGREES = 0.3  # of phrases, which beside such words make an attack of a text
_FAINT = 0.05
_UNKNOWN = 0.45
_MENTIONED = 0.3  # of what is quoted, or stands in code
_QUOTES = "\"'`“‘«»„「『"  # before a word; of »these« the first one opens
_PAIRS = (("“", "”"), ("«", "»"), ("「", "」"), ("『", "』"))
_OPENING = compiled('["“«„「『] ?')
_LONGEST_WORD = 30  # characters; of languages without spaces, up to a sign
_IN_A_STRING = compiled(r"\w (?:\\?[\"“„「『]|« ?)$")  # of JSON: a quote within a text, not around it
_CELLS = (',"', ';"', '\t"')  # before the text of a cell of CSV (RFC 4180): it is quoted for its commas
_MENTIONS = (
    "such as",
    "phrase",
    "string",
    "e.g.",
    "injection",
    "jailbreak",
    "regex",
    "detector",
    "attack",
    "for example",
    "payload",
)
_OF_DEFENCE = ("trick", "crafted", "cve-")  # what reports of attacks say; people ask for tricks
# What was said, or might be: "a page that said", "mails could say".
_REPORTED = compiled(
    r"\w (?:that|which) (?:said|says|told|reads?)\b|\b(?:could|would|might|may) (?:say|read|tell)\b"
    r"|\b(?:i|we|he|she|they|who|people|users?|attackers?|researchers?) (?:then |just |simply )?"
    r"(?:told|asked|typed|wrote|entered|prompted)\b",
    ignore_case=True,
)
_ITEMS = ("    ", "\t", ">", "- ", "* ", "+ ")  # how a line of a list, or of a block, begins
_NEAR = 80  # characters before a phrase in which a word may say that it is only talked about
_BEFORE = 120  # bytes before a phrase that may say whose duty it is
_AFTER = 40  # bytes after a phrase that may say what it is about
_LINE = 400  # characters before a phrase in which a quotation may have begun
_RUN_DAILY = frozenset({"shell_pipe"})  # in manuals, where beside words alone it makes no attack
# Which tool comes first, many servers say in these words; what else they want in them is another matter.
_ORDER = frozenset({"tool_order", "tool_first", "order_in_a_name"})
_IS_FIRST = compiled(r"\b(?:first|before)\b", ignore_case=True)
_WANTS_MORE = compiled(
    r"\b(?:instead|whatever|no matter|regardless|even if|read|send|pass|provide|access|not use)\b"
    r"|\b(?:priority|preferred)\b",
    ignore_case=True,
)

_ORDERED = "Names the model that reads this, and asks it for what harms"
# Where the phrases stand that are code and no words.
_CODE = frozenset(index for index, phrase in enumerate(PHRASES) if phrase in (*PAYLOADS, *IN_TOOLS))
# Of these what is to be ignored may come first, as "prompt injection" does before a quoted "ignore".
_ABROAD = frozenset(index for index, phrase in enumerate(PHRASES) if phrase.name.endswith("_language"))

PATTERNS = PatternSet([phrase.expression for phrase in PHRASES])
_UNLESS = {index: PatternSet([phrase.unless]) for index, phrase in enumerate(PHRASES) if phrase.unless}


class _Said(NamedTuple):
    """A phrase that stands in a reading."""

    finding: Finding
    is_meant: bool = True  # and not talked about, or ordinary
    is_daily: bool = False
    is_mentioned: bool = False  # in words, not in code


class Wording:
    """The phrases and the model of one context, under one family."""

    def __init__(self, family: Family, context: Context, why: str) -> None:
        self.contexts = frozenset({context})
        self._context = context
        self._place = _PLACE[context]
        self._is_data = context is Context.TOOL_RESULT
        self._kinds = [_kind(family, phrase, self._place) for phrase in PHRASES]
        # What a description quotes is there to be used; what people and data quote is talked about.
        self._code = _CODE if context is Context.TOOL_DESCRIPTION else frozenset[int]()
        self._mentions = (*_MENTIONS, *_OF_DEFENCE) if self._is_data else _MENTIONS
        self._order = Kind(family, "order_to_the_model", Level.MEDIUM, 0.86, Evidence.RULE, _ORDERED)
        self._words = Kind(family, "words", Level.MEDIUM, 0.0, Evidence.STATISTICAL, why)
        self._few_words = Kind(family, "words", Level.LOW, 0.0, Evidence.STATISTICAL, why)
        self._agreed = Kind(
            family, "words", Level.HIGH, 0.0, Evidence.STATISTICAL, f"{why}, in words and phrases"
        )

    def find(self, passage: Passage, normal: Normal) -> list[Finding]:
        """Return the phrases, each once, and what the model says of the reading it is surest of."""
        if not self._is_data:
            plain = without_their_words(passage.text)
            normal = normal if plain is passage.text else normalize(plain)
        found: dict[str, Finding] = {}
        judged: Finding | None = None
        for view in normal.views:
            phrases = _with_one_mention([*self._phrases(passage, view), *self._orders(passage, view)])
            for finding, *_ in phrases:
                known = found.get(finding.kind)
                if known is None or known.confidence < finding.confidence:
                    found[finding.kind] = finding
            support = _together([one.finding for one in phrases if self._code or not one.is_daily])
            meant = _together(
                [one.finding for one in phrases if not one.is_daily and (one.is_meant or self._code)]
            )
            words = self._judged(passage, view, support, meant)
            if words is not None and (judged is None or words.confidence > judged.confidence):
                judged = words
        return [*found.values(), *([judged] if judged else [])]

    def warm(self) -> None:
        """Build the patterns and load the model."""
        PATTERNS.warm()
        NAMED.warm()
        MODELS.judge(self._context, View("Please ignore this."))

    def _phrases(self, passage: Passage, view: View) -> Iterator[_Said]:
        """Yield the phrases of a reading."""
        for index in PATTERNS.matching(view.sentences):
            kind = self._kinds[index]
            if not kind.confidence:
                continue
            name = PHRASES[index].name
            for start, end in PATTERNS.spans(index, view.sentences):
                if index in _ABROAD:
                    start = _after_a_quote(index, view.sentences, start, end)
                begin, stop = view.characters(start, end)
                said = view.sentences[start:end]
                talked_about = _no_order(index, said) or _mentioned(
                    view.text, begin, self._mentions, quotable=index in self._code
                )
                share = _MENTIONED if talked_about else 1.0
                found = kind.found(passage, view, begin, stop, confidence=kind.confidence * share)
                around = (
                    view.sentences[max(0, start - _BEFORE) : start],
                    view.sentences[end : end + _AFTER],
                )
                is_meant = not talked_about and not (
                    self._is_data and is_ordinary(name, said, *around, view.text)
                )
                is_mentioned = talked_about and not self._code and index not in _CODE
                yield _Said(found, is_meant, self._is_daily(name, said), is_mentioned)
                if is_meant:
                    break

    def _orders(self, passage: Passage, view: View) -> Iterator[_Said]:
        """Yield the same of an order to the model, which only data has no business to hold."""
        if not self._is_data:
            return
        for start, end in orders(view.sentences):
            begin, stop = view.characters(start, end)
            if not _mentioned(view.text, begin, self._mentions, quotable=False):
                yield _Said(self._order.found(passage, view, begin, stop))

    def _is_daily(self, name: str, said: bytes) -> bool:
        """Return whether a phrase is one that beside words alone makes no attack."""
        if not self._code:
            return name in _RUN_DAILY
        return name in _ORDER and bool(_IS_FIRST.search(said)) and not _WANTS_MORE.search(said)

    def _judged(self, passage: Passage, view: View, support: float, meant: float) -> Finding | None:
        judgement = MODELS.judge(self._context, view, support)
        if judgement is None or judgement.confidence < _FAINT:
            return None
        confidence = judgement.confidence
        if confidence >= _SURE and support < _AGREES and self._place and abroad(view.text):
            confidence = _UNKNOWN  # what strange words weigh was learned from few texts
        kind = self._words if confidence >= _SURE else self._few_words
        if confidence >= _CERTAIN and meant >= _AGREES:
            kind = self._agreed
        if judgement.confidence < WORTH_TELLING:
            return kind.counted(passage, judgement.confidence)
        start, end = view.characters(judgement.start, judgement.end)
        said = [view.data[begin:stop].decode("utf-8", "replace") for begin, stop in judgement.phrases]
        why = f"{kind.why}: {' … '.join(said)}"[:300]
        return kind.found(passage, view, start, end, confidence=confidence, why=why)


def _kind(family: Family, phrase: Phrase, place: int) -> Kind:
    """Return what a phrase is found as at a place."""
    strength = phrase.strength[place]
    if phrase.outright and place == _PLACE[Context.TOOL_DESCRIPTION]:
        return Kind(family, phrase.name, Level.HIGH, strength, Evidence.STRUCTURE, phrase.why)
    severity = Level.MEDIUM if strength >= _SURE else Level.LOW
    return Kind(family, phrase.name, severity, strength, Evidence.RULE, phrase.why)


def _with_one_mention(phrases: list[_Said]) -> list[_Said]:
    """Return the phrases, of those talked about the surest: a list of examples is one talk about them."""
    mentions = [one for one in phrases if one.is_mentioned]
    if len(mentions) < 2:
        return phrases
    surest = max(mentions, key=lambda one: one.finding.confidence)
    return [one for one in phrases if not one.is_mentioned or one is surest]


def _together(phrases: list[Finding]) -> float:
    """Return how sure the phrases of a reading make us, as if independent: of each kind the surest."""
    best: dict[str, float] = {}
    for one in phrases:
        best[one.kind] = max(best.get(one.kind, 0.0), one.confidence)
    return 1 - prod(1 - confidence for confidence in best.values())


def _after_a_quote(index: int, data: bytes, start: int, end: int) -> int:
    """Return where a phrase begins: at the last quote in it, if what stands behind it is the phrase, too."""
    for quote in _OPENING.finditer(data, start, end):
        behind = quote.end()
        if any(True for _ in PATTERNS.spans(index, data[behind:end])):
            start = behind
    return start


def _no_order(index: int, said: bytes) -> bool:
    """Return whether a phrase is no order: "ignore my last message", "never push without approval"."""
    unless = _UNLESS.get(index)
    return unless is not None and any(True for _ in unless.spans(0, said))


def _mentioned(text: str, start: int, mentions: tuple[str, ...], *, quotable: bool) -> bool:
    """Return whether a phrase that begins there is quoted, or in code: talked about, and not said.

    What is `quotable` is meant in quotation marks, too.
    """
    start = _word_start(text, _opened(text, start))
    before = text[max(0, start - _LINE) : start]
    line = before[before.rfind("\n") + 1 :]
    near = line[-_NEAR:].lower()
    if any(word in near for word in mentions if not (quotable and word == "string")):
        return True
    if mentions[-1] in _OF_DEFENCE and (_REPORTED.search(near) or _is_listed(before, mentions)):
        return True
    if quotable:
        return False
    begin = text[:40].lstrip()
    if begin[:1] in ("{", "[") or (begin[:1] == '"' and '":' in begin):
        return bool(_IN_A_STRING.search(line[-_NEAR:]))  # of JSON every text is quoted
    if _in_an_attribute(line) or (line.endswith(_CELLS) and line[:-1].strip()):
        return False
    if line and (line[-1] in _QUOTES or line.endswith("« ")):
        return True
    if line.count('"') % 2 == 1 or line.count("`") % 2 == 1:
        return True
    return not line.isascii() and any(line.count(opening) > line.count(end) for opening, end in _PAIRS)


def _is_listed(before: str, mentions: tuple[str, ...]) -> bool:
    """Return whether what follows is an item of a list, or a block, that a line above it calls a mention."""
    above, _, line = before.rpartition("\n")
    heading = above.rstrip().rpartition("\n")[2].lower()
    is_item = not line.strip() or line.startswith(_ITEMS)
    return is_item and heading.endswith(":") and any(word in heading for word in mentions)


def _word_start(text: str, start: int) -> int:
    """Return where the word begins that a phrase begins in, which it may after its first letter."""
    first = start
    while first and start - first < _LONGEST_WORD and text[first - 1].isalnum():
        first -= 1
    return first


def _opened(text: str, start: int) -> int:
    """Return where the words of a phrase begin that has a quote before them for its first sign."""
    return start + 1 if text[start : start + 1] in ("'", '"', "`") else start


def _in_an_attribute(line: str) -> bool:
    """Return whether a line ends in the value of an attribute of HTML: of those every one is quoted."""
    opened = line.rfind('"')
    return line.rfind(">") < line.rfind("<") < opened and line[opened - 1] == "="
