"""Links to pages, whose builders are compiled when they are needed."""

import re

import pytest
from flask import Flask, url_for
from werkzeug.routing import BuildError, Rule

from raspisms.addresses import LateRule
from tests.household import Household

UNKNOWN = {"rule": "é", "self": ["a", "b"]}


def test_each_address_is_built_as_by_werkzeug(household: Household) -> None:
    rules = list(household.app.url_map.iter_rules())
    assert len(rules) > 200
    for rule in rules:
        assert type(rule) is LateRule
        own = Rule(rule.rule, rule.defaults, rule.subdomain, list(rule.methods or ()))
        own.bind(household.app.url_map)
        asked = {name: _value(rule.rule, name) for name in rule.arguments} | UNKNOWN
        for _ in range(2):  # compiling, and compiled
            for with_unknown in (True, False):
                assert rule.build(asked, with_unknown) == own.build(asked, with_unknown)


def _value(rule: str, name: str) -> object:
    """One that fits a place of an address."""
    if choice := re.search(rf"<any\((\w+).*\):{name}>", rule):
        return choice[1]
    return 7 if f"<int:{name}>" in rule else "x y/é"


def test_what_is_missing_of_an_address_is_told() -> None:
    app = Flask("told")
    app.url_rule_class = LateRule
    app.add_url_rule("/phones/<int:phone_id>", "phone", lambda phone_id: str(phone_id))
    with app.test_request_context():
        assert url_for("phone", phone_id=7, rule=8) == "/phones/7?rule=8"
        with pytest.raises(BuildError):
            url_for("phone")
    assert app.test_client().get("/phones/7").text == "7"
