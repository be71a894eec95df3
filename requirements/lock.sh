#!/bin/sh
# Locks every dependency with its hashes, in files that name no index and no host.
set -eu
cd "$(dirname "$0")/.."
lock() { uv pip compile --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header -q "$@"; }
lock pyproject.toml -o requirements/run.txt
lock pyproject.toml --extra postgres -o requirements/production.txt
lock pyproject.toml --extra postgres --extra dev -o requirements/develop.txt
lock requirements/build.in -o requirements/build.txt
lock requirements/node.in -o requirements/node.txt
