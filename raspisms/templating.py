"""Templates as Flask renders them, but for what it does again with each part of a page."""

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment


class PlainEnvironment(Environment):
    """Templates whose globals are those of the application, with nothing laid over them.

    Jinja gives each template a mapping of its own over them, for globals that one template may have
    for itself. It reads that name by name, in Python, for each part that a page takes from another
    file: a tenth of what a page costs. None of ours has any.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals
