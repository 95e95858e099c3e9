"""Setting up a phone at OVH: its first three steps, and new keys for a phone that is there."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from raspisms.adapters.answers import Inspection
from raspisms.adapters.errors import AdapterError
from raspisms.errors import Invalid, RaspismsError
from raspisms.messaging import ovh_keys, ovh_setup, phones
from raspisms.messaging.ovh_setup import Begun, Choices, StartAgain, Wanted
from raspisms.models import Phone
from raspisms.models.member import name_key
from raspisms.web import addresses, callback_address, phone_forms
from raspisms.web.access import admin_only
from raspisms.web.context import get_engine, require_member
from raspisms.web.forms import on_problem
from raspisms.web.i18n import day_in_words, in_words, reader_zone, translate
from raspisms.web.phones import tell_saved

P = ParamSpec("P")

blueprint = Blueprint("ovh_setup", __name__)


def _in_order(view: Callable[P, str | Response]) -> Callable[P, str | Response]:
    """Lead back to the first step where a later one cannot be: no keys, or none that work."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> str | Response:
        try:
            return view(*args, **kwargs)
        except StartAgain as why:
            flash(in_words(why), "error")
            return redirect(url_for("ovh_setup.keys"), 303)

    return guarded


# Step 1: the keys.


def _keys_page(problems: Sequence[RaspismsError] = ()) -> str:
    member = require_member()
    return render_template(
        "ovh_setup/keys.html",
        problems=problems,
        keys_url=ovh_keys.keys_url(get_engine()),
        begun=ovh_setup.begun(member),
        unchecked=ovh_setup.has_unchecked(member),
        phones=ovh_keys.phones_with_keys(),
        app_key=request.form.get("app_key", ""),
    )


@blueprint.get("/phones/ovh")
@admin_only
def keys() -> str:
    return _keys_page()


@blueprint.post("/phones/ovh")
@admin_only
@on_problem(_keys_page)
@_in_order
def take_keys() -> str | Response:
    engine, member = get_engine(), require_member()
    if "again" in request.form:
        inspection = ovh_setup.check_again(engine, member)
    elif "phone" in request.form:
        inspection = ovh_setup.take_keys_of(
            engine, member, addresses.whole(request.form["phone"]) or 0
        )
    else:
        inspection = ovh_setup.take_keys(engine, member, _pasted())
    _tell_limits(inspection)
    return redirect(url_for("ovh_setup.service"), 303)


@blueprint.post("/phones/ovh/forget")
@admin_only
def forget() -> Response:
    ovh_setup.forget(require_member())
    flash(gettext("What you had entered is forgotten."))
    return redirect(url_for("ovh_setup.keys"), 303)


# Step 2: the service.


def _service_page(problems: Sequence[RaspismsError] = ()) -> str:
    member = require_member()
    begun = ovh_setup.require_begun(member)
    found, fault = None, None
    try:
        found = ovh_setup.services(get_engine(), member, begun)
    except AdapterError as error:
        fault = error
    typed = request.form.get("service", "")
    return render_template(
        "ovh_setup/service.html",
        problems=problems,
        services=found,
        fault=fault,
        typed=typed,
        chosen=typed or _first_choice(found or (), begun),
    )


def _first_choice(found: Sequence[Any], begun: Begun) -> str | None:
    """What was chosen before; else the only one that can be."""
    usable = [one.name for one in found if one.enabled]
    if begun.service in usable:
        return begun.service
    return usable[0] if len(usable) == 1 else None


@blueprint.get("/phones/ovh/service")
@admin_only
@_in_order
def service() -> str:
    return _service_page()


@blueprint.post("/phones/ovh/service")
@admin_only
@on_problem(_service_page)
@_in_order
def choose_service() -> Response:
    member = require_member()
    begun = ovh_setup.require_begun(member)
    name = request.form.get("service", "")
    about = request.form.get(f"about {name}", "")
    ovh_setup.choose_service(member, begun, name, about)
    return redirect(url_for("ovh_setup.sender"), 303)


# Step 3: what to send with.


def _sender_page(problems: Sequence[RaspismsError] = ()) -> str:
    member = require_member()
    begun = ovh_setup.require_begun(member)
    found, fault = None, None
    try:
        found = ovh_setup.choices(get_engine(), member, begun)
    except AdapterError as error:
        fault = error
    sent = request.form
    first = next((one for one in found.all if one.usable), None) if found else None
    return render_template(
        "ovh_setup/sender.html",
        problems=problems,
        service=begun.service,
        choices=found,
        fault=fault,
        address=callback_address.carried() or callback_address.fresh(),
        chosen=sent.get("choice") or (first.key if first else None),
        name=sent.get("name") or _good_name(begun, found),
        everyone=phone_forms.to_choose_from(),
        members=phone_forms.chosen_members(),
        no_stop_clause="no_stop_clause" in sent,
    )


def _good_name(begun: Begun, found: Choices | None) -> str:
    """What a phone of this service could be called: as the service is, else as what it sends with.

    Nothing where all these are names of phones already.
    """
    labels = [translate(one.offer.label) for one in found.all if one.usable] if found else []
    taken = {phone.name_key for phone in phones.everything()}
    wanted = (one for one in (begun.about, *labels) if one)
    return next((one for one in wanted if name_key(one) not in taken), "")


@blueprint.get("/phones/ovh/sender")
@admin_only
@_in_order
def sender() -> str | Response:
    if ovh_setup.require_begun(require_member()).service is None:
        return redirect(url_for("ovh_setup.service"), 303)
    try:
        return _sender_page()
    except Invalid as problem:
        flash(in_words(problem), "error")
        return redirect(url_for("ovh_setup.service"), 303)


@blueprint.post("/phones/ovh/sender")
@admin_only
@on_problem(_sender_page)
@_in_order
def finish() -> str | Response:
    made = callback_address.already_saved()
    if made:
        return _go_on(made)
    member = require_member()
    begun = ovh_setup.require_begun(member)
    address = callback_address.carried() or callback_address.fresh()
    sent = request.form
    wanted = Wanted(
        name=sent.get("name", ""),
        choice=sent.get("choice", ""),
        members=phone_forms.chosen_members(),
        no_stop_clause="no_stop_clause" in sent,
    )
    try:
        saved = ovh_setup.finish(get_engine(), member, begun, wanted, address.token)
    except RaspismsError:
        made = callback_address.already_saved()  # the button was pressed twice at once
        if made is None:
            raise
        return _go_on(made)
    tell_saved(saved)
    return _go_on(saved.phone)


def _go_on(phone: Phone) -> Response:
    """To step 4."""
    return redirect(url_for("callbacks_setup.show", phone_id=phone.id, setup=1), 303)


# New keys for a phone.


def _renewal_page(phone_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    return render_template(
        "ovh_setup/renew.html",
        problems=problems,
        keys_url=ovh_keys.keys_url(get_engine()),
        phone=ovh_keys.find_ovh_phone(require_member(), phone_id),
        app_key=request.form.get("app_key", ""),
    )


@blueprint.get("/phones/<int:phone_id>/keys")
@admin_only
def renewal(phone_id: int) -> str:
    return _renewal_page(phone_id)


@blueprint.post("/phones/<int:phone_id>/keys")
@admin_only
@on_problem(_renewal_page)
def renew(phone_id: int) -> Response:
    saved = ovh_keys.renew_keys(get_engine(), require_member(), phone_id, _pasted())
    tell_saved(saved)
    return redirect(url_for("phones.edit", phone_id=phone_id), 303)


# What the forms have.


def _pasted() -> list[str]:
    """The box; where it is empty the fields, each with its name, as it would be copied."""
    sent = request.form
    if sent.get("keys", "").strip():
        return [sent["keys"]]
    labels = ("Application Key", "Application Secret", "Consumer Key")
    typed = [(label, sent.get(name, "")) for label, name in zip(labels, ovh_keys.KEYS, strict=True)]
    return [f"{label}: {value.strip()}" for label, value in typed if value.strip()]


def _tell_limits(inspection: Inspection) -> None:
    """What the keys do not allow, and when they end: good to know, and no obstacle."""
    for right in inspection.rights:
        if not right.granted:
            flash(
                gettext(
                    "These keys do not allow: %(right)s. The set-up goes on without it.",
                    right=translate(right.words),
                ),
                "warning",
            )
    if inspection.expires_at:
        day = day_in_words(inspection.expires_at.astimezone(reader_zone()), "long")
        flash(
            gettext(
                "These keys end on %(day)s: the phone stops then, unless it gets new ones before. "
                "Keys with an unlimited validity do not end.",
                day=day,
            ),
            "warning",
        )
