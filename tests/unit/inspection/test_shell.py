"""The commands that a text runs, and how they stand to each other."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway_desktop.inspection.shell import Command, TooIntricate, commands

NESTED = "$(" * 60


def told(command: Command) -> str:
    marks = {"first": "!", "substituted": "$", "piped": "<", "feeds": ">"}
    return command.name + "".join(mark for name, mark in marks.items() if getattr(command, name))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a; b & c && d || e\nf", "a! b c d e f"),
        ("a | b |& c", "a!> b<> c<"),
        ("a |\n# why\n b", "a!> b<"),
        ("| a", "a"),
        ("x)|a;;", "a<"),
        ("x)|a", "x! a<"),
        ("x;a)", "x! a"),
        ("/usr/bin/A x; 'b' y; \"c\"", "a! b c"),
        ("x=1 y='a b' z=$(c) a", "a! c$"),
        ("a $(b | c) `d e` <(f) \"$(g)\" '$(h)' >(i)", "a! b$> c$< d$ f$ g$ i$"),
        ("a \"x; y\" 'x; y' x\\; y # ; z\nb", "a! b"),
        ("a `b # c` d; e", "a! b$ e"),
        ("a $'it\\'s; b'; c", "a! c"),
        ("a ${b:-$(c)} ${d//;/x} $# $((1 | 2)); ((i |= 1)); e", "a! c$ e"),
        ("a >x 2>&1 <&3 &>y >|z; <x b; c 2> x", "a! b c"),
        ("if ! a; then b; elif c; then d; else e; fi | f", "a b c d e f<"),
        ("while read -r x; do a; done; for x in b c; do d; done", "read a d"),
        ("case $x in\n a|b) c;;\n (d) e ;;\nesac; f", "c e f"),
        ("case x in a) b;; esac", "b"),
        ("x=$(case a in b) c;; esac); d", "c$ d"),
        ("a;; b) c", "a! c"),
        ("f() { a; }; function g { b; }; h () (c)", "a b c"),
        ("[ -f a ] && b; [[ a && b || c > d ]] && e; [[ a ; f", "b e f"),
        ("x=(a b\n c); d; ls !(e|f)", "d ls"),
        ("(a; b) | c; { d; e; } > x", "a! b c< d e"),
        ("export a=$(b); local c; unset d", "b$"),
        ("sleep(5); phpinfo()", "sleep! phpinfo"),
        ("a <<X; b\nc; $d\nX\ne", "a! b e"),
        ("a <<-X <<'Y'\nb $(c)\n\tX\nd $(e)\nY\nf", "a! c$ f"),
        ("a <<X\nb $(c", "a! b c$"),
        ("a <<X\nwhoami `b`\nX", "a! b$"),
        ("a <<X\nb; c", "a! b c"),
        ("a <<'X Y'\nb\nX Y\nc\nX\n", "a! c x"),
        ("a $[1<<X]\nb\nX]", "a! b x]"),
        ("a $((1 + `b` <<X))\nc\nX", "a! 1$ b$ c x"),
        ("a\nb)\nc", "a! b c"),
        ("b;;\n c | d)\ne", "b! e"),
        ("a $(b; c", "a! b$ c$"),
        ("a ${b; c", "a! c"),
        ("a ' b; c", "a! c"),
        ("a ` b; c", "a! c"),
        ("a\\\n b; \\\nc", "a! c"),
        ("a b () { c; }; d()\n{ e; }", "a! e"),
    ],
)
def test_what_is_run_and_how(text: str, expected: str) -> None:
    assert " ".join(map(told, commands(text.encode()))) == expected


def test_places_and_arguments_are_those_of_the_text() -> None:
    text = "é; sudo=1 cat -n 'a b' \"c\"'d' $(e f)g >out 2>&1 h<i | x".encode()
    _, command, inner, _ = commands(text)
    assert text[command.start : command.end] == b"sudo=1 cat -n 'a b' \"c\"'d' $(e f)g >out 2>&1 h<i "
    assert command.arguments == ("-n", "a b", "c\"'d", "$()g", "h<i")
    assert text[inner.start : inner.end] == b"e f"


def test_what_begins_behind_a_substitution_is_placed_right() -> None:
    text = b"if $(a); then x=1 b; fi; while `c d` e && f; do g; done"
    places = {command.name: text[command.start : command.end] for command in commands(text)}
    assert places["b"] == b"x=1 b" and places["c"] == b"c d" and places["g"] == b"g"


def test_so_deep_a_nesting_that_nobody_writes_is_told_after_what_stands_before_it() -> None:
    found = commands(f"a; b; {NESTED}c".encode())
    assert [next(found).name, next(found).name] == ["a", "b"]
    with pytest.raises(TooIntricate):
        list(found)
    assert list(commands(b"$(" * 40 + b"a" + b")" * 40))[-1].name == "a"


@given(st.text(alphabet="$(){}|&;`'\"<>\\# \n\t=[]!abX-é", max_size=300))
@settings(max_examples=500)
def test_any_text_is_read_and_places_lie_in_it(text: str) -> None:
    data = text.encode()
    try:
        for command in commands(data):
            assert 0 <= command.start < command.end <= len(data)
            assert isinstance(command.arguments, tuple)
    except TooIntricate:
        assert sum(map(text.count, '({"`')) > 40
