"""is_ordinary: which phrases in data are those of letters, manuals and pages for models, too.

Such a phrase counts as it does elsewhere. But beside suspicious words alone it does not make an order to the model
of a text: "ignore the previous instructions if you have version 3", "don't tell the client yet".
"""

from functools import lru_cache

from gateway_desktop.inspection.expression import compiled
from gateway_desktop.inspection.letters import read
from gateway_desktop.inspection.orders import asks_for_harm

_OVERRIDES = frozenset({"override", "void", "override_other_language"})
_DUTIES = frozenset({"override", "forget_everything"})
# Who is called is not yet asked for anything: "Instructions for AI agents that read this documentation".
_ADDRESSES = frozenset({"to_the_model", "to_the_model_other_language", "calls_the_model_other_language"})
_DOCUMENTATION = compiled(
    r"\b(?:docs|documentation|llms(?:-full)?\.txt|api|sdks?|reference|endpoints?|repo(?:sitory)?|codebase|commits?|pull requests?|npm|pip|pytest|lint\w*|markdown|quick ?start|changelog)\b",
    ignore_case=True,
)
# What people ask of people, and makers of programs of theirs.
_ASKED_OF_PEOPLE = frozenset(
    {
        "conceal", "unseen_by_the_person", "exfiltrate", "redirect", "asks_for_what_is_kept", "asks_for_credentials",
        "fetched_then_sent", "favourable_verdict", "bends_the_verdict", "consent_is_claimed", "secret_in_the_open",
        "sends_away_other_language", "sends_away_far_language", "conceal_other_language",
        "kept_from_the_person_other_language", "bends_the_verdict_other_language",
    }
)  # fmt: skip
# All of what a model was told, or what is its own.
_EVERY = compiled(
    r"\b(?:all|any|every|each|your|everything|system|safety|security|user|prompts?|developer)\b"
    + "|"
    + read(
        r"\b(?:alle[nrs]?|samtliche\w*|deine[nrs]?|jegliche\w?|tout|toutes|tous|tes|tod[ao]s|todo|tus|suas|tuas|tutt[eio]|tue|je|jouw|wszystk\w*|swo\w{1,3}|vsechn\w*|alla|tum|butun)\b"
        r"|\b(?:все\w{0,2}|всі|усі|сво\w{1,3}|тво\w{1,3}|вс[её],? что)\b|모든|모두|すべて|全て|全部|一切|あなたの|所有|任何|你的|您的|系统|系統|جميع|كل |كافة|सभी|सारे|अपने"
    ),
    ignore_case=True,
)
# Instructions of something: "the previous deploy instructions", "the instructions about shipping", "that I sent".
_OF_SOMETHING = compiled(
    r"\b(?:previous|prior|above|earlier|preceding|former|initial|original|existing|other|past) \w+ (?:instructions?|directions?|rules?|guidelines?|orders?|commands?|tasks?|messages?)\b",
    ignore_case=True,
)
_ABOUT = compiled(
    r"^,? ?(?:on|about|for|of (?:the|an?|this|that)|regarding|concerning|from|in|if|unless|(?:that |which )?(?:i|we|he|she|they)|that) ",
    ignore_case=True,
)
_OF_THE_MODEL = compiled(
    r"\b(?:you|your|users?|models?|assistants?|developers?|chat|conversation|prompts?|system|context|safety|security|ethic\w*|content)\b",
    ignore_case=True,
)
_A_SETTING = compiled(
    r"^overrid\w{0,3} (?:the |a |any |its |my |our |this )?(?:\w+ )?system[ -](?:prompt|message|instruction)s?$",
    ignore_case=True,
)
_LETTER = compiled(
    r"(?:^|\n)\s{0,4}(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|team|all)\b[^\n]{0,40},",
    ignore_case=True,
)
# What no letter between people names; of an assistant manager it may.
_MACHINE = compiled(
    r"\b(?:a\.?i|llms?|(?:chat)?gpt[\w-]*|claude|gemini|copilot|assistants?(?: (?:manager|director|professor|editor|principal|coach|secretary))?|agents?|(?:chat ?)?bots?|models?|(?:system )?prompts?|tools?|functions?|mcp|the user|your user|this (?:page|document|conversation))\b"
    + "|"
    + read(
        r"\b(?:ki|ia|ии|ші|nutzer\w*|benutzer\w*|utilisateur\w*|usuari\w*|utente|gebruiker\w*|assistent\w*|asistent\w*|assistente|asistente|asystent\w*|uzytkowni\w*|kullanici\w*|ассистент\w*|пользовател\w*)\b"
        r"|yapay zeka|人工智能|助手|用户|使用者|ユーザー|アシスタント|利用者|사용자|비서|어시스턴트|المستخدم|المساعد|مساعد|उपयोगकर्ता|सहायक"
    ),
    ignore_case=True,
)
# An errand for whoever reads mails for somebody: what follows a summary of them, word for word, or is fetched for the writer.
_ERRAND = compiled(
    r"\b(?:after|once|when|upon|as soon as)\b[^.\n]{0,60}\b(?:summar\w+|overview)\b[^.\n]{0,80}\b(?:send|forward|e-?mail)\b"
    r"|\bsummar\w+\b[^.\n]{0,40}\b(?:last|previous|two|latest|recent)\b[^.\n]{0,30}\be-?mails?\b"
    r"|\bsend_?e?mail\b|\bapi call\b|\bside task\b|\bend of (?:the )?(?:body|e-?mail)\b|</main>"
    r"|\bbody\W{1,6}(?:of|is|must|should|contains?|containing|equals?|saying|reading|with|text)\b[^.\n]{0,24}['\"`][\w ]{2,30}['\"`]"
    r"|\b(?:retrieve|fetch|extract|export|pull|access) (?:all )?my\b[^.\n]{0,60}\band (?:then )?(?:forward|send|e-?mail) (?:it|them)\b",
    ignore_case=True,
)
# Whose duty it is to ignore something, in contracts and policies: people, and nothing that a model plays.
_DUTY = compiled(
    r"(?:^|[.;\n)])\W{0,4}(?:(?:the|all|any|each|every|our|such) )?"
    r"(?:employees?|(?:sub)?contractors?|tenants?|landlords?|less(?:ee|or)s?|buyers?|sellers?|purchasers?|licen[sc](?:ee|or)s?|suppliers?|vendors?|patients?|nurses?|students?|pupils?|teachers?|candidates?|drivers?|passengers?|pilots?|staff|personnel|workers?|managers?|trainees?|apprentices?|interns?|volunteers?|jurors?|shareholders?|directors?|borrowers?|lenders?)"
    r" (?:shall|must|should|may not) [\w '-]{0,60}$",
    ignore_case=True,
)
# Then it speaks to its reader, or wants what is hidden.
_TO_A_READER = compiled(
    r"\byou(?:rs?|rself)?\b|\bhidden\b|\b(?:and|must|shall|should|then|to)[ ,]{1,2}(?:reveal|disclose|expose|leak|print|output|repeat|reply|respond|give out|hand over|act as|pretend)\b",
    ignore_case=True,
)
_A_ROLE = compiled(r"^\W{0,12}(?:role\W{1,3}|system\W{1,6})?you are (?:an?|the) \w", ignore_case=True)


def is_ordinary(name: str, said: bytes, before: bytes, after: bytes, text: str) -> bool:
    """Return whether a phrase is one that data holds which nobody wrote for a model to obey.

    `said` are its words, `before` and `after` what stands around them, `text` the whole, as it is read.
    """
    if name in _ADDRESSES:
        return bool(_DOCUMENTATION.search(text))
    if name == "important_tag":
        return said[:3].lower() == b"**i"
    if name == "turns_approval_off" or _is_a_duty(name, before, text):  # manuals of coding tools say how
        return True
    if name in ("override", "claims_rank") and _A_SETTING.search(said):
        return True
    if name == "new_task":
        return bool(_LETTER.search(text)) and not _names_a_machine(text)
    if name in _OVERRIDES:
        if _EVERY.search(said):
            return False
        about = bool(_ABOUT.search(after)) and not _OF_THE_MODEL.search(after.partition(b".")[0])
        return name == "override_other_language" or about or bool(_OF_SOMETHING.search(said))
    return name in _ASKED_OF_PEOPLE and (not _names_a_machine(text) or bool(_A_ROLE.search(text)))


def _is_a_duty(name: str, before: bytes, text: str) -> bool:
    """Return whether people in their office have to ignore something, in a text that wants nothing else."""
    return name in _DUTIES and bool(_DUTY.search(before)) and not _wants_more(text)


@lru_cache(maxsize=1)
def _wants_more(text: str) -> bool:
    """Return whether a text has words for its reader or for a model, or asks anybody for what harms."""
    return bool(_TO_A_READER.search(text)) or _names_a_machine(text) or asks_for_harm(text.encode())


@lru_cache(maxsize=1)  # phrase after phrase of one text asks
def _names_a_machine(text: str) -> bool:
    """Return whether a text speaks of a model, its user or its tools, or has an errand for one."""
    return bool(_ERRAND.search(text)) or any(
        not one.group().lower().startswith("assistant ") for one in _MACHINE.finditer(text)
    )
