"""`login`, `logout`, `whoami`: whose credentials are used."""

import sys
from typing import TYPE_CHECKING

import click

from reconciler.cli.console import echo
from reconciler.errors import ExitCode, PlatformError, ReconcilerError, UsageError
from reconciler.wording import safe

if TYPE_CHECKING:
    from reconciler.api.signin import Account


@click.command()
def login() -> int:
    """Sign in, and stay signed in.

    Asks for e-mail address and password, or takes them from CONVIRZA_EMAIL and CONVIRZA_PASSWORD. Tokens are
    kept in your state folder, for your eyes only; the password is kept nowhere.

    \b
    Example:
      reconciler login
    """
    from reconciler.api.addresses import check_url
    from reconciler.api.credentials import Store
    from reconciler.api.signin import sign_in
    from reconciler.cli.connecting import account, patience

    surroundings = account()
    found = _asked(surroundings)
    check_url("CONVIRZA_OAUTH_URL", found.oauth_url)
    store = Store()
    with store.locked():
        store.read(found.oauth_url)  # what cannot be kept is not asked for
        store.write(found.oauth_url, sign_in(found, patience()))
    echo([f"Signed in at {found.oauth_url} as {safe(found.email)}."])
    if surroundings.token:
        echo(["Kept, but not used here: CONVIRZA_TOKEN is set and stands above it; unset it."])
    return ExitCode.DONE


def _asked(found: "Account") -> "Account":
    """With e-mail address and password, from the environment or from the terminal."""
    if not (found.email and found.password) and not sys.stdin.isatty():
        raise UsageError("nobody is there to ask: set CONVIRZA_EMAIL and CONVIRZA_PASSWORD")
    email = found.email or click.prompt("E-mail address", err=True)
    password = found.password or click.prompt("Password", hide_input=True, err=True)
    return found._replace(email=email, password=password, token=None)


@click.command()
def logout() -> int:
    """Sign out: the tokens are revoked and forgotten.

    Those as well that were kept for CONVIRZA_EMAIL and CONVIRZA_PASSWORD, whoever's they are.

    \b
    Example:
      reconciler logout
    """
    from reconciler.api.addresses import check_url
    from reconciler.api.credentials import Store
    from reconciler.api.signin import revoke
    from reconciler.cli.connecting import account, patience

    found, store = account(), Store()
    check_url("CONVIRZA_OAUTH_URL", found.oauth_url)
    with store.locked():
        kept = store.forget(found.oauth_url)
    failed = None
    for each in kept:
        try:
            revoke(found, each, patience())
        except PlatformError as error:
            failed = error
    if failed:
        raise ReconcilerError(
            f"the tokens are forgotten here, but could not be revoked on the platform: {failed}"
        )
    echo([f"Signed out at {found.oauth_url}." if kept else f"Nobody is signed in at {found.oauth_url}."])
    return ExitCode.DONE


@click.command()
def whoami() -> int:
    """Show whose credentials are used, and for which account.

    \b
    Example:
      reconciler whoami
    """
    from reconciler.api.client import Reader
    from reconciler.api.live import who
    from reconciler.cli.connecting import connected
    from reconciler.kinds import ROLES

    with connected(sandbox=False) as transport:
        caller = who(Reader(transport))
        role = ROLES.get(caller.role or 0, f"role {caller.role}" if caller.role else "role unknown")
        echo(
            [
                f"{safe(caller.email or 'somebody')} ({role}), account {caller.account}",
                f"API          {transport.account.api_url}",
                f"sign-in      {transport.account.oauth_url}",
                f"credentials  {transport.tokens.source}",
            ]
        )
    return ExitCode.DONE
