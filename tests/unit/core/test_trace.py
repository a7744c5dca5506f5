"""W3C Trace Context: what counts as a parent, and what goes on from it."""

import pytest

from gateway_desktop.core.trace import Trace, parent_of

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


def test_a_trace_goes_on_with_its_id_and_a_span_of_ours() -> None:
    trace = Trace.after(f"00-{TRACE}-{SPAN}-01")
    assert (trace.trace_id, trace.parent, trace.sampled) == (TRACE, SPAN, True)
    version, trace_id, span, flags = trace.header.decode().split("-")
    assert (version, trace_id, flags) == ("00", TRACE, "01")
    assert span == trace.upstream and len({SPAN, trace.span, span}) == 3


def test_what_the_caller_does_not_sample_is_not_sampled_here_either() -> None:
    assert Trace.after(f"00-{TRACE}-{SPAN}-00").header.endswith(b"-00")


def test_a_later_version_is_read_as_far_as_it_is_known() -> None:
    assert parent_of(f"01-{TRACE}-{SPAN}-03-more") == (TRACE, SPAN, True)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "garbage",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-01-more",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE[:-1]}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-0g",
    ],
)
def test_what_does_not_fit_is_ignored_and_a_trace_begins_here(header: str) -> None:
    assert parent_of(header) is None
    trace = Trace.after(header)
    assert trace.parent == "" and len(trace.trace_id) == 32 and trace.sampled
