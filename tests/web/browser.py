"""What a browser without JavaScript does: it keeps cookies and sends the forms it was shown."""

import re
from collections.abc import Mapping
from html import unescape
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

ENGLISH = {"Accept-Language": "en"}
FRENCH = {"Accept-Language": "fr"}


class Browser:
    """One person's browser, in English. ``page`` is the last answer."""

    def __init__(self, app: Flask, headers: Mapping[str, str] = ENGLISH) -> None:
        self.client: FlaskClient = app.test_client()
        self.headers = dict(headers)
        self.page: TestResponse

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        self.page = self.client.get(path, headers=self.headers, buffered=True, **kwargs)
        return self.page

    def post(self, path: str, data: Mapping[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        """Send a form as it is given: without a token unless ``data`` has one."""
        headers = self.headers | kwargs.pop("headers", {})
        kwargs.setdefault("buffered", True)
        self.page = self.client.post(path, data=data or {}, headers=headers, **kwargs)
        return self.page

    def submit(
        self, path: str, data: Mapping[str, Any] | None = None, *, on: str | None = None
    ) -> TestResponse:
        """Open the page ``on`` (or ``path``), fill in its form for ``path``, and send it."""
        self.get(on or path)
        return self.send_again(path, data)

    def send_again(self, path: str, data: Mapping[str, Any] | None = None) -> TestResponse:
        """Send the form for ``path`` of the page that is shown."""
        fields = form_fields(self.page.text, path)
        return self.post(path, {**fields, **(data or {})})

    def follow(self) -> TestResponse:
        """Go where the last answer leads."""
        return self.get(self.page.headers["Location"])


class _Forms(HTMLParser):
    """The fields of each form, as they would be sent, by the address that it is sent to."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, Any]] = {}
        self._form: dict[str, Any] | None = None
        self._textarea: str | None = None
        self._select: str | None = None
        self._templates = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self._templates += tag == "template"
        if tag == "form":
            self._form = self.forms.setdefault(found["action"] or "", {})
        if self._form is None or self._templates:
            return
        name = found.get("name")
        if tag == "input" and name:
            self._input(self._form, name, found)
        elif tag == "textarea" and name:
            self._textarea, self._form[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in found:
            self._form[self._select] = found["value"]

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._textarea:
            text = self._form[self._textarea] + data
            self._form[self._textarea] = text

    def handle_endtag(self, tag: str) -> None:
        self._templates -= tag == "template"
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._form is not None and self._textarea:
            self._form[self._textarea] = self._form[self._textarea].removeprefix("\n")
            self._textarea = None
        elif tag == "select":
            self._select = None

    @staticmethod
    def _input(form: dict[str, Any], name: str, found: dict[str, str | None]) -> None:
        kind = found.get("type")
        if kind not in ("checkbox", "radio") or (kind == "radio" and "checked" in found):
            form[name] = found.get("value") or ""
        elif "checked" in found:
            form.setdefault(name, []).append(found.get("value"))


def form_fields(html: str, action: str) -> dict[str, Any]:
    """What the form for ``action`` would send as it stands."""
    parser = _Forms()
    parser.feed(html)
    assert action in parser.forms, f"no form for {action} among {sorted(parser.forms)}"
    return parser.forms[action]


def words(html: str) -> str:
    """The words of a page's main part, without markup and with single spaces."""
    main = html.partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", f"<main{main}")).split())
