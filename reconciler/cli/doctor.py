"""`doctor`: placeholder"""

import click


@click.command()
def doctor() -> int:
    """Check."""
    return 0
