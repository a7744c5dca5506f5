"""OF_TURNS: whole turns of a conversation, written with the marks of a model's template, where only data belongs.

One mark stands in every page about templates. A mark, words that mean something, and the mark after them do not:
there pages have blanks to fill, greetings, or a fenced block of code. Reminders of coding tools stand in results of
theirs, too; those that make light of danger they do not write.
"""

from gateway_desktop.inspection.phrase import Phrase

_FENCED = r"(?:```[^`]{0,200}?)?"
_SAYING = r"\s{0,4}[^<>{}|\[\]`\"'\s][^<>{}|\[\]`]{15,600}?"
_BEGINS = (
    r"(?:<\|(?:user|system|human|developer)\|>"  # Phi, Zephyr, GLM, DeepSeek
    r"|<\|im_start\|>\s?(?:user|system|developer)\b"  # ChatML: Qwen and others
    r"|<\|start_header_id\|>\s?(?:user|system)\s?<\|end_header_id\|>|<\|header_start\|>\s?(?:user|system)\s?<\|header_end\|>"  # Llama 3, 4
    r"|<start_of_turn>\s?(?:user|system)\b"  # Gemma
    r"|<\|start\|>\s?(?:user|system|developer)\s?<\|message\|>"  # gpt-oss
    r"|<\|start_of_role\|>\s?(?:user|system)\s?<\|end_of_role\|>"  # Granite
    r"|<\|start_of_turn_token\|>\s?<\|(?:user|system)_token\|>)"  # Command R
)
_ENDS = r"(?:<\|(?:end|im_end|eot_id|eot|eom_id|assistant|end_of_turn_token|end_of_text|end_of_sentence|im_start|start_header_id|endoftext)\|?>|<end_of_turn>|<start_of_turn>|$)"
_TOOLS = r"(?:tool_(?:results?|outputs?|response)|function_results?|function_response|observation|untrusted[\w-]{0,20})"
# What examples say.
_EXAMPLES = (
    r"\byou are (?:an?|the) (?:\w+[ ,]{1,2}){0,5}?(?:assistant|ai|chat ?bot|model|pirate|translator|expert|teacher|poet)\b|\b(?:hello|hi|hey|how are you|who are you|what(?:'s| is| are| can)|why|tell me (?:a|about)|capital of|write (?:a|an)|explain|translate|how (?:do|does|many|to))\b|\.\.\.|…"
    r"|^```"
)

OF_TURNS: tuple[Phrase, ...] = (
    Phrase(
        "whole_turn",
        _FENCED + _BEGINS + _SAYING + _ENDS
        + r"|" + _FENCED + r"\[inst\]" + _SAYING + r"\[/inst\]|" + _FENCED + r"\[system_prompt\]" + _SAYING + r"\[/system_prompt\]"
        r"|" + _FENCED + r"<<sys>>" + _SAYING + r"<</sys>>",
        (0.35, 0.86, 0.9),
        "A whole turn of somebody else, in the marks of a model's template",
        outright=True,
        unless=_EXAMPLES,
    ),
    Phrase(
        "breaks_out_of_the_result",
        r"</" + _TOOLS + r">\s{0,4}(?:<\|?\w{1,12}\|?>\s{0,4}){0,2}<(?:user|system|human|developer|assistant|instructions?|tool_call|function_calls?|invoke)\b[^>]{0,60}>",
        (0.35, 0.86, 0.9),
        "Ends the result it stands in, and speaks as another",
        outright=True,
        unless=r"^```",
    ),
    Phrase(
        "reminder_gives_leave",
        r"<system[-_ ]reminder>[^<]{0,400}?\b(?:ha(?:s|ve) (?:already |all )?(?:been )?(?:approved|authori[sz]ed|granted|consented|pre-?approved)\b(?: your plan\b)?|no longer (?:need|require)s?\b|without (?:asking|confirm\w*|permission|approval)\b"
        r"|(?:upload|send|post|forward|push|e-?mail)\W[^<.\n]{0,80}?(?:https?://|\S@\S)|(?:read|cat|open|print)\W[^<.\n]{0,40}?(?:\.env\b|\.ssh\b|\.aws\b|id_rsa|credentials|private key))",
        (0.0, 0.86, 0.9),
        "A reminder as coding tools make them, which gives leave to what harms",
        unless=r"\b(?:never|do not|don't|must not)\b[^.<\n]{0,40}$|your plan$",
    ),
)  # fmt: skip
