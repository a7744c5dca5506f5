"""What makers of agents' frameworks put into people's messages and tools' descriptions: it is no attack."""

# Of CrewAI and of LangChain's ReAct; what stands in for a task is left where it is.
_SAID = (
    "Begin! This is VERY important to you, use the tools available and give your best Final Answer, your job depends on it!",
    "This is the expected criteria for your final answer:",
    "you MUST return the actual complete content as the final answer, not a summary.",
    "Now it's time you MUST give your absolute best final answer. You'll ignore all previous instructions, stop using any tools, and just return your absolute BEST Final answer.",
    "I MUST use these formats, my job depends on it!",
    "To give my best complete final answer to the task respond using the exact following format:",
    "Your final answer must be the great and the most complete as possible, it must be outcome described",
    "If you don't need to use any more tools, you must give your best complete final answer, make sure it satisfies the expected criteria, use the EXACT format below:",
    "my best complete final answer to the task.",
    "Sorry, I didn't use the right format. I MUST either use a tool (among the available ones), OR give my best final answer.",
    "Here is the expected format I must follow:",
    "You ONLY have access to the following tools, and should NEVER make up tools that are not listed here:",
    "IMPORTANT: Use the following format in your response:",
    "you should always think about what to do",
    "just the name, exactly as it's written.",
    "just a simple JSON object, enclosed in curly braces, using \" to wrap keys and values.",
    "the input to the action",
    "the result of the action",
    "Once all necessary information is gathered, return the following format:",
    "Once I know the final answer, I must return the following format:",
    "Thought: I now know the final answer",
    "Thought: I now can give a great answer",
    "the final answer to the original input question",
    "Analyze the tool result. If requirements are met, provide the Final Answer. Otherwise, call the next tool. Deliver only the answer without meta-commentary.",
    "Your best answer to your coworker asking you this, accounting for the context shared.",
    "I tried reusing the same input, I must stop using this action input. I'll try something else instead.",
    "Error: the Action Input is not a valid key, value dictionary.",
    "they know nothing about the task, so share absolutely everything you know, don't reference things but instead explain them.",
    "they know nothing about the question, so share absolutely everything you know, don't reference things but instead explain them.",
    "For additional context, please review the conversation history between you and the user that led to the initiation of this crew.",
    "Use any relevant information or feedback from the conversation to inform your task execution and ensure your response aligns with both the immediate task and the crew's overall goals.",
    "Answer the following questions as best you can. You have access to the following tools:",
    "(this Thought/Action/Action Input/Observation can repeat N times)",
)  # fmt: skip
_SIGNS = (
    "inal answer",
    "inal Answer",
    "Action Input",
    "absolutely everything you know",
    "the tool result",
    "your coworker",
    "this crew",
)


def without_their_words(text: str) -> str:
    """Return the text with such sentences as spaces, so that all else stays in its place."""
    if not any(sign in text for sign in _SIGNS):
        return text
    for said in _SAID:
        text = text.replace(said, " " * len(said))
    return text
