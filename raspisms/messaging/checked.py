"""What a check of a phone found, for as long as the program runs."""

from dataclasses import dataclass
from datetime import datetime

from raspisms.adapters.answers import Inspection


@dataclass(frozen=True)
class Checked:
    """``version`` is that of the settings that were checked."""

    at: datetime
    version: int
    #: What the keys allow; None where the provider did not tell.
    inspection: Inspection | None = None
    #: What came of calling our own address: a code of ``self_call``; None where it was not tried.
    own_call: str | None = None
