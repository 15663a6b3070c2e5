"""Training by recipe, with live curves."""
