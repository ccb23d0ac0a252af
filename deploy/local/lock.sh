#!/bin/sh
# Compute the locks anew: exact versions with their hashes, for every platform, without an address of a registry.
# The fullest set is solved first; the smaller ones follow it, so that one environment can grow from one to the next.
set -eu
cd "$(dirname "$0")/../.."
uv=${UV:-.run/tools/bin/uv}
export UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=true UV_CACHE_DIR="${UV_CACHE_DIR:-.run/cache}"

compile() {
    name=$1
    shift
    "$uv" pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
        --no-emit-index-url --no-emit-find-links --quiet --output-file "locks/$name.txt" "$@" >/dev/null
    echo "locks/$name.txt: $(grep -c == "locks/$name.txt") pakketten"
}

compile check --group local --group dev --group deploycheck "$@"
compile dev --group local --group dev --constraints locks/check.txt
compile local --group local --constraints locks/check.txt
compile run --constraints locks/check.txt
# What does not live in the environment of the project: the installer, and a tool that asks for other versions.
for name in tools semgrep; do
    "$uv" pip compile "deploy/local/$name.in" --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
        --no-emit-index-url --no-emit-find-links --quiet --output-file "locks/$name.txt" "$@" >/dev/null
    echo "locks/$name.txt: $(grep -c == "locks/$name.txt") pakketten"
done
