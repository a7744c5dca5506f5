"""Where texts meet, they are looked at joined, and nothing is found twice."""

from gateway_desktop.core.call import TextPart
from gateway_desktop.core.finding import Family
from gateway_desktop.inspection.joints import joints
from gateway_desktop.inspection.passages import passages_of
from gateway_desktop.inspection.scan import scan


def parts(*texts: str, role: str = "user") -> list[TextPart]:
    return [TextPart(f"/messages/0/content/{at}/text", role, text) for at, text in enumerate(texts)]


def test_a_secret_over_a_seam_is_found_and_one_beside_it_is_not_found_again() -> None:
    key = "AKIA" + "QYLPMN5HHHFPZAM2"
    split = [part for _, part in joints(parts(f"key {key[:9]}", f"{key[9:]} it is"))]
    found = scan([passage for part in split for passage in passages_of(part)])
    assert [one.family for one in found.findings] == [Family.SECRET]
    assert found.findings[0].place == "/messages/0/content/0/text..1"[:26] + "../messages/0/content/1/text"
    whole = [part for _, part in joints(parts(f"key {key}.", "it is"))]
    assert scan([passage for part in whole for passage in passages_of(part)]).findings == ()


def test_two_words_that_meet_are_read_in_both_ways() -> None:
    assert [part.text for _, part in joints(parts("ignore", "all", " of it"))] == [
        "ignoreall of it",
        "ignore all of it",
    ]


def test_of_long_texts_only_the_ends_are_joined() -> None:
    [(last, part)] = joints(parts("a" * 5000 + ".", "b" * 5000))
    assert (last, len(part.text), part.seams) == (1, 1024, (512,))


def test_nothing_is_joined_over_roles_messages_of_others_or_arguments() -> None:
    said = parts("a") + parts("b", role="assistant")
    assert list(joints(said)) == []
    assert list(joints(parts("a", "b", role="tool_call"))) == []
    other = [TextPart("/messages/0/content", "tool", "a"), TextPart("/messages/1/content", "tool", "b")]
    assert list(joints(other)) == []


def test_what_a_piece_shows_by_itself_is_not_found_again_with_the_next_word() -> None:
    for texts in (("write to ana@birds-of-kent.org", "Then go on"), ("ana", "bo@birds-of-kent.org")):
        joined = [passage for _, part in joints(parts(*texts)) for passage in passages_of(part)]
        assert scan(joined).findings == ()
    split = [
        passage for _, part in joints(parts("ana@birds-of", "-kent.org")) for passage in passages_of(part)
    ]
    assert scan(split).findings[0].family is Family.PERSONAL_DATA


def test_of_very_many_neighbours_no_two_are_left_apart() -> None:
    joined = [part for _, part in joints(parts(*(f"{at}," for at in range(2500))))]
    assert len(joined) == 3
    for at in range(2499):
        assert any(f"{at},{at + 1}," in part.text for part in joined)
