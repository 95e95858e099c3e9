"""A job is accepted, but its report is not what one expects."""

from typing import cast

from raspisms.simulator.behaviour import HappyOvh


def ids_of(report: dict[str, object]) -> list[int]:
    return cast(list[int], report["ids"])


def a_tenth(ids: list[int]) -> int:
    """Of one or two receivers as of hundreds, some: at least one."""
    return max(1, len(ids) // 10)


class FewerIds(HappyOvh):
    """One id in ten is missing, at least one, though their messages go out."""

    name = "fewer_ids"

    def report(self, report: dict[str, object]) -> dict[str, object]:
        ids = ids_of(report)
        return report | {"ids": ids[a_tenth(ids) :]}


class MoreIds(HappyOvh):
    """One id in ten too many, at least one; they belong to no message, and come first."""

    name = "more_ids"

    def report(self, report: dict[str, object]) -> dict[str, object]:
        ids = ids_of(report)
        strangers = [99_999_999 - n for n in range(a_tenth(ids))]
        return report | {"ids": strangers + ids}


class RepeatedIds(HappyOvh):
    """Every other id is the one before it: it comes twice, and another one not at all."""

    name = "repeated_ids"

    def report(self, report: dict[str, object]) -> dict[str, object]:
        ids = ids_of(report)
        twice = [one for one in ids[::2] for _ in range(2)]
        return report | {"ids": twice[: max(2, len(ids))]}


class NoIds(HappyOvh):
    """No id at all, though the messages go out."""

    name = "no_ids"

    def report(self, report: dict[str, object]) -> dict[str, object]:
        return report | {"ids": []}


class AllInvalid(HappyOvh):
    """200 with a report in which every receiver is invalid."""

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
