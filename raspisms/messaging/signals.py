"""What the rest of this process may want to know at once. Other processes watch the database."""

from blinker import Signal

#: Something was committed that may have to be acted on now.
committed = Signal()
#: Something came in that only asking the provider for it can tell.
inbox_wanted = Signal()
#: The settings in force are others now: what waits for a time of its own may wait for another.
settings_changed = Signal()
#: A file of contacts is to be read, or what was read to be imported.
imports_wanted = Signal()
