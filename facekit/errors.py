"""Every error that the library raises on purpose.

    FacekitError
    ├── ImageError                 a picture cannot be read
    ├── CaptureError               a source of frames cannot be opened or read
    ├── SettingsError              a setting is unknown or its value is out of range
    ├── ModelError                 a model cannot be used
    │   ├── UnknownNameError       no entry of that name in a registry
    │   ├── ModelFileMissingError  the weights are not on this machine
    │   ├── ModelChecksumError     the weights are not those that the card describes
    │   ├── ModelMismatchError     two embeddings come from different encoders
    │   └── PromotionRefusedError  an encoder is not shown to be no worse than the active one
    ├── StoreError                 the database cannot be used
    │   ├── StoreBusyError         another program holds the database
    │   ├── StoreDamagedError      the integrity check failed
    │   ├── PersonNotFoundError    no person of that name or id
    │   ├── PersonExistsError      the name is taken
    │   ├── InvalidNameError       a name that cannot be stored; also a ValueError
    │   └── ConsentMissingError    a face would be stored without a recorded consent
    ├── EvaluationError            the trials cannot give the figure asked for
    ├── RetrainingError            an encoder cannot be retrained as asked
    └── EngineError                the engine process refused or failed
        └── EngineLostError        the engine process died while a reply was due

Expected outcomes (no face, too dark, not recognized) are values, not errors: see facekit.types.Outcome.
"""

from __future__ import annotations


class FacekitError(Exception):
    """Root of the library's errors.

    Args:
        message: What went wrong and with which input, one sentence.
        hint: What the person can do about it, one sentence; empty when there is nothing to do.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.message, self.hint))


def _rebuild(kind: type[FacekitError], message: str, hint: str) -> FacekitError:
    """The error again on the other side of a process border."""
    error = kind.__new__(kind)
    FacekitError.__init__(error, message, hint=hint)
    return error


class ImageError(FacekitError):
    """A picture cannot be read: not a picture, damaged, or larger than the cap."""


class CaptureError(FacekitError):
    """A camera, video, folder or stream cannot be opened or stopped answering."""


class SettingsError(FacekitError):
    """A setting is unknown or its value is out of range."""


class ModelError(FacekitError):
    """A model cannot be used."""


class UnknownNameError(ModelError):
    """No entry of that name in a registry."""


class ModelFileMissingError(ModelError):
    """The weights are not on this machine."""


class ModelChecksumError(ModelError):
    """The weights are not those that the card describes."""


class ModelMismatchError(ModelError):
    """Two embeddings come from different encoders or different weights and have no common distance."""


class PromotionRefusedError(ModelError):
    """An encoder is not shown to be no worse than the active one, and nobody has forced it."""


class StoreError(FacekitError):
    """The database cannot be used."""


class StoreBusyError(StoreError):
    """Another program holds the database."""


class StoreDamagedError(StoreError):
    """The integrity check of the database failed."""


class PersonNotFoundError(StoreError):
    """No person of that name or id is enrolled."""


class PersonExistsError(StoreError):
    """A person of that name is enrolled already."""


class InvalidNameError(StoreError, ValueError):
    """A person's name is empty, too long, or has characters that cannot be shown."""


class ConsentMissingError(StoreError):
    """A face would be stored without a recorded consent."""


class EvaluationError(FacekitError):
    """The trials cannot give the figure asked for."""


class RetrainingError(FacekitError):
    """An encoder cannot be retrained as asked, or the process that did it failed."""


class EngineError(FacekitError):
    """The engine process refused or failed."""


class EngineLostError(EngineError):
    """The engine process died while a reply was due."""
