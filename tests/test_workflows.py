"""The workflows: what they may do, and that they call what there is."""

import re
import runpy
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


@pytest.fixture(params=WORKFLOWS, ids=lambda path: path.stem)
def text(request):
    return request.param.read_text(encoding="utf8")


@pytest.fixture
def jobs(text):
    return yaml.safe_load(text)["jobs"]


def test_there_are_workflows():
    assert {path.stem for path in WORKFLOWS} >= {"book", "weekly"}


def test_every_action_is_pinned_by_commit_and_says_its_version(text):
    used = re.findall(r"uses: (.+)", text)
    assert used
    assert [use for use in used if not PINNED.fullmatch(use)] == []


def test_nothing_is_permitted_that_a_job_does_not_ask_for(text, jobs):
    assert yaml.safe_load(text)["permissions"] == {}
    assert [name for name in jobs if "permissions" not in jobs[name]] == []


def test_no_workflow_knows_a_secret(text):
    assert "secrets" not in text


def test_every_job_ends_in_time(jobs):
    assert all(job["timeout-minutes"] <= 120 for job in jobs.values())


def test_workflows_call_targets_and_scripts_that_exist(text):
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, re.M))
    assert set(re.findall(r"run: make ([a-z]+)", text)) <= targets
    called = re.findall(r"run: (\.ci/\w+)", text)
    assert all((ROOT / script).is_file() for script in called)


def test_whatever_fails_in_a_week_is_reported():
    (weekly,) = (path for path in WORKFLOWS if path.stem == "weekly")
    jobs = yaml.safe_load(weekly.read_text())["jobs"]
    report = jobs.pop("report")
    assert report["if"] == "failure()"
    assert set(report["needs"]) == set(jobs)


def test_a_doi_is_looked_up_where_it_is_registered():
    asked = runpy.run_path(str(ROOT / "book/_ext/links.py"))["registered"]
    there = "https://doi.org/api/handles/10.1214/06-BA117A"
    assert asked(None, "https://doi.org/10.1214/06-BA117A") == there
    assert asked(None, "https://arxiv.org/abs/1604.00695") is None
