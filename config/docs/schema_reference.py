#!/usr/bin/python3
"""Writes the reference of the schema as Markdown: every message, field, code and method, with its
comment and its options, from a buf image (`buf build -o image.json`). The proto files are the source.

usage: schema_reference.py image.json > schema.md
"""

import json
import sys

# Field numbers in descriptor.proto, by which comments are addressed.
_MESSAGE, _ENUM, _SERVICE = 4, 5, 6
_FIELD, _NESTED_MESSAGE, _NESTED_ENUM = 2, 3, 4
_VALUE, _METHOD = 2, 2


class File:
    """One proto file and its comments by path."""

    def __init__(self, descriptor):
        self.descriptor = descriptor
        self._comments = {
            tuple(location.get("path", ())): location.get("leadingComments", "")
            for location in descriptor.get("sourceCodeInfo", {}).get("location", ())}

    def comment(self, path):
        return " ".join(self._comments.get(path, "").split())


def _options(element):
    """Our options, as `key: value`, without the name of the extension."""
    facts = []
    for name, option in element.get("options", {}).items():
        if name.startswith("[") and isinstance(option, dict):
            facts += [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in option.items()]
        elif name.startswith("["):
            facts.append(f"{name.strip('[]')}: {json.dumps(option, ensure_ascii=False)}")
    return facts


def _cell(text):
    return text.replace("|", "\\|")


def _row(name, number, comment, element):
    facts = "<br>".join(f"`{_cell(fact)}`" for fact in _options(element))
    return f"| `{name}` | {number} | {_cell(comment)} | {facts} |"


def _type_of(field):
    name = field.get("typeName", "").lstrip(".") or field["type"].removeprefix("TYPE_").lower()
    return ("repeated " if field["label"] == "LABEL_REPEATED" else "") + name


def _enum(file, enum, path, scope):
    yield f"\n## enum {scope}.{enum['name']}\n\n{file.comment(path)}\n"
    yield "| Value | Number | Meaning | Facts |\n|---|---|---|---|"
    for i, value in enumerate(enum["value"]):
        yield _row(value["name"], value["number"], file.comment(path + (_VALUE, i)), value)


def _message(file, message, path, scope):
    name = f"{scope}.{message['name']}"
    yield f"\n## message {name}\n\n{file.comment(path)}\n"
    if message.get("field"):
        yield "| Field | Type | Meaning | Facts |\n|---|---|---|---|"
    for i, field in enumerate(message.get("field", ())):
        yield _row(field["name"], _type_of(field), file.comment(path + (_FIELD, i)), field)
    for i, nested in enumerate(message.get("nestedType", ())):
        if not nested.get("options", {}).get("mapEntry"):
            yield from _message(file, nested, path + (_NESTED_MESSAGE, i), name)
    for i, enum in enumerate(message.get("enumType", ())):
        yield from _enum(file, enum, path + (_NESTED_ENUM, i), name)


def _service(file, service, path, scope):
    yield f"\n## service {scope}.{service['name']}\n\n{file.comment(path)}\n"
    yield "| Method | Request → answer | Meaning | Facts |\n|---|---|---|---|"
    for i, method in enumerate(service["method"]):
        types = f"{method['inputType'].lstrip('.')} → {method['outputType'].lstrip('.')}"
        yield _row(method["name"], types, file.comment(path + (_METHOD, i)), method)


def reference(image):
    """The lines of the document."""
    yield "# Schema reference\n\nWritten by `./dev docs` from the proto files; edit those."
    for descriptor in sorted(image["file"], key=lambda f: f["name"]):
        if not descriptor["package"].startswith("kinerja."):
            continue
        file, scope = File(descriptor), descriptor["package"]
        yield f"\n# {descriptor['name']}"
        for i, service in enumerate(descriptor.get("service", ())):
            yield from _service(file, service, (_SERVICE, i), scope)
        for i, message in enumerate(descriptor.get("messageType", ())):
            yield from _message(file, message, (_MESSAGE, i), scope)
        for i, enum in enumerate(descriptor.get("enumType", ())):
            yield from _enum(file, enum, (_ENUM, i), scope)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as opened:
        print("\n".join(reference(json.load(opened))))
