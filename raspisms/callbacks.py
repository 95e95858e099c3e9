"""The addresses that providers call."""

from flask import Flask


def register(app: Flask) -> None:
    """Add the callback blueprint."""
