"""No fit is read before it is judged."""

import ast

FIT, CONVERGED, EXACT = (
    "radon.fit",
    "radon.checks.assert_converged",
    "radon.checks.against_exact",
)
NO_EXACT = "robust("  # Student-t homes: nothing integrates out


def _names(node):
    return {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}


def _calls(node, function):
    return [
        call
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == function
    ]


def _asserted_failures(tree):
    """Return the names whose failure to converge the code insists on.

    `try: assert_converged(x)`, `except radon.checks.ConvergenceError`, and an
    `else` that raises; or `with pytest.raises(...)`.
    """
    failing = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Try):
            insists = any(
                isinstance(line, ast.Raise | ast.Assert)
                for line in node.orelse
            )
        elif isinstance(node, ast.With):
            insists = "raises" in ast.unparse(node.items[0])
        else:
            continue
        if insists:
            for line in node.body:
                for call in _calls(line, CONVERGED):
                    failing |= _names(call.args[0])
    return failing


def _aliases(tree):
    """Return, by loop variable, the names looped over."""
    loops = [node for node in ast.walk(tree) if isinstance(node, ast.For)]
    return {
        target: _names(loop.iter)
        for loop in loops
        for target in _names(loop.target)
    }


def unjudged(page):
    """Return each fit that lacks a check, as `name: check`."""
    faults, pending = [], {}
    definitions = {
        ast.unparse(line.targets[0]): ast.unparse(line.value)
        for cell in page.cells
        for line in cell.tree.body
        if isinstance(line, ast.Assign)
    }
    for cell in page.cells:
        aliases = _aliases(cell.tree)
        failing = _asserted_failures(cell.tree)
        for line in cell.tree.body:
            fits = _calls(line, FIT)
            for node in ast.walk(line):
                if isinstance(node, ast.Assign) and _calls(node.value, FIT):
                    name = ast.unparse(node.targets[0])
                    faults += pending.get(name, [])
                    model = ast.unparse(_calls(node.value, FIT)[0].args[0])
                    if NO_EXACT in definitions.get(model, model):
                        checks = (CONVERGED,)
                    else:
                        checks = (CONVERGED, EXACT)
                    pending[name] = [f"{name}: {check}" for check in checks]
                    fits = [
                        fit
                        for fit in fits
                        if fit not in _calls(node.value, FIT)
                    ]
            faults += [f"{ast.unparse(fit)}: has no name" for fit in fits]
            for check in (CONVERGED, EXACT):
                for call in _calls(line, check):
                    judged = _names(call.args[0])
                    for name in judged | judged & failing:
                        for each in {name} | aliases.get(name, set()):
                            waiting = pending.get(each, [])
                            pending[each] = [
                                item
                                for item in waiting
                                if not item.endswith(check)
                                and name not in failing
                            ]
    return faults + [item for items in pending.values() for item in items]


def test_every_fit_is_judged(page):
    assert unjudged(page) == []


def test_a_fit_that_is_not_judged_is_seen(write_code):
    fit = "tree = radon.fit(model, data, seed=3)\n"
    converged = "radon.checks.assert_converged(tree)\n"
    exact = "radon.checks.against_exact(tree, exact)\n"
    assert len(unjudged(write_code(fit))) == 2
    assert unjudged(write_code(fit + converged)) == [f"tree: {EXACT}"]
    assert unjudged(write_code(fit + exact)) == [f"tree: {CONVERGED}"]
    assert len(unjudged(write_code(converged + exact + fit))) == 2
    assert len(unjudged(write_code(fit + fit + converged + exact))) == 2
    assert unjudged(write_code(fit + converged + exact)) == []
    assert unjudged(write_code("radon.fit(model, data, seed=3)"))


def test_a_fit_without_an_exact_posterior_needs_to_converge(write_code):
    fit = "tree = radon.fit({}, data, seed=3)\n"
    model = "radon.models.robust(radon.models.varying_slopes)"
    for code in (fit.format(model), f"far = {model}\n" + fit.format("far")):
        assert unjudged(write_code(code)) == [f"tree: {CONVERGED}"]


def test_fits_of_a_loop_are_judged_in_a_loop(write_code):
    fits = "trees = [radon.fit(m, data, seed=3) for m in models]\n"
    judged = (
        "for tree in trees:\n"
        "    radon.checks.assert_converged(tree)\n"
        "    radon.checks.against_exact(tree, exact)\n"
    )
    assert len(unjudged(write_code(fits))) == 2
    assert unjudged(write_code(fits + judged)) == []


def test_a_failure_that_is_insisted_on_is_a_judgement(write_code):
    fit = "tree = radon.fit(model, data, seed=3)\n"
    caught = (
        "try:\n"
        "    radon.checks.assert_converged(tree)\n"
        "except radon.checks.ConvergenceError as error:\n"
        "    print(error)\n"
    )
    insisted = caught + "else:\n    raise AssertionError('it converged')\n"
    assert unjudged(write_code(fit + caught)) == [f"tree: {EXACT}"]
    assert unjudged(write_code(fit + insisted)) == []
