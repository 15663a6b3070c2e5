# The commands of this repository. Each first sets up what it needs: see scripts/setup.sh.
#   make run [ARGS="--source synthetic"] [PYTHON=python3.12] [TORCH_INDEX=URL]     make test [ARGS="tests/unit -k gallery"]

export PYTHON TORCH_INDEX
# Two threads of torch on a busy machine spin against each other without it.
export OMP_WAIT_POLICY = PASSIVE

PY := .venv/bin/python
# Tests get a screen of their own on Linux, so that no window of theirs lands on anybody's desk.
ifeq ($(shell uname),Linux)
SCREEN := env -u WAYLAND_DISPLAY -u QT_QPA_PLATFORM xvfb-run -a -s "-screen 0 1600x1000x24"
endif

.PHONY: help run setup test check cover lecture clean
.SILENT:

help:
	echo "make run    open the window"
	echo "make test   run the tests"
	echo "make check  format, lint, types, layers"
	echo "make cover  run the tests and say which lines none of them reached"
	echo "make lecture  train the lecture's networks for minutes, each by the short form of its recipe"
	echo "make setup  all that the others set up, and nothing more"
	echo "make clean  remove what checks, tests and builds left behind (.venv stays)"

run:
	scripts/display.sh
	scripts/setup.sh run
	exec .venv/bin/facekit-gui $(ARGS)

setup:
	scripts/setup.sh test

test: setup
	$(SCREEN) $(PY) -m pytest $(ARGS)

check: setup
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/lint-imports --no-logo

cover: setup
	$(PY) -m coverage erase
	$(SCREEN) $(PY) -m coverage run -m pytest $(ARGS)
	$(PY) -m coverage combine -q
	$(PY) -m coverage report

lecture: setup
	$(PY) -m benchmarks.lecture.train --short

clean:
	rm -rf .venv-* build dist *.egg-info .coverage* htmlcov .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
