"""The terminal: one module a verb. Only arguments.py is imported before a verb is chosen, so that help is quick."""
