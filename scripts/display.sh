#!/bin/sh
# Ends with a sentence where no window could be shown, before anything large is fetched for it.
[ "$(uname)" = Linux ] || exit 0
[ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}${QT_QPA_PLATFORM:-}" ] || exit 0
cat >&2 <<END
Facekit: there is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open. Run this in a desktop session or
over "ssh -X", or give it a screen in memory: xvfb-run -a make run. The terminal commands need none: make setup, then .venv/bin/facekit --help
END
exit 1
