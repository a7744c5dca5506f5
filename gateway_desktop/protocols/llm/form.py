"""Bodies that are no JSON object: forms (audio, images, files), lines of JSON, plain text.

The model named in a form is read strictly, since it decides what is allowed; texts are read generously.
"""

import string
from urllib.parse import unquote_plus

from gateway_desktop.core.errors import Malformed
from gateway_desktop.core.media_type import media_type
from gateway_desktop.protocols.unread import plain_text, text_of

_LONGEST_MODEL = 256
_MOST_PARTS = 10_000
_FORM = "multipart/form-data"
_BOUNDARY = string.ascii_letters + string.digits + "'()+_,-./:=? "  # RFC 2046 section 5.1.1
_EMPTY = (b"", b"--")  # before the first boundary, after the last
_PLAIN = (b"7bit", b"8bit", b"binary")


def model_of_form(content_type: str, body: bytes) -> str:
    """Return the one `model` of the form; "" where there is none, or where parsers might differ about it."""
    boundary = _boundary(content_type)
    if not boundary or media_type(content_type) != _FORM:
        return ""
    models = [text for name, text in _parts(body, boundary) if name.lower() == "model"]
    if len(models) > 1:
        raise Malformed("The form names a model twice", "model")
    return models[0] if models else ""


def texts_of_body(content_type: str, body: bytes) -> list[tuple[str, str]]:
    """Return place and text of the parts of a form, or of the whole; of files in it those that are text."""
    if boundary := _boundary(content_type):
        pieces = _split(body, b"--" + boundary)
        _check_codings(pieces)
        return [
            (f"/{index}", _text_of(piece))
            for index, piece in enumerate(pieces)
            if piece.strip() not in _EMPTY
        ]
    text = text_of(body)
    if media_type(content_type) == "application/x-www-form-urlencoded":
        text = unquote_plus(text)
    return [("", text)]


def _text_of(piece: bytes) -> str:
    """Return the text of a part: of a field whatever it holds, of a file if it is text."""
    head, separator, content = piece.partition(b"\r\n\r\n")
    read = text_of if b"filename" in head.lower() else plain_text
    return read((content if separator else piece).removesuffix(b"\r\n"))


def _check_codings(pieces: list[bytes]) -> None:
    """Refuse parts whose bytes are written otherwise (RFC 7578 section 4.7): Go's parser undoes that."""
    for piece in pieces:
        head = min(piece.partition(b"\r\n\r\n")[0], piece.partition(b"\n\n")[0], key=len).lower()
        for line in head.splitlines():
            name, _, coding = line.partition(b":")
            if name.strip() == b"content-transfer-encoding" and coding.strip() not in _PLAIN:
                raise Malformed("The parts of a form must stand as they are", "form", 415)


def _boundary(content_type: str) -> bytes:
    """Return what stands between the parts; b"" where there are none.

    Raises Malformed where parsers would differ about it: they would see other parts than are looked at.
    """
    if not media_type(content_type).startswith("multipart/"):
        return b""
    fields = [field.strip() for field in content_type.split(";")[1:]]
    found = [field[9:] for field in fields if field.lower().startswith("boundary=")]
    extended = any(field.lower().startswith("boundary*") for field in fields)
    value = found[0] if len(found) == 1 and not extended else ""
    if value[:1] == value[-1:] == '"':
        value = value[1:-1]
    if not value or value.strip(_BOUNDARY):
        raise Malformed("A form names its one boundary, in letters, digits and signs", "Content-Type")
    return value.encode()


def _parts(body: bytes, boundary: bytes) -> list[tuple[str, str]]:
    """Return name and text of the fields; none at all if one is not written in the usual way."""
    mark = b"\r\n--" + boundary
    found: list[tuple[str, str]] = []
    pieces = _split(b"\r\n" + body, mark)
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            break
        head, separator, content = piece.partition(b"\r\n\r\n")
        name = _name(head)
        if not separator or name is None:
            return []
        text = content.decode("utf-8", "replace") if len(content) <= _LONGEST_MODEL else ""
        found.append((name, text))
    return found


def _split(body: bytes, mark: bytes) -> list[bytes]:
    """Return what stands between the marks; raise Malformed (413) if it is too much to read in passing."""
    if body.count(mark) > _MOST_PARTS:
        raise Malformed(f"The form holds more than {_MOST_PARTS:,} parts", "form", 413)
    return body.split(mark)


def _name(head: bytes) -> str | None:
    """Return the field's name, if the part says it in the one usual way."""
    names = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-disposition:")]
    if len(names) != 1 or b"\n" in names[0] or b"\\" in names[0]:
        return None
    _, _, rest = names[0].partition(b":")
    kind, *fields = [field.strip() for field in rest.split(b";")]
    values = [field[5:] for field in fields if field.lower().startswith(b"name=")]
    if (
        kind.lower() != b"form-data"
        or len(values) != 1
        or any(field.lower().startswith(b"name*") for field in fields)
    ):
        return None
    return values[0].strip(b'"').decode("utf-8", "replace")
