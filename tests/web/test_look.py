"""What can be measured of the look: contrast, weight, and that each mark that is used is there."""

import colorsys
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from raspisms.paths import STATIC, TEMPLATES
from raspisms.web.avatars import TINTS
from raspisms.web.labels import MESSAGE_STATUS, PHONE_LEVEL

TOKENS = (STATIC / "css" / "tokens.css").read_text()
COMPONENTS = (STATIC / "css" / "components.css").read_text()
SCHEMES = ("light", "dark")
LARGEST_CSS_BYTES = 30_000
LARGEST_JS_BYTES = 60_000
#: The simulator is a program of its own; its page is no page of the product.
NOT_OURS = {"simulator.css", "simulator.js"}

#: WCAG 2.2: text (1.4.3), and what shows where a control is and which one has the focus (1.4.11).
TEXT, CONTROL = 4.5, 3.0
GROUNDS = ("paper", "surface", "sunken")
TEXTS = [
    *product(("ink", "ink-soft", "accent", "accent-strong"), GROUNDS),
    *product(("ok", "error", "info", "waiting"), GROUNDS),
    *((kind, f"{kind}-soft") for kind in ("ok", "info", "waiting", "error", "off")),
    *product(("ink", "ink-soft", "accent", "accent-strong", "error"), ("accent-soft",)),
    *product(("on-accent",), ("accent", "accent-strong")),
    ("ink", "info-soft"),
    ("ink-soft", "line"),  # under the pointer in the column at the side
    ("ink", "line"),
    ("error", "error-soft"),
]
CONTROLS = [
    *product(("line-strong", "accent", "error"), GROUNDS),
    ("accent", "accent-soft"),
]
Colour = tuple[float, float, float]


def tokens(scheme: str) -> dict[str, str]:
    """The values of the tokens: those of the day, and by night what is otherwise then."""
    day, night, *_ = TOKENS.split("@media")
    found = dict(re.findall(r"--([a-z-]+): ([^;]+);", day))
    if scheme == "dark":
        found |= dict(re.findall(r"--([a-z-]+): ([^;]+);", night))
    return found


def of_hex(written: str) -> Colour:
    red, green, blue = (int(written[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def of_tint(hue: int, written: str) -> Colour:
    """A colour of an avatar: ``written`` is its saturation and lightness in percent."""
    saturation, lightness = (float(part.removesuffix("%")) / 100 for part in written.split())
    return colorsys.hls_to_rgb(hue / 360, lightness, saturation)


def luminance(colour: Colour) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("pairs", "least"), [(TEXTS, TEXT), (CONTROLS, CONTROL)], ids=["texts", "controls"]
)
def test_text_can_be_read(scheme: str, pairs: list[tuple[str, str]], least: float) -> None:
    known = tokens(scheme)
    measured = {
        (upper, lower): round(contrast(of_hex(known[upper]), of_hex(known[lower])), 2)
        for upper, lower in pairs
    }
    assert {pair: value for pair, value in measured.items() if value < least} == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_initials_can_be_read_on_each_tint(scheme: str) -> None:
    known = tokens(scheme)
    hues = {
        int(tint): int(hue) for tint, hue in re.findall(r"tint-(\d) {\s*--hue: (\d+);", COMPONENTS)
    }
    assert sorted(hues) == list(range(TINTS))
    for hue in hues.values():
        ground, ink = (of_tint(hue, known[name]) for name in ("tint-ground", "tint-ink"))
        assert contrast(ink, ground) >= TEXT, hue


def test_every_colour_is_a_token() -> None:
    """So that what is measured above is all there is."""
    for sheet in ours("css"):
        if sheet.name != "tokens.css":
            rules = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
            rules = rules.replace("hsl(var(--hue) var(--tint-", "")
            assert not re.search(r"#[0-9a-f]{3,8}\b(?=.*;)|\b(rgb|hsl|oklch)a?\(", rules), (
                sheet.name
            )


def ours(kind: str) -> list[Path]:
    return [one for one in (STATIC / kind).glob(f"*.{kind}") if one.name not in NOT_OURS]


def test_the_style_sheets_are_light() -> None:
    assert sum(sheet.stat().st_size for sheet in ours("css")) < LARGEST_CSS_BYTES
    assert sum(script.stat().st_size for script in ours("js")) < LARGEST_JS_BYTES


def used_marks() -> Iterator[tuple[str, str]]:
    for template in TEMPLATES.rglob("*.html"):
        yield from re.findall(r'\bicon\("([^"]+)"\)|\bmark="([^"]+)"', template.read_text())


def test_each_mark_that_is_used_is_in_the_sprite() -> None:
    drawn = re.findall(r'<symbol id="([^"]+)"', (STATIC / "img" / "icons.svg").read_text())
    assert len(drawn) == len(set(drawn))
    in_code = {label.icon for label in MESSAGE_STATUS.values()}
    in_code |= {mark for _, mark in PHONE_LEVEL.values()}
    in_templates = {name for pair in used_marks() for name in pair if name}
    assert in_code | in_templates <= set(drawn)
