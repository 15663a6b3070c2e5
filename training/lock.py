"""One training at a time for each account: two would each take twice as long, and the window with them. No torch here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from facekit.paths import data_dir, private_dir
from training.errors import TrainingError


@contextmanager
def only_one(name: str) -> Iterator[None]:
    """Hold the one place while this training goes on; a crash lets go of it.

    Args:
        name: For people; whoever comes meanwhile is told it.

    Raises:
        TrainingError: Another one goes on; the message names it.
    """
    from filelock import FileLock, Timeout  # comes with torch; nothing is trained where it is missing

    lock, holder = FileLock(private_dir(data_dir()) / "training.lock"), data_dir() / "training.name"
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        other = holder.read_text(encoding="utf-8") if holder.is_file() else "Another training"
        raise TrainingError(f"{other} is being trained now.", hint="One training at a time: pause it, or wait for its end.") from error
    try:
        holder.write_text(name, encoding="utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()
