"""What can be measured of the look: contrast, weight."""

import re

import pytest

from raspisms.paths import STATIC

TOKENS = (STATIC / "css" / "tokens.css").read_text()
LEAST_CONTRAST = 4.5
LARGEST_CSS_BYTES = 30_000

GROUNDS = ("paper", "surface", "sunken")
PAIRS = [
    *(
        (text, ground)
        for text in ("ink", "ink-soft", "accent", "accent-strong")
        for ground in GROUNDS
    ),
    *((text, ground) for text in ("ok", "error") for ground in ("paper", "surface")),
    *((kind, f"{kind}-soft") for kind in ("ok", "info", "waiting", "error", "off")),
    *((text, "accent-soft") for text in ("ink", "ink-soft", "accent", "accent-strong")),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("ink", "info-soft"),
]


def colours(scheme: str) -> dict[str, str]:
    light, dark = TOKENS.split("@media")
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    if scheme == "dark":
        found |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", dark))
    return found


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read(scheme: str, text: str, ground: str) -> None:
    palette = colours(scheme)
    bright, dim = sorted((luminance(palette[text]), luminance(palette[ground])), reverse=True)
    assert (bright + 0.05) / (dim + 0.05) >= LEAST_CONTRAST


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_edges_of_fields_can_be_seen(scheme: str) -> None:
    palette = colours(scheme)
    for ground in ("paper", "surface"):
        pair = sorted((luminance(palette["line-strong"]), luminance(palette[ground])))
        assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 3


def test_the_style_sheets_are_light() -> None:
    sheets = [STATIC / "css" / f"{name}.css" for name in ("tokens", "base", "components")]
    assert sum(sheet.stat().st_size for sheet in sheets) < LARGEST_CSS_BYTES
