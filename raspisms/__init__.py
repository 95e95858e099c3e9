"""RaspiSMS: text messages for a household, on its own machine."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from raspisms.loading import loading

if TYPE_CHECKING:
    from flask import Flask


def create_app(overrides: Mapping[str, object] | None = None) -> "Flask":
    """The application, as ``raspisms.application.create_app`` makes it.

    Its libraries are loaded now and not with the package, which is also that of commands that need
    none of them.
    """
    with loading():
        from raspisms.application import create_app as create

    return create(overrides)
