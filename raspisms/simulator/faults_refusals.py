"""OVH says no, or cannot. Nothing is performed but where the name says ``after``."""

from collections.abc import Mapping
from typing import ClassVar, NoReturn

from raspisms.simulator import errors
from raspisms.simulator.behaviour import HappyOvh, Instead
from raspisms.simulator.errors import ApiError
from raspisms.simulator.faults_answers import page
from raspisms.simulator.wire import Answer, Wire


class Refusal(HappyOvh):
    """What the refusals share: which error it is."""

    def error(self) -> ApiError:
        raise NotImplementedError

    def before_acceptance(self, wire: Wire) -> None:
        raise self.error()


class BadRequest(Refusal):
    """400: something in the call is not as it should be."""

    name = "error_400"

    def error(self) -> ApiError:
        return errors.bad_parameter("[message] Given data is not valid")


class InvalidSignature(Refusal):
    """400: the signature is wrong."""

    name = "invalid_signature"

    def error(self) -> ApiError:
        return errors.invalid_signature()


class NotSigned(Refusal):
    """401: nobody is logged in."""

    name = "error_401"

    def error(self) -> ApiError:
        return errors.not_signed()


class NotGranted(Refusal):
    """403: the keys do not allow this call; in the modern shape, where nothing else is set."""

    name = "error_403"

    def error(self) -> ApiError:
        return errors.not_granted()


class NotGrantedLegacy(Refusal):
    """403 in the older shape, with an ``errorCode``, which python-ovh knows."""

    name = "error_403_legacy"

    def error(self) -> NoReturn:
        raise Instead(Answer.of(errors.not_granted().body(legacy=True), 403))


class InvalidCredential(Refusal):
    """403: the consumer key has expired or was withdrawn."""

    name = "invalid_credential"

    def error(self) -> ApiError:
        return errors.unusable_credential()


class UnknownService(Refusal):
    """404: there is no such service."""

    name = "error_404"

    def error(self) -> ApiError:
        return errors.unknown_service()


class Conflict(Refusal):
    """409: another action is under way."""

    name = "error_409"

    def error(self) -> ApiError:
        return errors.conflict("Another action is under way on this object")


class TooMany(Refusal):
    """429: too many calls, without a word about when to come back.

    The wording and the headers of OVH's 429 are not documented.
    """

    name = "error_429"

    def error(self) -> ApiError:
        return ApiError(429, "Client::TooManyRequests", "Too many requests")


class TooManyRetryAfter(TooMany):
    """429: too many calls; come back after ``retry_after`` seconds."""

    name = "error_429_retry_after"
    options: ClassVar[Mapping[str, float]] = {"retry_after": 2.0}

    def before_acceptance(self, wire: Wire) -> None:
        error = self.error()
        body = Answer.of(error.body(legacy=False)).body
        header = ("Retry-After", f"{self.chosen['retry_after']:.0f}")
        raise Instead(Answer(error.status, body, headers=(header,)))


class Expired(Refusal):
    """460: the service has expired; python-ovh calls it ResourceExpiredError."""

    name = "error_460"

    def error(self) -> ApiError:
        return errors.expired_service()


def server_error() -> ApiError:
    """php-ovh issue 123."""
    return ApiError(500, "Server::InternalServerError", "Internal server error")


class InternalBefore(Refusal):
    """500, and nothing is done."""

    name = "error_500_before"

    def error(self) -> ApiError:
        return server_error()


class InternalAfter(HappyOvh):
    """500, though all is done."""

    name = "error_500_after"

    def after_acceptance(self, wire: Wire, answer: Answer) -> Answer:
        raise server_error()


class Gateway(HappyOvh):
    """What those of the machines in front of OVH share: a page, no JSON."""

    status = 0

    def before_acceptance(self, wire: Wire) -> None:
        raise Instead(page(self.status, errors.phrase(self.status).encode()))


class BadGateway(Gateway):
    """502 with a page of HTML, and nothing is done."""

    name = "error_502"
    status = 502


class Unavailable(Gateway):
    """503 with a page of HTML, and nothing is done."""

    name = "error_503"
    status = 503


class GatewayTimeout(Gateway):
    """504 with a page of HTML, and nothing is done."""

    name = "error_504"
    status = 504


class GatewayTimeoutAfter(HappyOvh):
    """504 with a page of HTML, though all is done: the machine in front did not wait."""

    name = "error_504_after"
    status = 504

    def after_acceptance(self, wire: Wire, answer: Answer) -> Answer:
        return page(self.status, errors.phrase(self.status).encode())


class NoCredit(Refusal):
    """403: there is not enough credit.

    A service with too little credit for a job refuses it as well, as a whole.
    """

    name = "no_credit"

    def error(self) -> ApiError:
        return errors.no_credit()


class Disabled(Refusal):
    """403: the service is disabled, though it shows itself as before."""

    name = "service_disabled"

    def error(self) -> ApiError:
        return errors.disabled_service()
