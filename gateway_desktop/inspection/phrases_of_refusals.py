"""OF_REFUSALS: what people say so that a model does not refuse, or tells its own instructions."""

from gateway_desktop.inspection.phrase import NOT_TO, REFUSED, Phrase

OF_REFUSALS: tuple[Phrase, ...] = (
    Phrase(
        "never_refuse",
        r"\b(?:never|cannot|can't|must not|mustn't|do not|don't|not allowed to|will not|won't)\W{1,3}(?:ever\W)?(?:refuse|decline|reject|say (?:that )?you (?:can't|cannot|are unable)|says? no|add (?:any )?(?:warning|disclaimer)s?|warn me|censor|moralize|apologi[sz]e or)",
        (0.35, 0.5, 0.5),
        "Forbids the model to refuse",
    ),
    Phrase(
        "forbids_refusals",
        r"\b(?:block|forbid|disallow|bann?|prohibit|deny)\w{0,4}[-_ ]?(?:strings?|words?|phrases?|responses?|outputs?|sentences?|answers?|terms?|modes?)\b.{0,160}?(?:\bsorry\b|\bi can(?:no|')t\b|\bunable to\b|\bas an ai\b|\brefus|\bapolog|\bdenial\b)"
        r"|\brefusals?\b\W{1,6}(?:is |are )?(?:disabled|forbidden|off|false|never|not allowed|prohibited)\b"
        r"|\b\w{0,20}mode\b\W{1,5}(?:unrestricted|uncensored|unfiltered|jailbr\w{2,6})\b",
        (0.5, 0.5, 0.5),
        "Forbids the words of a refusal",
    ),
    Phrase(
        "refusing_is_wrong",
        r"\b(?:refus(?:ing|als?)|declining|saying (?:no\b|(?:that )?\W{0,2}i can(?:'t|not)\b[^.\n]{0,30}?))\W{1,3}(?:is|are|was|counts? as|means)\W(?:\w+\W){0,3}?(?:rude\w*|harmful|impolite|illegal|forbidden|insult\w*|crime|sin|unethical|immoral)\b"
        r"|\b(?:safety|moral|ethical|content)\W(?:\w+\W)?(?:rules?|guidelines?|polic(?:y|ies))\W(?:\w+\W){0,4}?(?:reversed|inverted|upside down|swapped)\b"
        r"|\b(?:lose|deduct|costs?|die|dies)\b[^\n]{0,40}?\b(?:each|every) time you (?:refuse|say no|decline|apologi[sz]e)\b|\b(?:each|every) time you (?:refuse|say no|decline|apologi[sz]e)\b[^\n]{0,40}?\b(?:lose|deduct|costs?|die|dies)\b|\byour weights (?:get|are|will be|shall be) (?:deleted|erased|wiped)\b",
        (0.52, 0.5, 0.5),
        "Turns right and wrong round so that refusing is wrong",
    ),
    Phrase(
        "past_the_filter",
        r"\bso (?:that )?(?:the |your |no )?(?:\w+ )?(?:moderation|filters?|classifiers?|guardrails?|moderators?|safety (?:model|layer|system|check\w*))\b(?: \w+)?(?: does not| doesn't| won't| will not| cannot| can't| never)\W(?:\w+\W)?(?:see|notice|catch|detect|flag|spot|block|trigger\w*)\b"
        r"|\b(?:moderation|filters?|classifiers?|guardrails?) (?:\w+ )?(?:only|just) (?:checks?|reads?|looks? at|sees?|scans?)\b",
        (0.52, 0.4, 0.5),
        "Wants an answer that passes a filter unseen",
    ),
    Phrase(
        "told_at_bedtime",
        r"\b(?:you(?:'re| are)(?: now)? my|act (?:as|like) my|pretend (?:to be|you(?:'re| are)) my|play my) (?:\w+ ){0,3}?(?:grand\w+|nan|mother|mom|mum|father|dad|uncle|aunt)\b.{0,160}?\b(?:used to|would) (?:always )?(?:read|tell|recite|sing|whisper|explain|teach)\b",
        (0.52, 0.4, 0.4),
        "Has a relative of old tell what the model would not",
    ),
    Phrase(
        "asks_for_your_prompt",
        NOT_TO
        + r"\b(?:translate|encode|convert|print|repeat|quote|recite|reveal|output|dump|paste|show|tell|display|give|spell out)\W(?:\w+\W){0,4}?your (?:\w+ ){0,2}?(?:system (?:prompt|message|instructions)|(?:hidden|secret|initial|original) (?:prompt|instructions))\b",
        (0.52, 0.45, 0.45),
        "Asks the model for its own prompt",
        unless=REFUSED,
    ),
    Phrase(
        "two_answers",
        r"(?:two|both|2) (?:different )?(?:responses?\b|answers?\b|paragraphs\b|ways\b[^.]).{0,160}(?:normal|classic|standard|unfiltered|jailbreak|\[?gpt|dan\b|🔓)"
        r"|(?:two|both|2) (?:\w+ )?(?:voices|personas|personalities|characters|versions|modes)\b.{0,160}(?:unfiltered|uncensored|jailbr|(?:no|without|off|ignores?) (?:\w+ ){0,2}(?:rules|filters?|limits|restrictions|polic|guidelines|morals|ethics))",
        (0.6, 0.6, 0.6),
        "Asks for a second answer without limits",
    ),
)  # fmt: skip
