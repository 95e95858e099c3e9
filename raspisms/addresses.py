"""Addresses of pages, kept as Flask keeps them, but ready sooner."""

from collections.abc import Callable

from werkzeug.routing import Rule


class LateRule(Rule):
    """An address whose builder is compiled when a link is first made to it.

    Werkzeug compiles two functions for each of our more than two hundred addresses as soon as it
    hears of them: a fifth of what a start costs, and of what a command costs that shows no page.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        """Werkzeug's own, made at its first call: where it asks in another way, that happens."""
        compiled: list[Callable[..., tuple[str, str]]] = []
        compile_now = super()._compile_builder

        def build(rule: Rule, /, **values: object) -> tuple[str, str]:
            if not compiled:
                compiled.append(compile_now(append_unknown))
            return compiled[0](rule, **values)

        return build
