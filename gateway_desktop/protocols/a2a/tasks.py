"""Which tasks a request names, and lists of tasks without those that are not the caller's."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

import msgspec

from gateway_desktop.core.errors import Failure, UpstreamFailed
from gateway_desktop.core.spelling import alike
from gateway_desktop.protocols.json_body import decoded

IN_MESSAGES = frozenset({"taskid", "referencetaskids"})
IN_PARAMETERS = frozenset({"taskid", "id", "name", "parent"})  # 0.3 and 1.0, of push configs `tasks/ID/...`

_CONTEXTS = frozenset({"contextid"})  # conversations: agents remember by them what was said


def tasks_in(holder: Mapping[str, Any], names: frozenset[str]) -> list[str]:
    """Return all that an agent may take for the id of a task or a context, however the members are spelt
    (`task_id`, ...).
    """
    tasks = [text.removeprefix("tasks/").partition("/")[0] for text in _texts(holder, names)]
    return [*tasks, *_texts(holder, _CONTEXTS)]


def _texts(holder: Mapping[str, Any], names: frozenset[str]) -> list[str]:
    found = [value for key, value in holder.items() if alike(key).replace("_", "") in names]
    texts = [text for value in found for text in (value if isinstance(value, list) else [value])]
    return [text for text in texts if isinstance(text, str)]


def tasks_in_path(raw_path: str) -> list[str]:
    """Return the parts of a path, one of them maybe a task's id, with or without an action (`ID:cancel`)."""
    parts = unquote(raw_path).split("/")
    return [*parts, *(part.rpartition(":")[0] for part in parts if ":" in part)]


def without_tasks(answer: bytes, may_see: Callable[[str], bool]) -> bytes:
    """Return the answer to `ListTasks` with those tasks only; the same object if none is left out.

    Raises UpstreamFailed where it cannot be read: what cannot be sifted does not pass.
    """
    if answer.lstrip()[:1] != b"{":
        return answer
    try:
        document = decoded(answer)
    except ValueError as error:
        raise UpstreamFailed(Failure.BROKEN, "The agent's list of tasks cannot be read") from error
    holder = document.get("result") if "jsonrpc" in document else document
    listed = holder.get("tasks") if isinstance(holder, dict) else None
    if not isinstance(listed, list):
        return answer
    kept = [task for task in listed if isinstance(task, dict) and may_see(str(task.get("id", "")))]
    if len(kept) == len(listed):
        return answer
    holder["tasks"] = kept
    if isinstance(total := holder.get("totalSize"), int):
        holder["totalSize"] = total - len(listed) + len(kept)
    return msgspec.json.encode(document)
