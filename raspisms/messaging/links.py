"""Links that open one door once. The database has only a hash of their secrets.

``setup`` makes the first account, ``login`` lets a member in, ``reset`` lets them choose a new
password, ``invite`` makes an account. Looking at a link does not use it up.
"""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.errors import NotFound, say
from raspisms.messaging.transactions import reading
from raspisms.models import OneTimeLink

#: What to do about a link that works no more, by what it was for.
_REMEDIES = {
    "setup": say("Each link works once. Start RaspiSMS again to get a new one on its console."),
    "login": say("Each link works once, for an hour. Log in with your name and password."),
    "reset": say(
        "It was used, or its hour is over. If your new password does not work, ask an "
        "administrator of the household for another link."
    ),
    "invite": say(
        "It was used or withdrawn, or its seven days are over. If you have an account, log in; "
        "else ask whoever invited you for another link."
    ),
}


def make(
    session: Session,
    purpose: str,
    lifetime: timedelta,
    member_id: int | None = None,
    data: dict[str, Any] | None = None,
) -> str:
    """The secret of a new link, stored within a transaction of ``writing``."""
    now = clock.now()
    secret = secrets.token_urlsafe()
    session.execute(delete(OneTimeLink).where(OneTimeLink.expires_at < now))
    session.add(
        OneTimeLink(
            token_hash=digest(secret),
            purpose=purpose,
            member_id=member_id,
            data=data or {},
            expires_at=now + lifetime,
        )
    )
    return secret


def look(secret: str, purpose: str) -> OneTimeLink:
    """A link that still works, without using it up. Raises NotFound for any other."""
    return _open(reading().get(OneTimeLink, digest(secret)), purpose)


def use(session: Session, secret: str, purpose: str) -> OneTimeLink:
    """The same, using it up within a transaction of ``writing``: of two, one gets it."""
    link = _open(session.get(OneTimeLink, digest(secret)), purpose)
    session.delete(link)
    return link


def spent(purpose: str) -> NotFound:
    """What to tell whoever comes with a link that works no more."""
    return NotFound(say("This link does not work any more."), _REMEDIES[purpose])


def digest(secret: str) -> str:
    """What is kept of a secret of 256 bits: nothing can be found back from it."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def _open(link: OneTimeLink | None, purpose: str) -> OneTimeLink:
    if link is None or link.purpose != purpose or link.expires_at <= clock.now():
        raise spent(purpose)
    return link
