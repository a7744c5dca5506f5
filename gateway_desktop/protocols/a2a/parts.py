"""Messages and artifacts as texts: parts as 0.2, 0.3 and 1.0 write them."""

from collections.abc import Iterator
from typing import Any

from gateway_desktop.core.call import TextPart
from gateway_desktop.protocols.json_body import compact

_ROLES = {"ROLE_USER": "user", "ROLE_AGENT": "agent"}


def message_texts(message: object, place: str) -> list[TextPart]:
    """Return the texts of a message; `agent` is the role of what the agent says."""
    if not isinstance(message, dict):
        return []
    said = message.get("role")
    role = _ROLES.get(said, said) if isinstance(said, str) else "user"
    texts = list(_texts(message, place, role))
    if message.get("metadata"):
        texts.append(TextPart(f"{place}/metadata", "metadata", compact(message["metadata"])))
    return texts


def artifact_texts(artifact: object, place: str) -> list[TextPart]:
    """Return the texts of an artifact, its name and description first."""
    if not isinstance(artifact, dict):
        return []
    titles = [
        TextPart(f"{place}/{name}", "artifact", artifact[name])
        for name in ("name", "description")
        if isinstance(artifact.get(name), str) and artifact[name]
    ]
    return titles + list(_texts(artifact, place, "artifact"))


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
    for at, part in _parts(holder):
        here = f"{place}/{at}"
        if isinstance(part.get("text"), str):
            yield TextPart(f"{here}/text", role, part["text"])
        if "data" in part and part["data"] is not None:
            yield TextPart(f"{here}/data", role, compact(part["data"]))
        file = _file(part)
        for name in ("uri", "fileWithUri", "url"):
            if isinstance(file.get(name), str):
                inside = f"{here}/file" if file is not part else here
                yield TextPart(f"{inside}/{name}", role, file[name])


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
