#!/bin/sh
# Makes .venv with the dependencies of one lock file (run, production or develop) and the project itself.
# Use: install.sh PYTHON LOCK
set -eu
cd "$(dirname "$0")/.."
python=$1 lock=$2
command -v "$python" >/dev/null 2>&1 || python=python3
command -v "$python" >/dev/null 2>&1 || { echo "Python 3.11 or newer is needed, and no python3 was found." >&2; exit 1; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Python 3.11 or newer is needed; $("$python" --version) was found. Name another with: make PYTHON=/path/to/python" >&2; exit 1; }
[ -x .venv/bin/python ] || { echo "Making the virtual environment"; "$python" -m venv .venv; }
echo "Installing the locked dependencies ($lock)"
.venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r "requirements/$lock.txt" -r requirements/build.txt
.venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
echo "Compiling the inner loops of the tables (once)"
.venv/bin/python -c "from candour.tables.first_call import compile_loops; compile_loops()"
