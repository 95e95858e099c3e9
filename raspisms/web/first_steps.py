"""First steps: what leads an empty installation to its first messages."""

from flask import Blueprint, Flask, redirect, render_template, url_for
from werkzeug.wrappers import Response

from raspisms.messaging import first_steps
from raspisms.web.access import admin_only
from raspisms.web.context import current_member

blueprint = Blueprint("first_steps", __name__)

#: The adapter with which one can try everything without a provider.
TRIAL_ADAPTER = "test_adapter"


def register(app: Flask) -> None:
    app.add_template_global(leads, "first_steps_lead")


def leads() -> bool:
    """Whether whoever asks is led through the first steps."""
    member = current_member()
    return member is not None and first_steps.lead(member)


@blueprint.get("/start")
@admin_only
def index() -> str:
    steps = first_steps.progress()
    return render_template(
        "first_steps/index.html",
        steps=steps,
        only_tries=steps.adapters == {TRIAL_ADAPTER},
        dismissed=first_steps.are_dismissed(),
        trial_adapter=TRIAL_ADAPTER,
    )


@blueprint.post("/start/dismiss")
@admin_only
def dismiss() -> Response:
    first_steps.dismiss()
    return redirect(url_for("conversations.index"), 303)
