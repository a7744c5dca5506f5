"""Azure OpenAI."""

from gateway_desktop.protocols.llm.provider import Provider

AZURE = Provider(
    name="azure",
    label="Azure OpenAI",
    base_url="",
    credential_header=("api-key", ""),
    prices="azure",
    hosts=("openai.azure.com", "cognitiveservices.azure.com", "services.ai.azure.com"),
    models_path="/openai/v1/models",
    formats=("openai", "responses"),
    notes="Your resource: https://NAME.openai.azure.com. Models go by their deployments' names.",
)
