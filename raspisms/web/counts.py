"""What the frame of every page tells: whose it is, and what is counted, once for each page."""

from flask import Flask, g

from raspisms.messaging import conversations, decisions
from raspisms.messaging.decisions import Attention
from raspisms.web.context import current_member, household_name

_NOTHING = Attention(is_any=False, open_count=0)


def register(app: Flask) -> None:
    app.add_template_global(household_name)
    app.add_template_global(unread_count)
    app.add_template_global(attention)


def unread_count() -> int:
    """How many conversations whoever is logged in has not read; 0 for nobody."""
    if "unread_count" not in g:
        member = current_member()
        g.unread_count = conversations.unread_count(member) if member else 0
    count: int = g.unread_count
    return count


def attention() -> Attention:
    """What waits or needs a person, as far as whoever is logged in may see it."""
    if "attention" not in g:
        member = current_member()
        g.attention = decisions.attention(member) if member else _NOTHING
    found: Attention = g.attention
    return found
