"""The files that the lint checks look at, and how they report."""

import os
import subprocess
import sys

_NOT_OURS = {".git", "build", "run", "node_modules", "__pycache__"}


def source_files(root):
    """Paths under root, relative and sorted: what git would commit, or all files where git cannot tell."""
    listed = subprocess.run(
        ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True, check=False)
    if listed.returncode == 0:
        paths = [p for p in listed.stdout.decode().split("\0") if p]
        return sorted(p for p in set(paths) if os.path.isfile(os.path.join(root, p)))
    found = []
    for folder, subfolders, names in os.walk(root):
        subfolders[:] = [s for s in subfolders if s not in _NOT_OURS]
        found += [os.path.relpath(os.path.join(folder, name), root) for name in names]
    return sorted(found)


def read_lines(root, path):
    """The lines of a text file; none for a binary one."""
    with open(os.path.join(root, path), "rb") as file:
        data = file.read()
    if b"\0" in data:
        return []
    return data.decode("utf-8", errors="replace").splitlines()


def main(check):
    """Runs check(root) -> list of "file:line: what is wrong", prints them, exits with 1 if any."""
    here = os.path.dirname(os.path.abspath(__file__))
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "..", "..")
    mistakes = check(os.path.abspath(root))
    for mistake in mistakes:
        print(mistake)
    sys.exit(1 if mistakes else 0)
