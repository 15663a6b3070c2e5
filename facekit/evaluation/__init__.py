"""Measured error: 1:1 over pairs, 1:N over a gallery, and the thresholds that an encoder's card carries. Numpy only."""
