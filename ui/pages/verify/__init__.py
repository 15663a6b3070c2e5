"""Is this the person they are said to be? A claim, a probe, and the verdict on its scale."""
