#!/bin/sh
# Makes this clone ready: Python, system libraries, .venv and the packages in it. Safe to repeat; the second run takes a moment.
#   scripts/setup.sh run     what the window needs
#   scripts/setup.sh test    that, and the tools for tests and checks
# PYTHON=python3.12 chooses the interpreter. TORCH_INDEX=URL lets pip look for torch there too (README: a machine without an NVIDIA GPU).
set -eu
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/sbin:/sbin # where Debian keeps ldconfig

case ${1:-} in
run) extras=all ;;
test) extras=all,dev ;;
*) echo "usage: $0 run|test" >&2 && exit 2 ;;
esac

fail() {
    printf 'Facekit set-up: %s\n' "$*" >&2
    exit 1
}

# --- what the system must have ---

# Shared object that Qt or OpenCV loads, and the Debian package that brings it. The object is what is looked for: the package's
# name changes between releases (libglib2.0-0, libglib2.0-0t64), the object's does not.
libraries() {
    cat <<END
libglib-2.0.so.0 libglib2.0-0
libGL.so.1 libgl1
libEGL.so.1 libegl1
libfontconfig.so.1 libfontconfig1
libxkbcommon.so.0 libxkbcommon0
libdbus-1.so.3 libdbus-1-3
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-shape.so.0 libxcb-shape0
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libwayland-cursor.so.0 libwayland-cursor0
libwayland-egl.so.1 libwayland-egl1
END
}

missing_libraries() { # prints "object package" lines
    command -v ldconfig >/dev/null && known=$(ldconfig -p 2>/dev/null) || return 0
    libraries | while read -r object package; do
        case $known in *"$object "*) ;; *) echo "$object $package" ;; esac
    done
}

is_usable_python() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() { # prints the first interpreter that will do
    for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if is_usable_python "$name"; then echo "$name" && return; fi
    done
    return 1
}

python_packages() { # prints the Debian packages that bring Python 3.11 or newer
    # Ubuntu 22.04: python3 is 3.10 there, 3.11 has packages of its own.
    case $(. /etc/os-release && echo "$ID $VERSION_ID") in
    "ubuntu 22.04") echo "python3.11 python3.11-venv" ;;
    *) echo "python3 python3-venv" ;;
    esac
}

missing_packages() { # prints what is missing, by Debian's names where there is apt-get, else by what it is
    find_python >/dev/null || { if $has_apt; then python_packages; else echo "Python>=3.11"; fi; }
    missing_libraries | while read -r object package; do if $has_apt; then echo "$package"; else echo "$object"; fi; done
    [ "$extras" = all ] || command -v xvfb-run >/dev/null || echo xvfb
    [ "$extras" = all ] || command -v xauth >/dev/null || echo xauth
}

can_be_root() { # sudo may ask for the password, but only where there is somebody to ask
    [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null || { [ -t 0 ] && command -v sudo >/dev/null; }
}

install_packages() {
    $has_apt || fail "these are missing here: $*. Install them with your system's package manager, then run this again."
    by_hand="Install them with: sudo apt-get update && sudo apt-get install $*"
    can_be_root || fail "some system packages are missing. $by_hand"
    echo "Installing system packages: $*"
    apt="env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120"
    [ "$(id -u)" = 0 ] || apt="sudo $apt"
    # A new machine has no package lists yet; with old ones a file may be gone from the mirror.
    ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1 || $apt update || true
    $apt install -y --no-install-recommends "$@" || { $apt update && $apt install -y --no-install-recommends "$@"; } ||
        fail "apt-get could not install what is missing. Its reason stands above. $by_hand"
}

prepare_system() {
    [ "$(uname)" = Linux ] || return 0
    if command -v apt-get >/dev/null; then has_apt=true; else has_apt=false; fi
    missing=$(missing_packages)
    # shellcheck disable=SC2086  # a list of names
    [ -z "$missing" ] || install_packages $missing
}

# --- .venv ---

venv=.venv/bin/python

is_whole_venv() { # "activate" is what venv writes last
    [ -f .venv/bin/activate ] && is_usable_python $venv && $venv -m pip --version >/dev/null 2>&1
}

make_venv() {
    python=$(find_python) || fail "there is no Python 3.11 or newer here. Install one, or name it: make run PYTHON=/path/to/python3.11"
    echo "Making .venv with $($python --version)"
    $python -m venv --clear .venv
}

require_space() { # about 6 GB installed and 3 GB of wheels on the way there; a CPU-only torch takes a quarter of it
    needed=10
    [ -z "${TORCH_INDEX:-}" ] || needed=4
    [ ! -e "$($venv -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/torch" ] || needed=1
    free=$(($(df -Pk . | awk 'NR == 2 { print $4 }') / 1048576))
    [ "$free" -ge $needed ] || fail "$free GB are free in $PWD and about $needed GB are needed. Make room, then run this again."
}

drop_half_installed() { # pip writes RECORD last: without it the package was interrupted, and pip must not take it for installed
    for folder in .venv/lib*/python*/site-packages/*.dist-info; do
        [ -f "$folder/RECORD" ] || rm -rf "$folder"
    done
}

install_python_packages() {
    echo "Installing Python packages into .venv: some minutes and about 3 GB the first time"
    if [ -t 1 ]; then quiet=; else quiet=-q; fi
    # TMPDIR: the wheels are large, and /tmp is small memory on many machines.
    mkdir -p .venv/tmp
    TMPDIR=$PWD/.venv/tmp $venv -m pip install --disable-pip-version-check $quiet \
        ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} -e ".[$extras]" ||
        fail "pip could not install the Python packages. Its reason stands above; run this again to go on from there."
    rm -rf .venv/tmp
}

stamp=.venv/.facekit-$extras

key() { # changes when the packages wanted, the interpreter or the folder do
    echo "$(cksum pyproject.toml) $($venv --version 2>&1) $PWD"
}

prepare_venv() {
    if [ -x .venv/bin/facekit ] && is_usable_python $venv && [ "$(cat "$stamp" 2>/dev/null)" = "$(key)" ]; then return; fi
    is_whole_venv || make_venv
    require_space
    drop_half_installed
    install_python_packages
    # What serves the tests serves the window.
    for purpose in all "$extras"; do key >".venv/.facekit-$purpose"; done
}

prepare_system
prepare_venv
