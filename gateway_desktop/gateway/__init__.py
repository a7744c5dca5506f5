"""How does it get there and back? asyncio and aiohttp; no Qt, no database."""
