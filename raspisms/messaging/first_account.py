"""The first account, which is made through a link on the console, and makes all others."""

from datetime import timedelta

from sqlalchemy import delete

from raspisms.messaging import journal, links, logins, members
from raspisms.messaging.transactions import writing
from raspisms.models import OneTimeLink
from raspisms.models.member import count_members

_LIFETIME = timedelta(days=7)


def make_link() -> str | None:
    """The secret of a link that makes the first account; None where there is one already.

    An older link of the kind stops working.
    """
    with writing() as session:
        if session.scalar(count_members()):
            return None
        session.execute(delete(OneTimeLink).where(OneTimeLink.purpose == "setup"))
        return links.make(session, "setup", _LIFETIME)


def look(token: str) -> None:
    """Whether a link works, without using it up. Raises NotFound in words where it does not."""
    links.look(token, "setup")
    if members.any_exists():
        raise links.spent("setup")


def make(token: str, name: str, password: str, browser: str, household: str | None = None) -> str:
    """Make the administrator through a link, and log them in; the secret of the login.

    Raises NotFound when the link is spent, Invalid for the name or the password.
    """
    look(token)
    member = members.new(name, password, is_admin=True, household=household)
    with writing() as session:
        links.use(session, token, "setup")
        if session.scalar(count_members()):
            raise links.spent("setup")
        session.add(member)
        session.flush()
        journal.note(session, member, "member.set_up", member.name)
        return logins.start(session, member.id, browser)
