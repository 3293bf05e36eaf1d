"""How the simulated platform says no, and how a seed is turned down."""


class RefusedError(Exception):
    """A request that the platform answers with an error of this status."""

    def __init__(self, status: int, message: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers


class SeedError(ValueError):
    """A seed that cannot be loaded; the message names the entry."""
