"""What is remembered of a post, as columns. It holds none."""

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.uint16]
ACTS, TOTALS, PAID, GONE, SENT = (np.uint16(1 << n) for n in range(5))
MEASURED = np.array([1 << 5, 1 << 6, 1 << 7], np.uint16)
"""By age: a running total was taken in its second half."""
JUDGED = np.array([1 << 8, 1 << 9, 1 << 10], np.uint16)
"""By age: the post was compared."""

FIELDS = [
    ("post_id", "<u8"),
    ("before", "<i8"),
    ("engaged", "(3,)<i8"),
    ("scopes", "<u4"),
    ("flags", "<u2"),
]
"""A post: 1 + the number of its creator's one before in this format, 0: none; what it drew between each age and
the one before; its row's bucket is that in which it was made."""
