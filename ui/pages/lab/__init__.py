"""The lecture at work: filters, trained filters, and its systems on a picture."""
