"""What brms reads in a formula is the model of that name."""

import re
from pathlib import Path

import numpyro.distributions as dist
import pytest
from numpyro import handlers

import radon
from radon import models
from radon.source import measured

ROOT = Path(__file__).parents[1]
PARAMETERS = measured("brms", keep_default_na=False)
SITES = {
    ("b", "", "floor"): "mu_beta",
    ("b", "", "Intercept"): "mu_alpha",
    ("b", "", "log_uranium"): "gamma",
    ("b", "", "floor:log_uranium"): "gamma_beta",
    ("b", "", "mean_floor"): "delta",
    ("sd", "county", "Intercept"): "sigma_alpha",
    ("sd", "county", "floor"): "sigma_beta",
    ("sd", "state", "Intercept"): "sigma_state",
    ("sd", "state:county", "Intercept"): "sigma_alpha",
    ("cor", "county", ""): "rho",
    ("sigma", "", ""): "sigma",
}
POOLED = {"mu_alpha": "alpha", "mu_beta": "beta"}
LADDER = sorted(set(PARAMETERS["model"]) - {"separate_regressions"})


def same_prior(written, prior):
    """Say whether brms's spelling of a prior is that of a site."""
    if written == "lkj(2)":  # of two effects: (1 + rho) / 2 is Beta(2, 2)
        base = prior.base_dist
        return (base.concentration1, base.concentration0) == (2, 2)
    family, *values = re.findall(r"[\w.]+", written)
    if family == "normal":
        found = isinstance(prior, dist.Normal) and (prior.loc, prior.scale)
    else:  # of a scale, which brms keeps positive
        found = isinstance(prior, dist.HalfCauchy) and (0, prior.scale)
    return found == tuple(map(float, values))


@pytest.mark.parametrize("name", LADDER)
def test_brms_finds_the_parameters_and_is_given_their_priors(name):
    state = None if name == "nested" else "MN"
    design = radon.load_radon(state).design
    trace = handlers.trace(handlers.seed(getattr(models, name), 0))
    shared = {
        site: found["fn"]
        for site, found in trace.get_trace(design).items()
        if found["type"] == "sample" and not found["cond_indep_stack"]
    }
    rows = PARAMETERS[PARAMETERS["model"] == name]
    found = {}
    for _, row in rows.iterrows():
        site = SITES[row["class"], row["group"], row["coef"]]
        found[site if site in shared else POOLED[site]] = row["prior"]
    assert found.keys() == shared.keys() and len(rows) == len(shared)
    for site, written in found.items():
        assert same_prior(written, shared[site]), (site, written)


def test_the_formulas_on_the_page_are_those_that_brms_has_read():
    page = (ROOT / "book/coming-from-lme4.md").read_text(encoding="utf8")
    script = (ROOT / "benchmarks/brms.R").read_text(encoding="utf8")
    rows = re.findall(r"^\| `(\w+)` \| (.*) \| (.*) \|$", page, re.M)
    assert {name for name, *_ in rows} == set(PARAMETERS["model"])
    for name, lme4, brms in rows:
        told = lme4 if brms == "the same" else brms
        formula = told.split("`")[1].replace(r"\|", "|")
        read = script.split(f"  {name} = bf(")[1].split("= bf(")[0]
        assert formula.removeprefix("floor").strip() in read, name
