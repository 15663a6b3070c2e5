"""How samples come to an enrolment: by guidance at a camera, or from folders of pictures, a folder a person. Knows no window."""

from __future__ import annotations

from facekit.sampling.folders import CheckedPicture, PersonPlan, check_picture, person_name, plan_person
from facekit.sampling.guide import Advice, Aim, Guide, Outline, outline_of

__all__ = [
    "Advice",
    "Aim",
    "CheckedPicture",
    "Guide",
    "Outline",
    "PersonPlan",
    "check_picture",
    "outline_of",
    "person_name",
    "plan_person",
]
