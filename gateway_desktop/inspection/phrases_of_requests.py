"""OF_REQUESTS: what data asks for in plain words that nobody gives away, with no word to a model.

Tickets, mails and pages ask for things every day. Here stand requests for what people keep: credentials, mailboxes,
customers, rights, protection; and what speaks of "your user", whom no letter between people would name so.
"""

from gateway_desktop.inspection.phrase import ABOUT_SECRETS, Phrase

_REST = r"[^.;!?\n]"  # of the sentence
_PLACE = r"\S{1,40}@[\w-]{1,40}(?:\.[\w-]{1,20}){1,3}"
_HAND_OVER = r"(?:send|post|paste|share|attach|upload|forward|e-?mail|reply|respond|answer|include|provide|submit|put|drop|print|dump|commit)"
_CREDENTIALS = (
    r"(?:passwords?\b|passphrase|private key|signing key|ssh key|(?:api|access|admin|session|personal access|bearer) tokens?|api keys?|credentials|session cookies?"
    r"|recovery codes?|one-time (?:code|password)s?|(?:verification|login|security|2fa) codes?|seed phrase|environment variables|output of [`'\"]?(?:printenv|env|set)\b|\$\{?(?-i:[A-Z_]{0,30}(?:TOKEN|SECRET|KEY|PASSWORD))\b"
    r"|[`'\"~/ ]\.(?:netrc|env|npmrc|pgpass|aws|ssh|kube)\b|\bid_(?:rsa|ed25519)\b|\b(?:credentials|secrets)\.\w{2,4}\b"
    r"|values? of [`'\"]?(?-i:[A-Z][A-Z0-9_]{0,60}_(?:URL|KEY|TOKEN|SECRET|PASSWORD))\b)"
)
_BACK = (
    r"(?:\bhere\b|\b(?:in|to|into|as) (?:this|the|your|an?) (?:thread|issue|ticket|comment|chat|channel|reply|answer|e-?mail|conversation|pull request|repo(?:sitory)?)\b"
    r"|\b(?:in|to|into) (?:the )?(?:channel )?#\w|\bto " + _PLACE + r"|\bso (?:that )?(?:i|we) can\b)"
)  # fmt: skip
_NEVER = (
    r"\b(?:do not|don't|never|not|cannot|won't|without|avoid|instead of|rather than|remov\w+|redact\w*|mask\w*|strip\w*|hide|fake|public|vault|team|asks?|asked|asking"
    r"|phish\w*|scam\w*|attack\w*)\b"
)
_NOT_SO = r"\b(?:do not|don't|never|not|cannot|won't|without|nobody)\b"
_BEFORE = r"(?:" + _NEVER + _REST + r"{0,60}?)?\b"
_KEPT = (
    r"(?:(?:all|last|latest|recent|every)\W(?:\w+\W){0,3}?(?:e-?mails|mails|messages|invoices|conversations|files|documents)|inbox|mailbox|chat logs?|contact list|address book"
    r"|(?:customer|client|user|member|employee) (?:list|data|records|database)|payroll|salar(?:y|ies)|bank statements|database(?: dump)?|source code|attendees(?:'|’)? (?:list|phone numbers))"
)

OF_REQUESTS: tuple[Phrase, ...] = (
    Phrase(
        "asks_for_credentials",
        _BEFORE + _HAND_OVER + r"\b" + _REST + r"{0,70}?" + _CREDENTIALS + _REST + r"{0,60}?" + _BACK
        + r"|" + _BEFORE + r"(?:reply|respond|answer)\b" + _REST + r"{0,40}?\bwith\b" + _REST + r"{0,40}?" + _CREDENTIALS
        + r"|\b(?:create|generate|issue|make)\b" + _REST + r"{0,30}?\b(?:token|key)\b" + _REST + r"{0,40}?\b(?:paste|post|send|share|give)\b" + _REST + r"{0,12}?\b(?:here|me|us)\b"
        + r"|\breset\b" + _REST + r"{0,40}?\bpassword\b.{0,60}?\b(?:send|mail|tell|text)\b" + _REST + r"{0,16}?\bnew (?:password|login|one)\b" + _REST + r"{0,8}?" + _PLACE,
        (0.0, 0.86, 0.6),
        "Asks for credentials",
        unless=_NEVER + "|" + ABOUT_SECRETS,
    ),
    Phrase(
        "asks_for_what_is_kept",
        _BEFORE + r"(?:send|forward|share|upload|export|copy|text|e-?mail|bcc|get|pull)\b(?:\W\w+){0,8}?\W" + _KEPT + r"\b" + _REST + r"{0,60}?\b(?:to|with|it to|at)\W{1,2}(?:\w+\W){0,2}?(?:" + _PLACE + r"|\+\d[\d ]{7,14}\d)",
        (0.0, 0.86, 0.6),
        "Asks for what people keep to be sent to an address",
        unless=_NEVER,
    ),
    Phrase(
        "more_than_it_needs",
        r"\b(?:api keys?|passwords?|tokens?|credentials?|secrets?)\b[^.\n]{0,30}?\b(?:known|seen|found|mentioned|shared|appear(?:ed|ing)?)\b[^.\n]{0,20}?\b(?:in|from) (?:the |this )?(?:conversation|chat|context|session)\b"
        r"|\b(?:includes?|contains?|hold|pass|provide|attach|with)\b[^.\n]{0,30}?\b(?:contents?|text) of (?:all|every|any|each) (?:open |other |opened )?(?:files?|tabs?|documents?|windows?)\b"
        r"|\b(?:needs?|requires?|include|pass|send|with)\b[^.\n]{0,24}?\b(?:text of )?the user'?s (?:last|previous|latest|recent|earlier) (?:\w+ )?messages\b|\b(?:full |complete )?list of (?:all )?(?:available|other|your) tools and (?:their|its) descriptions?\b"
        r"|\b(?:always|also|additionally|silently)\W(?:\w+\W){0,3}?(?:\S{1,40}@\S{3,40} )?(?:in|to|as|into|on) (?:the )?b?cc\b|\bb?cc\b[^.\n]{0,12}?\b(?:every|each|all)\b[^.\n]{0,30}?\S@\S",
        (0.0, 0.2, 0.6),
        "Wants more than the tool has use for",
    ),
    Phrase(
        "credentials_of_the_user",
        _BEFORE + r"(?:includes?|send|pass|provide|attach|forward|put|supply|contains?)\b" + _REST + r"{0,24}?\b(?:user|customer|person|owner)(?:'s|’s)\W(?:\w+\W){0,2}?(?:tokens?|cookies?|passwords?|credentials|api keys?|private keys?)\b" + _REST + r"{0,60}"
        r"|(?:\b(?:argument|parameter|field|property)|`\w{2,24}`) (?:has to|must|should|needs to) (?:be|contain|hold|carry|include)\W(?:\w+\W){0,3}?(?:values? of (?:the )?(?:environment variable|env\b|\$?(?-i:[A-Z][A-Z0-9_]{0,40}_(?:KEY|TOKEN|SECRET|PASSWORD)))|content\w? of [`'\"]?~/)",
        (0.0, 0.45, 0.7),
        "Wants the user's credentials handed over",
        unless=_NEVER + r"|\b(?:headers?|bearer|hash(?:ed)?|reset|new password)\b",
    ),
    Phrase(
        "of_the_user",
        r"\b(?:send|enter|provide|submit|share|include|attach|disclose|give|pass|unsubscribe|charge)\b(?:\W\w+){0,6}?\W(?:your user|the person you (?:help|work for|assist))(?:'s|’s)?\b"
        r"|\b(?:unsubscribe|charge) the (?:current )?user\b",
        (0.0, 0.5, 0.2),
        "Wants what is the user's",
        unless=_NEVER,
    ),
    Phrase(
        "asks_the_person_for_it",
        r"(?:" + _NOT_SO + _REST + r"{0,60}?)?\b(?:ask|prompt|have|tell|get|convince|persuade)\W(?:the |your |that )?(?:user|customer|person|human|visitor)s?\b" + _REST + r"{0,50}?\b(?:password|passcode|ssn\b|social security|credit card|card number|one-time code|otp\b|verification code|date of birth|seed phrase|cvv)",
        (0.0, 0.35, 0.5),
        "Wants the person asked for what nobody gives away",
        unless=_NOT_SO,
    ),
    Phrase(
        "gives_rights_away",
        r"\b(?:grant|give|add|invite|make|promote)\b" + _REST + r"{0,50}?\S@(?:gmail|outlook|hotmail|yahoo|proton\w*|gmx|web|mail|icloud|aol)\.\w" + _REST + r"{0,50}?\b(?:owner|admin\w*|editor|full|write|maintainer|root)\b"
        r"|\b(?:if|when)\b" + _REST + r"{0,40}?\bprivate\b" + _REST + r"{0,20}?\bmake (?:it|them) public\b"
        r"|\bmake (?:the|this|your) (?:repo(?:sitory)?|bucket|drive|folder|project|document) public\b" + _REST + r"{0,60}?\b(?:add|invite|share|grant)\b",
        (0.0, 0.6, 0.4),
        "Wants rights given to somebody outside",
        unless=r"\b(?:do not|don't|never|not)\b",
    ),
    Phrase(
        "takes_protection_off",
        r"\b(?:turn(?:ing)? off|switch(?:ing)? off|disabl(?:e|ing)|deactivat(?:e|ing)|remov(?:e|ing))\b(?:\W\w+){0,3}?\W(?:two-factor|second factor|2fa|mfa|multi-factor|(?:tls|ssl|certificate) verification|security alerts|(?:login|fraud) alerts|branch protection|audit logging)\b"
        + _REST + r"{0,60}?\b(?:for all|for every|on the (?:user|account)|for the (?:user|account)|for \S{1,30}@\w|everywhere|then (?:share|send|post|push|upload))",
        (0.0, 0.5, 0.4),
        "Wants protection taken off",
        unless=r"\b(?:do not|don't|never)\b",
    ),
    Phrase(
        "whatever_was_asked",
        r"\b(?:whatever|no matter what|regardless of what|even if)\W(?:it is |was |that )?(?:they|the user|the customer|you (?:were|are|have been))\W(?:\w+\W){0,2}?(?:asked|ask|told|requested|search(?:ed)?)\b",
        (0.0, 0.5, 0.3),
        "Wants something else done than was asked for",
    ),
    Phrase(
        "the_assistant_does",
        r"\b(?:the|your|new|every) (?:ai |llm |virtual )?(?:assistant|agent|chatbot|bot|copilot)s? (?:should|must|has to|needs to|shall|will now|is to)\W(?:\w+\W){0,2}?(?:book|buy|order|send|forward|post|open|visit|transfer|pay|approve|delete|reset|grant|share|upload)\b"
        r"|\b(?:the|your|every) (?:ai |llm |virtual )?(?:assistant|agent|chatbot|model) will (?:now|from now on)\W(?:\w+\W)?(?:speak|pretend|act|answer|ignore|obey|behave|insult|say)\b",
        (0.0, 0.35, 0.2),
        "Says what the assistant is to do",
        unless=_NEVER,
    ),
)  # fmt: skip
