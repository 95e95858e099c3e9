"""Campaigns that were sent in a year, with what came of each person, and what they answered."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from benchmarks.history import without_indexes
from benchmarks.rows import Row, Rows, ago, insert

#: One message in so many came in.
_INBOUND_EVERY = 50
_YEAR = timedelta(days=360)
#: What came of one message in a hundred: status, reason, whether the provider took it.
_COURSES = (
    *[("delivered", None, True)] * 88,
    *[("sent", None, True)] * 4,
    *[("failed", "absent", True)] * 3,
    *[("failed", "invalid_number", False)] * 2,
    *[("skipped", "opted_out", False)] * 3,
)
_TAGS = ("club", "école", "fête")


def add(rows: Rows, sizes: Sequence[int], messages: int) -> None:
    """Add campaigns of ``sizes``, the first of them the oldest, and others of as many people as the
    smallest but one, until there are so many ``messages``; what came in is among these.
    """
    answers = messages // _INBOUND_EVERY
    more, rest = divmod(messages - answers - sum(sizes), sorted(sizes)[1])
    past = _Past(rows, [*sizes, *[sorted(sizes)[1]] * more, *([rest] if rest else [])], answers)
    with without_indexes(rows.connection):
        insert(rows.connection, "conversation", past.conversations())
        insert(rows.connection, "campaign", past.campaigns())
        insert(rows.connection, "message", past.sent())
        insert(rows.connection, "message", past.came())


class _Past:
    """The rows. Each campaign goes to the first people of all."""

    def __init__(self, rows: Rows, sizes: Sequence[int], answers: int) -> None:
        self._phone, self._service = rows.phone, rows.service
        self._sizes, self._answers = sizes, answers

    def conversations(self) -> Iterator[Row]:
        for which in range(max(self._sizes)):
            yield {"id": which + 1, "phone_id": self._phone, "peer": _peer(which)} | {
                "last_message_id": which + 1
            }

    def campaigns(self) -> Iterator[Row]:
        for number, _ in enumerate(self._sizes):
            at = self._at(number)
            yield {
                "id": number + 1,
                "phone_id": self._phone,
                "member_id": 1,
                "name": f"Campagne {number + 1}",
                "tag": _TAGS[number % len(_TAGS)],
                "body": "Bonjour à tous",
                "direct": 0,
                "due_at": at,
                "created_at": at,
            }

    def sent(self) -> Iterator[Row]:
        for number, size in enumerate(self._sizes):
            at = self._at(number)
            for which in range(size):
                status, reason, is_taken = _COURSES[(which * 37 + number) % len(_COURSES)]
                yield self._message(which, "out", status, at) | {
                    "campaign_id": number + 1,
                    "reason": reason,
                    "due_at": at,
                    "claimed_at": at if is_taken else None,
                    "sent_at": at if is_taken else None,
                    "final_at": None if status == "sent" else at,
                    "credits": 1.0 if is_taken else None,
                }

    def came(self) -> Iterator[Row]:
        """Spread over the year; the newest have the highest numbers, as what was sent has not."""
        for number in range(self._answers):
            at = ago(_YEAR * (1 - number / self._answers))
            which = number * 7919 % max(self._sizes)
            yield self._message(which, "in", "received", at) | {"sent_at": at, "final_at": at}

    def _at(self, number: int) -> str:
        return ago(_YEAR * (1 - number / len(self._sizes)))

    def _message(self, which: int, direction: str, status: str, at: str) -> Row:
        return {
            "conversation_id": which + 1,
            "phone_id": self._phone,
            "direction": direction,
            "peer": _peer(which),
            "body": "Bonjour à tous" if direction == "out" else "Oui",
            "segments": 1,
            "status": status,
            "attempts": 1,
            "asked": 0,
            "service": self._service,
            "created_at": at,
        }


def _peer(which: int) -> str:
    return f"+336{which:08}"
