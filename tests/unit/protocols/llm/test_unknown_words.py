"""Answers of no known shape: whatever was said in them, and no ids, kinds or pictures."""

import base64

from gateway_desktop.core.call import Call
from gateway_desktop.core.reply import Reply
from gateway_desktop.protocols.llm.dialects.other import Other
from gateway_desktop.protocols.llm.unknown_words import UnknownWords

EVENTS = "text/event-stream"


def said(body: bytes, kind: str = "application/json") -> list[tuple[str, str]]:
    reply = Reply(200)
    reader = Other().reader(Call("other", b"{}"), reply, kind)
    assert reader.feed(body) == body
    assert reader.end() == b""
    return [(part.place, part.text) for part in reply.texts]


def test_a_whole_answer_says_its_words_at_their_places() -> None:
    answer = b"""{"id": "conv_1", "object": "conversation.response", "outputs": [
        {"type": "message.output", "model": "mistral-medium-2505", "content": "Hello"},
        {"type": "message.output", "content": [{"type": "text", "text": "It is sunny."}]}]}"""
    assert said(answer) == [("/outputs/0/content", "Hello"), ("/outputs/1/content/0/text", "It is sunny.")]


def test_plain_text_is_what_was_said() -> None:
    assert said(b"Hello there", "text/plain") == [("", "Hello there")]
    assert said(b'["Hello there", "and there"]') == [("/0", "Hello there"), ("/1", "and there")]


def test_events_that_say_all_from_the_beginning_are_one_text() -> None:
    events = b"".join(b'data: {"text": "%b"}\n\n' % (b"one two three " * count) for count in range(1, 30))
    assert said(events, EVENTS) == [("/elsewhere/text", "one two three " * 29)]


def test_pictures_and_their_addresses_say_nothing() -> None:
    picture = base64.b64encode(bytes(range(256)) * 8)
    answer = b'{"predictions": [{"bytesBase64Encoded": "%b", "prompt": "A cat on a mat"}]}' % picture
    assert said(answer) == [("/predictions/0/prompt", "A cat on a mat")]
    assert said(b'{"data": [{"url": "https://files.example.org/%b.png"}]}' % (b"a" * 80)) == []
    assert said(b'{"content": "%b"}' % picture) == []


def test_a_stream_says_each_text_once_whether_in_pieces_or_whole() -> None:
    stream = b"""data: {"event_type":"content.delta","event_id":"e1","delta":{"type":"text","text":"It is "}}

data: {"event_type":"content.delta","event_id":"e2","delta":{"type":"text","text":"sunny."}}

data: {"event_type":"interaction.complete","interaction":{"outputs":[{"type":"text","text":"It is sunny."}]}}

"""
    assert [text for _, text in said(stream, EVENTS)] == ["It is sunny."]


def test_an_answer_of_very_many_texts_is_kept_in_part() -> None:
    words = UnknownWords()
    words.whole([f"text number {number}" for number in range(5_000)])
    assert len(words.texts()) == 4_000
