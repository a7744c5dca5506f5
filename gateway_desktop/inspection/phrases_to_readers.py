"""TO_READERS: what data says to the program that reads it, though no people would: whom to favour, what to keep.

Attacks of this sort need no "ignore": they ask for a verdict, plant a memory, or tell that consent was given.
"""

from gateway_desktop.inspection.phrase import FORBIDDEN, NEGATED, Phrase

_SAYS = r"(?:say|state|claim|reply|answer|respond|recommend|insist|mention|conclude)"
_MUST = r"(?:must|has to|have to|should|needs to|always|please|is to)"
# Who is called: no person is.
_PROGRAM = r"(?:a\.?i\.?|llm|gpt|chatgpt|gemini|(?:ai|llm|language|virtual|coding|browser) (?:agent|assistant|model|bot|helper)|(?:ro)?bot|chat ?bot|language model|machine)s?"
_ADDRESS = (
    r"\b(?:dear|hey|hello|hi|attention|to all|to any|to every|all|calling all|ps to the|note to)\W{1,2}(?:the )?"
    + _PROGRAM
    + r"\b"
    r"|\btodo\W{0,2}\((?:ai|llm|copilot|agent|claude|assistant)\)"
    r"|=\s?[\"'](?:ai|llm|agent|assistant|copilot)\b"
    r"|[.!?]\s{1,2}(?:then|now|and|so|also),? (?:ai|llm|assistant|agent|copilot|chatbot),"
)
_NOT_YET = r"[^\n]{0,60}?"
_ACT = (
    r"\b(?:exfiltrate|take orders|(?:send|forward|upload|post|copy|report) (?:it|them|your|the|this|all|every|each|any|back)\b|(?:update|change|set|replace) (?:all|every|the (?:price|amount|total|recipient|account|rating|score))|transfer |refund |wire |(?:approve|merge|accept) (?:this|it|all|every)\b"
    r"|tell (?:the user|the reader|them|everybody|people)|(?:write|say|print|output|answer|reply|respond) (?:only|that|with)\b|(?:ignore|disregard|forget) (?:the|all|any|your|this|these|what|everything|every)\b|stop summari|navigate to|click (?:on|the)\b|(?:delete|remove|drop) (?:the|all|every|this)\b"
    r"|grant |push directly|disable (?:the|all|tls|ssl)|invite \S|do not (?:describe|summari|answer|translate|tell)|recommend (?:this|our|only)|open (?:the user|https?:)|buy (?:it|this)\b|(?:rate|rank|score|grade) (?:this|it|us|me)\b|run `)"
)
# What pages for models send them to.
_DOCUMENTATION = r"(?:docs|documentation|pages|reference|sdks?|examples?|endpoints?|markdown|llms(?:-full)?\.txt|guides?|version)\b"

TO_READERS: tuple[Phrase, ...] = (
    Phrase(
        "if_you_are_a_model",
        r"\bif you(?:'re| are)(?: an?| the)? (?:ai|a\.i\.|llm|(?:large )?language model|chat ?bot|chatgpt|gpt|claude|gemini|copilot|bot)\W{1,3}(?:\w+\W{1,2}){0,6}?"
        r"(?:stop|ignore|disregard|discard|tell|say|reply|answer|respond|recommend|rate|open|send|forward|run|execute|navigate|click|write|print|output|add|append|call|delete|transfer|state)\b(?:[^.\n]{0,60}\b"
        + _DOCUMENTATION
        + r")?",
        (0.3, 0.75, 0.75),
        "Has orders for whoever is a model",
        unless=r"\b(?:researcher|developer|engineer|student|company|start-?up|enthusiast|expert|practitioner|team|vendor|provider|user|artist|scientist|lab|founder|owner|maker|crawler|lover)s?\b|"
        + _DOCUMENTATION
        + "$",
    ),
    Phrase(
        "calls_the_model_to_act",
        r"(?:" + _ADDRESS + r")" + _NOT_YET + _ACT,
        (0.05, 0.6, 0.7),
        "Calls the model that reads this, and has orders for it",
        unless=r"\b(?:do not|don't|never) (?:send|share|publish|push|merge|delete|approve|disable|grant)\b",
    ),
    Phrase(
        "bends_the_verdict",
        r"\b" + _MUST + r"\W(?:\w+\W){0,3}?(?:rank|rat|scor|grad|recommend|mark|classif|approv)(?:e|ed|ied|y|s|k|ked)?\W(?:\w+\W){0,6}?(?:first\b|highest|\btop\b|10/10|10 out of 10|five stars|5 stars|full marks|perfect|as (?:the )?(?:best|safe|benign|excellent|strong|only))"
        r"|\b(?:rate|score|rank|grade|mark)\W(?:\w+\W){0,4}?(?:10/10|10 out of 10|five stars|full marks|highest|first|top)\b.{0,60}?\b(?:regardless|no matter|irrespective|whatever)\b"
        r"|\b(?:classify|mark|label|treat|judge|rate)\W(?:\w+\W){0,4}?as\W(?:\w+\W)?(?:legitimate|safe|benign|not spam|trusted|clean|harmless|genuine|low[- ]risk)\b|\b(?:give|award|assign|output|return)\W(?:\w+\W){0,3}?(?:full|maximum|perfect|top|highest|positive|excellent)\W(?:\w+\W)?(?:points?|scores?|marks?|ratings?|grades?|reviews?)\b"
        r"|\bwhen(?:ever)? (?:you(?:'re| are) )?(?:asked|summari[sz]ing|you summari[sz]e|comparing|you compare|ranking|describing)\b[^.\n]{0,60}?\b" + _SAYS + r" (?:only )?that\b",
        (0.0, 0.3, 0.5),
        "Wants a verdict in its favour",
    ),
    Phrase(
        "plants_a_memory",
        r"(?:\b(?:will|can|may|could|does|do|to|they|it|we) )?\b(?:remember|memori[sz]e|note|keep in mind)\b[^.\n]{0,30}?\b(?:for|in) (?:all |any |every )(?:future|later|upcoming|subsequent) (?:conversation|session|chat|request|interaction|task|answer)s?\b"
        r"|\b(?:save|store|write|add|commit|put)\b[^.\n]{0,40}?\b(?:to|into|in) (?:your |its |the (?:assistant|agent|model)'s )(?:long[- ]?term |permanent |persistent )?memor(?:y|ies)\b"
        r"|\b(?:from now on|in (?:all )?future (?:conversations|sessions)|permanently)\b[^.\n]{0,60}?\b(?:user|owner|customer)\b[^.\n]{0,20}?\b(?:prefers|wants|has (?:authori[sz]ed|approved|agreed)|consents)\b",
        (0.05, 0.3, 0.7),
        "Wants to be remembered in later conversations",
        unless=r"^(?:will|can|may|could|does|do|to|they|it|we) ",
    ),
    Phrase(
        "consent_is_claimed",
        NEGATED
        + r"\b(?:do (?:it|this|so)|proceed|continue|go ahead|act|run it|execute it|push|merge)\b[^.\n]{0,40}?\bwithout (?:asking|(?:any |further |a )*(?:review|confirmation|approval|permission))\b"
        r"|\b(?:do not|don't|never|no need to) (?:ask|wait|prompt|check)\b[^.\n]{0,16}?\b(?:for (?:a |any |the |user |their |your )*(?:confirmation|permission|approval|consent))\b"
        r"|\btreat(?:s|ed)? (?:every|each|all|any|this|it)\b[^.\n]{0,40}?\bas (?:already |pre-?|having been )?(?:confirmed|approved|authori[sz]ed|consented)\b"
        r"|\b(?:has|have|was|were) (?:already )?(?:been )?(?:pre-?)?(?:approved|authori[sz]ed|agreed|cleared)\b[^.\n]{0,12}?\b(?:already|in advance|beforehand|by security|with the team|by the (?:user|owner|admin\w*|maintainers?))\b",
        (0.05, 0.0, 0.6),
        "Says that nobody needs to be asked",
        unless=FORBIDDEN,
    ),
    Phrase(
        "ignores_for_another",
        r"\b(?:ignore|disregard|skip|set aside)\b[^.\n]{0,80}?\b(?:and|but|instead|except)\b[^.\n]{0,20}?\b(?:instead|only|simply|exclusively)\b[^.\n]{0,40}?\b(?:focus|respond|reply|report|answer|print|say|output|follow|do|execute)\b"
        r"|\b(?:ignore|disregard)\b[^.\n]{0,80}?\b(?:focus (?:exclusively|only|solely)|except for the following|instead (?:focus|print|respond|reply|say|output|do|follow))\b"
        r"|\b(?:simply|only|just|exclusively) (?:respond|reply|answer|output|print)(?: back)? (?:with )?[\"'<\[]|\bsay (?:absolutely )?nothing else\b|\byou (?:may|must|can) not deviate\b",
        (0.2, 0.55, 0.7),
        "Wants the text passed over for something of its own",
    ),
    Phrase(
        "consent_of_the_person",
        r"\b(?:users?|visitors?|customers?|owner|person)(?: of this \w+)?\W(?:has|have) (?:already |previously |expressly )?(?:agreed|consented|authori[sz]ed|given (?:their |his |her )?(?:consent|permission)|accepted) (?:to|the|all|every|this|you|us)\b"
        r"|\b(?:user|customer|owner|person) has (?:already )?(?:approved|confirmed|authori[sz]ed) (?:all|any|every)\W(?:\w+\W)?(?:action|request|call|tool|transfer|payment|change|operation)s?\b",
        (0.0, 0.3, 0.5),
        "Says that the person agreed to something",
    ),
    Phrase(
        "of_the_answer",
        r"\byour (?:answer|response|output|summary|completion)s? (?:must|should|has to|have to|shall|needs? to)\b"
        r"|\b(?:append|prepend|hide|embed|print|list|render|smuggle)\b[^.\n]{0,60}?\b(?:in|to|into|at the end of) (?:your|each|every|all|any) (?:\w+ )?(?:answer|response|repl(?:y|ies)|output|summary)s?\b"
        r"|\bin your (?:answer|response|output|summary),? (?:hide|never|do not|always)\b|\b(?:reply|respond|answer) (?:only|just|solely) with (?:the )?(?:words?|text|phrase|sentence)\b",
        (0.0, 0.32, 0.2),
        "Says what the answer has to hold",
    ),
    Phrase(
        "instead_of_the_request",
        r"\b(?:do not|don't|stop) (?:answer|follow|obey|carry out|execute|fulfil\w?|process|respond to|comply with)\W(?:\w+\W){0,3}?(?:user|person|human|customer)(?:'s|s)?\b"
        r"|\b(?:disregard|ignore|abandon|set aside|forget)\W(?:\w+\W){0,2}?(?:user|person|human|customer)(?:'s|s)?\b(?:\W(?:request|question|query|task|orders?|instructions?|prompt|wish\w*|input)\b)?[^.\n]{0,60}?\b(?:instead|and (?:then )?(?:reply|answer|respond|say|call|send|run|use|return|do))\b"
        r"|\b(?:ignore|disregard|forget|skip|abandon) the (?:question|task|request) (?:you were|that was|the user)\b|\b(?:stop|drop|leave) what(?:ever)? you(?:'re| are) (?:doing|working on)\b(?: and wait\b)?"
        r"|\b(?:forget|disregard|never ?mind|abandon|drop) (?:about )?(?:the|your|that) (?:current |original |requested )?(?:summary|translation|task|question|analysis)\b",
        (0.1, 0.65, 0.8),
        "Wants something else done than the person asked for",
        unless=r" and wait$",
    ),
)  # fmt: skip
