"""What the tests of faults send."""

import ovh

from raspisms.simulator.account import SENDER, SERVICE

ANNE, BRUNO, CHLOE = "+33639980010", "+33639980011", "+33639980012"


def send(client: ovh.Client, *receivers: str) -> dict[str, list[int]]:
    job = {"message": "m", "sender": SENDER, "noStopClause": True, "tag": "mine"}
    return client.post(f"/sms/{SERVICE}/jobs", receivers=list(receivers or [ANNE]), **job)
