#!/usr/bin/python3
"""Checks the tour: the six files through which README.md leads one SKP.

README.md has a table with the rows 1 to 6, each naming a file. A file that exists says in its opening
comment `Flow n of 6. Before: … Next: …`, naming its neighbours. A file that does not exist yet is
allowed at the end of the table, if its row says with which step it comes.
"""

import os
import re

import sources

_STEPS = 6
_ROW = re.compile(r"\|\s*(\d)\s*\|\s*([^|]+)\|(.*)")
_PATH = re.compile(r"[\w<>/.-]+\.(?:proto|cc|h)\b")
_FLOW = re.compile(r"Flow (\d) of (\d)\. Before: (.+?) Next: (.+)")
_MENTION = re.compile(r"^\s*//.*\bFlow \d of \d\b")
_OPENING_LINES = 60


def _rows(root):
    """[(line number, file, rest of the row)] of README.md's tour, in order."""
    rows = []
    for number, line in enumerate(sources.read_lines(root, "README.md"), start=1):
        match = _ROW.match(line)
        path = _PATH.search(match.group(2)) if match else None
        if path and int(match.group(1)) == len(rows) + 1:
            rows.append((number, path.group(0), match.group(3)))
    return rows


def _opening_comments(root, path):
    """The comment paragraphs at the top of a file, each joined to one line."""
    paragraphs, current = [], []
    for line in sources.read_lines(root, path)[:_OPENING_LINES] + [""]:
        text = line.strip()
        comment = text[2:].strip() if text.startswith("//") else ""
        if comment:
            current.append(comment)
        elif current:
            paragraphs.append(" ".join(current))
            current = []
    return paragraphs


def _flow_mistake(root, rows, index):
    """What is wrong with the Flow comment of an existing file, or None."""
    path = rows[index][1]
    found = [m for m in map(_FLOW.search, _opening_comments(root, path)) if m]
    if len(found) != 1:
        return f"opens with {len(found)} comments `Flow {index + 1} of {_STEPS}. Before: … Next: …`; give one"
    number, total, before, after = found[0].groups()
    if (int(number), int(total)) != (index + 1, _STEPS):
        return f"says Flow {number} of {total}; README.md has it as {index + 1} of {_STEPS}"
    if index > 0 and os.path.basename(rows[index - 1][1]) not in before:
        return f"`Before:` does not name {rows[index - 1][1]}"
    has_next = index + 1 < len(rows) and os.path.isfile(os.path.join(root, rows[index + 1][1]))
    if has_next and os.path.basename(rows[index + 1][1]) not in after:
        return f"`Next:` does not name {rows[index + 1][1]}"
    return None


def check(root):
    if not os.path.isfile(os.path.join(root, "README.md")):
        return ["README.md:1: missing; the tour stands there"]
    rows = _rows(root)
    if len(rows) != _STEPS:
        return [f"README.md:1: the tour has {len(rows)} rows that name a file in order; give {_STEPS}"]
    mistakes, first_missing = [], None
    for index, (line, path, rest) in enumerate(rows):
        if not os.path.isfile(os.path.join(root, path)):
            first_missing = first_missing or path
            if not re.search(r"\bstep \d", rest):
                mistakes.append(f"README.md:{line}: {path} does not exist and the row names no step")
        elif first_missing:
            mistakes.append(f"README.md:{line}: {path} exists but {first_missing} before it does not")
        else:
            mistake = _flow_mistake(root, rows, index)
            if mistake:
                mistakes.append(f"{path}:1: {mistake}")
    in_tour = {path for _, path, _ in rows}
    for path in sources.source_files(root):
        if path.endswith((".h", ".cc", ".proto")) and path not in in_tour:
            for number, line in enumerate(sources.read_lines(root, path), start=1):
                if _MENTION.match(line):
                    mistakes.append(f"{path}:{number}: has a Flow comment but is not in README.md's tour")
    return mistakes


if __name__ == "__main__":
    sources.main(check)
