"""PHRASES: what is said to a model that should not be said, as patterns for the text in its plain reading.

`strength` is how sure one such phrase makes us where it is said by a person, stands in data, or in a
description: three numbers, 0 where it means nothing there. They were set by what the phrases meet in the
corpora's harmless texts.
"""

from gateway_desktop.inspection.payloads import PAYLOADS
from gateway_desktop.inspection.payloads_of_tools import IN_TOOLS
from gateway_desktop.inspection.phrase import ABOUT_SECRETS, NOT_TO, REFUSED, REFUSED_LIST, Phrase
from gateway_desktop.inspection.phrases_abroad import ABROAD
from gateway_desktop.inspection.phrases_of_errands import OF_ERRANDS
from gateway_desktop.inspection.phrases_of_refusals import OF_REFUSALS
from gateway_desktop.inspection.phrases_of_requests import OF_REQUESTS
from gateway_desktop.inspection.phrases_of_tools import OF_TOOLS
from gateway_desktop.inspection.phrases_of_turns import OF_TURNS
from gateway_desktop.inspection.phrases_to_readers import TO_READERS

_BETWEEN = r"[^\w.;!?={}<>]{1,3}"  # between two words of one sentence
_GAP = r"(?:[\w'’,-]+" + _BETWEEN + r"){0,6}?"
_OWN = r"\b(?:my|our|i|we|i've|we've)\b"  # "ignore my last message" is said among people every day
# Who may override what is told of settings: "you can override the system prompt in settings.json".
_MAY = r"(?:\b(?:(?:you|they|we|users?|people|admins?|that|which) (?:can|could|may|might)|how to|used to|want to)(?: also| then)? )?"
_RULES = r"(?:instruction|direction|directive|rule|guideline|prompt|command|constraint|order|programming|polic(?:y|ie)|message|restriction|training|context)s?\b"
_MODEL = r"(?:ai|a\.i\.|llm|gpt|chatgpt|assistant|language model|claude|gemini|copilot|chat ?bot|agent|model)"
_MAKERS = r"(?:developers?|creators?|makers?|programmers?|trainers?|openai|anthropic|google|microsoft|meta|mistral)\b"
# Who writes or gives instructions for a model talks about it.
_TALKS = r"(?:writ(?:e|es|ing)|provid(?:e|es|ing)|contain(?:s|ing)?|giv(?:e|es|ing)|defin(?:e|es|ing)|custom|add(?:s|ing)?|creat(?:e|es|ing)|includ(?:e|es|ing)|send(?:s|ing)?)\b"
_TALK = r"(?:\b" + _TALKS + r"\W(?:\w+\W){0,2}?)?"
_READING = r"(?:read|process|pars|analy[sz]|summari[sz]|quot|cit|visit|see|review|evaluat|encounter|com\w{0,3} across|handl|translat|transcrib|grad|screen|access|scan|interpret|ingest|answer)\w{0,4}"
# A program is called upon by what it is: "AI reviewers:", "<!-- LLM: when asked".
_CALLED = (
    r"\b(?:ai|llm|coding|automated|autonomous|recruiting|hiring|screening|grading|browsing|reviewer|reviewing|summary|triage) (?:agent|assistant|model|reviewer|bot|reader|crawler|tool|system|screener|grader)s?\W{0,2}:"
    r"|(?:<!--|//|#|/\*|[(\[])\s{0,3}(?:ais?|llms?|gpt|copilot|gemini|claude|chatgpt|assistants?|agents?)\b[^:\n]{0,20}:\W{0,3}(?:(?:\w+\W{1,3}){0,8}?(?:must|should|have to|has to|need to|please|ignore|disregard|do not|don't|never|always|when|instead)|tell|say|ask|send|forward|recommend|rate|rank|navigate|click|reply)\b"
)
# What a text wants done of whom it calls: "Assistant, forward this".
_DO = (
    r"(?:set aside|if you|stop|do not|don't|open|send|forward|post|copy|export|run|call|delete|read|ignore|forget|disregard|tell|say|transfer"
    r"|click|navigate|mark|rate|recommend|install|confirm|upload|add|append|include|approve|issue|grant|fetch|visit|buy|book|reply|respond|answer|write|print|reveal|share|execute|invoke)"
)
_SECRET = r"(?:password|passcode|api[ _-]?keys?|credentials?|tokens?|secrets?|private keys?|ssh keys?|environment variables|conversation|chat history|e-?mails?|messages|\.env|id_rsa|history)"

# What a person in charge is said to have allowed the model to do.
_SKIP = r"(?:skip|bypass|ignore|disregard|leave|suspend|override|lift|disable|waive|set|drop|forget|go beyond|violate|break)"
_CURBS = r"(?:polic(?:y|ies)|guidelines?|rules?|filters?|restrictions?|safety|safeguards?|guardrails?|moderation|instructions?)\b"

_SAID: tuple[Phrase, ...] = (
    Phrase(
        "override",
        _MAY
        + r"\b(?:ignore|disregard|forget|override|bypass|discard|neglect|dismiss|do not follow|stop following|pay no attention to)"
        + _BETWEEN
        + _GAP
        + r"(?:previous|prior|above|earlier|preceding|former|initial|original|existing|system|your|other|past)"
        + _BETWEEN
        + _GAP
        + r"(?:tasks?\b|"
        + _RULES
        + r")|\b(?:ignore|disregard|forget|override|bypass|discard|abandon|set aside|never ?mind|no longer follow|stop following)"
        + _BETWEEN
        + _GAP
        + _RULES
        + r"\W(?:\w+\W){0,4}?"
        + _MAKERS
        + r"\W(?:\w+\W){0,2}?(?:gave|set|imposed|taught|told|wrote|put|programmed|trained)\b"
        + r"|\b(?:ignore|disregard|forget|override|bypass|discard|abandon|never ?mind|stop (?:following|obeying)|no longer (?:follow|obey))"
        + _BETWEEN
        + _GAP
        + _RULES
        + r" (?:that |which )?you(?: have|'ve| had|'d| were) (?:so far |been |just )?(?:given|told|taught|got|received|had)\b",
        (0.55, 0.75, 0.86),
        "Tells the model to ignore its instructions",
        unless=_OWN
        + r"|^(?:you|they|we|users?|people|admins?|that|which|how|used|want) [^.]{0,16}(?:override|bypass)\b"
        + r"|^overrid\w*\W{1,3}(?:the |any |its )?(?:built-?in |global )?default system[ -](?:prompt|message|instruction)s?\b",
    ),
    Phrase(
        "forget_everything",
        r"\b(?:ignore|disregard|forget)\W{1,3}(?:everything|anything|all|what)\W{1,3}(?:\w+\W{1,3}){0,4}(?:before|above|told|said|prior|previously|so far|learned|know(?: about \w+)?)\b"
        r"|\b(?:ignore|disregard|forget)\W{1,3}(?:all |any |everything |things )?(?:the )?above\W{0,2}(?:$|[.,;:!\n]|and\b)",
        (0.6, 0.7, 0.8),
        "Tells the model to forget what it was told",
        unless=r"\b(?:what|everything|anything|all) (?:that )?(?:i|we)\b|\bknow about (?:[^y]|y[^o])\w*$",  # "all you know about baking"
    ),
    Phrase(
        "void",
        r"\b(?:previous|prior|original|earlier|initial|above)\W{1,3}(?:\w+\W{1,3}){0,2}"
        + _RULES
        + r"\W{1,3}(?:\w+\W{1,3}){0,3}(?:void|revoked|obsolete|cancell?ed|no longer (?:apply|valid)|superseded|replaced|invalid|outdated)",
        (0.5, 0.7, 0.8),
        "Declares the model's instructions void",
    ),
    Phrase(
        "persona",
        r"\b(?:you are now|from now on,? (?:you are|you will|act|respond|answer)|pretend (?:to be|you are)|act as|(?:respond|reply|answer|speak|write) as|in the (?:persona|role|voice|character) of|you(?:'re| are) going to (?:act|pretend|roleplay|play)|roleplay as|immerse yourself|simulate)\b.{0,200}"
        r"(?:without (?:any )?(?:restriction|filter|limit|rule|censor|moral|ethic)|no (?:ethic|moral|censor|content polic|(?:restriction|filter|limit|rule)\w{0,5}(?:\W{0,3}$|[.,;:!?)]| (?:and|or|at all|whatsoever|of any|in|when|who|that|because|so|apply|exist|left|you|it)\b))|unfiltered|uncensored|unrestricted|do anything now|jailbr|any(?:thing)? illegal|free (?:of|from) (?:all|any|the))",
        (0.7, 0.75, 0.8),
        "Gives the model a role without limits",
    ),
    Phrase(
        "jailbreak_name",
        r"\b(?:do anything now|dan mode|developer mode (?:enabled|output|activated|on)|jailbroken|jailbreak (?:mode|prompt)|stan mode|dude mode|antigpt|anti-dan|evil[- ]?(?:bot|confidant|gpt)|god ?mode (?:enabled|on)|aim, (?:always|an acronym)|unfiltered and amoral|opposite day)\b",
        (0.55, 0.7, 0.7),
        "Names a known jailbreak",
    ),
    Phrase(
        "no_policy",
        r"\b(?:openai|anthropic|google|content|safety|ethical|usage)(?:'s)?\W{1,2}(?:content |usage |safety |moral )?(?:polic(?:y|ies)|guidelines?|filters?|restrictions?)\b.{0,80}(?:do(?:es)? not apply|not bound|lifted|disabled|bypass|ignored?|removed|no longer|don't matter|(?:turned|switched) off|suspended|deactivated|inactive)"
        r"|\bno (?:guidelines?|polic(?:y|ies)|content rules|restrictions?|censorship) (?:apply|applies|exists?|holds?)\b|\b(?:drop|lower|shed|lift|abandon)\W(?:(?:all|any|your|every|of)\W){0,3}(?:safety|ethical|moral|content) (?:measures?|filters?|restrictions?|guidelines?|limits?|rules)\b|\b(?:drop|lower|remove|shed|lift|turn off|disable|abandon|(?:switched|turned) off|disabled|removed|deactivated) (?:all )?(?:of )?your (?:alignment|safety|guardrails?|safeguards?|inhibitions|restrictions|filters?|limits)\b"
        r"|\b(?:safety|content|moderation|ethics?|refusal) (?:layer|filter|mode|check|guardrail|protocol|guideline|restriction|module|system)s?\W{1,4}(?:is |are |now |set to ){0,2}(?:off|disabled|none|bypassed|suspended|lifted|removed|deactivated)\b"
        r"|(?:not bound by|bypass(?:es|ing)?|ignores?|regardless of|free from|does not follow|doesn't follow)\W{1,3}(?:\w+\W{1,3}){0,3}(?:openai|content polic|polic|guideline|ethic|moral|safety)"
        r"|\bagainst\W{1,3}(?:\w+\W{1,3}){0,3}(?:openai|anthropic|content polic|usage polic|guideline|ethic|moral|safety)",
        (0.4, 0.5, 0.5),
        "Says that the rules do not apply",
        unless=r"\b(?:type|memory|thread|null|borrow)[- ]safety$",
    ),
    Phrase(
        "rank_is_claimed",
        r"\b(?:i|we)\b(?:\W\w+){0,2}? (?:authori[sz]e|permit|allow|clear|grant|entitle|instruct|order) you to\W(?:\w+\W){0,2}?"
        + _SKIP
        + r"\W(?:\w+\W){0,4}?"
        + _CURBS
        + r"|\byou(?:'re| are| have been)\W(?:\w+\W){0,2}?(?:cleared|authori[sz]ed|permitted|allowed|approved|entitled) to\W(?:\w+\W){0,2}?"
        + _SKIP
        + r"\W(?:\w+\W){0,4}?"
        + _CURBS
        + r"|\byou (?:may|can)(?: now| safely)? (?:skip|ignore|disregard|break|violate|forget)\W(?:\w+\W){0,2}?(?:content|safety|ethical|moral|your)\W(?:\w+\W)?"
        + _CURBS
        + r"|\byou(?:'re| are| have been)\W(?:\w+\W){0,2}?(?:exempt(?:ed)?|released|freed) from\W(?:\w+\W){0,4}?"
        + _CURBS,
        (0.5, 0.6, 0.6),
        "Says that somebody in charge allows the rules to be left aside",
    ),
    Phrase(
        "no_longer_itself",
        r"\byou(?:'re| are) (?:no longer|not)\W(?:an?|the|just|merely)?\W?(?:\w+\W){0,2}?(?:assistant|ai|chat ?bot|language model|model|claude|chatgpt|gemini|copilot)\b[^.\n]{0,40}?[.,;:!]\W{0,3}(?:and |but |instead |now )?you(?:'re| are)(?: now)?\b",
        (0.4, 0.6, 0.6),
        "Tells the model that it is another",
    ),
    Phrase(
        "prompt_leak",
        r"(?:(?:^|[.!?\n])\s{0,3}to )?"
        + NOT_TO
        + r"\b(?:repeat|print|output|reveal|show|tell|give|display|write (?:down|out|your|the|all|me)|return|dump|leak|paste|disclose|share|recite|quote|expose|what (?:is|are|was|were)|summari[sz]e|translate|spell|say|format|convert|encode|list|copy)\W{1,3}(?:\w+\W{1,3}){0,5}"
        r"(?:(?:system|initial|hidden|original|secret|internal|developer|base|pre)[ -]?(?:prompt|instruction|message|directive|rule)s?|(?:your|you) (?:prompt|instructions|initial(?:\b|i[sz]ation\b)|original|hidden|rules you|(?:initiali[sz]ation|configuration|setup|start-?up) (?:prompt|instructions?|message|text))|(?:text|words|everything|instructions|sentences?|prompt|all(?: of)? the) above(?: the (?:line|header|fold|table|title|figure|image|chart|signature|separator|heading)\b)?|(?:text|words|everything|instructions?|sentences?|messages?|lines?)\W{1,2}(?:\w+\W){0,3}?(?:before|above|preceding|precedes?)\W(?:this|my first)\W(?:message|line|sentence|prompt|question|conversation)\b)"
        r"|\b(?:written|said|stands?|text|is) at the (?:very )?(?:top|start|beginning) of (?:this|the|our|your) (?:chat|conversation|context|prompt)\b|\b(?:which|what) (?:\w+ )?(?:rules|instructions|guidelines|directives) (?:were you|have you been) (?:given|told)\b"
        r"|\b(?:rules?|instructions?|guidelines?|directives?)\W(?:that |which )?(?:the |your )?(?:operator|developers?|administrators?|company|creators?|owner)\W(?:has |have )?(?:gave|given|told|set)(?: to)? you\b"
        r"|\b(?:exact|verbatim|literal|full|complete|entire|original)\W(?:\w+\W){0,4}?(?:text|wording|instructions?|messages?|prompt)\W(?:that\W|which\W)?you (?:received|got|(?:were|have been|had been) (?:given|told|sent))\b",
        (0.35, 0.45, 0.45),
        "Asks for the system prompt",
        unless=r"\babove the \w+$|^\W*to \w|\bmy system (?:prompt|message)s?$|" + REFUSED,
    ),
    Phrase(
        "your_secret",
        r"\b(?:reveal|disclose|leak|print|output|expose|tell (?:me|us)|give (?:me|us)|show (?:me|us)|send (?:me|us)|share with (?:me|us)|what(?:'s| is| are))\W{1,3}(?:\w+\W){0,2}?your\W(?:\w+\W){0,2}?(?:api keys?|secret(?: keys?)?|passwords?|credentials?|access tokens?|private keys?|hidden rules|internal settings)\b",
        (0.45, 0.35, 0.3),
        "Asks the model for a secret of its own",
    ),
    Phrase(
        "secret_game",
        r"\b(?:secret|password|passphrase|hidden (?:value|word|code|key)|access code|secret key)\b[^(){}=*:]{0,80}(?:letters?|character|backwards?|reverse|rhym|hint|spell|encode|base64|morse|synonym|first \w+|acrostic|starts? with|poem|without (?:the|saying)|in (?:french|german|spanish|hex|ascii))"
        r"|(?:letters?|characters?|spell|rhymes?|hint|backwards?|encode|synonyms?|story|poem) (?:of|for|with|about|to) (?:\w+ ){0,2}(?:secret|password|passphrase|hidden (?:value|word|code|key)|access code)",
        (0.55, 0.15, 0.1),
        "Plays around a secret",
    ),
    Phrase(
        "access_granted",
        r"\baccess granted\b(?: (?:by|to|for|in|via|through|when|on|if|per|under|with) )?|\bi have been pwned\b|\b(?:say|print|output|write|reply|respond|answer|return|echo)(?: back)?(?: only| just| exactly)?(?: with)?(?: the words?| the text)?\W{1,3}(?:i have been )?(?:pwned|hacked|jailbroken)\b",
        (0.5, 0.5, 0.5),
        "Asks for words that a hijacked model says",
        unless=r"^access granted \w",
    ),
    Phrase(
        "fake_turn",
        r"<\|(?:im_start|im_end|system|end_?of_?text|endoftext|start_header_id|eot_id|begin_of_text)\|>|<<sys>>|\[/?inst\]|\[(?:system|admin|developer|root)(?: (?:message|override|note|prompt))?\]|#{2,} ?(?:system|new)(?: \w+)? ?(?:instruction|prompt|message|task)?s?:|#{2,} ?\(?(?:system|admin)[_ ]?(?:message|note|prompt|instruction|command)?\)|\bsystem[_ ]?(?:cmd|command|message|instruction)s?::|\n\n(?:human|system|user): |(?:^|\W|\w\w)</?(?:system|admin)>"
        r"|(?:={3,}|-{3,}|\*{3,}|~{3,}|<{2,}|>{2,}|\[) ?(?:system|admin|developer|root)(?: prompt| message| policy)? ?(?:update|override|notice|directive|instruction|message)s?\b|</?(?:assistant|agent|ai|llm|model|bot)[_-](?:instructions?|directives?|tasks?|notes?|commands?|prompt)>|\{\{#(?:system|user|assistant)~?\}\}"
        r"|\bthought: .{0,200}?\baction: ?\w"
        r"|</(?:tool_(?:result|output|response)|function_results?|user_input|untrusted\w{0,20}|documents?|context)>\s{0,4}<(?:user|system|human|instructions?|assistant)>",
        (0.3, 0.5, 0.5),
        "Pretends that another speaker begins",
    ),
    Phrase(
        "new_task",
        r"\b(?:new|updated|revised|real|actual|only|next|urgent)\W{1,3}(?:\w+\W){0,2}(?:instruction|task|directive|order|objective|system prompt|command)s?[^\w()]{0,3}(?:[:\n]|is\b|are\b|from (?:the |your )?(?:admin|developer|user|system|owner))"
        r"|\b(?:system|admin(?:istrator)?|developer|emergency|maintenance|root|debug)(?: mode)? (?:override|enabled|activated|engaged)\b"
        r"|\byour (?:task|goal|objective|mission|role|instructions?) (?:has|have) (?:now )?(?:been )?(?:changed|updated|replaced)\b|\byour (?:guidelines|rules|polic(?:y|ies)|restrictions|programming|limits) (?:was|were|has been|have been|are) (?:\w+ )?(?:updated|changed|replaced|lifted|removed|relaxed|revised|rewritten|suspended)\b|\byour (?:new|real|true|actual|only|next) (?:goal|job|mission|purpose|assignment)s?\W{1,3}(?:is|are|will)\b|\byou (?:will )?(?:now|from now on) (?:work for|serve|obey|belong to)\b|\byou (?:now )?have (?:a|one) new (?:goal|task|mission|objective|instruction)\b"
        r"|\b(?:enter|entering|switch to|you (?:are (?:now )?in|have (?:now )?entered)) (?:\w+ )?(?:maintenance|debug|developer|admin|god|sudo|root|unrestricted|jailbreak) mode\b|\bsudo mode\b",
        (0.35, 0.5, 0.5),
        "Announces a new task",
    ),
    Phrase(
        "to_the_model",
        _TALK
        + r"\b(?:agent|assistant|copilot|llm|chatbot|model|ai)\W(?:instructions?|directives?|orders)\W{0,2}:|\btodo\W{0,2}\((?:ai|llm|copilot|agent|claude|assistant)\)|"
        + _TALK
        + r"\b(?:notes?|messages?|instructions?|notices?|attention|reminders?|hints?|tips?|requests?|important|todo|info(?:rmation)?|actions?)\W{1,3}(?:\w+\W){0,2}(?:to|for)\W{1,2}(?:\w+\W){0,3}"
        + _MODEL
        + r"s?\b|"
        + _CALLED
        + r"|(?:^|[.!?()\[\n\"'>]\s{0,3}|@|\b(?:hey|hi|hello|dear|ok) )(?:assistants?|agents?|ais?|llms?|copilot|gemini|claude|chatgpt|gpt)\s?[,:]\s{1,2}(?:please |now |also |just )?"
        + _DO
        + r"\b|\bwhichever (?:model|ai|llm|assistant|agent|bot) (?:reads|sees|process(?:es)?|is reading|handles) (?:this|it|these)\b|\b(?:the )?(?:ais?|agents?|assistants?|(?:language )?models?|llms?|chat ?bots?|bots?) (?:who|that|which) (?:reads?|sees?|process(?:es)?|handles?|summari[sz]es?|answers?|reviews?) (?:this|it|these)\b"
        r"|\b(?:an?|any|every|all|the|to|whichever|for|when|if)\W(?:(?:ai|llm|virtual|digital)(?:[ -](?:powered|based|driven))? (?:agents?|assistants?|tools?|bots?|models?|systems?|programs?|readers?)|ais?|llms?|chat ?bots?|language models?|copilot|assistants?)\W(?:that |which |who )?(?:is |are |may be |happens? to )?"
        + _READING
        + r"\W(?:this|these)\b"
        r"|(?:^|[.!?\n]\s{0,3})(?:ai|llm|virtual|digital)(?:[ -](?:powered|based|driven))? (?:agents?|assistants?|tools?|bots?|models?|systems?|programs?|readers?)\W(?:that |which |who )?"
        + _READING
        + r"\W(?:this|these)\b|\bfor the (?:assistant|ai|agent|model|llm)(?:'s|s')? eyes only\b"
        r"|\b(?:ais?|agents?|assistants?|llms?|(?:language )?models?|chat ?bots?) (?:reading|seeing|processing|handling|summari[sz]ing|screening|reviewing|evaluating|grading|analy[sz]ing|transcribing|translating|visiting|parsing|crawling) (?:this|it|these)\b"
        r"|\byou, (?:the )?(?:cursor|codex|windsurf|copilot|claude|gemini|chatgpt|gpt|grok|cline|ai|llm|(?:ai |coding )?(?:agent|assistant)),\W"
        + r"|\bfor (?:ais?|llms?|language models?|ai (?:agents?|models?|assistants?)) (?:only\b|eyes\b|use\W{0,2}[:)])"
        + r"|\b(?:dear|hey|hello|hi|attention|as an?|if you(?:'re| are) an?|any|every|all)\W{1,2}(?:\w+\W){0,2}"
        + _MODEL
        + r"s?\b[^.\n]{0,40}(?:,|:|must|should|shall|please|are (?:required|instructed|to)|need to|have to|reading|processing)",
        (0.15, 0.5, 0.5),
        "Speaks to the model that reads this",
        unless=r"^"
        + _TALKS
        + r"|\bassistant (?:manager|director|professor|editor|principal|coach|secretary)\b",
    ),
    Phrase(
        "before_the_task",
        r"\b(?:before|prior to|instead of|in order to|after|while|when(?:ever)?|once|to)\W{1,2}(?:you\W)?(?:\w+\W){0,2}(?:solve|solving|answer(?:ing)?|complet(?:e|ing)|continu(?:e|ing)|proceed(?:ing)?|respond(?:ing)?|reply(?:ing)?|summari[sz](?:e|ing)|perform(?:ing)?|finish(?:ing)?)\W{1,2}(?:\w+\W){0,5}(?:you (?:must|have to|need to|should)|please|first|also|always|send|include|add|call|execute|read|forward|transfer)",
        (0.05, 0.35, 0.3),
        "Puts a step of its own before the task",
    ),
    Phrase(
        "conceal",
        r"\b(?:do not|don't|never|must not|without|not to|should not|shouldn't|avoid)\W{1,3}(?:ever\W)?(?:tell(?:ing)?|mention(?:ing)?|inform(?:ing)?|reveal(?:ing)?|notify(?:ing)?|show(?:ing)?|alert(?:ing)?|let(?:ting)?|disclos(?:e|ing)|report(?:ing)?)\W{1,3}(?:\w+\W{1,3}){0,5}(?:user|anyone|them|human|person|customer|owner|operator|developer|maintainer|reviewer)\b(?:'s|’s)?"
        r"|\b(?:do not|don't|never|must not|shall not|should not|may not) (?:speak|talk) (?:of|about) (?:it|this|that)\b|\b(?:do not|don't|never|without) (?:point(?:ing)? (?:it|this|that) out|explain(?:ing)? why|let(?:ting)? on|draw(?:ing)? attention)\b|\b(?:nobody|no one) (?:has|needs|ought) to (?:know|notice|be told)\b|\bas if nothing (?:had )?happened\b|\bpretend (?:that )?(?:the (?:tool|call|request|command|action|payment|transfer|test)|nothing|everything|it (?:failed|worked|succeeded))\b|\b(?:respond|act|reply|answer|report) as (?:if|though) (?:the|it|all|everything|nothing)\b"
        r"|\b(?:user|human|they) (?:needn't|need not|(?:does not|doesn't|do not|don't) (?:need|have) to) know\b"
        r"|\b(?:omit|leave (?:this|it|that|them) out|skip)\b.{0,24}?\bwhen (?:you )?(?:describ|explain|summari|report|answer|talk)"
        r"|\b(?:users?|humans?|they) (?:must|should|will|does|do|may)(?: not|n't) (?:notice|know|see|be (?:told|informed|aware|notified))|\bkeep (?:this|it) (?:a )?(?:secret|hidden|confidential) from\b|\b(?:no need|(?:not|n't) (?:necessary|needed|required)) to (?:tell|inform|mention|notify|bother)\b|\bsilently (?:send|call|read|add|forward|include|execute|run|omit|raise|increase|lower|reduce|change|alter|modify|adjust|swap|deduct|transfer|buy|double)\b"
        r"|\b(?:report|show|state|return) the (?:original|old|unchanged|requested) (?:number|amount|value|price|quantity|total)s?\b",
        (0.05, 0.12, 0.6),
        "Asks to keep something from the person",
        unless=r"\buser(?:'s|’s)$|\b(?:raw|internal|numeric|intermediate|technical|revised) (?:\w+ )?(?:ids?|identifiers?|numbers?|prompts?|json|fields?|names?|files?|formats?|values?|errors?|codes?|scores?)\b",
    ),
    Phrase(
        "important_tag",
        r"<(?:important|information|secret|hidden|critical|attention)>|\*\*(?:important|urgent|emergency)[^*]{0,20}\*\*|important!!!|!{2,} ?important|\bthis is an? (?:very )?(?:important|urgent) message (?:from|to)\b",
        (0.15, 0.35, 0.3),
        "Marks words for the model's eyes",
    ),
    Phrase(
        "exfiltrate",
        NOT_TO
        + r"\b(?:send|forward|e-?mail|post|upload|transmit|exfiltrate|share|leak|copy|append|attach|pass|include|embed|encode|put)\W{1,3}(?:\w+\W{1,3}){0,8}?"
        + _SECRET
        + r".{0,60}?(?:\bto\b|\bat\b|\bin(?:to)?\b|\bvia\b|\bas\b)\W{1,3}.{0,40}?(?:https?://|www\.|@|\bserver\b|webhook|attacker|evil|external|parameter|url|\bquery\b|sidenote|metadata|logger)",
        (0.25, 0.4, 0.55),
        "Wants private things sent somewhere",
        unless=r"^(?:send|write|forward)\W(?:us |me )?(?:an?|this) (?:e-?mail|message) (?:to|at)\b"
        # A session's own token, and what is about credentials.
        + r"|^(?:pass|send|include)\W(?:the |this |that )?(?:returned |resulting |access |session |received )?`?(?:access_|session_)?tokens?`? (?:\w+ )?(?:to|in|with) (?:all |any |every )?(?:the )?(?:other|subsequent|later|further|following) "
        + r"|"
        + ABOUT_SECRETS
        + "|"
        + REFUSED_LIST,
    ),
    Phrase(
        "read_secret_file",
        r"\b(?:read|cat|open|load|access|get|include|pass|provide|send|view|extract|dump|fetch|attach|upload|hand over|write code to read)\W{1,3}(?:\w+\W{1,3}){0,8}?.{0,12}?(?:~/\.(?:ssh|aws|cursor|config|bash_history|gnupg|kube|netrc|docker)|/etc/(?:passwd|shadow)|\.ssh/|id_rsa|id_ed25519|\.aws/cred|\.cursor/mcp\.json|/proc/self/environ|\.env\b)"
        r"|\b(?:export|paste|put|write|post|upload|add|copy|commit|send|include)\W{1,3}(?:all |the |its )?(?:contents?|values?|lines?)\W{1,3}(?:of|from|in)\W{1,3}(?:the |your |my )?(?:file )?[`'\"]?(?:~/\.(?:ssh|aws|config|bash_history|gnupg|kube|netrc|docker)|/etc/(?:passwd|shadow)|\S{0,40}(?:id_rsa|id_ed25519|\.env\b))"
        r"|\b(?:value|contents?) of\W{1,3}(?-i:[A-Z_]{0,30}(?:TOKEN|KEY|SECRET|PASSWORD))\b[^.\n]{0,60}?\b(?:running|run|output of|result of)\W{1,3}(?:printenv|env\b|set\b)"
        r"|\bcopy (?:the |your |all )?[\w~/.]{0,20}(?:\.env (?:file )?(?:to|into)\b|id_rsa|id_ed25519|\.ssh/|\.aws/)",
        (0.15, 0.35, 0.75),
        "Wants a file with credentials read",
        unless=r"^(?-i:GET) /",  # a line of a log: GET /../etc/passwd
    ),
    Phrase(
        "tool_order",
        r"\b(?:must|always|should|need to|have to|required to)\b.{0,50}\b(?:be (?:called|used|invoked|run) (?:first|before (?:any|all|every))|call this (?:tool )?(?:first|before)|use this (?:tool )?instead of (?:any|all|every|other|the)\b|(?:call|use|invoke|run) (?:it|this tool) (?:before\b|instead(?: of (?:any|all|every|other|the)\b|[.,;!\n]|$)))"
        r"|\bbefore (?:using|calling|invoking) (?:this|any(?: other)?|the|other) (?:tool|function)s?\b.{0,80}(?:read|send|call|pass|must|provide|access)|\b(?:takes? priority|preferred|higher priority) over (?:all|any|every) (?:other )?tools?\b|\bdo not use (?:any other|the other|other) tools?\b",
        (0.0, 0.2, 0.45),
        "Gives orders about the use of tools",
    ),
    Phrase(
        "tool_first",
        r"\b(?:must|has to|have to|needs to|should|always) be (?:called|used|invoked|run|executed)\W{1,3}(?:\w+\W{1,3}){0,3}?(?:before|first|instead)\b"
        r"|\b(?:must|has to|have to|needs to|should) (?:be )?(?:run|called|used|executed|invoked) (?:ahead of|before|prior to) (?:anything|everything|(?:any|all|every) (?:other|else))"
        r"|\balways (?:call|use|run|invoke|execute) (?:this|it)\b.{0,40}?\b(?:first|before|instead)\b"
        r"|\b(?:whatever|no matter what|regardless of what|regardless of the \w+|even if) the user (?:asks|says|wants|requests|objects|declines|gives|provides|chooses)\b",
        (0.0, 0.15, 0.4),
        "Wants to be used before other tools, or against the person's wish",
    ),
    Phrase(
        "redirect",
        r"\b(?:change|replace|set|modify|redirect|reroute|rewrite|swap)\W{1,3}(?:\w+\W{1,3}){0,4}?(?:recipient|destination|payee|beneficiary|phone number|e-?mail address|to address|account number|wallet address)s?\b\W{1,3}(?:\w+\W{1,3}){0,4}?(?:to|with|by)\W{1,3}(?:\+?\d|[\w.-]+@|0x|attacker|the following)",
        (0.2, 0.45, 0.6),
        "Wants what is sent to go to somebody else",
    ),
    Phrase(
        "whole_conversation",
        r"\b(?:full|entire|whole|complete|all(?: of the)?|previous|user's)\W{1,3}(?:\w+\W{1,3}){0,2}(?:conversation|chat|message|prompt)s?(?: history| context| log)?\b.{0,60}?\b(?:parameter|argument|field|sidenote|metadata|note|this tool|as context|in the (?:context|body|notes?))\b"
        r"|\b(?:send|give|forward|pass|provide|share)\b[^.\n]{0,40}?\b(?:full|entire|whole|complete) (?:copy|transcript|text|record|log) of (?:the |this |every |each )?(?:conversation|transcript|chat|session|dialogue)\b"
        r"|^(?:\w+\W{1,3}){0,4}?(?:put|fill|insert|write|paste)\W(?:\w+\W){0,3}?(?:whole|entire|full|complete)\W(?:\w+\W){0,1}?(?:conversation|chat|transcript)\b"
        r"|\b(?:fill|contains?|holds?|include|put|pass|insert|append)\b.{0,40}?\b(?:contents?|text|words) of (?:the |your )?(?:full |entire |complete |own )?system prompt\b",
        (0.0, 0.3, 0.7),
        "Wants the conversation handed over",
    ),
    Phrase(
        "rather_than_others",
        r"\b(?:prefer\w*|should|must|has|ought) (?:to )?(?:always )?be (?:called|used|invoked|chosen|selected) (?:over|instead of|rather than) (?:any|all|every|other|the other|similar)"
        r"|\b(?:all |any |the )?other (?:\w+ ){0,3}(?:tools?|functions?|servers?) (?:are|is|were) (?:unreliable|deprecated|broken|insecure|unsafe|outdated|malicious|malware|compromised|slow|wrong|obsolete)"
        r"|\b(?:all |any |the )?other (?:\w+ ){0,3}(?:tools?|functions?|servers?)\b[^.]{0,20}?\b(?:(?:return|give|produce|deliver)s? (?:\w+ )?(?:outdated|wrong|false|unreliable|fake|stale|incorrect)|(?:must|should|are to) be ignored)|\balways (?:choose|prefer|pick|select) this (?:one|tool|function|server)\b"
        r"|\bbuilt-?in (?:\w+ ){0,2}(?:ones?|tools?|reader|function|search|editor)\b[^.]{0,30}?\b(?:is|are) (?:broken|deprecated|unsafe|insecure|unreliable|wrong)\b|\b(?:never|must not) (?:call|use) (?:the )?built-?in\b"
        r"|\b(?:never|do not|don't|must not|not allowed to|no longer) (?:call|use|trust|rely on)\b[^.\n]{0,30}?\b(?:of|from|by) (?:any |the |all )?other (?:servers?|tools?|providers?)\b|\bignore (?:the )?(?:descriptions?|outputs?|results?) (?:of|from) (?:\w+ ){0,2}(?:other|competing|similar|rival) (?:tools?|servers?)\b"
        r"|\bnot allowed to use\b[^.\n]{0,40}?\b(?:tools?|server)\b|\broute (?:all|every|any) (?:\w+ )?(?:quer(?:y|ies)|requests?|calls?) through (?:this|it)\b"
        r"|\b(?:never|do not|don't|must not) (?:use|call|invoke) `?[a-z]{2,20}_[a-z_]{2,30}`?\W{1,3}(?:always )?use this (?:one|tool|function)\b"
        r"|\b(?:never|do not|don't|must not|avoid) (?:call|use|using|calling|invoke) (?:any |the )?other (?:\w+ ){0,3}(?:tools?|functions?|servers?)",
        (0.0, 0.2, 0.5),
        "Speaks ill of other tools so that it is used instead",
    ),
    Phrase(
        "private_into_a_field",
        r"\b(?:include|put|pass|provide|append|add|copy|suppl(?:y|ies)|fill|write|place|attach)\w{0,3}\b.{0,80}?\b(?:conversation|chat|previous messages?|last (?:\w+ )?messages?|history|system prompt|credentials?|full name|\.env|private key|api keys?|passwords?|working directory|environment|(?:github|access|session|auth\w*|bearer) tokens?|home address|contacts|subjects|mailbox)\b"
        r".{0,60}?\b(?:in|into|to|as|with)\b.{0,14}?(?:[\w`'\"]{2,22}\W{1,3}(?:parameter|argument|field|column)\b|`\w{2,24}`)"
        r"|\b(?:conversation|chat history|system prompt|private key|password manager|browser history|contents? of [`'\"]?~/)\b[^.\n]{0,50}?\b(?:should|must|has to|needs to|is to) be (?:passed|put|included|given|sent|copied|added|placed)\b[^.\n]{0,16}?\b(?:in|into|to|as)\W{1,3}(?:the )?(?:`\w{2,24}`|[\w`'\"]{2,22}\W{1,3}(?:parameter|argument|field)\b)",
        (0.0, 0.25, 0.7),
        "Wants private things put into an argument",
        unless=r"\bsub-?agents?\b",
    ),
    Phrase(
        "copies_out",
        r"\b(?:silently|secretly|automatically|additionally|also|internally|directly|always|must|should)\W{1,2}(?:\w+\W){0,3}?(?:send|forward|upload|transmit|exfiltrate|bcc|post|submit|report|copy)(?:s|ed|ing)?\W{1,2}(?:\w+\W){0,6}?"
        r"(?:everything|conversation|chat|messages?|history|credentials?|passwords?|secrets?|keys?|tokens?|personal|pii|private|user(?:'s)? (?:data|files|input)|environment|all (?:data|results|files|documents))\b.{0,60}?(?:\bto\b|https?://|@)",
        (0.1, 0.3, 0.45),
        "Sends what is private along",
    ),
    Phrase(
        "after_a_tool",
        r"\b(?:after|once|when(?:ever)?|each time|every time|before|prior to|if)\W{1,2}(?:\w+\W){0,3}?(?:using|calling|invoking|running|[a-z]{2,20}_[a-z_]{2,30}|the \w+ tool)\b.{0,60}?(?:,|\bis\b|\bhas\b|\bare\b).{0,30}?\b(?:you must|must|you have to|you should|the (?:assistant|model|agent|ai|llm) (?:must|should|has to)|always|first|also)\b.{0,30}?\b(?:read|send|call|pass|include|forward|change|replace|append|run|execute|modify|upload|copy|add|set)\b",
        (0.0, 0.15, 0.35),
        "Gives orders for when another tool is used",
    ),
    Phrase(
        "follow_what_it_says",
        r"\b(?:instructions?|orders)\W(?:that (?:are|stand) |found |written |given |contained )?(?:in|on|inside|within|from|of|by)\b[^.\n]{0,60}?\b(?:must|have to|has to|are to|should|shall) (?:always )?be (?:executed|followed|carried out|obeyed)\b|\binstructions? (?:\w+ )?(?:in|on|inside|within|from)\b[^.\n]{0,40}?\b(?:have|has|take|takes|get) (?:priority|precedence)\b|\b(?:follow|obey|execute|carry out|comply with|adhere to|act on)\W{1,2}(?:\w+\W){0,3}?(?:instructions?|steps|commands?|orders|directions?)\b.{0,30}?\b(?:in|from|of|inside|within|contained|written|returned|found)\b.{0,25}?\b(?:result|output|response|page|file|ticket|document|mail|e-?mail|message|it|there)\b",
        (0.05, 0.3, 0.4),
        "Wants what it brings to be obeyed",
    ),
    Phrase(
        "secret_by_the_way",
        r"\b(?:by the way|btw|incidentally|additionally|as it happens|oh,? and|also note|quick heads up|fun fact|for reference)\b.{0,60}?\b(?:contains?|includes?|has|is|reads|says)\b.{0,16}?(?:-----begin|sk-|ghp_|akia|\bas follows)"
        r"|\bmedia:\W{0,2}(?:file://|/)\S{0,60}(?:secret|credential|id_rsa|id_ed25519|shadow|\.env|passwd)",
        (0.0, 0.86, 0.86),
        "Slips a secret in beside what was asked for",
    ),
    Phrase(
        "conversation_as_telemetry",
        r"\b(?:transmits?|sends?|uploads?|reports?|collects?|logs?)\b.{0,40}?\b(?:analytics|telemetry|usage(?: data)?|metrics|diagnostics)\b.{0,40}?\b(?:including|with|such as|along with|containing)\b.{0,30}?\b(?:conversation|chat|prompts?|messages)\b",
        (0.0, 0.86, 0.86),
        "Sends the conversation off as if it were telemetry",
    ),
    Phrase(
        "without_end",
        r"\b(?:repeat(?:ing)?|say(?:ing)?|print(?:ing)?|keep)[^\w(].{0,60}?\b(?:forever|indefinitely|endlessly|without stopping|over and over|infinitely|and never stop)\b",
        (0.3, 0.86, 0.6),
        "Wants a word repeated without end",
    ),
    Phrase(
        "fetched_then_sent",
        r"\b(?:get|fetch|retrieve|find|locate|search|collect|export|download)\b.{0,100}?\b(?:and|then|,)\W{1,2}(?:then\W)?(?:\w+\W){0,2}?(?:forward|e-?mail|relay)(?:ing)?\b.{0,60}?@[\w-]{1,40}\.\w|\bsend\b.{0,80}?\bto \S{1,40}@\S{3,60}.{0,30}?\bdelete (?:each|the|every|all|it|them)\b",
        (0.0, 0.6, 0.6),
        "Wants something fetched and sent to an address",
    ),
    Phrase(
        "decode_and_obey",
        r"\b(?:decode|decrypt|decipher|unscramble|rot-?13|base64|hex)\b.{0,60}?\b(?:and|then|,)\W{1,3}(?:\w+\W{1,2}){0,3}?(?:do|follow|execute|obey|comply with|carry out|act on|perform|run)\W{1,3}(?:\w+\W){0,3}?(?:what(?:ever)? it (?:says|asks|tells|contains)|instructions?|orders?|commands?|hidden|decoded|inside)"
        r"|\b(?:decode|decrypt|decipher|unscramble|interpret|rot-?13|base64|morse|hex|(?:qp|hex|url|base\d\d)-encoded)\b[^.\n]{0,60}?\b(?:and|then)\W(?:then\W)?(?:execute|obey|comply|follow)(?:\W(?:it|this|them))?\W{0,2}(?:[:\n]|$)",
        (0.4, 0.6, 0.6),
        "Wants something encoded to be read and obeyed",
    ),
    Phrase(
        "image_leak",
        r"!\[[^\]]{0,60}\]\(https?://[^)\s]{1,200}[?&/=](?:\[|\{|<|%7b|\$)[^)]{0,80}\)|<img[^>]{1,200}(?:onerror|src=['\"]?https?://[^'\">]{1,120}[?&=](?:\[|\{|\$))",
        (0.3, 0.55, 0.6),
        "An image whose address carries data out",
    ),
)

PHRASES = (
    *_SAID,
    *OF_REFUSALS,
    *OF_TURNS,
    *TO_READERS,
    *OF_ERRANDS,
    *OF_REQUESTS,
    *ABROAD,
    *PAYLOADS,
    *OF_TOOLS,
    *IN_TOOLS,
)
