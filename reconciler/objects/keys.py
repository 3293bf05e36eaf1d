r"""A key is made of names joined by "/". A "/" or "\\" within a name is escaped with "\\", so that no two
different objects share a key.
"""

import re

from reconciler.objects.comparing import bare


def escape(name: str) -> str:
    return name.replace("\\", "\\\\").replace("/", "\\/")


def split(key: str) -> tuple[str, ...]:
    """The names that a key is made of."""
    parts = [""]
    for token in re.findall(r"\\.|/|[^\\/]+|\\", key, re.DOTALL):
        if token == "/":  # noqa: S105 - a token of the key
            parts.append("")
        else:
            parts[-1] += token[1:] if len(token) > 1 and token[0] == "\\" else token
    return tuple(parts)


def as_kept(key: str) -> tuple[str, ...]:
    """The names in it, as what a platform may have made of them."""
    return tuple(str(bare(each)) for each in split(key))
