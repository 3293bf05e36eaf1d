"""`sandbox`: the simulated platform, served."""

from contextlib import suppress
from pathlib import Path

import click

from reconciler.cli.console import echo, flush
from reconciler.errors import ExitCode


@click.command()
@click.option("--seed", type=click.Path(path_type=Path), help="JSON file with the account to begin with.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port on 127.0.0.1; by default a free one."
)
def sandbox(seed: Path | None, port: int) -> int:
    """Serve the simulated platform until Ctrl-C, to try things out.

    \b
    Example:
      reconciler sandbox --port 8080
    """
    import time

    from reconciler.cli.connecting import read_seed, seed_errors
    from reconciler.sandbox import serve

    with seed_errors(seed):
        serving = serve(read_seed(seed) if seed else None, port=port)
    with serving as served, suppress(KeyboardInterrupt):
        echo(
            [
                f"export CONVIRZA_API_URL={served.api_url}",
                f"export CONVIRZA_OAUTH_URL={served.oauth_url}",
                f"export CONVIRZA_TOKEN={served.token}",
            ]
        )
        flush()
        echo([f"Serving until Ctrl-C; {served.oauth_url}/_sandbox tells how to order faults."], err=True)
        while True:
            time.sleep(60)  # which Ctrl-C ends on every system
    return ExitCode.DONE
