"""Which names a piece of code gives and which it needs, without running it."""

import ast

COMPREHENSIONS = (ast.DictComp, ast.GeneratorExp, ast.ListComp, ast.SetComp)
FUNCTIONS = (ast.FunctionDef, ast.Lambda)


def needed(statements, after=()):
    """Return the names that must be there before, for these and for after."""
    names = set(after)
    for statement in reversed(statements):
        names = names - surely_given(statement) | _needed_by(statement)
    return names


def given(tree):
    """Return the names that it may give."""
    names = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
            case ast.alias():
                names.add((node.asname or node.name).split(".")[0])
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
    return names


def surely_given(statement):
    """Return the names that it gives whatever happens."""
    match statement:
        case ast.Assign(targets=targets):
            return set().union(*map(given, targets))
        case ast.Import() | ast.ImportFrom():
            return given(statement)
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
    return set()


def needed_in_functions(tree):
    """Return the names that it may look up later, when it is called."""
    functions = [n for n in ast.walk(tree) if isinstance(n, FUNCTIONS)]
    return set().union(*map(_used, functions))


def _needed_by(statement):
    match statement:
        case ast.For(target=target, iter=items, body=body, orelse=orelse):
            inside = needed(body) - given(target)
            return _used(items) | inside | needed(orelse)
        case ast.If(test=test, body=body, orelse=orelse):
            return _used(test) | needed(body) | needed(orelse)
        case ast.With(items=items, body=body):
            opened = set().union(*map(_used, (i.context_expr for i in items)))
            return opened | needed(body) - set().union(*map(given, items))
        case ast.AugAssign(target=ast.Name(id=name)):
            return {name} | _used(statement)
    return _used(statement)


def _used(node):
    """Return the names that it looks up, save those that are its own."""
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Load) else set()
    names = set().union(*map(_used, ast.iter_child_nodes(node)))
    if isinstance(node, COMPREHENSIONS):
        return names - given(node) | _used(node.generators[0].iter)
    if isinstance(node, FUNCTIONS):
        own = {n.arg for n in ast.walk(node) if isinstance(n, ast.arg)}
        return names - own - given(node)
    return names
