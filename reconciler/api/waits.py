"""What is said of a wait, so that nobody takes it for a program that has stopped."""

from collections.abc import Callable

from reconciler.errors import PassingError

WORTH_A_WORD = 2.0  # seconds

# Told the host that is waited for, and a sentence.
Tell = Callable[[str, str], None]


def silent(_host: str, _words: str) -> None:
    """Nobody listens."""


def trying_again(error: PassingError, host: str, number: int, most: int) -> str:
    """Before the so many-th attempt of so many."""
    if error.wait and error.status:
        return asked_to_wait(error.wait, error.status)
    if error.status:
        said = f"The platform answers {error.status}"
    else:
        said = f"No {'answer from' if error.may_be_done else 'connection to'} {host}"
    return f"{said}; trying again ({number} of {most})"


def asked_to_wait(seconds: float, status: int) -> str:
    return f"The platform asks to wait {seconds:.0f} s ({status}); trying again"


def held_back(seconds: float, status: int) -> str:
    """Where the platform asks for no time of its own."""
    return f"The platform takes no more for now ({status}); trying again in {seconds:.0f} s"
