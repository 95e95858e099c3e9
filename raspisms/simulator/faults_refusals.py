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
    name = "error_400"

    def error(self) -> ApiError:
        return errors.bad_parameter("[message] Given data is not valid")


class InvalidSignature(Refusal):
    name = "invalid_signature"

    def error(self) -> ApiError:
        return errors.invalid_signature()


class NotSigned(Refusal):
    name = "error_401"

    def error(self) -> ApiError:
        return errors.not_signed()


class NotGranted(Refusal):
    """403 in the shape that the simulator uses elsewhere, modern where nothing else is set."""

    name = "error_403"

    def error(self) -> ApiError:
        return errors.not_granted()


class NotGrantedLegacy(Refusal):
    """403 with an ``errorCode``, which python-ovh knows."""

    name = "error_403_legacy"

    def error(self) -> NoReturn:
        raise Instead(Answer.of(errors.not_granted().body(legacy=True), 403))


class InvalidCredential(Refusal):
    """The consumer key has expired or was withdrawn."""

    name = "invalid_credential"

    def error(self) -> ApiError:
        return errors.unusable_credential()


class UnknownService(Refusal):
    name = "error_404"

    def error(self) -> ApiError:
        return errors.unknown_service()


class Conflict(Refusal):
    name = "error_409"

    def error(self) -> ApiError:
        return errors.conflict("Another action is under way on this object")


class TooMany(Refusal):
    """The wording and the headers of OVH's 429 are not documented."""

    name = "error_429"

    def error(self) -> ApiError:
        return ApiError(429, "Client::TooManyRequests", "Too many requests")


class TooManyRetryAfter(TooMany):
    name = "error_429_retry_after"
    options: ClassVar[Mapping[str, float]] = {"retry_after": 2.0}

    def before_acceptance(self, wire: Wire) -> None:
        error = self.error()
        body = Answer.of(error.body(legacy=False)).body
        header = ("Retry-After", f"{self.chosen['retry_after']:.0f}")
        raise Instead(Answer(error.status, body, headers=(header,)))


class Expired(Refusal):
    """460, which python-ovh calls ResourceExpiredError."""

    name = "error_460"

    def error(self) -> ApiError:
        return errors.expired_service()


def server_error() -> ApiError:
    """php-ovh issue 123."""
    return ApiError(500, "Server::InternalServerError", "Internal server error")


class InternalBefore(Refusal):
    name = "error_500_before"

    def error(self) -> ApiError:
        return server_error()


class InternalAfter(HappyOvh):
    """Performed, and then 500."""

    name = "error_500_after"

    def after_acceptance(self, wire: Wire, answer: Answer) -> Answer:
        raise server_error()


class Gateway(HappyOvh):
    """What those of the machines in front of OVH share: a page, no JSON."""

    status = 0

    def before_acceptance(self, wire: Wire) -> None:
        raise Instead(page(self.status, errors.phrase(self.status).encode()))


class BadGateway(Gateway):
    name = "error_502"
    status = 502


class Unavailable(Gateway):
    name = "error_503"
    status = 503


class GatewayTimeout(Gateway):
    name = "error_504"
    status = 504


class GatewayTimeoutAfter(Gateway):
    """OVH performed the call, but the machine in front did not wait."""

    name = "error_504_after"
    status = 504

    def before_acceptance(self, wire: Wire) -> None:
        pass

    def after_acceptance(self, wire: Wire, answer: Answer) -> Answer:
        return page(self.status, errors.phrase(self.status).encode())


class NoCredit(Refusal):
    name = "no_credit"

    def error(self) -> ApiError:
        return errors.no_credit()


class Disabled(Refusal):
    name = "service_disabled"

    def error(self) -> ApiError:
        return errors.disabled_service()
