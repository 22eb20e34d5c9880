#!/usr/bin/python3
"""Checks #include lines: dependencies point one way, and a library's headers stay in its one place.

The table is the one of the style guide: proto → base → schema → … → server, adapters → main.cc.
CMake's one target per folder finds most wrong includes at link time; headers alone get past it.
"""

import os
import re

import sources

# Each line may include the lines above it; parts on one line do not include each other.
_LAYERS = [
    ["gateway/base"],
    ["gateway/schema"],
    ["gateway/net", "gateway/reference"],
    ["gateway/validate", "gateway/route", "gateway/store", "gateway/adapter", "gateway/security",
     "gateway/worker", "gateway/settings"],
    ["gateway/resource"],
    ["gateway/generate"],
    ["gateway/ingest", "gateway/delivery", "gateway/stream", "gateway/reconcile",
     "gateway/receipt", "gateway/report"],
    ["gateway/console"],  # the embedded pages, served by gateway/server/http
    ["gateway/server"],
]


def _allowed_table():
    table, above = {}, set()
    for layer in _LAYERS:
        for part in layer:
            table[part] = set(above)
        above.update(layer)
    table["gateway/settings"].add("gateway/security")
    table["gateway/ctl"] = {
        "gateway/" + part for part in
        ("base", "schema", "net", "reference", "validate", "generate", "security")}
    table["adapters"] = {
        "gateway/" + part for part in
        ("base", "schema", "net", "reference", "security", "worker", "adapter")}
    table["gateway/main.cc"] = above | {"adapters"}
    return table


_ALLOWED = _allowed_table()

# Headers of a library → the places that may include them. tests/ is free.
_LIBRARIES = [
    (re.compile(r"sqlite3(ext)?\.h$"), ["gateway/store/sqlite/"]),
    (re.compile(r"(postgresql/)?libpq-fe\.h$"), ["gateway/store/postgres/"]),
    (re.compile(r"curl/"), ["gateway/net/"]),
    (re.compile(r"openssl/"), ["gateway/security/"]),
    (re.compile(r"boost/"), ["gateway/server/http/"]),
    # 8 s to compile each file that sees them.
    (re.compile(r"(grpc|grpcpp)/|.*\.grpc\.pb\.h$"),
     ["gateway/server/", "gateway/ctl/", "gateway/main.cc", "adapters/remote/"]),
]

_INCLUDE = re.compile(r'\s*#\s*include\s*["<]([^">]+)[">]')


def part_of(path):
    """gateway/store/sqlite/x.h → gateway/store; adapters/bkn/x.h → adapters."""
    folders = path.split("/")
    return "adapters" if folders[0] == "adapters" else "/".join(folders[:2])


def _peer_of(path):
    """adapters/bkn/x.h → bkn; None for files directly in adapters/."""
    folders = path.split("/")
    return folders[1] if len(folders) > 2 else None


def _our_include_mistake(path, included):
    if path.startswith("tests/"):
        if path.startswith("tests/simulators/") and not included.startswith("tests/"):
            return "a simulator includes no gateway header"
        return None
    if included.startswith("tests/"):
        return "nothing outside tests/ includes tests/"
    here, there = part_of(path), part_of(included)
    if here not in _ALLOWED:
        return f"{here} is not in the table of tests/lint/include_order.py; add it there"
    if here == there == "adapters":
        if _peer_of(path) in (None, _peer_of(included)) or _peer_of(included) == "common":
            return None
        return "an adapter includes no other adapter"
    if here != there and there not in _ALLOWED[here]:
        return f"{here} may not include {there}"
    return None


def _library_mistake(path, included):
    if path.startswith("tests/"):
        return None
    for header, places in _LIBRARIES:
        if header.match(included) and not any(path.startswith(place) for place in places):
            return f"only {', '.join(places)} may include it"
    return None


def _is_sibling(root, path, included):
    return os.path.isfile(os.path.join(root, os.path.dirname(path), included))


def check(root):
    mistakes = []
    for path in sources.source_files(root):
        if not path.endswith((".h", ".cc")):
            continue
        for number, line in enumerate(sources.read_lines(root, path), start=1):
            match = _INCLUDE.match(line)
            if not match:
                continue
            included = match.group(1)
            ours = included.startswith(("gateway/", "adapters/", "tests/"))
            mistake = (_our_include_mistake(path, included) if ours else
                       _library_mistake(path, included))
            if not mistake and _is_sibling(root, path, included):
                mistake = "write the path from the project's root"
            if mistake:
                mistakes.append(f"{path}:{number}: {included}: {mistake}")
    return mistakes


if __name__ == "__main__":
    sources.main(check)
