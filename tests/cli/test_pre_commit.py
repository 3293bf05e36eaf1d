"""The commit hooks as a user gets them: pre-commit itself installs this repository and runs them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import QUICKSTART

pytestmark = pytest.mark.no_cover  # measured by others, and half as long without

ROOT = Path(__file__).parents[2]
TOOLS = Path(sys.executable).parent
VALID = "groups:\n  - org_unit_name: Acme\n    org_unit_ext_id: ORG-1000\n"
UNTIDY = "groups:\n    -   org_unit_ext_id:   ORG-1000\n        org_unit_name:   'Acme'  # the root\n"


def git(folder, *arguments):
    return subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True, timeout=60
    ).stdout


def begun(folder):
    """A new repository in which commits can be made."""
    git(folder, "init", "--quiet", "--initial-branch", "main")
    for name, value in (("user.name", "Somebody"), ("user.email", "somebody@example.com")):
        git(folder, "config", name, value)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """This repository as it stands, files that are not committed yet included, as a release of its own."""
    folder = tmp_path_factory.mktemp("published")
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    for name in filter(None, listed):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    begun(folder)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "release")
    git(folder, "tag", "v1.0.0")
    return folder


@pytest.fixture(scope="module")
def environment_of_git(tmp_path_factory):
    """pre-commit's cache is kept for all tests here: the hooks are installed once."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "COV_"))}
    return {
        **kept,
        "PATH": f"{TOOLS}{os.pathsep}{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("cache")),
        "PRE_COMMIT_COLOR": "never",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_COMPILE": "1",
    }


@pytest.fixture
def repository(tmp_path, published, environment_of_git):
    """A user's repository with both hooks, for the folder `config`."""
    folder = tmp_path / "repository"
    (folder / "config").mkdir(parents=True)
    begun(folder)
    (folder / ".pre-commit-config.yaml").write_text(f"""\
repos:
  - repo: file://{published}
    rev: v1.0.0
    hooks:
      - {{id: reconciler-fmt, files: ^config/}}
      - {{id: reconciler-validate, args: [--strict, config/]}}
""")
    subprocess.run(
        [TOOLS / "pre-commit", "install"], cwd=folder, env=environment_of_git, check=True, capture_output=True
    )
    git(folder, "add", ".pre-commit-config.yaml")
    return folder


@pytest.fixture
def commit(repository, environment_of_git):
    """Writes files, and tries to commit them; gives whether that went well, and what was said."""

    def run(files, where="."):
        for name, text in files.items():
            (repository / name).parent.mkdir(parents=True, exist_ok=True)
            (repository / name).write_text(text)
        git(repository, "add", "--all")
        done = subprocess.run(
            ["git", "commit", "--message", "change"],
            cwd=repository / where,
            env=environment_of_git,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        return done.returncode == 0, done.stdout

    return run


def test_the_manifest_is_valid(environment_of_git):
    manifest = str(ROOT / ".pre-commit-hooks.yaml")
    done = subprocess.run(
        [TOOLS / "pre-commit", "validate-manifest", manifest], env=environment_of_git, timeout=60, check=False
    )
    assert done.returncode == 0


def test_valid_files_are_committed(commit, repository):
    went_well, said = commit({f"config/{path.name}": path.read_text() for path in QUICKSTART.glob("*.yaml")})
    assert went_well, said
    assert git(repository, "status", "--porcelain") == ""


def test_what_is_wrong_stands_with_its_place(commit):
    went_well, said = commit({"config/users.yaml": "users:\n  - username: nobody\n"})
    assert not went_well
    assert "config/users.yaml:2:15: 'nobody' is not an e-mail address" in said


def test_a_reference_to_what_no_file_describes_is_wrong(commit):
    text = "groups:\n  - org_unit_name: Sales\n    parent: Nowhere\n"
    went_well, said = commit({"config/groups.yaml": text})
    assert not went_well
    assert "config/groups.yaml:3:13: no file describes group 'Nowhere'" in said


def test_all_files_are_checked_when_one_changes(commit):
    tag = "tags:\n  - tag_name: Hot lead\n    group: ORG-1000\n"
    assert commit({"config/groups.yaml": VALID, "config/tags.yaml": tag})[0]
    went_well, said = commit({"config/groups.yaml": VALID.replace("1000", "2000")})
    assert not went_well
    assert "config/tags.yaml:3:12: no file describes group 'ORG-1000'" in said


def test_all_files_are_checked_when_one_is_deleted(commit, repository):
    tag = "tags:\n  - tag_name: Hot lead\n    group: ORG-1000\n"
    assert commit({"config/groups.yaml": VALID, "config/tags.yaml": tag})[0]
    (repository / "config" / "groups.yaml").unlink()
    went_well, said = commit({})
    assert not went_well
    assert "config/tags.yaml:3:12: no file describes group 'ORG-1000'" in said


def test_an_untidy_file_is_tidied_and_the_commit_stopped(commit, repository):
    went_well, said = commit({"config/groups.yaml": UNTIDY})
    assert not went_well
    assert "files were modified by this hook" in said
    assert "# the root" in (repository / "config" / "groups.yaml").read_text()
    assert commit({})[0]


def test_hooks_run_from_a_folder_below(commit):
    went_well, said = commit(
        {"config/deeper/users.yaml": "users:\n  - username: nobody\n"}, where="config/deeper"
    )
    assert not went_well
    assert "config/deeper/users.yaml:2:15: 'nobody' is not an e-mail address" in said


def test_what_is_no_configuration_is_left_alone(commit):
    assert commit({"config/groups.yaml": VALID})[0]
    went_well, said = commit(
        {"notes.txt": "x\n", "config/.hidden.yaml": "a:   1\n", "other/x.yaml": "a:   1\n"}
    )
    assert went_well, said
    assert (said.count("Skipped"), said.count("Passed")) == (1, 1)


def test_without_arguments_the_whole_repository_is_checked_and_foreign_yaml_left_alone(commit, repository):
    config = repository / ".pre-commit-config.yaml"
    text = config.read_text().replace(", args: [--strict, config/]", "").replace(", files: ^config/", "")
    foreign = "on:   push\n"
    went_well, said = commit(
        {config.name: text, "config/groups.yaml": VALID, ".github/workflows/ci.yml": foreign}
    )
    assert went_well, said
    assert (repository / ".github" / "workflows" / "ci.yml").read_text() == foreign
