"""The pictures of the lecture's worked examples; tests/unit/training/lecture holds what comes of them."""

from __future__ import annotations

import numpy as np

HALF_BRIGHT = np.repeat([[10.0, 10, 10, 0, 0, 0]], 6, axis=0)
"""6×6, bright on the left."""
CHECKERBOARD = np.block([[np.full((3, 3), 10.0), np.zeros((3, 3))], [np.zeros((3, 3)), np.full((3, 3), 10.0)]])
"""6×6, bright above on the left and below on the right."""
SEVEN = np.array(
    [
        [2.0, 3, 7, 4, 6, 2, 9],
        [6, 6, 9, 8, 7, 4, 3],
        [3, 4, 8, 3, 8, 9, 7],
        [7, 8, 3, 6, 6, 3, 4],
        [4, 2, 1, 8, 3, 4, 6],
        [3, 2, 4, 1, 9, 8, 3],
        [0, 1, 3, 9, 2, 1, 4],
    ]
)
"""For a stride of two."""
SEVEN_FILTER = np.array([[3.0, 4, 4], [1, 0, 2], [-1, 0, 3]])
POOLED = np.array([[1.0, 2, 5, 3], [3, 0, 1, 2], [2, 1, 3, 4], [1, 1, 2, 0]])
"""For blocks of 2×2."""
