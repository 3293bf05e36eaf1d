"""Calls side by side, on threads that nobody has to wait for."""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

LISTS, PAGES = 24, 12  # how many are read side by side, and how many pages of lists besides

Item = TypeVar("Item")
Result = TypeVar("Result")


class Map(Protocol):
    """As the built-in `map`, which does one after the other."""

    def __call__(self, do: Callable[[Item], Result], items: Iterable[Item], /) -> Iterator[Result]: ...


class Crew:
    """At most `width` calls at a time. Leaving the context lets go of what is not begun, and does not wait
    for what is: whoever presses Ctrl-C is not held up by a server that does not answer.

    What runs here may hand work to another crew, never to its own: all hands could be waiting for one.
    """

    def __init__(self, width: int) -> None:
        self._width = width
        self._hands = 0
        self._tasks: SimpleQueue[Callable[[], None] | None] = SimpleQueue()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        with suppress(Empty):
            while True:
                self._tasks.get_nowait()
        for _ in range(self._hands):
            self._tasks.put(None)

    def map(self, do: Callable[[Item], Result], items: Iterable[Item], /) -> Iterator[Result]:
        """Begins with all of them at once; gives results, or the first error, in the order of the items."""
        return self._in_order([self._begun(do, item) for item in items])

    def _begun(self, do: Callable[[Item], Result], item: Item) -> Future[Result]:
        future: Future[Result] = Future()
        self._tasks.put(lambda: _settle(future, do, item))
        if self._hands < self._width:
            self._hands += 1
            threading.Thread(target=self._work, daemon=True).start()
        return future

    def _work(self) -> None:
        while task := self._tasks.get():
            task()

    def _in_order(self, futures: list[Future[Result]]) -> Iterator[Result]:
        try:
            for future in futures:
                yield future.result()
        finally:
            for future in futures:
                future.cancel()


def _settle(future: Future[Any], do: Callable[[Item], Any], item: Item) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(do(item))
    except BaseException as error:  # noqa: BLE001 - whoever waits for the result gets it
        future.set_exception(error)
