"""Every page there is, from the addresses of the application: a new one cannot be forgotten."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from werkzeug.routing import Rule

from raspisms.web.access import PROGRAM_BLUEPRINTS, PUBLIC_ENDPOINTS
from tests.browser.home import Home
from tests.web.browser import Browser
from tests.web.conftest import logged_in

#: These only lead to another page.
LEADS_ELSEWHERE = frozenset({"home"})
#: The first account can be made only where there is none; and files are no pages.
NOT_HERE = frozenset({"auth.setup", "static"})
#: The same pages where there is something special about them.
SPECIAL = {
    "no older conversations": "/conversations?before=1",
    "write, phone paused": "/write?phone=2&to=INFO",
    "write to a group": "/write?group=1&text_id=1",
    "contacts, none found": "/contacts?search=zzz",
    "contacts, some to remove": "/contacts/removal?contacts=1,2",
    "contacts, all to a group": "/contacts/grouping?search=",
    "groups, search for whom to add": "/groups/1/add?search=zzz",
    "import, skipped lines": "/contacts/import/1?show=skipped",
    "import, changed lines": "/contacts/import/1?show=changed",
    "new test phone": "/phones/new?adapter=test_adapter",
    "new phone without a number": "/phones/new?adapter=ovh_sms_shortcode_adapter",
    "phone paused": "/phones/2",
}


@cache
def pages_of(home: Home) -> MappingProxyType[str, str]:
    """The paths of all pages that an administrator can open, by name; found once for a household.

    An answer that is no document, such as a file or a part of a page, is left out. Fails for an
    address that cannot be opened with what ``home.examples`` has.
    """
    browser = administrator_of(home)
    found: dict[str, str] = {}
    with home.app.test_request_context():
        rules = [rule for rule in home.app.url_map.iter_rules() if _is_for_members(rule)]
        paths = {rule.endpoint: _path(rule, home.examples) for rule in rules}
    for endpoint, path in sorted(paths.items()):
        answer = browser.get(path)
        assert answer.status_code == 200, (
            f"{endpoint} answers {answer.status_code} at {path}: say in Home.examples what its "
            f"address needs, or in {__file__} why it is no page"
        )
        if is_document(answer.text if answer.mimetype == "text/html" else ""):
            found[endpoint] = path
    failed = f"/campaigns/{home.examples['campaign_id']}/people?state=failed&cause=absent"
    found |= {"people of a campaign, of one cause": failed}
    why = f"/groups/smart/{home.examples['smart_id']}/why?contact=1"
    return MappingProxyType(found | SPECIAL | {"groups, why somebody is in": why})


def administrator_of(home: Home) -> Browser:
    """The browser, without JavaScript, of the one who made the household."""
    return logged_in(home.app, home.admin_id)


def is_document(html: str) -> bool:
    """Whether it is a whole page."""
    return html.lstrip().lower().startswith("<!doctype html>")


def _is_for_members(rule: Rule) -> bool:
    blueprint = rule.endpoint.partition(".")[0]
    return (
        "GET" in (rule.methods or set())
        and blueprint not in PROGRAM_BLUEPRINTS
        and rule.endpoint not in PUBLIC_ENDPOINTS | LEADS_ELSEWHERE
    )


def _path(rule: Rule, examples: Mapping[str, int | str]) -> str:
    missing = rule.arguments - examples.keys()
    assert not missing, f"{rule} needs an example of {', '.join(missing)} in Home.examples"
    built = rule.build({name: examples[name] for name in rule.arguments}, append_unknown=False)
    assert built is not None, rule
    return built[1]


def strangers_of(home: Home) -> dict[str, str]:
    """The paths of all pages that anyone can open, by name; fails where one is not known."""
    paths, browser = home.pages_for_strangers(), Browser(home.app)
    for rule in home.app.url_map.iter_rules():
        if "GET" in (rule.methods or set()) and rule.endpoint in PUBLIC_ENDPOINTS - NOT_HERE:
            if not rule.arguments and not is_document(browser.get(rule.rule).text):
                continue
            assert rule.endpoint in paths, f"add {rule.endpoint} to Home.pages_for_strangers"
    return paths
