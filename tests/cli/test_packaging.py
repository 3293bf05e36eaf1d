"""What a user gets: a wheel that finds its schemas, and a demo that runs."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.no_cover  # measured by others, and half as long without

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return next(folder.glob("*.whl"))


def test_a_wheel_finds_its_schemas(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    (tmp_path / "bad.yaml").write_text("users:\n  - {username: nobody}\n")
    done = subprocess.run(
        [sys.executable, "-c", "from reconciler.__main__ import main; main()", "validate", "bad.yaml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONSAFEPATH": "1"},
    )
    assert done.stdout == "bad.yaml:2:16: 'nobody' is not an e-mail address\n"
    assert (tmp_path / "reconciler" / "schemas" / "plan.schema.json").is_file()


def test_the_demo_ends_with_nothing_left_to_do():
    tools = str(Path(sys.executable).parent)
    done = subprocess.run(
        ["sh", str(ROOT / "examples" / "demo.sh")],
        env={**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("$ reconciler") == 4
    assert "Done: 12 applied." in done.stdout
    assert "No changes." in done.stdout.rpartition("$ reconciler")[2]


def test_every_example_is_valid():
    for folder in ("quickstart", "agency"):
        done = subprocess.run(
            [sys.executable, "-m", "reconciler", "validate", "--strict", str(ROOT / "examples" / folder)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stdout.startswith("Valid: ")) == (0, True), done.stdout
