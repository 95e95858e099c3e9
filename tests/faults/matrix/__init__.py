"""Every adapter, at everything it does, under every fault of its provider.

``operations`` names what an adapter is put to; ``provider`` is what a provider gives for it, with
``ovh`` and ``files`` for those that there are; ``sending``, ``asking`` and ``receiving`` do it with
the real engine, on a ``stage`` where waiting passes at once; ``judge`` holds what the database says
against what the provider knows; ``cells`` runs a fault through all operations, and ``page`` writes
what came of it into docs/faults.md.

As a program: ``python -m tests.faults.matrix > docs/faults.md``.
"""
