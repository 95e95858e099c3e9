"""OVH SMS with a virtual number: sends from it, receives on it, tracks delivery."""

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import quote

from raspisms.adapters.base import Batch, Capability, CheckReport, Field
from raspisms.adapters.ovh import settings
from raspisms.adapters.ovh.adapter import OvhAdapter
from raspisms.adapters.ovh.check import check
from raspisms.errors import Text, say


class OvhVirtualNumber(OvhAdapter):
    """Routes: schema, ``/sms/{serviceName}/virtualNumbers/{number}/…``."""

    uid: ClassVar[str] = "ovh_sms_virtual_number_adapter"
    name: ClassVar[Text] = say("OVH SMS")
    description: ClassVar[Text] = say(
        "A virtual number rented from OVH: sends, receives the answers, and tracks delivery."
    )
    fields: ClassVar[tuple[Field, ...]] = settings.FIELDS
    capabilities: ClassVar[frozenset[Capability]] = frozenset(
        {
            Capability.SEND,
            Capability.RECEIVE,
            Capability.CALLBACK,
            Capability.POLL_RECEIPTS,
            Capability.FIND_SENT,
        }
    )

    @classmethod
    def clean(cls, values: Mapping[str, str], country: str) -> dict[str, Any]:
        return settings.clean(values, country)

    @classmethod
    def number(cls, settings: Mapping[str, Any]) -> str | None:
        return str(settings["number"])

    def check(self) -> CheckReport:
        with self._client() as client:
            return check(client, self.settings, self.surroundings.country)

    @property
    def _root(self) -> str:
        # OVH's own spelling once it is known; else that of OVH's examples. Which of them these
        # addresses take is not documented.
        number = self.settings.get("number_at_ovh") or self.settings["number"].replace("+", "00")
        return f"{self._service}/virtualNumbers/{quote(number, safe='+')}"

    def _job(self, batch: Batch) -> dict[str, Any]:
        # No sender is named: the jobs of a virtual number leave from it (schema).
        return {}
