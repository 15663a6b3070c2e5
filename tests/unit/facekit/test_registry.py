"""Registries: cheap to list, clear when a name is wrong."""

from __future__ import annotations

import pytest

from facekit.errors import UnknownNameError
from facekit.registry import Registry


def small() -> Registry[object]:
    registry: Registry[object] = Registry("thing")
    registry.add("counter", "collections:Counter", "counts")
    registry.add("never", "no_such_module:Thing", "cannot be had", needs=("no_such_module",))
    return registry


def test_create_imports_the_target_and_calls_it() -> None:
    assert small().create("counter", "aab") == {"a": 2, "b": 1}


def test_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'counter'"):
        small().create("countre")


def test_entry_that_needs_an_absent_package_says_which() -> None:
    assert small().entry("never").missing == ("no_such_module",)
    with pytest.raises(UnknownNameError, match="needs no_such_module"):
        small().create("never")


def test_second_row_of_a_name_is_an_error_at_once() -> None:
    registry = small()
    with pytest.raises(ValueError, match="registered twice"):
        registry.add("counter", "builtins:int", "again")
