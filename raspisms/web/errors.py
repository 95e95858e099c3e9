"""Everything that goes wrong, as a page in words: what happened and what to do."""

import logging
import math
import secrets
from datetime import UTC, datetime, timedelta

from flask import Flask, make_response, render_template, request
from flask_babel import force_locale
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from raspisms import clock
from raspisms.errors import Conflict, Invalid, NotFound, RaspismsError, TooLarge, say
from raspisms.messaging.machine import StorageError, storage_fault
from raspisms.messaging.transactions import has_written
from raspisms.page_extensions import limiter
from raspisms.web import resume
from raspisms.web.access import SAFE_METHODS, safe_next
from raspisms.web.context import get_engine
from raspisms.web.error_texts import ANY_CODE, BY_CODE
from raspisms.web.forms import shown_again
from raspisms.web.i18n import in_words, locale_at_hand, reader_zone

log = logging.getLogger(__name__)

_KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")


def register(app: Flask) -> None:
    app.register_error_handler(RaspismsError, _problem)
    app.register_error_handler(CSRFError, _old_form)
    app.register_error_handler(RateLimitExceeded, _too_often)
    app.register_error_handler(HTTPException, _refusal)
    app.register_error_handler(401, resume.ask_login)
    app.register_error_handler(500, _fault)
    # Flask's own line in the log would hold the path, and a path may hold a token; _fault logs.
    app.log_exception = lambda _exc_info: None  # type: ignore[method-assign, assignment]


def _problem(error: RaspismsError) -> Response:
    """A fault that carries its own words: beside the form that met it, else on a page."""
    code = _code(error)
    again = shown_again(error, code)
    if again is None and isinstance(error, StorageError):
        return _of_the_machine(error, error)
    return again or _page(error, code)


def _code(error: RaspismsError) -> int:
    for kind, code in ((NotFound, 404), (Conflict, 409), (TooLarge, 413), (Invalid, 400)):
        if isinstance(error, kind):
            return code
    return 503  # the disk or the provider stands in the way; later it may not


def _old_form(_error: CSRFError) -> Response:
    problem = Invalid(
        say("This form had been open for too long, or came from an older login."),
        say("Nothing was saved. Look it over, then send it once more."),
    )
    return shown_again(problem, 400) or _page(problem, 400)


def _too_often(_error: RateLimitExceeded) -> Response:
    until = _reset_at()
    local = (until + timedelta(seconds=59)).astimezone(reader_zone())
    problem = RaspismsError(
        say("There were too many tries in a short time."),
        say("Try again at %(time)s.", time=f"{local:%H:%M}"),
    )
    response = shown_again(problem, 429) or _page(problem, 429)
    seconds = math.ceil((until - clock.now()).total_seconds())
    response.headers["Retry-After"] = str(max(seconds, 1))
    return response


def _reset_at() -> datetime:
    limit = limiter.current_limit
    return datetime.fromtimestamp(limit.reset_at, UTC) if limit else clock.now()


def _refusal(error: HTTPException) -> Response:
    if error.response is not None:
        return error.get_response()
    code = error.code or 500
    _, message, hint = BY_CODE.get(code, ANY_CODE)
    response = _page(RaspismsError(message, hint), code)
    sent = error.get_response().headers
    response.headers.update({name: sent[name] for name in _KEPT_HEADERS if name in sent})
    return response


def _page(problem: RaspismsError, code: int) -> Response:
    title = BY_CODE.get(code, ANY_CODE)[0]
    page = render_template("errors/problem.html", title=title, problem=problem, back=_back())
    return make_response(page, code)


def _back() -> str | None:
    """The page that a refused form was on: a link back to it asks for a fresh one."""
    if request.method == "GET" or not request.referrer:
        return None
    here, _, path = request.referrer.partition(request.host_url)
    return safe_next(f"/{path}") if not here else None


def _fault(error: HTTPException) -> Response:
    """A fault that nothing foresaw: of the machine, or of the program.

    Neither page asks anything of the database, which may be what is broken.
    """
    cause = getattr(error, "original_exception", None) or error
    fault = storage_fault(cause)
    return _of_the_program(cause) if fault is None else _of_the_machine(fault, cause)


def _of_the_machine(fault: StorageError, cause: BaseException) -> Response:
    """In words, with what was typed: it can be sent again when the machine works."""
    get_engine().trouble.tell(fault, cause)
    with force_locale(locale_at_hand()):
        try:
            return make_response(_machine_page(fault), 503)
        except MemoryError:
            return Response(in_words(fault), 503, mimetype="text/plain")


def _machine_page(fault: StorageError) -> str:
    is_saving = request.method not in SAFE_METHODS
    return render_template(
        "errors/machine.html",
        title=BY_CODE[503][0],
        fault=fault,
        is_saving=is_saving,
        is_saved=is_saving and has_written(),
        kept=resume.sent() if is_saving else None,
    )


def _of_the_program(cause: BaseException) -> Response:
    """Written to the log under a number that the page shows."""
    number = secrets.token_hex(4)
    rule = request.url_rule.rule if request.url_rule else "an unknown address"
    log.error("fault %s in %s %s", number, request.method, rule, exc_info=cause)
    with force_locale(locale_at_hand()):
        page = render_template("errors/fault.html", number=number)
    return make_response(page, 500)
