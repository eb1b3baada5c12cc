"""Pictures of money as SVG text. Pure functions: numbers in, one <svg> out; no Django, no script, no style.

Each picture has a title and a description for those who do not see it; the page puts its table beneath.
Colours come from the page's style by class (`ink`, `tint`, `hatch` …). What a colour says, a shape says too,
so the picture survives a black and white printer. One unit is one CSS pixel at the width drawn: WIDE for a
desk, NARROW for a phone of 360 px, where letters then measure 13 px. `both` draws both, the style shows one.
"""

from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

WIDE = 720
NARROW = 328
LETTER = 13  # font size in units
ADVANCE = 0.56  # of the font size: a generous mean width of a letter
LINE = 18
TOP = 2.0 * LINE + 8  # a timeline's legend stands above it; its line is as high as the tallest bar

Say = Callable[[int], str]


class Link(NamedTuple):
    """Money that went from one place to the next, in minor units."""

    source: str
    target: str
    value: int


class Month(NamedTuple):
    """Money in and out in one span of time, in minor units, both counted upward from nought."""

    label: str
    came: int
    went: int


class Bar(NamedTuple):
    """One bar: its label and its length's value."""

    label: str
    value: int


class Node(NamedTuple):
    """One place that money flows through, as it is drawn: its column from the left, its value, where it stands."""

    name: str
    column: int
    value: int
    top: float
    height: float


def both(draw: Callable[[int], str]) -> str:
    """The same picture for desk and phone: `both(lambda width: bars(rows, …, width=width))`."""
    return f'<div class="picture">{draw(WIDE)}{draw(NARROW)}</div>'


def flow(
    links: Sequence[tuple[str, str, int]],
    *,
    name: str,
    title: str,
    desc: str,
    width: int = WIDE,
    say: Say = str,
) -> str:
    """Money from sources through pools to payouts: columns of bars, bands between them as thick as the sum.

    `name` makes ids unique on the page. What a pool keeps leaves no band. Sums must be above nought and no
    money may flow in a circle: ValueError. `say` should be brief: a phone has 12 letters for each column.
    """
    flows = [Link(*link) for link in links]
    if any(link.value <= 0 for link in flows):
        raise ValueError("A flow shows sums above nought only.")
    nodes, scale, height = _placed(flows, 40.0, 300.0 if width >= WIDE else 340.0)
    last = max((node.column for node in nodes.values()), default=0)
    bar = 12.0
    step = (width - bar) / last if last else 0.0
    left = {name: node.column * step for name, node in nodes.items()}
    parts = [_band(link, *ends) for link, ends in _bands(flows, nodes, left, bar, scale)]
    room = step / 2 if last == 1 else step * 2 / 3 - 4  # what keeps the words of neighbouring columns apart
    for node in nodes.values():
        x, anchor = left[node.name] + bar / 2, "middle"
        if node.column in (0, last):
            x, anchor = (0.0, "start") if node.column == 0 else (float(width), "end")
        parts.append(_rect(left[node.name], node.top, bar, node.height, "ink"))
        parts.append(_text(x, node.top - LINE - 5, _short(node.name, room), anchor))
        parts.append(_text(x, node.top - 6, say(node.value), anchor, "strong"))
    return _svg("".join(parts), width, height, name, title, desc)


def timeline(
    months: Sequence[tuple[str, int, int]],
    *,
    name: str,
    title: str,
    desc: str,
    came: str,
    went: str,
    width: int = WIDE,
    say: Say = str,
) -> str:
    """Money in (filled, upward) and out (hatched, downward) by month. `came`, `went`: the legend's words."""
    rows = [Month(*month) for month in months]
    if any(row.came < 0 or row.went < 0 for row in rows):
        raise ValueError("Money in and money out are both counted upward from nought.")
    half = 96.0
    high, low = max((row.came for row in rows), default=0), max((row.went for row in rows), default=0)
    most = max(high, low, 1)
    middle = TOP + high / most * half
    end = middle + low / most * half + LINE
    step = width / max(len(rows), 1)
    thick = min(step * 0.7, 44.0)
    widest = max((len(row.label) for row in rows), default=1) * LETTER * ADVANCE + 10
    every = max(1, -(-int(widest) // max(int(step), 1)))
    parts = [*_legend(width, came, went, say(high)), _line(0, middle, width, middle)]
    for number, row in enumerate(rows):
        x = number * step + (step - thick) / 2
        up, down = row.came / most * half, row.went / most * half
        told = f"{row.label}: {came} {say(row.came)}, {went} {say(row.went)}"
        drawn = _rect(x, middle - up, thick, up, "ink") + _rect(x, middle, thick, down, "hatch")
        parts.append(f"<g><title>{escape(told)}</title>{drawn}</g>")
        if number % every == 0:
            parts.append(_label_below(x + thick / 2, end, row.label, width, widest))
    return _svg("".join(parts), width, end + 8, name, title, desc)


def bars(
    rows: Sequence[tuple[str, int]],
    *,
    name: str,
    title: str,
    desc: str,
    width: int = WIDE,
    say: Say = str,
) -> str:
    """Amounts one under another, words above each and its sum at the end. Below nought is hatched."""
    found = [Bar(*row) for row in rows]
    most = max((abs(row.value) for row in found), default=0) or 1
    step = LINE + 34.0
    parts = []
    for number, row in enumerate(found):
        top = number * step
        sum_ = say(row.value)
        room = width - len(sum_) * LETTER * ADVANCE - 16
        parts.append(_text(0, top + 14, _short(row.label, room)))
        parts.append(_text(width, top + 14, sum_, "end", "strong"))
        parts.append(_rect(0, top + LINE + 4, width, 12, "tint"))
        long = abs(row.value) / most * width
        parts.append(_rect(0, top + LINE + 4, long, 12, "ink" if row.value >= 0 else "hatch"))
    return _svg("".join(parts), width, max(step * len(found), LINE), name, title, desc)


def _columns(links: Sequence[Link]) -> dict[str, int]:
    """Each name's column: one further right than whatever feeds it. ValueError if money goes in a circle."""
    names = list(dict.fromkeys(name for link in links for name in (link.source, link.target)))
    column = dict.fromkeys(names, 0)
    for _round in range(len(names) + 1):
        moved = False
        for link in links:
            if column[link.target] <= column[link.source]:
                column[link.target] = column[link.source] + 1
                moved = True
        if not moved:
            return column
    raise ValueError("Money flows in a circle here; a flow picture needs it to go one way.")


def _placed(links: Sequence[Link], gap: float, tall: float) -> tuple[dict[str, Node], float, float]:
    """Nodes by name with their places, how many units one minor unit measures, and the height of it all."""
    column = _columns(links)
    value = {
        name: max(
            sum(link.value for link in links if link.source == name),
            sum(link.value for link in links if link.target == name),
        )
        for name in column
    }
    stacks: dict[int, list[str]] = {}
    for name in sorted(column, key=lambda name: (column[name], -value[name], name)):
        stacks.setdefault(column[name], []).append(name)
    scale = tall / max((sum(value[name] for name in stack) for stack in stacks.values()), default=1)
    nodes: dict[str, Node] = {}
    height = 0.0
    for number, stack in stacks.items():
        top = 0.0
        for name in stack:
            top += gap
            high = max(value[name] * scale, 2.0)
            nodes[name] = Node(name, number, value[name], top, high)
            top += high
        height = max(height, top)
    return nodes, scale, height + 4


def _bands(
    links: Sequence[Link], nodes: dict[str, Node], left: dict[str, float], bar: float, scale: float
) -> list[tuple[Link, tuple[float, float, float, float, float]]]:
    """Each link with x and top where it leaves and where it lands, and its thickness."""
    out = {name: node.top for name, node in nodes.items()}
    into = dict(out)
    leaving: dict[Link, float] = {}
    for link in sorted(links, key=lambda link: nodes[link.target].top):
        leaving[link] = out[link.source]
        out[link.source] += link.value * scale
    placed = []
    for link in sorted(links, key=lambda link: nodes[link.source].top):
        ends = (
            left[link.source] + bar,
            leaving[link],
            left[link.target],
            into[link.target],
            link.value * scale,
        )
        into[link.target] += link.value * scale
        placed.append((link, ends))
    return placed


def _band(link: Link, x0: float, y0: float, x1: float, y1: float, thick: float) -> str:
    thick = max(thick, 1.0)
    mid = (x0 + x1) / 2
    path = (
        f"M{x0:.1f} {y0:.1f}C{mid:.1f} {y0:.1f} {mid:.1f} {y1:.1f} {x1:.1f} {y1:.1f}"
        f"V{y1 + thick:.1f}C{mid:.1f} {y1 + thick:.1f} {mid:.1f} {y0 + thick:.1f} {x0:.1f} {y0 + thick:.1f}Z"
    )
    told = escape(f"{link.source} → {link.target}")
    return f'<path class="band" d="{path}"><title>{told}</title></path>'


def _legend(width: int, came: str, went: str, top: str) -> list[str]:
    half = width / 2
    return [
        _rect(0, 3, 12, 12, "ink") + _text(18, 14, _short(came, half - 30)),
        _rect(half, 3, 12, 12, "hatch") + _text(half + 18, 14, _short(went, half - 30)),
        _text(0, 2 * LINE, top, "start", "faint") + _line(0, TOP, width, TOP),
    ]


def _label_below(x: float, y: float, label: str, width: int, widest: float) -> str:
    if x < widest / 2:
        return _text(0, y, label)
    if x > width - widest / 2:
        return _text(width, y, label, "end")
    return _text(x, y, label, "middle")


def _short(text: str, room: float) -> str:
    """The text, cut to what fits; the whole of it stands in the table beneath."""
    letters = max(int(room / (LETTER * ADVANCE)), 3)
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"


def _text(x: float, y: float, text: str, anchor: str = "start", kind: str = "") -> str:
    kind = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{kind}>{escape(text)}</text>'


def _rect(x: float, y: float, width: float, height: float, kind: str) -> str:
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'


def _line(x0: float, y0: float, x1: float, y1: float) -> str:
    return f'<line x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}"/>'


def _svg(inside: str, width: int, height: float, name: str, title: str, desc: str) -> str:
    """The frame. The hatch is drawn per picture: a pattern can only be found by an id, and ids are unique."""
    kind = "wide" if width >= WIDE else "narrow"
    key = f"{name}-{kind}"
    hatch = (
        f'<defs><pattern id="{key}-hatch" width="5" height="5" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><line class="stroke" x1="0" y1="0" x2="0" y2="5"/></pattern></defs>'
    )
    inside = inside.replace('class="hatch"', f'class="hatch" fill="url(#{key}-hatch)"')
    return (
        f'<svg class="chart {kind}" role="img" aria-labelledby="{key}-title {key}-desc" '
        f'viewBox="0 0 {width} {height:.0f}" width="{width}" height="{height:.0f}" font-size="{LETTER}">'
        f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-desc">{escape(desc)}</desc>'
        f"{hatch if 'url(#' in inside else ''}{inside}</svg>"
    )
