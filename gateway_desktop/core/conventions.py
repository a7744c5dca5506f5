"""The names of OpenTelemetry's semantic conventions that are used here, and nowhere else written out.

GenAI and MCP are still in development there (semantic-conventions-genai 0.1): when a name changes, it changes
in this file.
"""

SERVICE_NAME = "service.name"
SERVICE_VERSION = "service.version"
SERVICE_INSTANCE = "service.instance.id"
ERROR_TYPE = "error.type"
SERVER_ADDRESS = "server.address"
SERVER_PORT = "server.port"
HTTP_STATUS = "http.response.status_code"
USER_ID = "user.id"
USER_NAME = "user.name"

OPERATION = "gen_ai.operation.name"
PROVIDER = "gen_ai.provider.name"
REQUEST_MODEL = "gen_ai.request.model"
RESPONSE_MODEL = "gen_ai.response.model"
FINISH_REASONS = "gen_ai.response.finish_reasons"
INPUT_TOKENS = "gen_ai.usage.input_tokens"
OUTPUT_TOKENS = "gen_ai.usage.output_tokens"
TOKEN_TYPE = "gen_ai.token.type"
TOOL_NAME = "gen_ai.tool.name"
AGENT_NAME = "gen_ai.agent.name"
CONVERSATION = "gen_ai.conversation.id"
RPC_METHOD = "rpc.method"

MCP_METHOD = "mcp.method.name"
MCP_SESSION = "mcp.session.id"
MCP_RESOURCE = "mcp.resource.uri"

GEN_AI_DURATION = "gen_ai.client.operation.duration"
GEN_AI_TOKENS = "gen_ai.client.token.usage"
MCP_DURATION = "mcp.server.operation.duration"
FIRST_CHUNK = "gen_ai.client.operation.time_to_first_chunk"

# What no convention names is ours.
PROXY = "gateway.proxy"
OUTCOME = "gateway.outcome"
EXCHANGE = "gateway.exchange.id"
GROUP = "gateway.group"
COST = "gateway.cost_usd"
RISK = "gateway.risk"

# Our names of what a caller asks, to the conventions' values.
OPERATIONS = {
    "chat": "chat",
    "messages": "chat",
    "responses": "chat",
    "generate_content": "generate_content",
    "embeddings": "embeddings",
    "completions": "text_completion",
}
PROVIDERS = {"google": "gcp.gemini", "azure": "azure.ai.openai", "mistral": "mistral_ai"}
EXECUTE_TOOL = "execute_tool"
INVOKE_AGENT = "invoke_agent"
