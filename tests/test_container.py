"""The container file, as far as it can be looked at without an engine: its order, and its steps."""

import re
import shlex
import subprocess
import venv
from pathlib import Path

import pytest

from reconciler.render import FORMATS

pytestmark = pytest.mark.no_cover  # measured by others, and half as long without

ROOT = Path(__file__).parents[1]
INSTRUCTIONS = [
    tuple(line.split(maxsplit=1))
    for line in re.sub(
        r"\\\n|^\s*#.*\n", "", (ROOT / "Containerfile").read_text(), flags=re.MULTILINE
    ).splitlines()
    if line.strip()
]


def given(name):
    return [words for each, words in INSTRUCTIONS if each == name]


def kept():
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    return {line.removeprefix("!") for line in lines if line.startswith("!")}


def test_it_is_built_in_one_image_and_run_in_another():
    assert [words.partition(" ")[2] for words in given("FROM")] == ["AS build", ""]
    assert INSTRUCTIONS[-1][0] == "CMD"
    last = [name for name, _ in INSTRUCTIONS][-4:]
    assert last == ["USER", "WORKDIR", "ENTRYPOINT", "CMD"]


def test_it_does_not_run_as_root():
    assert given("USER") == ["reconciler"]
    assert given("WORKDIR")[-1] == "/config"
    assert given("ENTRYPOINT") == ['["reconciler"]']


def test_what_it_copies_is_there_and_not_ignored():
    sources = {name for words in given("COPY") if "--from" not in words for name in shlex.split(words)[:-1]}
    assert sources == kept()
    assert [name for name in sources if not (ROOT / name).exists()] == []


def test_nothing_secret_is_in_the_image():
    assert "CONVIRZA" not in " ".join(words for _, words in INSTRUCTIONS)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Both images' steps, in a folder that has what is copied and nothing else."""
    folder = tmp_path_factory.mktemp("image")
    for name in kept():
        subprocess.run(["cp", "-r", ROOT / name, folder / name], check=True)
    venv.create(folder / "venv", with_pip=True)
    pip = [folder / "venv" / "bin" / "python", "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", "wheels", "."], cwd=folder, check=True)
    subprocess.run([*pip, "install", *folder.glob("wheels/*.whl")], cwd=folder, check=True)
    return folder / "venv" / "bin" / "reconciler"


@pytest.fixture
def run(installed, tmp_path):
    """In a folder of the user's, with nothing of this environment."""

    def program(*arguments):
        environment = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8"}
        return subprocess.run(
            [installed, *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return program


@pytest.mark.parametrize(
    "arguments", [["--version"], ["--help"], ["validate", str(ROOT / "examples" / "quickstart")]]
)
def test_its_steps_give_a_program_that_runs(run, arguments):
    done = run(*arguments)
    assert (done.returncode, done.stderr) == (0, "")


def test_it_renders_every_format(run, tmp_path):
    groups = "groups:\n  - {org_unit_name: Acme, org_unit_ext_id: ORG-1000, city: Rome}\n"
    (tmp_path / "config.yaml").write_text(groups)
    reports = [f"--report={name}={name}.txt" for name in FORMATS]
    done = run("plan", "--sandbox", *reports)
    assert (done.returncode, done.stderr) == (0, "")
    assert all((tmp_path / f"{name}.txt").stat().st_size for name in FORMATS)
