"""facekit people: who is enrolled; show, rename, remove."""

from __future__ import annotations

import argparse
from typing import Any

from facekit.cli.context import open_store
from facekit.cli.output import answer, ask, can_ask, say
from facekit.types import Person, Template


def run_list(args: argparse.Namespace) -> int:
    """0; everyone by name."""
    with open_store(args) as store:
        people = store.people()
    lines = [f"{person.name}  {_templates(person.template_count)}, enrolled {person.created_at:%Y-%m-%d}" for person in people]
    answer(args, [_person_json(person) for person in people], lines or ["Nobody is enrolled yet. facekit enrol NAME IMAGE..."])
    return 0


def run_show(args: argparse.Namespace) -> int:
    """0; consent and templates of one person."""
    with open_store(args) as store:
        person = store.find(args.name)
        templates = store.templates(person.person_id)
    consent = person.consent
    lines = [
        f"{person.name}, enrolled {person.created_at:%Y-%m-%d %H:%M} UTC",
        f"Consent of {consent.given_at:%Y-%m-%d}, recorded by {consent.recorded_by}: “{consent.text}”",
        f"Face pictures: {'may be kept' if consent.keep_crops else 'not kept'}",
        *(f"  template {t.template_id}  {t.created_at:%Y-%m-%d}  {t.source}  {_encoders(t)}{_issues(t)}" for t in templates),
    ]
    answer(args, {**_person_json(person), "templates": [_template_json(template) for template in templates]}, lines)
    return 0


def run_rename(args: argparse.Namespace) -> int:
    """0 renamed."""
    with open_store(args) as store:
        person = store.rename(store.find(args.name).person_id, args.new_name)
    answer(args, _person_json(person), [f"{args.name} is called {person.name} now."])
    return 0


def run_remove(args: argparse.Namespace) -> int:
    """0 removed; 2 when the question was answered with no."""
    with open_store(args) as store:
        person = store.find(args.name)
        if not args.yes and can_ask() and not ask(f"Delete {person.name} with {_templates(person.template_count)}, for good?"):
            say("Nothing was deleted.")
            return 2
        store.remove(person.person_id)
    answer(args, {"removed": person.name}, [f"{person.name} was deleted: templates, crops and consent."])
    return 0


def _templates(count: int) -> str:
    return f"{count} template{'' if count == 1 else 's'}"


def _encoders(template: Template) -> str:
    return " and ".join(map(str, template.keys))


def _issues(template: Template) -> str:
    return f"  ({', '.join(template.quality.issues)})" if template.quality.issues else ""


def _person_json(person: Person) -> dict[str, Any]:
    consent = person.consent
    return {
        "person_id": person.person_id,
        "name": person.name,
        "created_at": person.created_at.isoformat(),
        "template_count": person.template_count,
        "consent": {
            "text": consent.text,
            "given_at": consent.given_at.isoformat(),
            "recorded_by": consent.recorded_by,
            "keep_crops": consent.keep_crops,
        },
    }


def _template_json(template: Template) -> dict[str, Any]:
    return {
        "template_id": template.template_id,
        "created_at": template.created_at.isoformat(),
        "source": template.source,
        "encoders": [{"encoder": key.encoder_id, "weights_hash": key.weights_hash} for key in template.keys],
        "issues": [issue.value for issue in template.quality.issues],
        "has_crop": template.has_crop,
    }
