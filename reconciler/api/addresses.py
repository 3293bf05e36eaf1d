"""Addresses of the platform and of proxies on the way to it: which may be used."""

import ipaddress
from urllib.parse import urlsplit

from requests.utils import get_environ_proxies
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from reconciler.errors import UsageError


def check_url(name: str, url: str) -> None:
    """Raises UsageError, which names the variable that the address is from and does not show what it holds,
    unless the address is https, or http on this machine.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    if "@" in url:
        raise UsageError(f"{name} may not hold a user name or a password")
    if "?" in url or "#" in url:
        raise UsageError(f"{name} may hold nothing behind the path: neither ? nor #")
    if not (url.isprintable() and " " not in url and host) or parts.scheme not in ("http", "https"):
        raise UsageError(f"{name} is not an address such as https://platform-api.convirza.com/v3")
    if parts.scheme == "http" and not is_loopback(host):
        raise UsageError(f"{name}: plain http:// is for this machine's own addresses only; use https://")


def check_proxy(url: str) -> None:
    """Raises UsageError, which does not show the address: a password may be in it."""
    proxies = get_environ_proxies(url)
    name = next((each for each in (urlsplit(url).scheme, "all") if each in proxies), None)
    if name is None:
        return
    proxy = str(proxies[name])
    try:
        host = parse_url(proxy if "://" in proxy else f"http://{proxy}").host
    except LocationParseError:
        host = None
    if not host or " " in host:  # which not every version of the library turns away
        raise UsageError(f"{name.upper()}_PROXY is not an address such as http://proxy.example:3128")


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
