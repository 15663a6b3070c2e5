"""Who is enrolled."""
