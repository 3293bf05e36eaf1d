"""Values in the sentences of messages, spelled as the user's files would have them."""

from collections.abc import Mapping

from reconciler.model import Address, Reference, Value


def told(value: Value) -> str:
    """On one line: texts in quotes, other objects as their keys."""
    match value:
        case Address(key=words) | Reference(text=words):
            return str(words)
        case None:
            return "nothing"
        case str():
            return repr(value)
        case tuple() | list():
            return f"[{', '.join(map(told, value))}]"
        case Mapping():
            return "{" + ", ".join(f"{name}: {told(entry)}" for name, entry in value.items()) + "}"
        case _:
            return str(value).lower()  # a number, true or false
