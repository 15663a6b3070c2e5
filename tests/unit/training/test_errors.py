"""What a command complained of, as the window tells it."""

from __future__ import annotations

from training.errors import complaint


def test_complaint_is_the_explained_error_and_its_way_out() -> None:
    said = "Warning: something\ntraining: There is no run.\n  Give the folder.\n"
    assert complaint(said) == "There is no run. Give the folder."
    assert complaint("Traceback\nValueError: x\n") == "ValueError: x"
    assert "without a word" in complaint("")
