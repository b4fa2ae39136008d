"""Functions under other names, as an assignment may ask for them."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any


class _Renaming(ast.NodeTransformer):
    """Functions under other names, wherever they are defined or called."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        node.name = self.names.get(node.name, node.name)
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> Any:
        node.id = self.names.get(node.id, node.id)
        return node


def renamed(source: str, names: Mapping[str, str]) -> str:
    """The source with these functions under other names."""
    return ast.unparse(_Renaming(names).visit(ast.parse(source)))
