"""What the OVH API answers when it refuses: status, class, code and sentence."""

from http import HTTPStatus


class ApiError(Exception):
    """A refusal.

    ``name`` is the modern ``class``, ``code`` the legacy ``errorCode``.
    """

    def __init__(self, status: int, name: str, message: str, code: str = "") -> None:
        super().__init__(status, name, message, code)
        self.status = status
        self.name = name
        self.message = message
        self.code = code or name.rpartition("::")[2].upper()

    def body(self, *, legacy: bool) -> dict[str, str]:
        """Modern, as go-ovh documents it; legacy, as seen until the end of 2022."""
        if not legacy:
            return {"class": self.name, "message": self.message}
        status = f"{self.status} {phrase(self.status)}"
        return {"errorCode": self.code, "httpCode": status, "message": self.message}


def phrase(status: int) -> str:
    """The words beside the number in the status line; OVH has a 460 of its own."""
    return "Expired" if status == 460 else HTTPStatus(status).phrase


def bad_parameter(message: str) -> ApiError:
    return ApiError(400, "Client::BadRequest", message, "INVALID_PARAMETER")


def invalid_signature() -> ApiError:
    return ApiError(400, "Client::BadRequest", "Invalid signature", "INVALID_SIGNATURE")


def out_of_time() -> ApiError:
    """The bound and the wording are not documented; eight minutes are known to be too many."""
    return ApiError(400, "Client::BadRequest", "Query out of time", "QUERY_TIME_OUT")


def not_signed() -> ApiError:
    return ApiError(401, "Client::Unauthorized", "You must login first", "NOT_CREDENTIAL")


def forbidden(message: str, code: str) -> ApiError:
    return ApiError(403, "Client::Forbidden", message, code)


def unknown_application() -> ApiError:
    return forbidden("This application key is invalid", "INVALID_KEY")


def unknown_credential() -> ApiError:
    return forbidden("This credential does not exist", "NOT_CREDENTIAL")


def unusable_credential() -> ApiError:
    return forbidden("This credential is not valid", "INVALID_CREDENTIAL")


def not_granted() -> ApiError:
    return forbidden("This call has not been granted", "NOT_GRANTED_CALL")


def unknown_url() -> ApiError:
    return ApiError(404, "Client::NotFound", "Got an invalid (or empty) URL", "INVALID_URL")


def unknown_service() -> ApiError:
    """OVH's wording for SMS is not documented."""
    return ApiError(404, "Client::NotFound", "This service does not exist", "NOT_FOUND")


def unknown_object(key: str, value: object) -> ApiError:
    """OVH's wording for SMS is not documented."""
    message = f"The requested object ({key} = {value}) does not exist"
    return ApiError(404, "Client::NotFound", message, "NOT_FOUND")


def conflict(message: str) -> ApiError:
    return ApiError(409, "Client::Conflict", message, "CONFLICT")


def expired_service() -> ApiError:
    """460 is python-ovh's ResourceExpiredError."""
    return ApiError(460, "Client::Expired", "This service is expired", "EXPIRED")


def disabled_service() -> ApiError:
    """A guess: OVH documents the state (sms.StatusAccountEnum), not the refusal."""
    return forbidden("This sms account is disabled", "FORBIDDEN")


def no_credit() -> ApiError:
    """A guess: OVH documents that an empty balance blocks sending, not how it says so."""
    return forbidden("Not enough credits on this sms account", "FORBIDDEN")
