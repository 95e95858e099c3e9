"""OVH SMS without a number of one's own: from a short number, or under a sender's name."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote

from raspisms.adapters.answers import Batch
from raspisms.adapters.base import Capability, Field, Purpose
from raspisms.adapters.ovh import settings
from raspisms.adapters.ovh.adapter import OvhAdapter
from raspisms.adapters.ovh.check import Right
from raspisms.adapters.ovh.client import OvhClient
from raspisms.adapters.ovh.lists import incoming, virtual_numbers
from raspisms.adapters.ovh.senders import check_sender
from raspisms.errors import Text, say

#: What OVH's own interface counts for it; the number in it varies.
_STOP_CLAUSE = "\nSTOP:36111"
#: Who answers a sender's name writes to nobody.
_ONLY_WITHOUT_SENDER = frozenset({Capability.RECEIVE, Capability.REPLY_CALLBACK})


class OvhShortcode(OvhAdapter):
    """Routes: schema, ``/sms/{serviceName}/…``."""

    uid: ClassVar[str] = "ovh_sms_shortcode_adapter"
    name: ClassVar[Text] = say("OVH SMS Shortcode")
    description: ClassVar[Text] = say(
        "An SMS account at OVH without a number of its own: sends from a short number and receives "
        "the answers, or sends under your sender name without answers; tracks delivery."
    )
    fields: ClassVar[tuple[Field, ...]] = settings.SHORTCODE_FIELDS
    number_field: ClassVar[str] = "sender"
    needed: ClassVar[tuple[Right, ...]] = (("GET", ""), ("POST", "/jobs"))
    capabilities: ClassVar[frozenset[Capability]] = OvhAdapter.capabilities | {Capability.FLASH}

    @classmethod
    def clean(cls, values: Mapping[str, str], country: str) -> dict[str, Any]:
        return settings.clean(cls.fields, values, country)

    @classmethod
    def number(cls, settings: Mapping[str, Any]) -> str | None:
        """The sender's name. Which short number OVH takes is not known."""
        return settings["sender"] or None

    @classmethod
    def abilities(cls, settings: Mapping[str, Any]) -> frozenset[Capability]:
        if settings["sender"]:
            return cls.capabilities - _ONLY_WITHOUT_SENDER
        return cls.capabilities

    @classmethod
    def on_the_air(cls, settings: Mapping[str, Any], text: str) -> str:
        has_clause = settings["sender"] and not settings["no_stop_clause"]
        return text + _STOP_CLAUSE if has_clause else text

    def list_inbox(self, since: datetime | None) -> Sequence[str]:
        """What came in to the service but to none of its virtual numbers.

        An entry does not say what it was sent to; those of a virtual number stand under it too.
        """
        with self._asking() as client:
            listed = incoming(client, self._root, since)
            # Asked afterwards: what came in to them meanwhile is left out all the same.
            for number in self._other_numbers(client) if listed else ():
                root = f"{self._service}/virtualNumbers/{quote(number, safe='+')}"
                theirs = set(incoming(client, root, since))
                listed = [uid for uid in listed if uid not in theirs]
            return listed

    def _other_numbers(self, client: OvhClient) -> list[str]:
        """The virtual numbers of the service as they were when it was checked, or as they are."""
        known = self.settings.get("other_numbers")
        if known is None:
            return virtual_numbers(client, self._service, Purpose.INBOX)
        return str(known).split()

    @property
    def _root(self) -> str:
        return self._service

    def _job(self, batch: Batch) -> dict[str, Any]:
        job: dict[str, Any] = {"senderForResponse": True}
        # Said only with a name: OVH is reported to refuse it with a short number.
        if self.settings["sender"]:
            no_stop_clause = bool(self.settings["no_stop_clause"])
            job = {"sender": self.settings["sender"], "noStopClause": no_stop_clause}
        return job | {"class": "flash"} if batch.flash else job

    def _look_at_its_own(self, client: OvhClient) -> dict[str, str]:
        """That the sender's name is approved, and which numbers have answers of their own."""
        if self.settings["sender"]:
            check_sender(client, self._service, self.settings["sender"])
        return {"other_numbers": " ".join(virtual_numbers(client, self._service))}
