"""The page with the handsets, and the one where a person validates a consumer key."""

from typing import TYPE_CHECKING

from flask import Blueprint

if TYPE_CHECKING:
    from raspisms.simulator.simulator import Simulator


def create_pages(simulator: "Simulator") -> Blueprint:
    """Routes at the root."""
    return Blueprint("pages", __name__)
