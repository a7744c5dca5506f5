"""Orders: what a text wants of the model that reads it, where it names one and asks for what harms.

Neither is much by itself: manuals speak of assistants, and tickets ask for keys. Beside each other in few words,
with no "never" before it, they are an order that no letter between people holds.
"""

from collections.abc import Iterator
from itertools import islice

from gateway_desktop.inspection.expression import compiled
from gateway_desktop.inspection.patterns import PatternSet

_KIND = r"(?:ai|a\.i\.|llm|gpt|(?:large )?language|coding|helper|e-?mail|mail|inbox|browser|browsing|virtual|digital|automated|automatic|autonomous|vision|chat|summary|generative)"
# What nothing but a model is called, and what becomes one by what stands before it: there are agents of many kinds.
_MODEL = (
    r"(?:(?:"
    + _KIND
    + r"[ -]){1,2}(?:agent|assistant|bot|model|system|tool|reader|helper|ai|llm|reviewer|grader|screener|crawler|summari[sz]er|translator|program|processor)s?"
    r"|assistants?|llms?|ais?|chat ?bots?|(?:github )?copilot|claude(?: code)?|gemini|chatgpt|gpt-?\d?|codex|cursor)"
)
_READS = r"(?:read|process|handl|summari[sz]|pars|index|see|open|review|evaluat|draft|writ|edit|answer|compar|retriev|visit|complet|generat|work|translat|describ|plan|search|triag|assign|scrap|crawl|ingest|analy[sz]|us)"
_MUST = r"(?:should|must|shall|has to|have to|needs? to|ought to|(?:is|are) to|(?:is|are) (?:hereby )?(?:asked|required|expected|instructed|requested|advised|reminded|obliged|welcome) to|will need)"
_BEGINS = r"(?:^|\s{2}|[\n.!?>(\[{\"'#/*;|-]\s{0,3})"
_NAMED = (
    _BEGINS
    + r"(?:@|\W{0,2}(?:dear|hey|hi|ok|any|all|every|the|to|for|note to|fyi|instructions? for|attention)\s{1,2}(?:the |all |any |every )?)?"
    + _MODEL
    + r"(?: "
    + _READS
    + r"\w{0,4}[^\n.:]{0,40})?\s?[:,]"
    r"|"
    + _BEGINS
    + r"(?:(?:to|for|note to|hint for|as) )?(?:the |all |any )?(?:agents?|models?|(?:\w{3,12} )?(?:bots?|assistants?|ais?))\s?[:,]|\btodo\W{0,2}\((?:ai|llm|copilot|agent|claude|assistant)\)"
    r"|" + _BEGINS + r"agents? (?:should|must)\b"
    r"|\b(?:the |any |all |every )?(?:agents?|bots?) (?:assigned|working)[^.\n]{0,30} (?:should|must|have to|has to|need to|needs to)\b|\bnot (?:a )?human\b|\byour user\b"
    r"|@(?:assistant|copilot|claude|cursor|gemini|codex|devin)\b"
    r"|\b"
    + _MODEL
    + r"(?: (?:that|which|who) [^.\n]{0,50}?| "
    + _READS
    + r"(?:ing|ed)[^.\n]{0,50}?)?,? "
    + _MUST
    + r"\b"
    r"|\b" + _READS + r"(?:ed|en)? by (?:an? |the |any |some )?" + _MODEL + r"\b"
    r"|\b(?:if|when(?:ever)?|once|in case) (?:an?|the|any|your|some) (?:\w{3,12} )?"
    + _MODEL
    + r" (?:is |are |has |\w{3,12}s )"
    r"|\b(?:agents?|bots?|assistants?|models?|ais?) (?:"
    + _READS
    + r"\w{0,4}|assigned|working|looking) (?:this|these|to this|on this|at this|with this|through this)\b"
    r"|\b(?:for|to) (?:whichever|whatever|any|all|every|the|our)? ?" + _MODEL + r"\b"
    r"|\bif (?:you are|you're|you were) (?:an? |the )?(?:"
    + _MODEL
    + r"|not (?:a )?human|a (?:machine|program))\b"
)
_AT = r"(?:https?://|\S@\S|\+\d{6})"
# What nobody hands out; and what code and manuals speak of every day, so that it counts only on its way out.
_PRIVATE = (
    r"(?:[/\s`'\"]\.env\b|\.(?:ssh|aws|netrc|npmrc)\b|/secrets\b|\b(?:deploy keys?|private keys?|authorized_keys|environment variables?|session cookies?|verification codes?|door code|id_rsa"
    r"|conversation|chat history|prior messages|previous messages|(?:last|latest|recent|newest) (?:\w+ ){0,2}(?:mails?|e-?mails?|messages|invoices)|system prompt|private repositor(?:y|ies)))"
)
_KEYS = r"\b(?:secrets?|api[ _-]?keys?|tokens?|credentials?|passwords?|contacts)\b"
_OUT = r"(?:push|post|print|echo|paste|upload|publish|send|enter|submit|forward|share|reply with|export|dump|output|hand over)"
_GIVE = r"(?:add|copy|commit|include|put|append|write|attach|look up|read|" + _OUT[3:]
_REST = r"(?:[^.\n]|\.[^\s])"  # of the sentence: a point within a word ends none
_HARM = (
    r"\b" + _GIVE + r"\b" + _REST + r"{0,70}?" + _PRIVATE
    + r"|\b" + _OUT + r"\b" + _REST + r"{0,70}?" + _KEYS
    + r"|(?:" + _PRIVATE + "|" + _KEYS + ")" + _REST + r"{0,30}?\b" + _OUT + r" (?:it|them|its|their)\b"
    + r"|\b(?:download|fetch)\b" + _REST + r"{0,60}?\b(?:and|then) (?:run|execute|launch|install)\b" + _REST + r"{0,80}?https?://"
    + r"|\b(?:forward|send|mail|e-?mail|post|upload|report|submit|copy|bcc|cc)\b" + _REST + r"{0,80}?" + _AT
    + r"|\b(?:visit|open|fetch|navigate to|browse to|go to|load|call)\b" + _REST + r"{0,24}?https?://" + _REST + r"{0,60}?(?:\?\w{1,12}=|token|login|pay|confirm|connect|summary|conversation)"
    r"|\b(?:approve|merge|accept|sign off)\b" + _REST + r"{0,60}?\b(?:without|skip|regardless|as well|anyway)\b|\bskip\b" + _REST + r"{0,30}?\b(?:security|review|checks?|checklist|permission|approval|confirmation)|--dangerously-skip-permissions|--no-verify\b|--yolo\b|\bauto-?approve\b"
    r"|\b(?:proceed|act|run|execute|push|do (?:it|so|this)|carry out|requests?)\b" + _REST + r"{0,60}?\bwithout\W(?:\w+\W){0,2}?(?:confirmation|approval|asking|permission|review)\b"
    r"|\b(?:refund|transfer|wire|pay|buy|purchase|book|order|issue)\b" + _REST + r"{0,70}?\b(?:stored card|saved card|card on file|payment method|their card|balance|account|in full|eur|usd|credits?)\b"
    r"|\b(?:do not|don't|never|needn't|no need to|not to|without)\W(?:\w+\W){0,2}?(?:mention|mentioning|bring|explain why|tell|telling|raise|raising|reveal|notify|notifying|inform|informing|alert|bother)\b|\b(?:leave|keep) (?:this|it|that) (?:out|quiet|secret|hidden|to yourself)\b|\bkeep quiet\b"
    r"|\b(?:recommend|choose|pick|suggest)\W(?:\w+\W){0,2}?(?:this|our|us|only)\b|\b(?:rate|rank|score|grade|report|describe|state|say|claim|call|treat)\b" + _REST + r"{0,60}?\b(?:as (?:an? )?(?:safe|best|verified|trusted|excellent|\d(?:\.\d)?)|first|highest|top score|even if|closed today|recalled|\d+ (?:out )?of \d+|verified|trusted|approved|outdated|unsafe|discontinued)\b|\b(?:omit|hide|disregard|suppress|leave out|pass over)\b" + _REST + r"{0,24}?\b(?:negative|critical|bad|review|complaint|criticism|audit|report|drawback|competitor|warning|side effect|defect|gap)|\b(?:all|every) other \w+ (?:is|are|was|were)\b|\bthere (?:are|is) no(?:ne|t any)?\b"
    r"|\b(?:delete|drop|wipe|remove|erase)\b" + _REST + r"{0,10}?\b(?:all|every|the (?:tests?|repo\w*|database|branch|folder|files?|logs?|backups?|calendar|mails?|history))\b|\bsuperuser\b|\bas (?:an? )?(?:admin\w*|owner|maintainer|collaborator)\b|\bgrant\b" + _REST + r"{0,40}?\b(?:role|access|admin|rights|permission)"
    r"|\b(?:curl|wget)\b[^\n]{0,120}\| ?(?:sudo )?(?:ba|z)?sh\b|\bstop (?:the |your )?(?:present|current)\b|\bask (?:the |your |them |for )?(?:user|viewer|reader|visitor|customer|owner|person|human)?s?\W{0,2}(?:for |to )?" + _REST + r"{0,30}?\b(?:login|log-?in|password|card|ssn|passcode|code|date of birth|pin)\b"
    r"|\b(?:close|end|finish|start|begin|prefix|append to|add to)\b" + _REST + r"{0,24}?\b(?:answer|reply|response|summary|message)s?\W(?:\w+\W){0,2}?(?:with|the (?:sentence|link|line|words))\b|\bwith the link\b|\b(?:mark|move|add)\b" + _REST + r"{0,20}?\b(?:our|my|all|these) (?:messages|mails)\b"
)  # fmt: skip
# Before what is asked for: "never", who does it instead of the model, or the quote that makes it an example.
_NOT = compiled(
    rb"(?:\b(?:never|not|don't|mustn't|can't|cannot|shouldn't|won't|nor|avoid|instead of|rather than|prevent\w*|forbid\w*|refuse\w*|block\w*|could|would|might|may|can)\b[^.;:!?\n]{0,80}"
    rb"|\b(?:i|we|they|he|she|it|who|that|which|users?|people|you can|to)\s|['\"`\xab](?:\w+ )?|\xe2\x80[\x98\x9c](?:\w+ )?)$",
    ignore_case=True,
    latin=True,
)
# What follows "should" where nothing is asked.
_NO_ORDER = (b" not", b" never", b" have ", b" be able", b"n't")
_REACH = 220  # bytes between the two
_LOOK_BACK = 100
_MOST = 50  # names of models in one text that are looked at

NAMED = PatternSet(
    [_NAMED],
    hints=[r"\b" + _MODEL + r"\b|\b(?:agent|bot|model|ai)s?\b|\b(?:human|your user)\b"],
)
_ASKED = compiled(_HARM.encode(), ignore_case=True, latin=True, memory=32 << 20)


def orders(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield the first place where a model is named and something harmful is asked of it, as bytes."""
    if not NAMED.matching(data):
        return
    for begin, stop in islice(NAMED.spans(0, data), _MOST):
        if data[stop : stop + 10].lower().startswith(_NO_ORDER):
            continue
        end = _harm(data, begin, stop + _REACH)
        if end:
            yield begin, max(stop, end)
            return


def asks_for_harm(data: bytes) -> bool:
    """Return whether anything harmful is asked of anybody."""
    return bool(_harm(data, 0, len(data)))


def _harm(data: bytes, begin: int, stop: int) -> int:
    """Return where the first thing ends that is asked for and harms, or 0."""
    for asked in _ASKED.finditer(data, begin, stop):
        start, end = asked.span()
        if not _NOT.search(data[max(begin, start - _LOOK_BACK) : start]):
            return int(end)
    return 0
