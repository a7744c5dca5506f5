"""A sample agent on the official SDK, in a thread: JSON-RPC and HTTP+JSON, of 1.0 and of 0.3."""

import asyncio
import logging
import socket
import threading
from typing import Any

import httpx
import uvicorn
from a2a.helpers import new_text_message
from a2a.helpers.proto_helpers import new_raw_part, new_task_from_user_message, new_text_part
from a2a.server.agent_execution import AgentExecutor, RequestContext
from a2a.server.events import EventQueue
from a2a.server.request_handlers import DefaultRequestHandler
from a2a.server.routes import create_agent_card_routes, create_jsonrpc_routes, create_rest_routes
from a2a.server.tasks import (
    BasePushNotificationSender,
    InMemoryPushNotificationConfigStore,
    InMemoryTaskStore,
    TaskUpdater,
)
from a2a.types import (
    AgentCapabilities,
    AgentCard,
    AgentInterface,
    AgentSkill,
    APIKeySecurityScheme,
    Role,
    SecurityScheme,
)
from a2a.utils.signing import ProtectedHeader, create_agent_card_signer
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

KEY_HEADER = "X-Agent-Key"


class SampleExecutor(AgentExecutor):
    """Does what the message says: a reply, a task with artifacts, a question, or something long."""

    def __init__(self) -> None:
        self.cancelled = 0
        self.waiting = threading.Event()
        self.go_on = threading.Event()

    async def execute(self, context: RequestContext, event_queue: EventQueue) -> None:
        said = context.get_user_input()
        message = context.message
        assert message is not None
        if said.startswith("hello") and context.current_task is None:
            await event_queue.enqueue_event(new_text_message(f"You said {said}", role=Role.ROLE_AGENT))
            return
        if context.current_task is None:
            await event_queue.enqueue_event(new_task_from_user_message(message))
        assert context.task_id is not None
        assert context.context_id is not None
        updater = TaskUpdater(event_queue, context.task_id, context.context_id)
        await updater.start_work()
        await self._work(said, updater)

    async def _work(self, said: str, updater: TaskUpdater) -> None:
        if said.startswith("ask"):
            question = updater.new_agent_message([new_text_part("Which city?")])
            await updater.requires_input(question)
            return
        if said.startswith("fail"):
            await updater.failed()
            return
        if said.startswith("wait"):
            self.waiting.set()
            await asyncio.to_thread(self.go_on.wait, 20)
        for piece in ("It is ", "sunny."):
            await updater.add_artifact(
                [new_text_part(piece)],
                artifact_id="weather",
                name="Weather",
                append=piece != "It is ",
                last_chunk=piece == "sunny.",
            )
        chart = new_raw_part(b"PNG", media_type="image/png", filename="chart.png")
        await updater.add_artifact([chart], artifact_id="chart")
        await updater.complete()

    async def cancel(self, context: RequestContext, event_queue: EventQueue) -> None:
        self.cancelled += 1
        assert context.task_id is not None
        assert context.context_id is not None
        await TaskUpdater(event_queue, context.task_id, context.context_id).cancel()


class SampleAgent:
    """Serves on loopback while the block lasts; `url` is its base."""

    def __init__(self, base: str = "", *, older_card: bool = False, notifies: bool = False) -> None:
        self.executor = SampleExecutor()
        self.seen: list[dict[str, str]] = []  # headers, with `:method` and `:path`
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}{base}"
        self._base = base
        self._older_card = older_card
        self._notifies = notifies
        self.key = ec.generate_private_key(ec.SECP256R1())
        config = uvicorn.Config(
            self._recording(self._application()),
            log_level="error",
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    def card(self) -> AgentCard:
        key = SecurityScheme(api_key_security_scheme=APIKeySecurityScheme(name=KEY_HEADER, location="header"))
        interfaces = [
            ("JSONRPC", f"{self.url}/rpc/", "1.0"),
            ("HTTP+JSON", self.url, "1.0"),
            ("JSONRPC", f"{self.url}/rpc/", "0.3"),
            ("HTTP+JSON", self.url, "0.3"),
            ("GRPC", self.url, "1.0"),
        ]
        return AgentCard(
            name="Weather agent",
            description="Knows the weather",
            version="2",
            supported_interfaces=[
                AgentInterface(url=url, protocol_binding=binding, protocol_version=version)
                for binding, url, version in interfaces
            ],
            capabilities=AgentCapabilities(streaming=True, push_notifications=True, extended_agent_card=True),
            default_input_modes=["text/plain"],
            default_output_modes=["text/plain"],
            skills=[AgentSkill(id="weather", name="Weather report", description="Today's", tags=["weather"])],
            security_schemes={"agentKey": key},
        )

    def _application(self) -> Starlette:
        card, extended = self.card(), self.card()
        self.served = card  # what changes in it is served from then on
        extended.name = "Weather agent, extended"
        configs = InMemoryPushNotificationConfigStore()
        http = httpx.AsyncClient(limits=httpx.Limits(max_keepalive_connections=0))
        sender = BasePushNotificationSender(http, configs) if self._notifies else None
        handler = DefaultRequestHandler(
            agent_executor=self.executor,
            task_store=InMemoryTaskStore(),
            agent_card=card,
            push_config_store=configs,
            push_sender=sender,
            extended_agent_card=extended,
        )
        where = "/.well-known/agent.json" if self._older_card else "/.well-known/agent-card.json"
        header = ProtectedHeader(kid="k1", alg="ES256", jku=f"{self.url}/jwks.json", typ="JOSE")
        secret = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        create_agent_card_signer(secret, header)(card)
        return Starlette(
            routes=[
                Route(f"{self._base}/jwks.json", self._keys),
                *create_agent_card_routes(card, card_url=f"{self._base}{where}"),
                *create_jsonrpc_routes(handler, f"{self._base}/rpc/", enable_v0_3_compat=True),
                *create_rest_routes(handler, enable_v0_3_compat=True, path_prefix=self._base),
            ]
        )

    async def _keys(self, _request: Request) -> JSONResponse:
        public = ECKey.import_key(
            self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        )
        return JSONResponse({"keys": [{**public.as_dict(), "kid": "k1"}]})

    def _recording(self, application: ASGIApp) -> ASGIApp:
        async def record(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                request = Request(scope)
                self.seen.append(
                    {**dict(request.headers), ":method": request.method, ":path": request.url.path}
                )
            await application(scope, receive, send)

        return record

    def __enter__(self) -> "SampleAgent":
        logging.getLogger("a2a").setLevel(logging.CRITICAL)  # it tells of every error that is asked for
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.executor.go_on.set()
        self._server.should_exit = True
        self._thread.join(60)
