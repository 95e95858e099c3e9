"""Groups whose members a rule says: the rule's form, who is in, and why."""

from collections.abc import Sequence

from flask import render_template, request
from werkzeug.wrappers import Response

from raspisms.errors import NotFound, RaspismsError, say
from raspisms.messaging import contacts, group_nesting, groups, rules_asked, smart_groups
from raspisms.messaging.smart_groups import Judged, Preview
from raspisms.models import Contact, Group
from raspisms.sms import rules
from raspisms.sms.rules import RuleError
from raspisms.web import addresses, rule_form
from raspisms.web.context import require_member
from raspisms.web.forms import is_overtaken, on_problem, seen, seen_again
from raspisms.web.groups import blueprint, household_now, saved
from raspisms.web.rule_form import RuleForm

SAVE, PREVIEW = "save", "preview"


def _form_page(
    form: RuleForm,
    group: Group | None = None,
    problems: Sequence[RaspismsError] = (),
    preview: Preview | None = None,
) -> str:
    errors = (problem for problem in problems if isinstance(problem, RuleError))
    error = next(errors, None)
    return render_template(
        "groups/rule.html",
        form=form,
        group=group,
        seen=seen_again(group.updated_at, problems) if group else "",
        now=_stored(group) if group and is_overtaken(problems) else None,
        problems=problems,
        preview=preview,
        place=rule_form.place_of(form.rule, error.position) if error else None,
        fields=form.fields(contacts.known_keys()),
        comparisons=rule_form.comparisons(),
        most_rows=rule_form.MOST_ROWS,
        most_blocks=rule_form.MOST_BLOCKS,
    )


def _shown_again(form: RuleForm, group: Group | None) -> str:
    """The form after a button other than the one that saves it."""
    act = request.form.get("act", PREVIEW)
    if act != PREVIEW:
        return _form_page(rule_form.acted(form, act), group)
    rule = rules.parse(rule_form.written(form))
    found = smart_groups.preview(rule, form.name, household_now())
    return _form_page(form, group, preview=found)


def _new_page(problems: Sequence[RaspismsError] = ()) -> str:
    form = rule_form.typed() if request.method == "POST" else RuleForm()
    return _form_page(form, problems=problems)


@blueprint.get("/groups/smart/new")
def new_rule() -> str:
    return _new_page()


@blueprint.post("/groups/smart/new")
@on_problem(_new_page)
def add_rule() -> str | Response:
    form = rule_form.typed()
    if request.form.get("act") != SAVE:
        return _shown_again(form, None)
    return saved(smart_groups.add(require_member(), form.name, rule_form.written(form)))


def _edit_page(smart_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    group = _smart(smart_id)
    form = rule_form.typed() if request.method == "POST" else _stored(group)
    return _form_page(form, group, problems)


@blueprint.get("/groups/smart/<int:smart_id>/edit")
def edit_rule(smart_id: int) -> str:
    return _edit_page(smart_id)


@blueprint.post("/groups/smart/<int:smart_id>/edit")
@on_problem(_edit_page)
def save_rule(smart_id: int) -> str | Response:
    form, group = rule_form.typed(), _smart(smart_id)
    if request.form.get("act") != SAVE:
        return _shown_again(form, group)
    rule = rule_form.written(form)
    return saved(smart_groups.change(require_member(), smart_id, form.name, rule, seen=seen()))


@blueprint.get("/groups/smart/<int:smart_id>")
def show_rule(smart_id: int) -> str:
    group, preview, problem = _smart(smart_id), None, None
    try:
        preview = smart_groups.preview(rules_asked.of_group(group), group.name, household_now())
    except RaspismsError as error:
        problem = error
    return render_template(
        "groups/smart.html",
        group=group,
        form=_stored(group),
        preview=preview,
        problem=problem,
        parents=group_nesting.parents(smart_id),
        comparisons=dict(rule_form.comparisons()),
    )


@blueprint.get("/groups/smart/<int:smart_id>/why")
def why(smart_id: int) -> str:
    group, contact_id = _smart(smart_id), addresses.number("contact")
    search, form = request.args.get("search", ""), _stored(group)
    found, blocks = None, list[tuple[bool, list[Judged]]]()
    if contact_id is not None:
        found = smart_groups.why(rules_asked.of_group(group), contact_id, household_now())
        blocks = _judged(form, found.contact) if form.mode == rule_form.BUILDER else []
    return render_template(
        "groups/why.html",
        group=group,
        form=form,
        found=found,
        blocks=blocks,
        search=search,
        listing=contacts.listing(search) if search else None,
        comparisons=dict(rule_form.comparisons()),
    )


def _judged(form: RuleForm, contact: Contact) -> list[tuple[bool, list[Judged]]]:
    """Each block of conditions: whether all must be met, and what each comes to."""
    now = household_now()
    return [
        (
            block.every,
            [smart_groups.judged(row, contact, now) for row in block.rows if row.field],
        )
        for block in form.blocks
    ]


def _stored(group: Group) -> RuleForm:
    return rule_form.of_rule(group.name, group.rule or "")


def _smart(group_id: int) -> Group:
    """Raises NotFound for a group with a list, too."""
    group = groups.get(group_id)
    if group.rule is None:
        raise NotFound(
            say("“%(name)s” has a list, and no rule.", name=group.name),
            say("Go back to the list of groups."),
        )
    return group
