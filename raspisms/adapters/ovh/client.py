"""One signed call to OVH, and exactly how it ended.

The ``ovh`` package turns every network fault into one error. Whether a call never left or its
answer was lost decides whether an SMS may be sent again, so that difference is kept here.
"""

import hashlib
import ssl
import time
from collections.abc import Mapping
from datetime import timedelta
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import ovh
import requests
import urllib3.exceptions as urllib3_errors
from ovh.client import ENDPOINTS

from raspisms.adapters.base import Budget, Purpose, TimeKeeper

#: Seconds to connect, and between two pieces of the answer. The package's own default is 180.
TIMEOUT = (5, 15)
#: The last second of the year 9999, since 1970.
_LATEST = 253_402_300_799


class CallError(Exception):
    """A call that gave no usable answer. ``query_id`` is OVH's name for it, empty without one."""

    query_id = ""


class NeverLeft(CallError):
    """No byte of the request reached OVH."""


class AnswerLost(CallError):
    """The request left; there is no answer, or none that makes sense."""


class Answered(CallError):
    """OVH answered with an error. ``message`` and ``code`` are OVH's own, perhaps empty."""

    def __init__(self, response: requests.Response) -> None:
        self.status = response.status_code
        body = _object(response)
        self.message = str(body.get("message") or "")[:300]
        self.code = str(body.get("errorCode") or body.get("class") or "")
        self.is_json = bool(body)
        self.retry_after = _retry_after(response)
        self.query_id = response.headers.get("X-OVH-QUERYID", "")
        super().__init__(self.detail)

    @property
    def is_about_time(self) -> bool:
        """The signature's time was too far from OVH's: one of the clocks was set meanwhile."""
        return self.status == 400 and "out of time" in self.message.lower()

    @property
    def is_not_granted(self) -> bool:
        """The keys as such are good, but not for this call."""
        return self.status == 403 and "granted" in f"{self.code} {self.message}".lower()

    @property
    def detail(self) -> str:
        """OVH's words for a person, with the number that OVH's support asks for."""
        words = self.message or f"HTTP {self.status}"
        return f"{words} (OVH: {self.query_id})" if self.query_id else words


class OvhClient:
    """Calls with one set of keys; use it in a ``with`` block, in one thread."""

    def __init__(
        self, settings: Mapping[str, Any], api_url: str, budget: Budget, keeper: TimeKeeper
    ) -> None:
        # The package takes no address, only a name from its table.
        ENDPOINTS.setdefault(api_url, api_url)
        self._signer = _Signer(
            endpoint=api_url,
            application_key=settings["app_key"],
            application_secret=settings["app_secret"],
            consumer_key=settings["consumer_key"],
            timeout=TIMEOUT,
        )
        self._budget = budget
        self._time = keeper

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._signer.close()

    def get(self, purpose: Purpose, path: str, **query: Any) -> Any:
        """A signed GET. Raises CallError, or Throttled when the budget is used up."""
        self._budget.take(purpose)
        return self._call("GET", f"{path}?{urlencode(query)}" if query else path, None)

    def get_openly(self, purpose: Purpose, path: str, **query: Any) -> Any:
        """A GET of what everybody may read, whatever the keys' rights. Raises as ``get`` does."""
        self._budget.take(purpose)
        return self._answer("GET", f"{path}?{urlencode(query)}", None, need_auth=False)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """A signed POST; the caller has counted it in the budget. Raises CallError."""
        return self._call("POST", path, body)

    def ask(self, purpose: Purpose, path: str, body: dict[str, Any]) -> Any:
        """A signed POST that changes nothing and may be made again. Raises as ``get`` does."""
        self._budget.take(purpose)
        return self._call("POST", path, body)

    def put(self, purpose: Purpose, path: str, body: dict[str, Any]) -> None:
        """A signed PUT, which may be made again. Raises CallError, or Throttled as ``get`` does."""
        self._budget.take(purpose)
        self._call("PUT", path, body)

    def clock_difference(self) -> timedelta:
        """How far OVH's clock is ahead of this machine's; asked for when not known."""
        known = self._time.difference()
        if known is None:
            known = self._ask_time()
            self._time.learn(known)
        return known

    def _ask_time(self) -> timedelta:
        answer = self._answer("GET", "/auth/time", None, need_auth=False)
        # It is a whole number of seconds; a bool is one too in Python, but not in JSON.
        if type(answer) is not int or abs(answer) > _LATEST:
            raise AnswerLost("/auth/time is not a number")
        return timedelta(seconds=answer - int(time.time()))

    def _call(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        try:
            self._signer.set_time_delta(int(self.clock_difference().total_seconds()))
        except AnswerLost as error:
            # Only the clock was asked; the call itself has not been made.
            raise NeverLeft(str(error)) from error
        try:
            return self._answer(method, path, body, need_auth=True)
        except Answered as error:
            if error.is_about_time or "signature" in error.message.lower():
                self._time.forget()
            raise

    def _answer(self, method: str, path: str, body: Any, *, need_auth: bool) -> Any:
        try:
            response = self._signer.raw_call(method, path, body, need_auth=need_auth)
        except requests.RequestException as error:
            raise _how_it_failed(error) from error
        if not 200 <= response.status_code < 300:
            refusal = Answered(response)
            if refusal.status == 429:
                self._budget.slow_down(refusal.retry_after)
            raise refusal
        if response.status_code == 204:
            return None
        try:
            return response.json()
        except ValueError as error:
            raise AnswerLost(f"HTTP {response.status_code}, but not JSON") from error


class _Signer(ovh.Client):  # type: ignore[misc]
    """OVH's client with a clock difference that outlives it, and no redirects."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        # A redirected POST would be made twice, or become a GET.
        self._session.max_redirects = 0

    def set_time_delta(self, seconds: int) -> None:
        self._time_delta = seconds

    def close(self) -> None:
        self._session.close()


def account_key(settings: Mapping[str, Any]) -> str:
    """The credentials, as something that does not reveal them."""
    keys = f"{settings['app_key']}+{settings['consumer_key']}"
    return "ovh:" + hashlib.sha256(keys.encode()).hexdigest()[:16]


def _how_it_failed(error: requests.RequestException) -> CallError:
    words = _in_short(error)
    if isinstance(error, requests.ConnectTimeout):
        return NeverLeft(words)
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(reason, urllib3_errors.NewConnectionError | urllib3_errors.ConnectTimeoutError):
        return NeverLeft(words)
    # The certificate is checked before the request is written.
    cause = reason.args[0] if isinstance(reason, urllib3_errors.SSLError) and reason.args else None
    if isinstance(cause, ssl.SSLCertVerificationError):
        return NeverLeft(words)
    return AnswerLost(words)


def _in_short(error: requests.RequestException) -> str:
    """The kind of fault without addresses: a URL would carry the number into logs."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return type(reason or error).__name__


def _object(response: requests.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _retry_after(response: requests.Response) -> timedelta | None:
    """Seconds only: a date would be read with a clock that may be wrong (RFC 9110, 10.2.3)."""
    value = response.headers.get("Retry-After", "")
    return timedelta(seconds=min(int(value[:9]), 86_400)) if value.isdecimal() else None
