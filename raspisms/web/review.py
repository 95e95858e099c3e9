"""The last look at a campaign before it is confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from raspisms.errors import Invalid, NotFound, RaspismsError, say
from raspisms.messaging import campaign_drafts, campaigns, confirming, review
from raspisms.messaging.campaign_drafts import Kept
from raspisms.messaging.confirming import Seen
from raspisms.messaging.drafting import Draft
from raspisms.messaging.estimates import Estimate
from raspisms.messaging.rendering import Rendered
from raspisms.messaging.review import Review
from raspisms.sms.names import sort_key
from raspisms.sms.numbers import digits_of, parse_recipient
from raspisms.sms.spelling import plainer
from raspisms.web import addresses, drafts, estimates, review_words
from raspisms.web.acceptance import tell_accepted
from raspisms.web.campaign_section import shown_at
from raspisms.web.context import get_engine, require_member
from raspisms.web.forms import each, on_problem

blueprint = Blueprint("review", __name__)
blueprint.add_app_template_global(review_words.name_of, "name_of")
blueprint.add_app_template_global(review_words.unknown_fields, "unknown_fields")
_ONE = "/campaigns/drafts/<int:draft_id>/review"
#: Names that a list shows at once.
PAGE = 100
#: Where this browser's own number for tests is kept.
_OWN_NUMBER = "own_number"


@dataclass(frozen=True)
class _Looked:
    """A draft, and what there is to see of it; ``review`` is None where it cannot be sent."""

    kept: Kept
    review: Review | None
    problems: Sequence[RaspismsError]


@dataclass(frozen=True)
class _Portion:
    """A page of those who get it, or do not."""

    people: Sequence[Any]
    page: int
    has_next: bool


def _portion(people: Sequence[Any]) -> _Portion:
    """The page that the address names."""
    page = addresses.number("page") or 1
    end = page * PAGE
    return _Portion(people[end - PAGE : end], page, end < len(people))


def _page(draft_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    looked = _look(draft_id)
    found = looked.review
    guess = _guess(found) if found else None
    if found and guess and guess.credits is not None:
        found = review.priced(get_engine(), found, guess.credits)
    return render_template(
        "review/show.html",
        draft=looked.kept,
        review=found,
        problems=_without_links(_once([*problems, *looked.problems])),
        cannot=not found,
        warnings=review_words.warnings(found) if found else [],
        times=review_words.times(found) if found else [],
        cost=review_words.cost(found, guess) if found else [],
        causes=review_words.causes(found) if found else [],
        fixed=review_words.fixed(found) if found else "",
        wait=drafts.waits_for(found.phones[0]) if found else None,
        can_be_plainer=bool(found) and _can_be_plainer(looked.kept, found),
        own_number=request.form.get("own", session.get(_OWN_NUMBER, "")),
        test_request=drafts.new_request(),
    )


@blueprint.get(_ONE)
def show(draft_id: int) -> str | Response:
    kept = campaign_drafts.get(require_member(), draft_id)
    if kept.is_confirmed:
        return redirect(shown_at(kept.campaign_id, kept.plan_id))
    return _page(draft_id)


@blueprint.post(f"{_ONE}/confirm")
@on_problem(_page)
def confirm(draft_id: int) -> Response:
    kept = campaign_drafts.get(require_member(), draft_id)
    before = kept.is_confirmed
    confirmed = confirming.confirm(get_engine(), require_member(), draft_id, _seen())
    if confirmed.accepted is not None:
        tell_accepted(confirmed.accepted)
    elif before:
        flash(gettext("This was confirmed before: it goes once."), "info")
    else:
        flash(gettext("It is planned."), "success")
    return redirect(shown_at(confirmed.campaign_id, confirmed.plan_id), 303)


@blueprint.post(f"{_ONE}/test")
@on_problem(_page)
def test(draft_id: int) -> Response:
    """Send the text of one of its people to whoever asks."""
    draft = _draft(draft_id)
    number = _own_number()
    shown = _of_person(draft) if request.form.get("person") else _first(draft_id)
    if shown.problem:
        raise shown.problem
    campaigns.accept(
        get_engine(),
        require_member(),
        Draft(
            draft.phone_id,
            number,
            shown.text,
            request=request.form.get("request", ""),
            flash=draft.flash,
            template=False,
            despite_opt_out=True,
        ),
    )
    session[_OWN_NUMBER] = number
    flash(gettext("The test leaves at once, to you alone. Nobody else got anything."), "success")
    return redirect(url_for("review.show", draft_id=draft_id), 303)


@blueprint.post(f"{_ONE}/exclude")
@on_problem(_page)
def exclude(draft_id: int) -> Response:
    """Somebody gets nothing of this campaign."""
    kept = campaign_drafts.get(require_member(), draft_id)
    number = request.form.get("number", "").strip()
    listed = kept.content.exclude.rstrip()
    if number and number not in listed.splitlines():
        content = replace(kept.content, exclude=f"{listed}\n{number}".strip())
        _save(kept, content)
    flash(gettext("Excluded: this person gets nothing of it."), "success")
    return redirect(url_for("review.show", draft_id=draft_id), 303)


@blueprint.post(f"{_ONE}/plain")
@on_problem(_page)
def write_plainly(draft_id: int) -> Response:
    """Characters that take more SMS are replaced by what is alike."""
    kept = campaign_drafts.get(require_member(), draft_id)
    _save(kept, replace(kept.content, text=plainer(kept.content.text)))
    flash(gettext("The text is written plainly. Look at it once more."), "success")
    return redirect(url_for("review.show", draft_id=draft_id), 303)


@blueprint.get(f"{_ONE}/people")
def people(draft_id: int) -> str | Response:
    """To whom it goes, by portions, those with the shortest text first."""
    looked = _look(draft_id)
    if looked.review is None:
        return _back(draft_id)
    search = request.args.get("search", "").strip()
    return render_template(
        "review/people.html",
        draft=looked.kept,
        review=looked.review,
        search=search,
        listing=_portion([one for one in looked.review.going if _matches(one, search)]),
    )


def _person_page(draft_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    typed = request.args.get("number", "").strip()
    kept = campaign_drafts.get(require_member(), draft_id)
    shown = None
    try:
        shown = review.of_person(get_engine(), require_member(), _draft(draft_id), typed)
    except RaspismsError as problem:
        problems = [*problems, *each(problem)] if typed else problems
    return render_template(
        "review/person.html", draft=kept, typed=typed, shown=shown, problems=problems
    )


@blueprint.get(f"{_ONE}/person")
def person(draft_id: int) -> str:
    """The text as one of them gets it."""
    return _person_page(draft_id)


@blueprint.get(f"{_ONE}/left-out")
def left_out(draft_id: int) -> str | Response:
    """Everybody who gets nothing for one cause, by portions; without one, the causes there are."""
    looked = _look(draft_id)
    if looked.review is None:
        return _back(draft_id)
    cause = looked.review.cause(request.args.get("cause", ""))
    return render_template(
        "review/left_out.html",
        draft=looked.kept,
        title=review_words.cause_in_words(cause) if cause else None,
        causes=review_words.causes(looked.review),
        cause=cause,
        listing=_portion(cause.people if cause else ()),
    )


def _look(draft_id: int) -> _Looked:
    """Raises NotFound for a draft that is not there, or was confirmed."""
    kept = _open(draft_id)
    try:
        return _Looked(kept, review.of_kept(get_engine(), require_member(), kept), ())
    except RaspismsError as problem:
        return _Looked(kept, None, each(problem))


def _open(draft_id: int) -> Kept:
    kept = campaign_drafts.get(require_member(), draft_id)
    if kept.is_confirmed:
        raise NotFound(
            say("This draft was confirmed: there is nothing left to look at before."),
            say("Look at it among the campaigns."),
        )
    return kept


def _guess(found: Review) -> Estimate | None:
    """What it costs; None where that is not known, as on birthdays, when it goes to a few."""
    if found.planned and found.planned.on_birthdays:
        return None
    return estimates.of(found.preview, found.phones[0])


def _draft(draft_id: int) -> Draft:
    kept = _open(draft_id)
    return kept.content.as_draft(confirms=(kept.id, kept.version))


def _first(draft_id: int) -> Rendered:
    looked = _look(draft_id)
    if looked.review is None:
        raise looked.problems[0]
    if looked.review.nobody:
        raise looked.review.nobody
    return looked.review.going[-1]


def _of_person(draft: Draft) -> Rendered:
    return review.of_person(get_engine(), require_member(), draft, request.form["person"])


def _own_number() -> str:
    """The number of whoever asks, as they typed it. Raises Invalid (field "own")."""
    typed = request.form.get("own", "")
    try:
        return parse_recipient(typed, get_engine().config.country)
    except Invalid as error:
        raise Invalid(error.message, error.hint, "own") from error


def _once(problems: Sequence[RaspismsError]) -> list[RaspismsError]:
    """What an act met may be what keeps the draft from being sent: it is told once."""
    found: dict[tuple[str, str], RaspismsError] = {}
    for one in problems:
        found.setdefault((str(one.message), str(one.hint)), one)
    return list(found.values())


def _without_links(problems: Sequence[RaspismsError]) -> list[RaspismsError]:
    """Problems of fields that are on another page lead nowhere here."""
    return [one if one.field in (None, "own") else _without_link(one) for one in problems]


def _without_link(problem: RaspismsError) -> RaspismsError:
    """It with all that it says one by one."""
    said = RaspismsError(problem.message, problem.hint)
    if hasattr(problem, "entries"):
        said.entries = problem.entries  # type: ignore[attr-defined]
    return said


def _seen() -> Seen:
    """What the form that was sent says that the person saw."""
    form = request.form
    version, count = (addresses.whole(form.get(name, "")) for name in ("version", "count"))
    return Seen(version or 0, count or 0, form.get("people", ""))


def _save(kept: Kept, content: campaign_drafts.CampaignContent) -> None:
    version = addresses.whole(request.form.get("version", ""))
    campaign_drafts.save(require_member(), content, kept.id, version or kept.version)


def _can_be_plainer(kept: Kept, found: Review) -> bool:
    """Whether there is something to gain; a template's own words are left to whoever wrote it."""
    text = kept.content.text
    return not found.preview.is_template and found.texts.ucs2 > 0 and plainer(text) != text


def _matches(one: Rendered, search: str) -> bool:
    key = sort_key(search)
    digits = digits_of(search)
    is_named = bool(key) and key in sort_key(one.person.name or "")
    return not search or is_named or bool(digits and digits in one.person.number)


def _back(draft_id: int) -> Response:
    return redirect(url_for("review.show", draft_id=draft_id), 303)
