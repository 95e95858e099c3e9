"""Forms that lose nothing: what was typed is shown again, with what is wrong with it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from flask import current_app, make_response, request
from werkzeug.wrappers import Response

from raspisms.errors import Conflict, InvalidForm, RaspismsError
from raspisms.web.access import was_admitted

View = TypeVar("View", bound=Callable[..., Any])
Page = Callable[..., str]


def on_problem(page: Page) -> Callable[[View], View]:
    """Declare the page that shows a view's form again when what was sent cannot be accepted.

    ``page(problems=…)``, with the view's own address values, reads what was typed from
    ``request.form``. It is shown when the view raises a RaspismsError, when the form came
    without its token or with an old one, and when it came too often. The view itself then is
    "read the form, call messaging, redirect".
    """

    def declare(view: View) -> View:
        view.shown_again = page  # type: ignore[attr-defined]
        return view

    return declare


def shown_again(problem: RaspismsError, code: int) -> Response | None:
    """The form that was sent, with what is wrong; None where its view declares no page.

    Also None where the page itself cannot be shown, as when its object is gone.
    """
    page = _declared_page()
    if page is None or not was_admitted():
        return None
    try:
        return make_response(page(**(request.view_args or {}), problems=each(problem)), code)
    except RaspismsError:
        return None


def can_show_again() -> bool:
    """Whether the view asked for declares a page that shows its form again."""
    return _declared_page() is not None


def _declared_page() -> Page | None:
    view = current_app.view_functions.get(request.endpoint or "")
    page: Page | None = getattr(view, "shown_again", None)
    return page


def is_overtaken(problems: Sequence[RaspismsError]) -> bool:
    """Whether what a form changes was changed by somebody else since it was shown."""
    return any(isinstance(one, Conflict) and one.field is None for one in problems)


def seen_again(updated_at: datetime, problems: Sequence[RaspismsError]) -> str:
    """What a form carries: when that which it changes was last changed, as ISO has it.

    Who has been told that it was changed may save over it; nobody else may.
    """
    if request.method == "POST" and not is_overtaken(problems):
        return request.form.get("seen", "")
    return updated_at.isoformat()


def seen() -> datetime | None:
    """The same, as it was sent; None for anything that is no instant."""
    try:
        return datetime.fromisoformat(request.form.get("seen", ""))
    except ValueError:
        return None


def each(problem: RaspismsError) -> Sequence[RaspismsError]:
    """The problems that a problem is made of."""
    return problem.problems if isinstance(problem, InvalidForm) else (problem,)
