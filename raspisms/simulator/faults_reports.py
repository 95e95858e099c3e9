"""A job is accepted, but its report is not what one expects."""

from typing import cast

from raspisms.simulator.behaviour import HappyOvh


def ids_of(report: dict[str, object]) -> list[int]:
    return cast(list[int], report["ids"])


class FewerIds(HappyOvh):
    """One id is missing, though its message goes out."""

    name = "fewer_ids"

    def report(self, report: dict[str, object]) -> dict[str, object]:
        return report | {"ids": ids_of(report)[:-1]}


class MoreIds(HappyOvh):
    """One id too many, of no message."""

    name = "more_ids"

    def report(self, report: dict[str, object]) -> dict[str, object]:
        return report | {"ids": [*ids_of(report), 99_999_999]}


class RepeatedIds(HappyOvh):
    """The same id for everyone."""

    name = "repeated_ids"

    def report(self, report: dict[str, object]) -> dict[str, object]:
        ids = ids_of(report)
        return report | {"ids": ids[:1] * max(2, len(ids))}


class NoIds(HappyOvh):
    """No id at all, though the messages go out."""

    name = "no_ids"

    def report(self, report: dict[str, object]) -> dict[str, object]:
        return report | {"ids": []}


class AllInvalid(HappyOvh):
    """200, and not one receiver accepted."""

    name = "all_invalid"

    def refuses(self, position: int, receiver: str) -> bool:
        return True


class SomeInvalid(HappyOvh):
    """Every other receiver is refused, beginning with the second."""

    name = "some_invalid"

    def refuses(self, position: int, receiver: str) -> bool:
        return position % 2 == 1


class TagsDropped(HappyOvh):
    """The tag is not stored, so nothing can be found by it."""

    name = "tags_dropped"

    def stored_tag(self, tag: str) -> str:
        return ""

    def report(self, report: dict[str, object]) -> dict[str, object]:
        return report | {"tag": ""}
