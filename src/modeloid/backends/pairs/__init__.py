"""What modeloids that learn between two groups of pieces share: their items, the pieces they are given, their wishes.

`items` first (what comes from the domain), `source` (a piece that somebody gives), `wishes`, then `made` (the piece in
the other group) and `sampling` (many of them).
"""

from .items import Items
from .sampling import sampled
from .wishes import known, understood

__all__ = ["Items", "known", "sampled", "understood"]
