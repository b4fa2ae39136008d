"""The files that an assignment names: an adapter, which is checked before any work, a model answer, a starter."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from gradecheck.grading.assignments.assignment import Question, Text, Written
from gradecheck.grading.assignments.table import Table
from gradecheck.grading.defined import definitions
from gradecheck.packs.contract import Contract

if TYPE_CHECKING:
    from gradecheck.grading.adapter import Adapter


def beside(written: Written, top: Table, key: str) -> Text | None:
    """The file that the key names, in the folder of the assignment's own. Raises ValueError."""
    name = top.take(key)
    if name is None:
        return None
    should = f'a file\'s name without a folder, such as "{key}.py", of a file beside {written.file}'
    if not (isinstance(name, str) and name.endswith(".py") and PurePath(name).name == name):
        raise top.wrong(key, name, should)
    try:
        if name in written.beside:
            return Text(name, written.beside[name])
        return Text(name, Path(written.folder, name).read_text(encoding="utf-8"))
    except OSError as error:
        there = f"a file beside {written.file} ({error.strerror}); write it, or mend the name"
        raise top.wrong(key, name, there) from error
    except UnicodeDecodeError as error:
        raise top.wrong(key, name, f"a text in UTF-8 ({error}); save it so") from error


def adapter(top: Table, text: Text) -> Adapter:
    """The adapter in that text. Raises ValueError where Python cannot read it."""
    from gradecheck.grading.adapter import Adapter

    try:
        compile(text.text, text.file, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        at = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
        msg = getattr(error, "msg", error)
        raise _wrong(top, f"{text.file}{at} cannot be read by Python ({msg}), but should be; mend that line") from error
    return Adapter(text.file, text.text)


def check(top: Table, found: Adapter, questions: Collection[Question], importable: Collection[str]) -> None:
    """Raises ValueError where the adapter lacks a function that is asked, or imports what is not there when marking."""
    for line, module in _imports(found.tree):
        if module not in importable:
            remedy = "take it out" if module == "torch" else f'take it out, or add packages = ["{module}"]'
            what = f"imports {module}, which is not there when marked, but should import what is: {remedy}"
            raise _wrong(top, f"{found.file}, line {line} {what}")
    for line in _late(found.tree):
        what = "imports within a function, but should import at the top, where no file of a submission is in the way"
        raise _wrong(top, f"{found.file}, line {line} {what}")
    if "np" in found.takes:
        raise _wrong(top, f"{found.file} uses np of the submission, but should have its own: add import numpy as np")
    for question in questions:
        contract = question.contract
        name = ", ".join(argument.name for argument in contract.arguments)
        if contract.name not in found.defines:
            where = f"{found.file}, which has {len(found.text.splitlines())} lines,"
            remedy = f"add def {contract.name}({name}), or take the question out"
            raise _wrong(top, f"{where} does not define {contract.name}, but should, as it is asked: {remedy}")
        for _, node in definitions(found.tree.body):
            if isinstance(node, ast.FunctionDef) and node.name == contract.name and not _takes(node, contract):
                what = f"defines {contract.name}({ast.unparse(node.args)}), but should define {_signature(contract)}"
                raise _wrong(top, f"{found.file}, line {node.lineno} {what}: that is how it is called")


def _wrong(top: Table, what: str) -> ValueError:
    return top.complaint("adapter:", what)


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name.partition(".")[0]) for alias in names)
            case ast.ImportFrom(module=module, level=level):
                yield node.lineno, "." * level + (module or "").partition(".")[0]


def _late(tree: ast.Module) -> Iterator[int]:
    for holder in ast.walk(tree):
        if isinstance(holder, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from (n.lineno for n in ast.walk(holder) if isinstance(n, ast.Import | ast.ImportFrom))


def _takes(node: ast.FunctionDef, contract: Contract) -> bool:
    """Whether it can be called with the contract's arguments, and without those that have defaults."""
    own = node.args
    positional = len(own.posonlyargs) + len(own.args)
    least = positional - len(own.defaults)
    needed = sum(argument.default is None for argument in contract.arguments)
    most = len(contract.arguments) if own.vararg else positional
    return least <= needed and most >= len(contract.arguments) and all(d is not None for d in own.kw_defaults)


def _signature(contract: Contract) -> str:
    arguments = (a.name if a.default is None else f"{a.name}={a.default:g}" for a in contract.arguments)
    return f"{contract.name}({', '.join(arguments)})"
