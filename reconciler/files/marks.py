"""Where the keys and values of a file stand, and how they are spelled."""

from struct import Struct
from typing import Any, NamedTuple


class Mark(NamedTuple):
    """Where a key (in a list: the entry) and its value start, from 0."""

    key_line: int
    key_column: int
    line: int
    column: int


# There are millions, and each is looked at only if something is wrong: they are kept packed.
_PACKED = Struct("=4I")
pack = _PACKED.pack
Marks = dict[str | int, bytes]
# Plain scalars that are written in another way than what they mean, by the `id()` of their container and key.
Spelled = dict[tuple[int, str | int], str]


def unpacked(mark: bytes) -> Mark:
    return Mark(*_PACKED.unpack(mark))


def spelling(value: Any) -> str:
    """How a scalar is most often written."""
    if isinstance(value, dict | list):
        return ""
    return value if isinstance(value, str) else str(value).lower()
