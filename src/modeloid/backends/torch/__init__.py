"""What a torch modeloid needs of the world: processes, device, precision, seeds, gradients, files.

Importing this imports torch; do it inside the function that makes a modeloid. `processes.py` first, then the file
whose name says what you look for.
"""

from .average import Average
from .processes import LostError, TorchWorld, WorldError, of
from .start import world
from .state import State

__all__ = [
    "Average",
    "LostError",
    "State",
    "TorchWorld",
    "WorldError",
    "of",
    "world",
]
