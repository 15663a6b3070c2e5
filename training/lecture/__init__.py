"""The lecture on convolutional networks, each system in a form that runs. The arithmetic and the filters need no torch."""
