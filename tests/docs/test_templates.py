"""Templates read without scrolling sideways, and import what they use and nothing else."""

from pathlib import Path

from jinja2 import Environment, nodes

from neural_threads.web.templates.environment import WEB_DIR

LONGEST = 160
"""Letters; a start tag that needs more has one attribute per line."""


def too_long(template: Path) -> list[str]:
    """Where a template has lines longer than that, as "chat/list/rows.html:7"."""
    lines = template.read_text().splitlines()
    return [f"{template.relative_to(WEB_DIR)}:{n}" for n, line in enumerate(lines, 1) if len(line) > LONGEST]


def test_no_line_of_a_template_is_longer_than_160_letters():
    templates = sorted(Path(WEB_DIR).rglob("*.html"))
    assert len(templates) > 100
    assert [place for template in templates for place in too_long(template)] == []


def parsed(template: Path) -> nodes.Template:
    return Environment(extensions=["jinja2.ext.do", "jinja2.ext.i18n"]).parse(template.read_text())


def imported(tree: nodes.Template) -> set[str]:
    """The macros that a template imports, under their names there."""
    names = [name for each in tree.find_all(nodes.FromImport) for name in each.names]
    return {name if isinstance(name, str) else name[1] for name in names}


def defined(tree: nodes.Template) -> set[str]:
    return {macro.name for macro in tree.find_all(nodes.Macro)}


def test_no_template_imports_a_macro_that_it_does_not_use():
    vain = {}
    for template in sorted(Path(WEB_DIR).rglob("*.html")):
        tree = parsed(template)
        used = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "load"}
        vain[str(template.relative_to(WEB_DIR))] = sorted(imported(tree) - used)
    assert {template: names for template, names in vain.items() if names} == {}


def test_a_template_imports_the_macros_that_it_calls_itself():
    """Jinja lets an included template see what its includer imports: then who tidies the one breaks the other."""
    trees = {str(path.relative_to(WEB_DIR)): parsed(path) for path in sorted(Path(WEB_DIR).rglob("*.html"))}
    macros = set().union(*(defined(tree) for tree in trees.values()))
    borrowed = {}
    for template, tree in trees.items():
        called = {call.node.name for call in tree.find_all(nodes.Call) if isinstance(call.node, nodes.Name)}
        given = {argument.name for macro in tree.find_all(nodes.Macro) for argument in macro.args}
        borrowed[template] = sorted(called & macros - imported(tree) - defined(tree) - given)
    assert {template: names for template, names in borrowed.items() if names} == {}
