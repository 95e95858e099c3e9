"""Where a person makes the three keys of OVH's API, with the rights named in the address."""

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from raspisms.simulator.account import Rule
from raspisms.simulator.keys import METHODS, check_rule, end_of, make_keys

if TYPE_CHECKING:
    from raspisms.simulator.simulator import Simulator

#: Days; 0: no end. As OVH's page offers them, more or less.
VALIDITIES = (0, 1, 30)


def register_token_page(pages: Blueprint, simulator: "Simulator") -> None:
    """``/createToken/?GET=/sms&POST=/sms/*``, as OVH guide "First steps with the OVHcloud API"."""

    @pages.get("/createToken/")
    def token() -> Response:
        return _show(_problem_of_rules())

    @pages.post("/createToken/")
    def make_token() -> Response:
        """The keys stand on the page that answers, and nowhere else."""
        validity = request.form.get("validity", "0")
        problem = _problem_of_rules() or _problem_of_validity(validity)
        if problem:
            return _show(problem)
        application, credential = make_keys(
            simulator.world, _rules(), expiration=end_of(int(validity))
        )
        return _show(
            keys={
                _("Application Key"): application.key,
                _("Application Secret"): application.secret,
                _("Consumer Key"): credential.consumer_key,
            }
        )


def _rules() -> list[Rule]:
    """In the order of the address; methods in capitals, as OVH's page takes them."""
    asked = request.args.items(multi=True)
    return [Rule(method, path.strip()) for method, path in asked if method in METHODS]


def _problem_of_rules() -> str:
    rules = _rules()
    try:
        for rule in rules:
            check_rule(rule)
    except ValueError:
        return str(_("The address of this page names a right that does not exist."))
    return "" if rules else str(_("The address of this page names no right."))


def _problem_of_validity(validity: str) -> str:
    if validity not in map(str, VALIDITIES):
        return str(_("Choose how long the keys are valid."))
    return ""


def _show(problem: str = "", keys: dict[str, str] | None = None) -> Response:
    page = render_template(
        "simulator/token.html",
        language=str(get_locale()),
        rules=_rules(),
        validities=VALIDITIES,
        problem=problem,
        typed=request.form,
        keys=keys,
    )
    response = make_response(page, 400 if problem else 200)
    response.headers["Cache-Control"] = "no-store"
    return response
