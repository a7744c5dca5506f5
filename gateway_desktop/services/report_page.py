"""A page of figures, tables and charts as one HTML file that needs nothing else, and prints well."""

import math
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import NamedTuple

_WIDTH, _HEIGHT, _LEFT, _BELOW, _ABOVE = 760, 170, 58, 18, 8  # pixels of a chart
_STYLE = (
    "body{font:14px/1.45 Inter,system-ui,sans-serif;max-width:760px;margin:32px auto;padding:0 16px;"
    "color:#16191f}h1{font-size:24px;margin:0}h2{font-size:16px;margin:32px 0 8px;break-after:avoid}"
    "p{margin:4px 0;color:#5b6472}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;padding:4px 8px;border-bottom:1px solid #e3e6eb;overflow-wrap:anywhere}"
    "th{color:#5b6472;font-size:12px;font-weight:600}tr{break-inside:avoid}"
    ".n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}"
    ".cards{display:flex;flex-wrap:wrap;gap:8px;margin-top:16px}"
    ".cards div{flex:1 1 100px;border:1px solid #e3e6eb;border-radius:8px;padding:8px 10px;color:#5b6472;"
    "font-size:12px}.cards b{display:block;font-size:20px;color:#16191f}"
    ".legend{font-size:12px;color:#5b6472}.legend i{display:inline-block;width:10px;height:10px;"
    "border-radius:2px;margin:0 6px 0 0}.legend span{margin-right:16px;white-space:nowrap}"
    "figure{margin:0;break-inside:avoid}svg{display:block;width:100%}svg text{font-size:10px;fill:#5b6472}"
    "*{print-color-adjust:exact}@page{margin:16mm}@media print{body{margin:0 auto}}"
)


class Layer(NamedTuple):
    """One part of each bar of a chart."""

    name: str
    color: str  # #RRGGBB
    values: Sequence[float]


def page(title: str, under: str, sections: Iterable[str]) -> str:
    """Return the whole document; the sections are HTML, title and the line under it are plain text."""
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    body = "\n".join([f"<h1>{escape(title)}</h1><p>{escape(under)}</p>", *sections])
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head><body>{body}</body></html>\n'


def heading(title: str) -> str:
    """Return a heading."""
    return f"<h2>{escape(title)}</h2>"


def note(text: str) -> str:
    """Return a line that explains something."""
    return f"<p>{escape(text)}</p>"


def cards(figures: Iterable[tuple[str, str, str]]) -> str:
    """Return large figures beside each other: what, how much, and what else is to say of it."""
    each = (
        f"<div>{escape(name)}<b>{escape(value)}</b>{escape(more) or '&nbsp;'}</div>"
        for name, value, more in figures
    )
    return f'<div class="cards">{"".join(each)}</div>'


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], numbers: int) -> str:
    """Return a table whose last so many columns are numbers."""
    first = len(heads) - numbers

    def line(tag: str, cells: Sequence[object]) -> str:
        return "".join(
            f"<{tag}{' class=n' if place >= first else ''}>{escape(str(cell))}</{tag}>"
            for place, cell in enumerate(cells)
        )

    body = "".join(f"<tr>{line('td', row)}</tr>" for row in rows)
    return f"<table><thead><tr>{line('th', heads)}</tr></thead><tbody>{body}</tbody></table>"


def chart(title: str, labels: Sequence[str], layers: Sequence[Layer], said: Callable[[float], str]) -> str:
    """Return stacked bars with their scale and legend; each part says its value where the mouse is.

    `labels`: what stands below each bar. Layers without any value are left out.
    """
    layers = [layer for layer in layers if any(layer.values)]
    tops = [sum(layer.values[place] for layer in layers) for place in range(len(labels))]
    whole = all(isinstance(value, int) for layer in layers for value in layer.values)
    step, lines = _scale(max(tops, default=0), least=1.0 if whole else 1e-9)
    width = (_WIDTH - _LEFT) / max(len(labels), 1)
    scale = (_HEIGHT - _ABOVE) / (step * lines)
    drawn = [_line(_HEIGHT - n * step * scale, said(n * step)) for n in range(lines + 1)]
    for place, label in enumerate(labels):
        x = _LEFT + place * width
        middle = f'x="{x + width / 2:.1f}" y="{_HEIGHT + 13}" text-anchor="middle"'
        drawn.append(f"<text {middle}>{escape(label)}</text>")
        at = float(_HEIGHT)
        for layer in layers:
            if value := layer.values[place]:
                at -= value * scale
                size = f'width="{width - 4:.1f}" height="{value * scale:.1f}" fill="{layer.color}"'
                told = escape(f"{label}: {layer.name}, {said(value)}")
                drawn.append(f'<rect x="{x + 2:.1f}" y="{at:.1f}" {size}><title>{told}</title></rect>')
    box = f'viewBox="0 0 {_WIDTH} {_HEIGHT + _BELOW}" role="img" aria-label="{escape(title)}"'
    named = "".join(
        f'<span><i style="background:{layer.color}"></i>{escape(layer.name)}</span>' for layer in layers
    )
    legend = f'<figcaption class="legend">{named}</figcaption>'
    return f"{heading(title)}<figure><svg {box}>{''.join(drawn)}</svg>{legend}</figure>"


def _line(y: float, label: str) -> str:
    grid = f'<line x1="{_LEFT}" x2="{_WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e3e6eb"/>'
    return f'{grid}<text x="{_LEFT - 6}" y="{y + 3:.1f}" text-anchor="end">{escape(label)}</text>'


def _scale(top: float, least: float) -> tuple[float, int]:
    """Return a round step, at least so large, and how many of them hold the highest bar: four at most."""
    tens = 10.0 ** math.floor(math.log10(max(top, least) / 4))
    step = next(tens * part for part in (1, 2, 5, 10, 20) if tens * part * 4 >= top and tens * part >= least)
    return step, max(1, math.ceil(top / step))
