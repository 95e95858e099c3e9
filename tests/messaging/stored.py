"""Messages that another context stored, for tests that read within their own."""

from typing import Any

from raspisms.extensions import db
from tests.household import Household
from tests.web import making


def came_in(household: Household, *args: Any, **more: Any) -> int:
    """As ``making.came_in``."""
    return _seen(making.came_in(household.app, *args, **more))


def went_out(household: Household, *args: Any, **more: Any) -> int:
    """As ``making.went_out``."""
    return _seen(making.went_out(household.app, *args, **more))


def _seen(conversation_id: int) -> int:
    """What is read here begins anew."""
    db.session.rollback()
    return conversation_id
