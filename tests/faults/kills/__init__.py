"""``kill -9``, again and again, of a RaspiSMS that sends, receives and takes callbacks.

``plan`` says when it is killed, ``traffic`` and ``visitor`` what happens meanwhile, ``run`` does
it, and ``audit`` compares the provider's ledger with the database, both seen from outside. The
product has no part in it: OVH is the simulator, and the kills are the kernel's.

As a program: ``python -m tests.faults.kills --kills 200 --seed 1``.
"""
