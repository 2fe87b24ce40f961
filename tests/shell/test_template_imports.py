"""A module of macros is run once, unless its macros read the page: then, and only then, it is imported with context.

Jinja runs a module that is imported with context anew at each import, some ten times for a page; that took a quarter of the
CPU of a customer's home.
"""

import pytest
from jinja2 import meta, nodes

from neural_threads.web.templates.assets import WEB_DIR
from neural_threads.web.templates.environment import environment

TEMPLATES = sorted(str(path.relative_to(WEB_DIR)) for path in WEB_DIR.rglob("*.html"))
GIVEN_BY_JINJA = {"caller", "loop", "varargs", "kwargs"}


def parsed(template: str) -> nodes.Template:
    return environment().parse((WEB_DIR / template).read_text())


def imports(template: str) -> list[nodes.FromImport]:
    return list(parsed(template).find_all(nodes.FromImport))


def read_of_the_page(module: str) -> set[str]:
    """The names that a module, or one that it imports, has from whoever imports it."""
    tree = parsed(module)
    own = {name.name for name in tree.find_all(nodes.Name) if name.ctx in {"store", "param"}}
    names = meta.find_undeclared_variables(tree) - set(environment().globals) - own - GIVEN_BY_JINJA
    return names.union(*(read_of_the_page(one.template.value) for one in imports(module)))


@pytest.mark.parametrize("template", TEMPLATES)
def test_only_what_reads_the_page_is_imported_with_context(template: str) -> None:
    for one in imports(template):
        module = one.template.value
        assert one.with_context == bool(read_of_the_page(module)), module
