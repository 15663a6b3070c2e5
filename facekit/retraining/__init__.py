"""Retraining as the terminal and the window see it: what is asked for, whose faces, and the run as a child process. No torch, no Qt."""
