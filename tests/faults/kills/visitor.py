"""Somebody who writes on the page while the product is killed under their hands."""

import random
import threading
import time
import uuid
from collections.abc import Callable
from typing import TypeVar

import requests

from tests.faults.kills.people import People
from tests.faults.kills.traffic import Accepted
from tests.process import Served
from tests.web.browser import form_fields

_ANSWER_SECONDS = 5
_AGAIN_SECONDS = 0.1
_PAUSE_SECONDS = 0.6

_Seen = TypeVar("_Seen")


class Visitor:
    """Sends each form until it is answered, as who presses the button again.

    Whatever a kill left of the first try, the form is accepted once. Runs in a thread of its own.
    """

    def __init__(
        self, served: Served, phones: dict[str, int], people: People, chance: random.Random
    ) -> None:
        self.accepted = Accepted()
        #: How often an answer did not come, or not wholly.
        self.broken = 0
        self._url = served.url
        self._phones = phones
        self._people = people
        self._chance = chance
        self._session = requests.Session()
        self._leaving = threading.Event()
        #: What was seen that no page should show; after it nothing more is written.
        self.fault: Exception | None = None
        self._thread = threading.Thread(target=self._visit, name="visitor", daemon=True)

    def arrive(self, name: str, password: str) -> None:
        """Log in as soon as the product answers, and begin to write."""
        self._name, self._password = name, password
        self._thread.start()

    def leave(self) -> None:
        """Stop once the last form was answered."""
        self._leaving.set()
        self._thread.join()
        self._session.close()

    def _visit(self) -> None:
        try:
            fields = self._patiently(self._log_in)
            while not self._leaving.wait(_PAUSE_SECONDS):
                self._write(fields)
        except Exception as fault:
            self.fault = fault

    def _log_in(self) -> dict[str, str]:
        """The fields of the form to write on. Begins anew, whatever came of an earlier try."""
        self._session.cookies.clear()
        login = self._form("/login") | {"name": self._name, "password": self._password}
        self._session.post(f"{self._url}/login", login, timeout=_ANSWER_SECONDS)
        return self._form("/write")

    def _form(self, path: str) -> dict[str, str]:
        page = self._session.get(f"{self._url}{path}", timeout=_ANSWER_SECONDS)
        assert page.ok, f"{page.status_code}: {page.text}"
        return form_fields(page.text, path)

    def _write(self, fields: dict[str, str]) -> None:
        number = self._chance.choice(list(self._phones))
        receivers = self._people.some(self._chance, self._chance.choice((1, 1, 1, 4)))
        text = f"Page {uuid.UUID(int=self._chance.getrandbits(128))}"
        form = fields | {
            "request": f"form {text}",
            "phone": str(self._phones[number]),
            "number": "\n".join(receivers),
            "text": text,
            "invalid_too": "1",
        }
        self._patiently(lambda: self._send(form))
        self.accepted.add(number, text, receivers)

    def _send(self, form: dict[str, str]) -> None:
        answer = self._session.post(
            f"{self._url}/write", form, timeout=_ANSWER_SECONDS, allow_redirects=False
        )
        assert answer.status_code == 303, f"{answer.status_code}: {answer.text}"
        if answer.headers["Location"].endswith("/review"):
            self._confirm(answer.headers["Location"])

    def _confirm(self, path: str) -> None:
        """What goes to several is confirmed; the review leads on where it was already."""
        page = self._session.get(
            f"{self._url}{path}", timeout=_ANSWER_SECONDS, allow_redirects=False
        )
        if page.status_code == 302:
            return
        assert page.ok, f"{page.status_code}: {page.text}"
        form = form_fields(page.text, f"{path}/confirm")
        answer = self._session.post(
            f"{self._url}{path}/confirm", form, timeout=_ANSWER_SECONDS, allow_redirects=False
        )
        assert answer.status_code == 303, f"{answer.status_code}: {answer.text}"

    def _patiently(self, visit: Callable[[], _Seen]) -> _Seen:
        """Do it again until it is answered: no answer, or half of one, says nothing."""
        while True:
            try:
                return visit()
            except requests.ConnectionError as error:
                # Where nobody listens, nothing was begun.
                self.broken += "refused" not in str(error)
            except requests.RequestException:
                self.broken += 1
            time.sleep(_AGAIN_SECONDS)
