"""The program's one error boundary: whatever goes wrong ends in a message and an exit code."""

import gc
import sys
from typing import NoReturn

import click

from reconciler.cli import cli, completing, console
from reconciler.errors import ExitCode, ReconcilerError, mistake


def main() -> NoReturn:
    """Run the command line and leave with its exit code."""
    # Large files mean millions of objects that all live to the end: looking for cycles in them takes longer
    # than reading them.
    gc.set_threshold(1_000_000)
    code = run()
    gc.freeze()  # nor is anybody to look for them on the way out
    sys.exit(code)


def run() -> int:
    """The exit code of one run: what was done counts, also where not all of it can be told."""
    console.show_what_the_terminal_can()
    completing.teach_shells()
    code = _run()
    try:
        console.flush()
    except ReconcilerError as error:
        failed = _failed(error)
        return code or failed
    return code


def _run() -> int:
    try:
        return int(cli.main(prog_name="reconciler", standalone_mode=False) or 0)
    except SystemExit:
        return ExitCode.DONE  # click's way to say that nobody reads what it prints any more
    except click.ClickException as error:
        error.show()
        return ExitCode.USAGE
    except (KeyboardInterrupt, click.Abort) as error:
        console.echo([f"Interrupted{error}."], err=True)
        return ExitCode.INTERRUPTED
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        return _failed(ReconcilerError(f"{place}{error.strerror or error}"))
    except Exception as error:  # noqa: BLE001 - the one boundary
        return _failed(error) if isinstance(error, ReconcilerError) else _unexpected(error)


def _failed(error: ReconcilerError) -> int:
    from reconciler.render.text import failure

    console.echo(failure(error), err=True)
    return error.exit_code


def _unexpected(error: Exception) -> int:
    report = "This is a mistake in the program, please report it; nothing more was done."
    console.echo([f"Error: {mistake(error)}", report], err=True)
    return ExitCode.ERROR


if __name__ == "__main__":
    main()
