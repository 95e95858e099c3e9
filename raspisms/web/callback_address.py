"""The callback address of a phone that is not saved yet: shown first, kept once it is."""

from dataclasses import dataclass

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from raspisms.errors import Invalid, say
from raspisms.messaging import phones
from raspisms.messaging.public_reach import reachable_from_internet, status_url
from raspisms.messaging.transactions import reading
from raspisms.models import Phone
from raspisms.models.phone import by_token
from raspisms.web.public_address import own_root

FIELD = "callback"


@dataclass(frozen=True)
class CallbackAddress:
    """``proof`` goes with the form and comes back: nobody can choose a token."""

    token: str
    proof: str = ""

    @property
    def url(self) -> str:
        return status_url(own_root(), self.token)

    @property
    def reachable(self) -> bool:
        """Whether the provider could call it, judged by the address alone."""
        return reachable_from_internet(self.url)


def fresh() -> CallbackAddress:
    """The address of a new phone."""
    token = phones.new_token()
    return CallbackAddress(token, _signer().dumps(token))


def carried() -> CallbackAddress | None:
    """The address that the form was shown with, where it is one of ours and still free."""
    token = _carried_token()
    if token is None or _phone_with(token) is not None:
        return None
    return CallbackAddress(token, _signer().dumps(token))


def already_saved() -> Phone | None:
    """The phone that this very form has made before, as when its button was pressed twice."""
    token = _carried_token()
    return _phone_with(token) if token else None


def changed() -> Invalid:
    return Invalid(
        say("The callback address below is a new one."),
        say("Nothing is saved yet. Copy the address again, then save."),
    )


def _carried_token() -> str | None:
    try:
        return str(_signer().loads(request.form.get(FIELD, "")))
    except BadSignature:
        return None


def _phone_with(token: str) -> Phone | None:
    return reading().scalars(by_token(token)).one_or_none()


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="callback-token")
