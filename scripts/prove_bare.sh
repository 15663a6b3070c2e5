#!/bin/sh
# Proves on a bare Debian 12 (debootstrap: git and make, nothing else) that `make run` comes to the window and `make test` passes.
#   scripts/prove_bare.sh [--worktree] [--keep] [run|test|setup...]      needs root, on Debian or Ubuntu, and 15 GB in $TMPDIR
#     --worktree   prove the files as they lie here, not HEAD
#     --keep       leave the machine's folder behind, and say where
# pip finds its settings as it does here: variables PIP_* and *_proxy, its configuration files and the files they name. Folders that
# they name have to be given: BIND="/folder /folder" makes them readable inside at the same place.
# Left behind: build/prove_bare/ with a log of each step and window.png, and the base system in ~/.cache/facekit for the next time.
set -eu
cd "$(dirname "$0")/.."
suite=bookworm
title=${WINDOW_TITLE:-Facekit}
out=$PWD/build/prove_bare
cache=${XDG_CACHE_HOME:-$HOME/.cache}/facekit

fail() { printf 'prove_bare: %s\n' "$*" >&2 && exit 1; }
[ "$(id -u)" = 0 ] || fail "this makes a root file system and mounts in it: run it as root."

# --- the outer half: makes the machine's folder, and removes it when nothing is mounted in it any more ---

outer() {
    worktree=false keep=false
    while [ $# -gt 0 ]; do
        case $1 in
        --worktree) worktree=true ;;
        --keep) keep=true ;;
        run | test | setup) targets="${targets:-} $1" ;;
        *) fail "$1 is none of --worktree, --keep, run, test, setup." ;;
        esac
        shift
    done
    install_host_tools
    root=$(mktemp -d -t facekit-bare.XXXXXX)
    trap '$keep || rm -rf --one-file-system "$root"' EXIT
    trap 'exit 130' INT TERM
    rm -rf "$out" && mkdir -p "$out"
    make_base
    tar -xf "$base" -C "$root"
    chmod 755 "$root" # apt fetches as a user of its own
    copy_repository
    copy_pip_settings
    # The mounts live in a namespace of the inner half and end with it, as do all its processes: rm -rf above reaches nothing else.
    status=0
    # shellcheck disable=SC2086  # a list of words
    unshare --mount --pid --fork --kill-child --propagation private "$0" --inside "$root" ${targets:-run test} || status=$?
    ! $keep || echo "The machine's folder: $root"
    exit $status
}

install_host_tools() {
    command -v debootstrap >/dev/null && command -v Xvfb >/dev/null && command -v xdotool >/dev/null && return
    apt-get -qq update
    env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends debootstrap xvfb xdotool
}

make_base() { # the base system as a tarball, once
    base=$cache/$suite.tar
    [ ! -f "$base" ] || return 0
    mkdir -p "$cache"
    mirror=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' | awk -v suite=$suite '$1 == suite { print $2; exit }')
    debootstrap --variant=minbase --include=git,make $suite "$root" "${mirror:-http://deb.debian.org/debian}"
    tar -cf "$base.part" -C "$root" .
    mv "$base.part" "$base"
    find "$root" -mindepth 1 -delete
}

copy_repository() {
    if $worktree; then
        mkdir "$root/facekit"
        git ls-files -z --cached --others --exclude-standard | tar -c --null --files-from - --ignore-failed-read | tar -x -C "$root/facekit"
    else
        git clone -q --no-hardlinks . "$root/facekit"
    fi
}

copy_pip_settings() { # the configuration files, and what they and the variables name as a file: constraints, certificates
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    settings=$(python3 -m pip config debug | sed -n 's/^ *\(\/.*\), exists: True$/\1/p')
    values=$(python3 -m pip config list | tr "= '" '\n\n\n')
    for file in $settings $values; do
        case $file in /*) if [ -f "$file" ]; then mkdir -p "$root${file%/*}" && cp -L "$file" "$root$file"; fi ;; esac
    done
    # Debian's package ca-certificates writes its own list where the host's may have stood: pip is pointed at a copy.
    certificates=$(python3 -m pip config list | sed -n "s/^[^ ]*\.cert='\(.*\)'$/\1/p" | head -n 1)
    if [ -n "$certificates" ]; then cp -L "$certificates" "$root/certificates.pem"; fi
}

# --- the inner half: in namespaces of its own ---

inner() {
    root=$1
    shift
    for folder in dev sys; do mount --rbind /$folder "$root/$folder"; done
    mount -t proc proc "$root/proc"
    for folder in ${BIND:-}; do
        mkdir -p "$root$folder"
        mount --bind -o ro "$folder" "$root$folder"
    done
    bare chmod 1777 /tmp
    bare dpkg-query -W -f '${Package}\n' >"$out/packages-before"
    for target in "$@"; do prove_"$target"; done
    report
}

bare() { # command...: on the bare machine, with nothing of this one but pip's settings
    passed=$(env | grep -E '^(PIP_[A-Z_]*|[A-Za-z]*_proxy|[A-Z]*_PROXY|DISPLAY)=' || true)
    if [ -f "$root/certificates.pem" ]; then passed="$passed PIP_CERT=/certificates.pem"; fi
    # shellcheck disable=SC2086  # words; no setting of pip's has a blank in it that matters here
    env -i $passed PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME="$HOME" \
        chroot "$root" sh -c 'mkdir -p "$HOME" && cd /facekit && exec "$@"' sh "$@"
}

seconds_since() { echo $(($(date +%s) - $1)); }

prove_setup() { prove "make setup"; }

prove_test() {
    prove "make test"
    tail -n 1 "$out/make test.log"
}

prove() { # command: run, its output kept and its time told
    began=$(date +%s)
    # shellcheck disable=SC2086  # a command with its words
    bare $1 >"$out/$1.log" 2>&1 </dev/null || { tail -n 40 "$out/$1.log" && fail "$1 failed; all of it is in $out/$1.log"; }
    echo "$1: $(seconds_since "$began") s"
}

prove_run() { # twice: from nothing, and as on every later day
    number=90
    while [ -e /tmp/.X11-unix/X$number ]; do number=$((number + 1)); done
    Xvfb :$number -screen 0 1440x900x24 -ac >"$out/xvfb.log" 2>&1 &
    screen=$!
    export DISPLAY=:$number
    mkdir -p /tmp/.X11-unix "$root/tmp/.X11-unix"
    mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
    to_the_window "first"
    to_the_window "again"
    kill $screen
    unset DISPLAY
}

to_the_window() {
    log="$out/make run, $1.log"
    began=$(date +%s)
    setsid "$0" --make-run "$root" >"$log" 2>&1 </dev/null &
    maker=$!
    until is_window_there; do
        kill -0 $maker 2>/dev/null || { tail -n 40 "$log" && fail "make run ended without a window; all of it is in $log"; }
        sleep 0.2
    done
    echo "make run, $1, to the window: $(seconds_since "$began") s"
    sleep "${SETTLE_SECONDS:-10}" # the first picture and the engine need a moment before the screenshot
    take_screenshot
    kill -0 $maker || { tail -n 40 "$log" && fail "the window did not stay; all of it is in $log"; }
    env kill -TERM -- -$maker # the shell's own kill knows no groups
    wait $maker 2>/dev/null || true
    while is_window_there; do sleep 0.2; done # what is asked next is about the next one
}

is_window_there() { xdotool search --onlyvisible --name "$title" >/dev/null 2>&1; }

take_screenshot() { # by the Qt that make run has installed
    bare .venv/bin/python -c "
from PySide6.QtGui import QGuiApplication
application = QGuiApplication([])
assert application.primaryScreen().grabWindow(0).save('/tmp/window.png')"
    cp "$root/tmp/window.png" "$out/window.png"
}

report() {
    bare dpkg-query -W -f '${Package}\n' | sort >"$out/packages-after"
    sort "$out/packages-before" | comm -13 - "$out/packages-after" >"$out/packages-installed"
    echo "System packages installed: $(wc -l <"$out/packages-installed") ($(tr '\n' ' ' <"$out/packages-installed"))"
    bare .venv/bin/python -m pip list --format freeze >"$out/python-packages"
    echo "Python packages installed: $(wc -l <"$out/python-packages"), .venv $(du -sh "$root/facekit/.venv" | cut -f1)"
    bare .venv/bin/facekit --help >"$out/facekit-help.log" || fail ".venv/bin/facekit --help failed"
    echo "Proved on $(cat "$root/etc/debian_version") with $(bare python3 --version)"
}

case ${1:-} in
--inside)
    shift
    inner "$@"
    ;;
--make-run)
    root=$2
    bare make run
    ;;
*) outer "$@" ;;
esac
