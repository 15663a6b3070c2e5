"""The entry point: read the words, run the verb, turn errors into a sentence and an exit code."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence

from facekit.cli.arguments import build_parser
from facekit.errors import FacekitError
from facekit.registry import resolve

ERROR = 2


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code: 0 done (for verify and compare: same), 1 different, 2 an error that was explained on stderr."""
    args = build_parser().parse_args(argv)
    logging.basicConfig(level=logging.DEBUG if args.verbose else logging.ERROR, format="%(name)s: %(message)s", stream=sys.stderr)
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # two busy-waiting torch threads collapse on a loaded machine
    try:
        return int(resolve(args.target)(args))
    except FacekitError as error:
        return _explain(error.message, error.hint)
    except KeyboardInterrupt:
        return _explain("Stopped.", "")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ERROR


def _explain(message: str, hint: str) -> int:
    print(f"facekit: {message}", file=sys.stderr)  # noqa: T201  # the terminal is this module's border
    if hint:
        print(f"  {hint}", file=sys.stderr)  # noqa: T201
    return ERROR


if __name__ == "__main__":
    sys.exit(main())
