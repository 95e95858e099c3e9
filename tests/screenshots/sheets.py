"""The contact sheet: all pictures in rows, one for each page."""

from collections import defaultdict
from collections.abc import Iterable
from html import escape
from pathlib import Path

from tests.screenshots.camera import Shot, browser

_STYLE = """
body { margin: 1rem; font: 16px/1.4 system-ui, sans-serif; background: #ddd; color: #111 }
section { padding: .5rem 1rem 1rem }
div { display: flex; gap: .75rem; align-items: flex-start }
figure { margin: 0 }
figcaption { font-size: 12px }
img { display: block; height: auto; border: 1px solid #888 }
"""
#: How wide a picture is shown, by its own width.
_SHOWN = {360: 150, 1280: 320}
_SHEET_WIDTH = 2040


def write(taken: Iterable[Shot], folder: Path) -> None:
    """index.html in ``folder``, and in sheets/ a picture of each of its rows."""
    rows: dict[str, list[Shot]] = defaultdict(list)
    for shot in sorted(taken, key=lambda one: (one.page, one.width, one.language, one.scheme)):
        rows[shot.page].append(shot)
    index = folder / "index.html"
    index.write_text(_document(rows), encoding="utf-8")
    (folder / "sheets").mkdir(exist_ok=True)
    with browser() as running:
        page = running.new_page(viewport={"width": _SHEET_WIDTH, "height": 900})
        page.goto(index.as_uri())
        for number, shots in enumerate(rows.values()):
            path = folder / "sheets" / f"{shots[0].file.split('-360-')[0]}.png"
            page.locator("section").nth(number).screenshot(path=path)


def _document(rows: dict[str, list[Shot]]) -> str:
    sections = "\n".join(map(_section, rows, rows.values()))
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Screenshots</title>'
        f"<style>{_STYLE}</style><h1>Screenshots</h1>\n{sections}\n</html>"
    )


def _section(name: str, shots: list[Shot]) -> str:
    return f"<section><h2>{escape(name)}</h2><div>{''.join(map(_figure, shots))}</div></section>"


def _figure(shot: Shot) -> str:
    words = f"{shot.width}, {shot.scheme}, {shot.language}"
    return (
        f'<figure><a href="{escape(shot.file)}"><img src="{escape(shot.file)}" '
        f'width="{_SHOWN[shot.width]}" alt="{escape(words)}"></a>'
        f"<figcaption>{escape(words)}</figcaption></figure>"
    )
