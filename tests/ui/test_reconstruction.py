from gateway_desktop.store.queries.audit import StoredPart
from gateway_desktop.ui.panels.audit_logs.reconstruction import ERASED, rebuilt


def part(place: str, text: str | None) -> StoredPart:
    return StoredPart("request", place, "user", text, cut=False)


def test_texts_stand_where_they_stood() -> None:
    parts = [
        part("/system", "Be brief"),
        part("/messages/0/content", "Hello"),
        part("/messages/10/content/0/text", "Later"),
        part("/a~1b/~0c", "odd names"),
    ]
    assert rebuilt(parts) == {
        "system": "Be brief",
        "messages": [{"content": "Hello"}, {"content": [{"text": "Later"}]}],
        "a/b": {"~c": "odd names"},
    }


def test_an_erased_text_leaves_its_place() -> None:
    assert rebuilt([part("/input", None)]) == {"input": ERASED}


def test_a_text_above_others_is_kept_with_them() -> None:
    both = [part("/input", "whole"), part("/input/0", "piece")]
    assert rebuilt(both) == {"input": {"": "whole", "0": "piece"}}
    assert rebuilt(reversed(both)) == {"input": {"0": "piece", "": "whole"}}
