"""Texts with fields: what RaspiSMS's users wrote for Twig, in Jinja's sandbox.

A text is taken apart (``lexer``), read (``parser``, ``expressions``) and made into Jinja's tree
(``tree``), of which Jinja makes code that is run for each person (``template``). It may call only
what is listed (``environment``), and nothing of it goes beyond its bounds (``limits``, ``run``).
"""

from raspisms.sms.templating.errors import TextError
from raspisms.sms.templating.template import Template, compile, is_template  # noqa: A004

__all__ = ["Template", "TextError", "compile", "is_template"]
