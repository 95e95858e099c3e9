"""An OVH SMS API over real HTTP, for the demonstration and the tests."""

from raspisms.simulator.simulator import Simulator

__all__ = ["Simulator"]
