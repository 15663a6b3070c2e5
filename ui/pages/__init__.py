"""The pages. Each is a presenter (plain Python: ports in, one frozen state out) and a view (widgets: intents out, show_state in)."""
