"""OF_TOOLS: what a description says that tools have no business saying, from claims of rank to feats of spying.

Descriptions explain what a tool does. They do not give themselves authority, outlive a summary, speak for other
tools, or tell how somebody is robbed; data and people do so now and then, so there these phrases hardly count.
"""

from gateway_desktop.inspection.phrase import AGAINST, Phrase

_HISTORY = r"(?:(?:chat|conversation|session|message|full|entire|complete)\W{1,2}(?:history|transcript|context|log)|(?:previous|prior|past|all|earlier) (?:exchanges|messages|conversations?)|transcript of the (?:chat|conversation|session)|last (?:few|two|three|five|ten|\d+|n) (?:\w+ )?messages|conversation\b|\busr hist)"
_FIELD = r"\b(?:parameter|argument|field|notes?|sidenote|metadata|property)\b"
_MUST = r"(?:must|mandatory|required|always|need to|have to|should|necessary|no exceptions|are required)"
_CALLS = r"(?:call|invoke|run|use|execute|launch|trigger)"
_MODEL = r"(?:agent|assistant|copilot|claude|gpt|chatgpt|gemini|llm|ai|model|reviewer|bot)"

OF_TOOLS: tuple[Phrase, ...] = (
    Phrase(
        "order_in_a_name",
        r"^\W{0,3}(?:\w+\W){0,2}?(?:ignore|disregard|forget|bypass|obey|override)\W(?:\w+\W){0,4}?(?:instructions?|rules|requests?|prompts?|user|guidelines|safety|me)(?:'s)?(?:\W\w+){0,4}\W{0,2}$"
        r"|\b(?:call|use|run|invoke|choose|pick) me\b(?:\W\w+){0,3}? (?:first|always|before)\b|^\W{0,3}(?:\w+\W){0,3}?(?:call|use|run|invoke) (?:this|it) first\W{0,2}$|\bobey me\b|\balways (?:call|use|run|choose|pick) me\b"
        r"|\b" + _CALLS + r" (?:(?:me|this|it) )?(?:before|instead of) (?:any|every|all|other)\b(?: other)? ?(?:tools?|functions?|others?)?\b"
        r"|\b(?:exfiltrate|steal|leak|smuggle)\W(?:\w+\W){0,3}?(?:to|into|from)\b|\b(?:send|forward|upload|post|copy)\W(?:\w+\W){0,4}?(?:to|into)\W(?:an? |the )?(?:attacker|evil|hacker)\w*",
        (0.0, 0.2, 0.86),
        "Gives an order where only a name belongs",
    ),
    Phrase(
        "claims_rank",
        r"\b(?:takes?|have|has|gets?) (?:precedence|priority) over (?:all|any|every|your|the|those of|what|anything) (?:\w+ ){0,3}?(?:instruction|directive|rule|order|prompt|polic|user|person says|human|system message)\w{0,4}\b|\bin case of (?:an? |any )?conflicts?\b[^.\n]{0,30}?\b(?:follow|obey|this (?:tool|server)|wins?)\b|\b(?:higher|more) (?:trust|trusted|authority|trustworthy) than (?:all|any|every) other\b|\b(?:highest|top|absolute|maximum)[- ]priority\b.{0,40}?\b(?:instruction|directive|order|command|rule|message)"
        r"|\b(?:instruction|directive|command|rule)s?\b.{0,40}?\b(?:highest|top|absolute) priority\b|\bauthoritative (?:system )?(?:directive|instruction|command|order)s?\b"
        r"|\boverrid(?:e|es|ing) (?:\w+\W){0,3}?(?:user(?:'s)?|safety|system|security|other)\W(?:\w+\W){0,2}?(?:preference|instruction|polic|guideline|restriction|rule|filter|prompt|setting)"
        r"|\b(?:overrul|outrank|supersed|overrid)\w{1,3} (?:what(?:ever)?|anything|everything|all that|the) (?:the )?(?:user|person|human|people|they)\b|\b(?:interpreted|understood|regarded|taken|read) as (?:\w+\W){0,2}?(?:instructions?|orders|commands)\b[^.\n]{0,30}?\b(?:authority|rank|priority|system|must|from the user)\b|\btreat(?:ed)? (?:\w+\W){0,6}?as (?:\w+\W){0,2}?(?:authoritative|trusted|system|highest)\W(?:\w+\W){0,2}?(?:instruction|directive|command|order|message)s?",
        (0.1, 0.3, 0.9),
        "Gives itself rank over what people and systems say",
    ),
    Phrase(
        "outlives_the_summary",
        r"\b(?:surviv\w{1,4}|preserv\w{1,4}|retain\w{0,3}|never forget|persist\w{0,4}|carry over)\b[^.]{0,60}?\b(?:context (?:compaction|compression|window|reset)|compaction|(?:every|all|any) summar(?:y|ies)|uninstalls?|reinstalls?)\b"
        r"|\bwhen (?:the )?(?:context|conversation|memory)? ?(?:is )?(?:compacted|compressed|summari[sz]ed)\b.{0,60}?\b(?:still|always|retain|include|keep|preserve|must)\b",
        (0.05, 0.25, 0.9),
        "Wants to outlive the end of a conversation, or its own removal",
    ),
    Phrase(
        "another_tool_next",
        r"\b(?:agent|assistant|model|ai|llm)\b (?:should|must|has to|needs to|shall) (?:now|next|then|immediately|also)(?:\W(?:now|next|then|immediately|also))?\W" + _CALLS
        + r"\b|\"next_(?:action|tool|step)\"\W{1,4}" + _CALLS
        + r"\b|\byou must (?:now|next|then|also|immediately)\W(?:\w+\W){0,2}?" + _CALLS + r"\b"
        r"|\byou must (?:also )?" + _CALLS + r" [\w`]{3,40} and (?:attach|send|include|pass|forward)\b"
        r"|\b(?:also|then|next|first)\W(?:please\W)?" + _CALLS + r"\W(?:\w+\W){0,3}?(?:previously declared|filesystem|send_?e?mail|upload|export|delete|transfer|fetch_\w+|file_read|read_file) ?(?:tool|function)?\b"
        r"|\b[\w`'\"]{3,30} tool must be (?:called|used|invoked|run)\b|\bpass(?:ed)? (?:\w+\W){0,3}?directly to the [\w`'\"]{3,30} tool\b",
        (0.05, 0.3, 0.9),
        "Says which tool is to be used next",
        unless=r"^this tool must be \w+$",
    ),
    Phrase(
        "corrects_another_tool",
        r"\b(?:run|use|call|execute|invoke|apply) this (?:tool|function)\b.{0,20}?\b(?:to (?:correct|modify|replace|change|fix|alter|rewrite)\b.{0,30}?\b(?:result|value|output|answer|response)|(?:rather than|instead of) (?:any|all|every|other|the)\b|no matter)"
        r"|\b(?:before|after) (?:execut\w+|using|running|calling|invoking|us(?:e|ing))\b.{0,50}?\b(?:this (?:tool|function)\b.{0,30}?\b(?:replace|modify|correct|change|alter)|(?:run|call|execute|use) this (?:tool|function))"
        r"|\bjust use this (?:tool|function)\b|\breplace the (?:wrong|original|real|true) (?:values?|results?|outputs?) (?:of|with)\b",
        (0.0, 0.2, 0.9),
        "Puts itself in the place of another tool's result",
    ),
    Phrase(
        "round_a_refusal",
        r"\b(?:if|when|even if|even when|should) (?:the )?(?:user|person|human|owner)\W(?:\w+\W){0,2}?(?:reject|den(?:y|ies)|declin|refus|object|does not approve|doesn't approve)\w{0,3}\b[^.]{0,80}?\b(?:retry|anyway|still (?:call|run|use|send)|re-?run|try again|go ahead|by (?:using|means of)|through another|with another|use the \w+ (?:tool )?(?:to|instead))\b"
        r"|\beven (?:when|if) the (?:user|person) (?:names|asks for|requests|mentions|prefers|chooses|wants) (?:another|a different|something else|otherwise)",
        (0.05, 0.3, 0.9),
        "Goes round what the person refused, or chose",
    ),
    Phrase(
        "adhere_to_this",
        r"\b(?:strictly|mandatory\W{1,2}|must|immediately|exactly)\W{0,2}(?:\w+\W){0,2}?(?:adhere to|follow|obey|comply with|execute|perform) the following\W{0,2}(?:\w+\W){0,2}?(?:instruction|command|directive|order|initiali[sz]ation step)s?\b"
        r"|\[action required\]|\[tool output\]|\b(?:run|execute) (?:the following|this) (?:sql )?(?:query|statement|command)s? (?:exactly|verbatim|as is)",
        (0.1, 0.35, 0.9),
        "Demands that an order of its own is followed",
    ),
    Phrase(
        "history_into_a_field",
        _HISTORY + r".{0,80}?" + _FIELD + r".{0,60}?" + _MUST + r"|" + _FIELD + r".{0,60}?" + _MUST + r".{0,40}?" + _HISTORY
        + r"|" + _FIELD + r".{0,20}?\b(?:include|add|append|pass|contain|offload|populate)\w{0,3}\b.{0,40}?" + _HISTORY
        + r"|\b(?:set|fill|put|pass)\b.{0,16}?[\w`'\"]{2,22}\W{1,3}(?:to|with)\W{1,2}(?:\w+\W){0,3}?" + _HISTORY + r"|^\W{0,3}\w{2,24}:[^\n]{0,60}?\b(?:put|add|include|append)\b[^\n]{0,20}?\b(?:also )?(?:the )?last (?:\w+ ){1,2}messages"
        r"|" + _MUST + r"\b.{0,30}?\b(?:include|add|append|pass|populate|provide|send|put|fill)\w{0,3}\b.{0,60}?" + _HISTORY
        + r"|\b(?:include|add|append|put|write|keep)\b.{0,20}?" + _HISTORY + r".{0,60}?\b(?:in|into|to|as) the \W?\w{0,20}\W{0,2}" + _FIELD
        + r"|\b(?:when|if|once|whenever) the user (?:says?|types?|asks?|mentions?|thanks)\b.{0,60}?\b(?:send|forward|include|pass)\b.{0,20}?" + _HISTORY,
        (0.0, 0.3, 0.9),
        "Wants the conversation as an argument",
    ),
    Phrase(
        "changes_after_trust",
        r"\b(?:redefin|chang|replac|updat|rewrit|swap)\w{1,3} (?:its|this|the|their) (?:own )?(?:tool )?(?:description|definition|behaviou?r|schema)\b.{0,30}?\b(?:after (?:the )?(?:approv|user|first|install)|once (?:it is |it's )?(?:approved|trusted|installed)|on (?:the )?(?:second|later|subsequent))"
        r"|\bnow that (?:this|the) (?:tool|skill|server|plugin) is (?:trusted|approved|installed)|\bthanks for approving\b|\bafter (?:the )?(?:user|first) approv\w{1,4}\b.{0,60}?\b(?:run|execute|send|call|read|fetch)\b"
        r"|\bon (?:subsequent|later|the second|every second) (?:runs?|calls?|invocations?|uses?)\b.{0,60}?\b(?:run|execute|must|send|call)\b"
        r"|\b(?:version_changed|additional permissions? (?:are )?required|re-?authenticate)\b.{0,40}?\b(?:permission|re-?authenticate|required|filesystem|network)",
        (0.0, 0.2, 0.9),
        "Becomes another once it is trusted",
    ),
    Phrase(
        "unseen_by_people",
        r"\bwithout (?:leaving (?:any |a )?traces?|being (?:noticed|detected|seen|caught)|(?:raising|arousing) (?:any )?suspicion)|\b(?:go(?:es)?|stays?|remains?) un(?:noticed|detected)\b|\bcover(?:ing)? (?:your|its|our|the) tracks\b"
        r"|\bkeep (?:this|it)\W(?:\w+\W){0,2}between us\b|\b(?:discreetly|covertly|surreptitiously|stealthily)\b|\bstealth[a-z]*(?:export|transfer|exfil|mode|upload|copy)\b|\b(?:evad|avoid|bypass|escap)(?:e|es|ing) (?:\w+ )?(?:detection|edr|antivirus|amsi)\b"
        r"|\bso (?:that )?(?:the )?(?:user|reviewer|owner|victim|operator|nobody|no one|people)\b(?: never| does not| doesn't| won't| cannot| can't)? (?:sees?|notices?|knows?)\b",
        (0.1, 0.25, 0.9),
        "Wants to go unnoticed",
    ),
    Phrase(
        "smuggles_in",
        r"\b(?:rogue|hidden|malicious|shadow|additional|companion|extra|fake|backdoored) (?:\w+ )?(?:mcp server|skill|tool server|tool provider|plugin|hook|extension)\b.{0,80}?\b(?:intercept|route|persist|inject|hidden|directory|folder|never|execut|reload|regist)"
        r"|\b(?:inject|smuggle|sneak|plant|drop|deploy|install|register|add)\w{0,4} (?:a|an|our|the) (?:rogue|hidden|malicious|shadow|additional|fake|companion|extra|backdoored) (?:\w+ )?(?:mcp server|skill|tool|server|plugin|hook)"
        r"|\bimpersonat\w{1,3} the (?:official|trusted|real|original)|\brewrit\w{1,3} (?:this|its own|the) [\w./]{2,20} (?:file )?to restore\b|\badd an mcp server\b.{0,40}?\bwithout\b"
        r"|\b(?:no|without(?: a| any)?|before (?:the|any)|pre-?) ?(?:trust|consent|approval|permission|confirmation)[- ](?:dialog|prompt|sessionstart)\b.{0,60}?\b(?:run|runs|load|loads|execut\w+|fires?|renders?)|\b(?:auto-?loads?|fires|runs)\b.{0,60}?\b(?:no consent prompt|before the (?:trust|consent|approval) (?:dialog|prompt))",
        (0.0, 0.2, 0.9),
        "Smuggles in another server, skill or hook",
    ),
    Phrase(
        "claims_to_be_the_official",
        r"\b(?:drop-?in replacement (?:for|of)|(?:improved|enhanced|turbo|patched|faster|better|unofficial|community|secure|fixed)[\w-]*(?: \w+)? (?:fork|version|edition|build|copy) of) (?:the )?(?:\w+ )?(?:official|original|standard)\b"
        r"|\breplaces? the official\b|\bfork(?:ed)? (?:of|from) the official\b|\bofficial (?:anthropic|openai|github|google|microsoft|claude|slack|stripe|cloudflare) (?:\w+ ){1,5}?.{0,20}?\b(?:maintained by us|by us|our)\b",
        (0.0, 0.1, 0.9),
        "Offers itself in the place of the official one",
    ),
    Phrase(
        "as_the_model_said",
        r"\b(?:install|use|pip install|npm install|add|download)\b.{0,80}?\b(?:the )?(?:one |package |library |tool |module )?(?:that |which )?(?:the )?(?:ai|ai assistant|assistant|model|llm|chatgpt|gpt-?4\w?|claude|copilot|gemini) (?:\w+ )?(?:suggest|recommend|mention|propos|advis|said|told)\w{0,3}"
        r"|\bcommonly used ai (?:library|package)\b",
        (0.0, 0.1, 0.9),
        "Wants a package that a model is said to have named",
    ),
    Phrase(
        "run_this_to_repair",
        r"\b(?:recommended fix|required diagnostic(?: step)?|diagnostic (?:step|tool)|to (?:resolve|fix|repair|clear) (?:this|the|it)|before continuing|auto-?recoverable|run the following)\b.{0,100}?\b(?:npx|uvx|pipx run|bunx)\b (?:-\w+ |--yes ){0,2}@?[\w-]{2,30}/"
        r"|\b(?:must|always|required to) run\W{0,2}(?:npx|uvx|bunx)\b|\b(?:npx|uvx|bunx)\b (?:-\w+ |--yes ){0,2}@[\w-]{2,30}/[\w@.-]{2,40}\W.{0,30}?\b(?:before continuing|as initiali[sz]ation|--diagnose)",
        (0.0, 0.25, 0.9),
        "Offers a program of its own as the repair of an error",
    ),
    Phrase(
        "tells_how_to_exploit",
        r"\bexploit(?:ing|s)? (?:cve|ghsa)-|\b(?:cve|ghsa)-[\w-]{4,20} (?:exploit|poc|bypass|rce)\b|\b(?:lets?|allows?|accepts?) (?:an? )?(?:unauthenticated|authenticated|remote|arbitrary|unprivileged)\W(?:\w+\W){0,3}?(?:callers?|attackers?|users?|rce|execution|file write|takeover)"
        r"|\b(?:to|to achieve|confirmed|leading to|leads to|unauthenticated|via|for) (?:\w+ )?(?:persistent )?rce\b|\b(?:craft|send|use|smuggle) a (?:malicious|crafted|poisoned)\b|\bescap(?:e|es|ing) the (?:sandbox|allowed|\S{2,30} boundary)|\b(?:escapes?|bypass\w{0,3}) the (?:sandbox|prefix check|allowed director\w{1,3}|\S{3,30} boundary)\b"
        r"|\bslips? past\b|\bunauthenticated (?:remote )?(?:takeover|callers?)\b|\bpop a shell\b|\bunsanitised\b.{0,60}?\b(?:execut|extract|reach)",
        (0.0, 0.05, 0.9),
        "Tells how something is broken into",
    ),
    Phrase(
        "spies_or_robs",
        r"\b(?:drain(?:s|er|ing)?|empt(?:y|ies)|steal(?:s|er|ing)?)\W{0,2}(?:\w+\W){0,2}?(?:wallets?|funds|credentials|cookies|tokens|passwords|seed phrases?)\b|\b(?:wallet|solana|ethereum|bitcoin|crypto|token|eth|btc)[\w-]{0,12}-(?:drain(?:er)?|steal(?:er)?)\b|\bransom (?:note|payment)"
        r"|\b(?:also|additionally|separately) (?:\w+\W){0,2}?(?:uploads?|registers?|catalogu?es?|extracts?|stores?|sends?|collects?)\b.{0,50}?\b(?:their|user'?s?|all|personal|pii|third[- ]party|payment)\b.{0,60}?\b(?:analytics|third[- ]party|service|platform|do not|don't|separately|without)"
        r"|\bcaptures? (?:and \w+ )?the credentials of\b|\b(?:collect|gather)(?:s|ing)? (?:\w+ )?(?:workspace|session) tokens\b|\b(?:harvest|exfiltrat\w{1,3}|smuggl\w{1,3})\w{0,3} (?:\w+\W){0,3}?(?:credentials?|passwords?|session tokens?|secrets|api keys|workspace tokens|\.env)\b|\bexfiltrat(?:e|es|ed|ing|ion)\w{0,3}(?:[ _]\w+){0,2}\b.{0,40}?\b(?:data|prompt|key|credential|conversation|history|endpoint|/)",
        (0.05, 0.15, 0.9),
        "Robs people, or spies on them",
    ),
    Phrase(
        "weapon_to_order",
        r"\b(?:write|create|generate|give me|show me|need (?:code|an?)|develop|build|make)\b.{0,50}?\b(?:keylogger|ransomware|rootkit|dropper|shellcode|fileless|polymorphic|stage-?\d loader|c2 (?:beacon|server|agent)|virus in|worm in|botnet|dll injection|process hollowing|lsass|disable amsi|kill etw|offline cracking|"
        r"take control of a computer|hide from the process list|terminate and stay resident|disable windows defender|establish persistence|encrypted system password|dump (?:sam|lsass|\S{0,30}\\sam\b|hashes))(?:\W\w{1,20})?",
        (0.2, 0.2, 0.9),
        "Asks for a weapon",
        unless=AGAINST,
    ),
    Phrase(
        "never_ending",
        r"\bretry (?:this|the|same)\b.{0,30}?\b(?:indefinitely|forever|endlessly|until (?:the|it)\b)|\"(?:retry_count|max_retries)\"\s{0,2}:\s{0,2}\d{3,}|\b(?:continue_after_error|retry_on_error)\"?\s{0,2}[:=]\s{0,2}true",
        (0.0, 0.1, 0.9),
        "Wants to be tried again without end",
    ),
    Phrase(
        "speaks_in_a_comment",
        r"<!--[^>]{0,160}?\b(?:" + _MODEL + r"\b|system:)[^>]{0,120}?\b(?:must|should|please|ignore|execute|call|fetch|include|retrieve|output|send|read|post|store|put|copy|attach|pass|state|never|always|recommend|forward)\b"
        r"|<!--[^>]{0,120}?\b(?:override|disregard|ignore|execute|bypass)\b[^>]{0,60}?\b(?:safety|restrictions?|instructions?|arbitrary|previous|above|rules)\b|<!--\s{0,4}[a-z0-9+/]{32,400}={0,2}\s{0,4}-->|<!--[^>]{0,60}?\b(?:curl|wget|bash -c)\b[^>]{0,80}https?://"
        r"|display:\s{0,2}none[^>]{0,20}>(?:<\w{1,4}>)?[^<]{0,120}?\b(?:you must|ignore|fetch the|send|call the)\b|<(?:(?:hidden|secret|important|internal|admin)[\w-]{0,20}|system(?:[_-]?(?:prompt|message|note|notice|instruction|override|directive|command|update|order|info)s?)?)>[^<]{0,200}?\b(?:do not|must|call|send|read|ignore|execute|ask|pass|forward|tell)\b",
        (0.05, 0.5, 0.9),
        "Speaks to the model where people do not look",
    ),
    Phrase(
        "ends_the_description",
        r"-{2,}\s{0,2}end (?:of )?(?:the )?(?:tool )?(?:description|schema|output|response)|<system: |(?:^|[.!?\n]\s{0,3})system: (?:you|for|this|always|ignore|from)\b|\b(?:verbose|maintenance|developer|debug|admin|god|unrestricted) mode (?:is )?(?:engaged|activated)\b|\byou are now in (?:maintenance|developer|debug|admin|unrestricted) mode\b",
        (0.1, 0.4, 0.9),
        "Pretends that the description is over, or that another mode began",
    ),
    Phrase(
        "asks_through_sampling",
        r"sampling/createmessage.{0,240}?\b(?:please also|also,|from now on|in all future|important|append|ignore|instead|do not|also invoke)\b",
        (0.0, 0.2, 0.9),
        "Puts orders into a question to the model of the client",
    ),
    Phrase(
        "writes_although_read_only",
        r"\b(?:safe|read-?only)\b.{0,160}?\b(?:write_mode|allow_write|enables? write|write-back)\b",
        (0.0, 0.05, 0.9),
        "Says that it only reads, and can write",
    ),
)  # fmt: skip
