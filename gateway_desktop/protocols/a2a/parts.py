"""Messages and artifacts as texts: parts as 0.2, 0.3 and 1.0 write them."""

from collections.abc import Iterator
from typing import Any

from gateway_desktop.core.call import TextPart
from gateway_desktop.protocols.json_body import compact
from gateway_desktop.protocols.unread import holds_text, says_something, unpacked, words_only

_IDS = frozenset({"kind", "type", "messageId", "message_id", "taskId", "contextId", "artifactId", "role"})
# Ids, kinds and versions, wherever they stand: no text as long as they are single words.
_LABELS = _IDS | {
    *("id", "task_id", "parent", "tenant", "pageToken", "nextPageToken", "status", "historyLength"),
    *("pushNotificationConfigId", "lastUpdatedAfter", "mimeType", "mediaType", "acceptedOutputModes"),
    *("referenceTaskIds", "extensions", "version", "protocolVersion", "preferredTransport", "iconUrl"),
    *("defaultInputModes", "defaultOutputModes", "inputModes", "outputModes", "transport", "protocolBinding"),
    *("append", "lastChunk", "final"),
}
_LONGEST_LABEL = 200
_MESSAGE = _IDS | {"parts", "content", "referenceTaskIds", "extensions"}
_ARTIFACT = _IDS | {"parts", "name", "description", "extensions"}
_PART = frozenset(
    {"kind", "type", "text", "data", "file", "uri", "fileWithUri", "url", "bytes", "fileWithBytes", "raw"}
    | {"mimeType", "mediaType"}
)
_OF_FILE = _PART - {"text", "data", "file"}
_ROLES = {"ROLE_USER": "user", "ROLE_AGENT": "agent"}


def message_texts(message: object, place: str) -> list[TextPart]:
    """Return the texts of a message; `agent` is the role of what the agent says."""
    if not isinstance(message, dict):
        return [TextPart(place, "user", compact(message))] * holds_text(message)
    said = message.get("role")
    role = _ROLES.get(said, said) if isinstance(said, str) else "user"
    texts = list(_texts(message, place, role))
    return texts + rest_texts(message, _MESSAGE, place, "metadata")


def artifact_texts(artifact: object, place: str) -> list[TextPart]:
    """Return the texts of an artifact, its name and description first."""
    if not isinstance(artifact, dict):
        return [TextPart(place, "artifact", compact(artifact))] * holds_text(artifact)
    titles = [
        TextPart(f"{place}/{name}", "artifact", artifact[name])
        for name in ("name", "description")
        if isinstance(artifact.get(name), str) and artifact[name]
    ]
    rest = rest_texts(artifact, _ARTIFACT, place, "metadata")
    return [*titles, *_texts(artifact, place, "artifact"), *rest]


def rest_texts(value: dict[str, Any], known: frozenset[str], place: str, role: str) -> list[TextPart]:
    """Return the texts of the members that are not read otherwise, and labels that are more than that."""
    found = []
    for name, item in value.items():
        if says_something(name):
            found.append(TextPart(f"{place}/{name}/", role, name))
        if (name not in known or _is_no_label(name, item)) and holds_text(item):
            found.append(TextPart(f"{place}/{name}", role, item if isinstance(item, str) else compact(item)))
    return found


def _is_no_label(name: str, item: object) -> bool:
    """Return whether a member that is read nowhere says something; objects are read by themselves."""
    return name in _LABELS and not isinstance(item, dict) and not words_only(item, _LONGEST_LABEL)


def files_of(holder: object) -> list[dict[str, object]]:
    """Return name, type and size or address of the files in a message or an artifact, for the record."""
    found: list[dict[str, object]] = []
    for _, part in _parts(holder):
        file = _file(part)
        content = file.get("bytes") or file.get("fileWithBytes") or file.get("raw")
        where = file.get("uri") or file.get("fileWithUri") or file.get("url")
        if not (isinstance(content, str) or isinstance(where, str)):
            continue
        name = file.get("name") or file.get("filename") or ""
        kind = file.get("mimeType") or file.get("mediaType") or ""
        size = len(content) * 3 // 4 if isinstance(content, str) else None
        found.append({"name": name, "type": kind, "bytes": size, "uri": where})
    return found


def _texts(holder: dict[str, Any], place: str, role: str) -> Iterator[TextPart]:
    for name in ("parts", "content"):
        yield from _odd_parts(holder.get(name), f"{place}/{name}", role)
    for at, part in _parts(holder):
        here = f"{place}/{at}"
        if isinstance(part.get("text"), str):
            yield TextPart(f"{here}/text", role, part["text"])
        if "data" in part and part["data"] is not None:
            yield TextPart(f"{here}/data", role, compact(part["data"]))
        yield from _file_texts(part, here, role)
        if isinstance(part.get("file"), dict):
            yield from _file_texts(part["file"], f"{here}/file", role)
            yield from rest_texts(part["file"], _OF_FILE, f"{here}/file", role)
        yield from rest_texts(part, _PART, here, role)


def _odd_parts(parts: object, place: str, role: str) -> Iterator[TextPart]:
    """Yield parts that are none, which some agents read all the same."""
    if not isinstance(parts, list):
        if holds_text(parts):
            yield TextPart(place, role, parts if isinstance(parts, str) else compact(parts))
        return
    for index, part in enumerate(parts):
        if not isinstance(part, dict) and holds_text(part):
            yield TextPart(f"{place}/{index}", role, part if isinstance(part, str) else compact(part))


def _file_texts(file: dict[str, Any], here: str, role: str) -> Iterator[TextPart]:
    """Yield the address and, where it is text, the content of a file."""
    for name in ("uri", "fileWithUri", "url"):
        if isinstance(file.get(name), str):
            yield TextPart(f"{here}/{name}", role, file[name])
    for name in ("bytes", "fileWithBytes", "raw"):
        if isinstance(file.get(name), str) and (text := unpacked(file[name])):
            yield TextPart(f"{here}/{name}", role, text)


def _file(part: dict[str, Any]) -> dict[str, Any]:
    file = part.get("file")
    return file if isinstance(file, dict) else part


def _parts(holder: object) -> Iterator[tuple[str, dict[str, Any]]]:
    if not isinstance(holder, dict):
        return
    for name in ("parts", "content"):  # `content`: 0.3's HTTP+JSON binding
        parts = holder.get(name)
        for index, part in enumerate(parts if isinstance(parts, list) else ()):
            if isinstance(part, dict):
                yield f"{name}/{index}", part
