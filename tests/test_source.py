"""Code and numbers on their way to the page."""

import sys
from types import ModuleType

import numpy as np
import numpyro
import numpyro.distributions as dist
import pytest
import xarray as xr
from numpyro import handlers

from radon import models
from radon.data import Design
from radon.source import glue, measured, show

LADDER = [
    models.complete_pooling,
    models.separate_regressions,
    models.varying_intercepts,
    models.varying_slopes,
]


DESIGN = Design(
    county=np.array([0, 1, 1]),
    floor=np.array([0, 0, 1]),
    log_uranium=np.zeros(2),
    mean_floor=np.array([0, 1 / 2]),
    state=np.zeros(2, int),
)


@pytest.mark.parametrize("model", LADDER)
def test_the_page_prints_the_model_that_is_fitted(model):
    """The block, run by itself, imagines the very same homes."""
    first, *code, last = show(model).data.splitlines()
    assert (first, last) == ("```python", "```")
    printed = {"numpyro": numpyro, "dist": dist}
    exec("\n".join(code), printed)
    one, other = (
        handlers.trace(handlers.seed(f, 0)).get_trace(DESIGN)["log_radon"]
        for f in (model, printed[model.__name__])
    )
    np.testing.assert_array_equal(one["value"], other["value"])
    assert printed[model.__name__].__doc__ == model.__doc__


@pytest.mark.parametrize("model", LADDER)
def test_a_model_fits_the_width_of_the_page(model):
    """The theme's column begins to scroll beyond."""
    assert max(map(len, show(model).data.splitlines())) <= 76


def test_another_form_shows_the_model_itself():
    """Through both handlers, in either order."""
    model = models.varying_slopes
    for form in (
        models.noncentered(model),
        models.with_priors(models.noncentered(model)),
        models.noncentered(models.with_priors(model)),
    ):
        assert show(form).data == show(model).data


@pytest.mark.parametrize("nothing", [len, 3, "alpha"])
def test_what_has_no_source_is_refused(nothing):
    """Built-in functions have none, and numbers have none."""
    with pytest.raises(TypeError, match="no source to show"):
        show(nothing)


@pytest.fixture
def page(monkeypatch):
    """Imitate a build: a kernel with MyST-NB, which keeps what is glued."""
    kept = {}

    def keep(name, value, display):
        assert display is False
        kept[name] = value

    module = ModuleType("myst_nb")
    module.glue = keep
    monkeypatch.setitem(sys.modules, "myst_nb", module)
    monkeypatch.setattr("IPython.get_ipython", lambda: object())
    return kept


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (1.5, 1.5),
        (3, 3),
        ("Aitkin", "Aitkin"),
        (True, True),
        (np.float64(1.5), 1.5),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.str_("Cass"), "Cass"),
        (np.array(2.5), 2.5),
        (xr.DataArray(2.5), 2.5),
    ],
)
def test_what_is_glued_is_a_plain_value(page, value, kept):
    """Prose formats Python's own numbers and no others."""
    glue("name", value)
    assert page == {"name": kept}
    assert type(page["name"]) is type(kept)


@pytest.mark.parametrize("value", [np.zeros(2), None, [1, 2], object()])
def test_what_is_no_single_value_is_not_glued(page, value):
    """The error names the key."""
    with pytest.raises(TypeError, match="name is a"):
        glue("name", value)
    assert not page


def test_outside_a_build_nothing_is_glued(page, monkeypatch):
    """A plain Python, and one without MyST-NB, as on Colab."""
    monkeypatch.setattr("IPython.get_ipython", lambda: None)
    assert glue("name", 1.0) is None
    monkeypatch.setattr("IPython.get_ipython", lambda: object())
    monkeypatch.setitem(sys.modules, "myst_nb", None)
    assert glue("name", 1.0) is None
    assert not page


def test_what_was_measured_is_read_and_what_was_not_is_refused_by_name():
    """With the names of what there is."""
    machine = measured("machine", index_col="what")
    assert machine.loc["CPUs", "value"]
    with pytest.raises(FileNotFoundError, match="'speed'.*there is .*machine"):
        measured("speed")
