"""Pictures: right numbers in the right places, words for those who do not see them, letters for a phone."""

import re
from xml.etree import ElementTree

import pytest

from tallystick.site import charts

SVG = "{http://www.w3.org/2000/svg}"
WORDS = {"name": "p", "title": "Money <in>", "desc": 'What "came" & went'}
LINKS = [("Gifts", "Roofs", 300), ("Gifts", "Food", 100), ("Church", "Food", 200), ("Food", "Store", 250)]
MONTHS = [("Jul", 0, 0), ("Aug", 400, 100), ("Sep", 50, 200)]
DRAWN = {
    "flow": lambda width: charts.flow(LINKS, width=width, **WORDS),
    "timeline": lambda width: charts.timeline(MONTHS, came="In", went="Out", width=width, **WORDS),
    "bars": lambda width: charts.bars([("Roofs", 41), ("Debt", -10)], width=width, **WORDS),
}


def read(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def rects(svg: str, kind: str) -> list[dict[str, float]]:
    found = [rect for rect in read(svg).iter(f"{SVG}rect") if rect.get("class") == kind]
    return [{key: float(rect.get(key, "")) for key in ("x", "y", "width", "height")} for rect in found]


@pytest.mark.parametrize("width", [charts.WIDE, charts.NARROW])
@pytest.mark.parametrize("kind", DRAWN)
def test_every_picture_has_words_and_no_style(kind: str, width: int) -> None:
    svg = DRAWN[kind](width)
    root = read(svg)
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert (title.text, desc.text) == (WORDS["title"], WORDS["desc"])
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert "style" not in svg  # the policy refuses styles that stand in the page
    assert "script" not in svg


@pytest.mark.parametrize("kind", DRAWN)
def test_letters_on_a_phone_are_at_least_twelve_pixels(kind: str) -> None:
    root = read(DRAWN[kind](charts.NARROW))
    _, _, units, _ = map(float, root.get("viewBox", "").split())
    shown = 360 - 2 * 16  # the page's margin is one rem on each side
    assert float(root.get("font-size", "")) * shown / units >= 12


@pytest.mark.parametrize("width", [charts.WIDE, charts.NARROW])
@pytest.mark.parametrize("kind", DRAWN)
def test_nothing_is_drawn_outside(kind: str, width: int) -> None:
    svg = DRAWN[kind](width)
    _, _, wide, high = map(float, read(svg).get("viewBox", "").split())
    for rect in [*rects(svg, "ink"), *rects(svg, "hatch"), *rects(svg, "tint")]:
        assert rect["x"] >= 0
        assert rect["y"] >= 0
        assert rect["x"] + rect["width"] <= wide + 0.2
        assert rect["y"] + rect["height"] <= high + 0.2


def test_flow_draws_bars_as_tall_as_their_sums() -> None:
    tall = [rect["height"] for rect in rects(charts.flow(LINKS, **WORDS), "ink")]
    # Gifts 400, Church 200; Roofs 300, Food 300; Store 250, by column and then by sum
    assert [height / tall[0] for height in tall] == pytest.approx([1, 0.5, 0.75, 0.75, 0.625], abs=0.01)


def test_flow_bands_leave_and_land_without_overlap() -> None:
    svg = charts.flow([("A", "X", 100), ("A", "Y", 100), ("B", "X", 100)], **WORDS)
    starts = {}
    for path in read(svg).iter(f"{SVG}path"):
        title = path.find(f"{SVG}title")
        assert title is not None
        starts[title.text] = [float(number) for number in re.findall(r"[\d.]+", path.get("d", ""))]
    assert starts["A → X"][1] != starts["A → Y"][1]
    assert starts["A → X"][7] != starts["B → X"][7]
    gap = abs(starts["A → X"][1] - starts["A → Y"][1])
    assert gap == pytest.approx(rects(svg, "ink")[0]["height"] / 2, abs=0.2)


def test_flow_refuses_a_circle_and_sums_that_are_not_above_nought() -> None:
    with pytest.raises(ValueError, match="circle"):
        charts.flow([("A", "B", 1), ("B", "A", 1)], **WORDS)
    with pytest.raises(ValueError, match="above nought"):
        charts.flow([("A", "B", 0)], **WORDS)


def test_timeline_shows_in_above_and_out_below_to_one_scale() -> None:
    svg = charts.timeline(MONTHS, came="In", went="Out", **WORDS)
    came, went = rects(svg, "ink")[1:], rects(svg, "hatch")[1:]  # the first of each is the legend's
    assert came[1]["height"] == pytest.approx(2 * went[2]["height"], abs=0.2)
    assert came[1]["y"] + came[1]["height"] == pytest.approx(went[1]["y"], abs=0.2)
    assert "Aug: In 400, Out 100" in svg
    marked = next(line for line in read(svg).iter(f"{SVG}line") if line.get("x1") == "0.0")
    assert float(marked.get("y1", "")) == came[1]["y"]  # the line that says 400 touches the bar that is 400


def test_timeline_leaves_out_labels_that_would_touch() -> None:
    many = [(f"Month {number}", number, 0) for number in range(36)]
    svg = charts.timeline(many, came="In", went="Out", width=charts.NARROW, **WORDS)
    shown = [text.text for text in read(svg).iter(f"{SVG}text") if (text.text or "").startswith("Month")]
    assert 2 <= len(shown) <= 6


def test_bars_say_less_than_nought_by_shape() -> None:
    svg = DRAWN["bars"](charts.WIDE)
    assert rects(svg, "hatch")[0]["width"] == pytest.approx(charts.WIDE * 10 / 41, abs=0.1)


@pytest.mark.parametrize("width", [charts.WIDE, charts.NARROW])
def test_empty_pictures_draw_nothing_and_do_not_fail(width: int) -> None:
    assert read(charts.flow([], width=width, **WORDS)) is not None
    assert read(charts.timeline([], came="In", went="Out", width=width, **WORDS)) is not None
    assert read(charts.bars([], width=width, **WORDS)) is not None


def test_words_are_escaped_and_cut_by_what_fits() -> None:
    svg = charts.bars([("<b>" + "long " * 40, 1)], width=charts.NARROW, **WORDS)
    assert "<b>" not in svg
    assert "…" in svg


def test_both_layouts_have_ids_of_their_own() -> None:
    ids = re.findall(r' id="([^"]+)"', charts.both(DRAWN["timeline"]))
    assert len(ids) == len(set(ids)) == 6
