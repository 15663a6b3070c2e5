"""The graphics cards of this machine by name, found without torch, so that an unused one can be named."""

from __future__ import annotations

import platform
import shutil
import subprocess
from pathlib import Path

_VENDORS = {"0x10de": "NVIDIA card", "0x1002": "AMD card"}


_DRIVERS = (Path("/dev/nvidiactl"), Path("/dev/kfd"), Path("/dev/dxg"))
"""NVIDIA's, AMD's and Windows' under Linux: a container may have the driver and neither its tool nor a device tree."""


def may_have_a_card() -> bool:
    """Whether torch is worth asking."""
    return bool(graphics_cards()) or any(driver.exists() for driver in _DRIVERS)


def graphics_cards() -> tuple[str, ...]:
    """Names of the cards that could compute; empty where none is seen. Asks the driver's tool first, then the system's device tree."""
    if platform.system() == "Darwin":
        return ("Apple GPU",) if platform.machine() == "arm64" else ()
    return _from_nvidia_smi() or _from_device_tree()


def _from_nvidia_smi() -> tuple[str, ...]:
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return ()
    try:
        answer = subprocess.run([tool, "--query-gpu=name", "--format=csv,noheader"], capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(line.strip() for line in answer.stdout.splitlines() if line.strip())


def _from_device_tree() -> tuple[str, ...]:
    found = []
    for vendor_file in sorted(Path("/sys/class/drm").glob("card[0-9]*/device/vendor")):
        try:
            vendor = vendor_file.read_text(encoding="ascii").strip()
        except OSError:
            continue
        if vendor in _VENDORS:
            found.append(_VENDORS[vendor])
    return tuple(dict.fromkeys(found))
