"""Published test figures on the four polyphonic sets, each with its kind: only exact ones rank with exact ones.

Nats per frame, mean over frames. "exact": the likelihood itself; "bound": a bound of it; "estimate": by sampling. Rows
marked "?" are quoted from memory or from where they are cited, and were not checked against the paper itself.
"""

from __future__ import annotations

from typing import NamedTuple

SETS = ("jsb", "nottingham", "musedata", "piano-midi")
"""The names by which the sets are called here; a data set's own is ``poly-`` and this."""


class Published(NamedTuple):
    """One row.

    Parameters
    ----------
    model, source
        What, and by whom.
    kind
        "exact", "bound" or "estimate"; with what the model sees beyond the roll.
    values
        One for each of `SETS`; None where there is none.
    """

    model: str
    source: str
    kind: str
    values: tuple[float | None, float | None, float | None, float | None]


ROWS: tuple[Published, ...] = (
    Published("RBM, single frames", "Boulanger-Lewandowski 2012 ?", "estimate", (7.43, 5.25, 9.56, 10.17)),
    Published("NADE, single frames", "Boulanger-Lewandowski 2012 ?", "exact", (7.19, 5.48, 10.06, 10.28)),
    Published("note n-gram", "Boulanger-Lewandowski 2012 ?", "exact", (10.26, 4.54, 7.91, 7.50)),
    Published("LSTM, 88 outputs", "Bai 2018", "exact", (8.45, 3.29, None, None)),
    Published("RRU", "Gates are not what you need 2021", "exact", (7.72, 2.92, 7.03, 7.38)),
    Published("RNN-RBM", "Boulanger-Lewandowski 2012 ?", "estimate", (6.27, 2.39, 6.01, 7.09)),
    Published("RNN-NADE", "Boulanger-Lewandowski 2012, Bengio 2013 ?", "exact", (5.19, 2.31, 5.60, 7.05)),
    Published("DMM-Aug-NADE", "Krishnan 2017", "estimate", (5.118, 2.305, 6.049, 7.048)),
    Published("BALSTM, best of five ?", "Johnson 2017", "exact, with metre", (5.05, 1.55, 3.90, 4.90)),
    Published("DBN-LSTM, never reproduced", "Vohra 2015 ?", "unclear", (3.47, 1.32, 3.91, 4.63)),
)
