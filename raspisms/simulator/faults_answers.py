"""The answer makes no sense. Those named ``after`` come when the call has been performed."""

from typing import ClassVar

from raspisms.simulator.behaviour import HappyOvh, Instead
from raspisms.simulator.wire import Answer, Wire

HTML = "text/html; charset=utf-8"
PAGE = b"<!DOCTYPE html><html><head><title>%d</title></head><body>%s</body></html>"


def page(status: int, text: bytes) -> Answer:
    """What a machine on the way answers."""
    return Answer(status, PAGE % (status, text), HTML)


class OddAfter(HappyOvh):
    """Performs the call, and answers something else."""

    odd: ClassVar[Answer]

    def after_acceptance(self, wire: Wire, answer: Answer) -> Answer:
        return self.odd


class OddBefore(HappyOvh):
    """Answers something else and performs nothing."""

    odd: ClassVar[Answer]

    def before_acceptance(self, wire: Wire) -> None:
        raise Instead(self.odd)


class Empty200(OddAfter):
    """200 without a body, though all is done: python-ovh raises InvalidResponse."""

    name = "empty_200"
    odd = Answer(200, b"")


class Html200(OddAfter):
    """200 with a page of HTML, though all is done: a proxy that knows better."""

    name = "html_200"
    odd = page(200, b"Welcome to the free Wi-Fi")


class Html408(OddBefore):
    """408 with a page of HTML, and nothing is done.

    Seen in external-dns issue 1546.
    """

    name = "html_408"
    odd = page(408, b"Request Time-out")


class TruncatedJson(HappyOvh):
    """Half of the JSON, in a complete HTTP answer; all is done."""

    name = "truncated_json"

    def after_acceptance(self, wire: Wire, answer: Answer) -> Answer:
        return Answer(200, answer.body[: len(answer.body) // 2])


class OtherShape(OddAfter):
    """JSON, but not what the description promises; all is done."""

    name = "other_shape"
    odd = Answer.of({"result": {"status": "ok"}})


class JsonList(OddAfter):
    """A list where an object is due; all is done."""

    name = "json_list"
    odd = Answer.of(["ok"])


class ErrorList(OddBefore):
    """400 whose body is a list: python-ovh raises AttributeError."""

    name = "error_list"
    odd = Answer.of([{"class": "Client::BadRequest", "message": "no"}], 400)


class ErrorString(OddBefore):
    """400 whose body is a bare string: python-ovh raises AttributeError."""

    name = "error_string"
    odd = Answer.of("no", 400)
