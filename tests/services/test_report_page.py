"""Charts of a report: bars stay within their scale, and stand for their values."""

import re

from hypothesis import given
from hypothesis import strategies as st

from gateway_desktop.services.report_page import Layer, chart

RECT = re.compile(r'<rect x="[^"]+" y="([^"]+)" width="[^"]+" height="([^"]+)"')
SCALE = re.compile(r'text-anchor="end">([^<]+)<')
BELOW = 170.0  # where bars stand
values = st.one_of(
    st.lists(st.tuples(st.integers(0, 10**12), st.integers(0, 10**9)), min_size=1, max_size=31),
    st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e3)), min_size=1, max_size=31),
)


@given(values)
def test_the_scale_holds_every_bar_and_bars_are_as_high_as_their_values(
    pairs: list[tuple[float, float]],
) -> None:
    layers = [Layer(name, "#000000", [pair[at] for pair in pairs]) for at, name in enumerate(("a", "b"))]
    drawn = chart("Bars", [str(n) for n in range(len(pairs))], layers, repr)
    scale = [float(label) for label in SCALE.findall(drawn)]
    assert scale == sorted(set(scale)) and scale[0] == 0 and 2 <= len(scale) <= 5
    highest = max(map(sum, pairs))
    assert scale[-1] >= highest * 0.999999
    if all(isinstance(value, int) for pair in pairs for value in pair):
        assert all(step == int(step) for step in scale)
    bars = [(float(y), float(height)) for y, height in RECT.findall(drawn)]
    shown = [value for pair in pairs for value in pair if value]
    assert len(bars) == len(shown)
    for (y, height), value in zip(bars, shown, strict=True):
        assert y >= 0 and y + height <= BELOW + 0.11
        assert abs(height - value / scale[-1] * (BELOW - 8)) < 0.06


def test_what_people_wrote_is_no_markup() -> None:
    drawn = chart("<b>", ["<i>"], [Layer("<u>", "#000000", [1])], str)
    assert not {"<b>", "<i>", "<u>"} & set(re.findall(r"<.>", drawn)) and "&lt;u&gt;" in drawn
