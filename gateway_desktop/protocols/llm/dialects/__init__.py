"""DIALECTS: the request shapes it reads; the first that knows a path reads it, the last knows all."""

from gateway_desktop.protocols.llm.dialect import Dialect
from gateway_desktop.protocols.llm.dialects.anthropic_messages import AnthropicMessages, MessagesAnswer
from gateway_desktop.protocols.llm.dialects.batches import Batches
from gateway_desktop.protocols.llm.dialects.bedrock import Bedrock
from gateway_desktop.protocols.llm.dialects.cohere import Cohere
from gateway_desktop.protocols.llm.dialects.embeddings import Embeddings
from gateway_desktop.protocols.llm.dialects.gemini import Gemini
from gateway_desktop.protocols.llm.dialects.ollama import Ollama
from gateway_desktop.protocols.llm.dialects.openai_chat import ChatAnswer, OpenAiChat
from gateway_desktop.protocols.llm.dialects.openai_responses import OpenAiResponses
from gateway_desktop.protocols.llm.dialects.other import Other

DIALECTS: tuple[Dialect, ...] = (
    OpenAiChat(),
    AnthropicMessages(),
    OpenAiResponses(),
    Gemini(),
    Embeddings(),
    Ollama(),
    Cohere(OpenAiChat()),
    Batches(),
    Bedrock(AnthropicMessages(), MessagesAnswer, ChatAnswer),  # which sells models of theirs
    Other(),
)
