#!/bin/sh
# Makes .venv and installs what is pinned in constraints.txt, every file checked by its SHA-256.
#
#   deploy/install.sh run     what `heat up` and `heat demo` need, the embedded stack included
#   deploy/install.sh dev     that, and what the tests and the linters need
#
# The second run finds everything as it left it and installs nothing. Where packages come from is
# the machine's own setting: pip's configuration is passed on to uv, and no address is kept here.
set -eu

profile=${1:?usage: deploy/install.sh run|dev}
case $profile in
    run) extras="--extra local" ;;
    dev) extras="--extra local --extra dev" ;;
    *) echo "deploy/install.sh: unknown profile '$profile': run or dev" >&2; exit 2 ;;
esac

cd "$(dirname "$0")/.."
venv=.venv
python=$venv/bin/python

say() { printf '%s\n' "heat: $*"; }
fail() { printf '%s\n' "heat: $*" >&2; exit 1; }
recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

# A venv knows its folder and its Python by path: a moved clone needs a new one, and so does a
# new Python. Both are part of what the stamp says.
wanted() { cat constraints.txt pyproject.toml deploy/install.sh | cksum; pwd -P; $python -V; }
stamp() { printf '%s' "$venv/installed-$1"; }
installed() { [ -f "$(stamp "$1")" ] && [ "$(wanted 2>/dev/null)" = "$(cat "$(stamp "$1")")" ]; }

if installed "$profile"; then
    exit 0
fi

find_python() {
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null && recent "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    found=$(python3 -V 2>/dev/null || echo "no python3")
    fail "Python 3.11 or newer is needed; this machine has ${found}." \
        "Install one, or name it: make PYTHON=/path/to/python3.12 run"
}

# A venv that does not run, or was made elsewhere, is made anew.
usable() {
    recent "$python" && [ "$("$python" -c 'import sys; print(sys.prefix)')" = "$(pwd -P)/$venv" ]
}

if ! usable; then
    base=$(find_python)
    say "making $venv with $("$base" -V)"
    rm -rf "$venv"
    "$base" -m venv "$venv" || {
        rm -rf "$venv"
        fail "$base cannot make a virtual environment." \
            "On Debian and Ubuntu: apt-get install python3-venv"
    }
fi

# pip installs uv (pinned, with its digests); uv installs the rest, many times faster.
pinned_uv=$(sed -n 's/^uv==\([^ ]*\).*/\1/p' constraints.txt)
if [ "$("$venv/bin/uv" --version 2>/dev/null | cut -d' ' -f2)" != "$pinned_uv" ]; then
    say "installing uv $pinned_uv"
    sed -n '/^uv==/,/^ *# via/p' constraints.txt > "$venv/uv.txt"
    "$python" -m pip install --quiet --disable-pip-version-check --require-hashes \
        -r "$venv/uv.txt" || fail "pip could not install uv. Is there a network?" \
        "A proxy is named by HTTPS_PROXY, a mirror by pip's own configuration."
fi

# uv does not read pip's configuration.
of_pip() { "$python" -m pip config get "global.$1" 2>/dev/null || true; }
index=${PIP_INDEX_URL:-$(of_pip index-url)}
links=${PIP_FIND_LINKS:-$(of_pip find-links)}
cert=${PIP_CERT:-$(of_pip cert)}
if [ -n "$index" ] && [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ]; then
    export UV_DEFAULT_INDEX="$index"
fi
if [ -n "$links" ] && [ -z "${UV_FIND_LINKS:-}" ]; then
    export UV_FIND_LINKS="$links"
fi
if [ -n "$cert" ] && [ -z "${SSL_CERT_FILE:-}" ]; then
    export SSL_CERT_FILE="$cert"
fi

say "installing what is pinned in constraints.txt ($profile)"
export UV_HTTP_TIMEOUT="${UV_HTTP_TIMEOUT:-120}"
# shellcheck disable=SC2086 # the extras are words
"$venv/bin/uv" pip install --python "$python" --require-hashes \
    --constraints constraints.txt --requirements pyproject.toml $extras ||
    fail "the packages could not be installed; the reason stands above"
"$venv/bin/uv" pip install --python "$python" --quiet --no-deps \
    --build-constraints constraints.txt --editable . ||
    fail "the package itself could not be installed; the reason stands above"

[ "$profile" = run ] || wanted > "$(stamp run)"
wanted > "$(stamp "$profile")"
say "installed; the second time this takes no time"
