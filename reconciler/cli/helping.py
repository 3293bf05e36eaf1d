"""Help that is laid out for the terminal, however narrow it is."""

from collections.abc import Iterable

import click

_NARROW = 52  # columns; click itself lays text out for 50 at least


class _Formatter(click.HelpFormatter):
    """Where there is little room, what an option means stands below it."""

    def __init__(
        self, indent_increment: int = 2, width: int | None = None, max_width: int | None = None
    ) -> None:
        import shutil  # only where help is shown

        columns = shutil.get_terminal_size().columns
        super().__init__(indent_increment, columns if columns < _NARROW else width, max_width)

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl(rows, self.width // 4 if self.width < _NARROW - 2 else col_max, col_spacing)


class _Context(click.Context):
    formatter_class = _Formatter


def fit(commands: Iterable[click.Command]) -> None:
    for each in commands:
        each.context_class = _Context
