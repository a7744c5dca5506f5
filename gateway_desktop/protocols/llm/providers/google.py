"""Google Gemini."""

from gateway_desktop.protocols.llm.provider import Provider

GOOGLE = Provider(
    name="google",
    label="Google Gemini",
    base_url="https://generativelanguage.googleapis.com",
    credential_header=("x-goog-api-key", ""),
    prices="google",
    hosts=("googleapis.com",),
    models_path="/v1beta/models",
    formats=("gemini",),
    notes="generateContent and streamGenerateContent, for the Gemini SDKs and the Gemini CLI.",
)
