#!/bin/sh
# Makes an environment that is .venv less some packages, out of links: it takes a second and no space, and importing what was left
# out truly fails in it.
#   scripts/venv_without.sh .venv-without-qt 'PySide6*' 'pyside6*' 'shiboken6*'
set -eu
cd "$(dirname "$0")/.."

target=$1
shift
case $target in .venv-*) ;; *) echo "usage: $0 .venv-NAME PATTERN..." >&2 && exit 2 ;; esac

packages_of() { "$1" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'; }

is_left_out() { # name pattern...
    name=$1
    shift
    for pattern in "$@"; do
        # shellcheck disable=SC2254  # it is a pattern
        case $name in $pattern) return 0 ;; esac
    done
    return 1
}

rm -rf "$target"
.venv/bin/python -m venv --without-pip "$target"
from=$(packages_of .venv/bin/python)
to=$(packages_of "$target/bin/python")
for entry in "$from"/*; do
    is_left_out "${entry##*/}" "$@" || ln -s "$entry" "$to"
done
