"""STAND-IN."""


class Sandbox:
    url = ""

    async def stop(self) -> None: ...


async def start_sandbox() -> Sandbox:
    return Sandbox()
