"""OVH SMS with a virtual number: sends from it, receives on it, tracks delivery."""

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import quote

from raspisms.adapters.answers import Batch
from raspisms.adapters.base import Field
from raspisms.adapters.ovh import settings
from raspisms.adapters.ovh.adapter import OvhAdapter
from raspisms.adapters.ovh.check import Right, Wrong
from raspisms.adapters.ovh.client import OvhClient
from raspisms.adapters.ovh.lists import virtual_numbers
from raspisms.errors import Text, say


class OvhVirtualNumber(OvhAdapter):
    """Routes: schema, ``/sms/{serviceName}/virtualNumbers/{number}/…``."""

    uid: ClassVar[str] = "ovh_sms_virtual_number_adapter"
    name: ClassVar[Text] = say("OVH SMS")
    description: ClassVar[Text] = say(
        "A virtual number rented from OVH: sends, receives the answers, and tracks delivery."
    )
    fields: ClassVar[tuple[Field, ...]] = settings.FIELDS
    needed: ClassVar[tuple[Right, ...]] = (("GET", ""), ("POST", "/virtualNumbers/{number}/jobs"))

    @classmethod
    def clean(cls, values: Mapping[str, str], country: str) -> dict[str, Any]:
        return settings.clean(cls.fields, values, country)

    @classmethod
    def number(cls, settings: Mapping[str, Any]) -> str | None:
        return str(settings["number"])

    @property
    def _root(self) -> str:
        # OVH's own spelling once it is known; else that of OVH's examples. Which of them these
        # addresses take is not documented.
        number = self.settings.get("number_at_ovh") or self.settings["number"].replace("+", "00")
        return f"{self._service}/virtualNumbers/{quote(number, safe='+')}"

    @property
    def _sender_type(self) -> str:
        return "virtual"

    def _job(self, batch: Batch) -> dict[str, Any]:
        # No sender is named: the jobs of a virtual number leave from it (schema).
        return {}

    def _look_at_its_own(self, client: OvhClient) -> dict[str, str]:
        """The phone's number as OVH writes it, which its addresses want."""
        shown = {self._same(number): number for number in virtual_numbers(client, self._service)}
        number, service = self.settings["number"], self.settings["service_name"]
        if number in shown:
            return {"number_at_ovh": shown[number]}
        if not shown:
            raise Wrong(
                "number",
                say("The service “%(name)s” has no virtual number.", name=service),
                say("Order one at OVH, or enter the name of the service that has it."),
            )
        raise Wrong(
            "number",
            say("This number does not belong to the service “%(name)s”.", name=service),
            say("The service has: %(numbers)s.", numbers=", ".join(shown)),
        )
