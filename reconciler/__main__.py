"""The program's one error boundary: whatever goes wrong ends in a message and an exit code."""

import gc
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

try:  # loading takes a moment, in which Ctrl-C is no mistake either
    import click

    from reconciler.cli import cli, completing, console
    from reconciler.errors import ExitCode, ReconcilerError, mistake
except KeyboardInterrupt:
    sys.stderr.write("Interrupted.\n")
    sys.exit(130)

if TYPE_CHECKING:
    from sys import UnraisableHookArgs


def main() -> NoReturn:
    """Run the command line and leave with its exit code."""
    # Large files mean millions of objects that all live to the end: looking for cycles in them takes longer
    # than reading them.
    gc.set_threshold(1_000_000)
    sys.unraisablehook = _raised_all_the_same
    code = run()
    gc.freeze()  # nor is anybody to look for them on the way out
    sys.exit(code)


def _raised_all_the_same(lost: "UnraisableHookArgs") -> None:
    """Ctrl-C counts also where it falls into what cannot pass it on, such as a function that C calls."""
    if not isinstance(lost.exc_value, KeyboardInterrupt):
        sys.__unraisablehook__(lost)
        return
    from _thread import interrupt_main
    from threading import Timer

    again = Timer(0.01, interrupt_main)  # at once, it would be lost in here
    again.daemon = True
    again.start()


def run() -> int:
    """The exit code of one run: what was done counts, also where not all of it can be told."""
    code = _ended(_run)
    failed = _ended(console.flush)
    return code or failed


def _run() -> int:
    console.show_what_the_terminal_can()
    completing.teach_shells()
    return int(cli.main(prog_name="reconciler", standalone_mode=False) or 0)


def _ended(step: Callable[[], int | None]) -> int:
    try:
        return step() or 0
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
