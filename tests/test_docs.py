"""What the documents refer to is there."""

import ast
import re
import runpy
from pathlib import Path

import pytest

from reconciler.formatting import formatted

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
TESTS = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "docs" / "safety.md").read_text(encoding="utf-8"))


def functions(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("path", "name"), TESTS)
def test_the_tests_that_hold_a_promise_are_there(path, name):
    assert name in functions(ROOT / path)


def test_every_promise_names_a_test():
    text = (ROOT / "docs" / "safety.md").read_text(encoding="utf-8")
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    silent = [section.split("\n")[0] for section in sections if "`tests/" not in section]
    assert silent == ["What is not promised"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document):
    links = re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_that_are_shown_are_tidy(document):
    shown = re.findall(r"```yaml\n\n?(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL)
    assert [formatted("", text).text for text in shown] == shown


@pytest.mark.parametrize("script", sorted((ROOT / "benchmarks").glob("*.py")), ids=lambda path: path.stem)
def test_benchmarks_find_what_they_measure(script, monkeypatch):
    monkeypatch.syspath_prepend(script.parent)
    assert "main" in runpy.run_path(str(script), run_name="imported")
