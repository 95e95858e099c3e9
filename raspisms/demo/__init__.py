"""``raspisms demo``: the whole product with an invented household and a simulated provider."""

from raspisms.demo.running import run

__all__ = ["run"]
