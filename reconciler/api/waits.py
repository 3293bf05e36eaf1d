"""What is said of a wait, so that nobody takes it for a program that has stopped."""

from collections.abc import Callable

from reconciler.errors import PassingError

WORTH_A_WORD = 2.0  # seconds

# Told the host that is waited for, and a sentence.
Tell = Callable[[str, str], None]


def silent(_host: str, _words: str) -> None:
    """Nobody listens."""


def trying_again(error: PassingError, host: str, seconds: float, attempt: str) -> str:
    """In so many seconds; `attempt` as `3 of 6`."""
    if error.wait and error.status and seconds >= WORTH_A_WORD:
        return asked_to_wait(seconds, error.status)
    if error.status:
        said = f"The platform answers {error.status}"
    else:
        said = f"No {'answer from' if error.may_be_done else 'connection to'} {host}"
    return f"{said}; trying again ({attempt})"


def asked_to_wait(seconds: float, status: int) -> str:
    """Which is not obeyed for ever."""
    return f"The platform asks to wait ({status}); trying again in {seconds:.0f} s"


def held_back(seconds: float, status: int) -> str:
    """Where the platform asks for no time of its own."""
    return f"The platform takes no more for now ({status}); trying again in {seconds:.0f} s"


def none_left(seconds: float) -> str:
    """Where the platform has announced it, before it has to refuse anything."""
    return f"The platform takes no more for now, as it announced; going on in {seconds:.0f} s"
