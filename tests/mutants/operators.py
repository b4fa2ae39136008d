"""Mutations of array code, which general tools lack: one change of one place at a time, written with libcst."""

from collections.abc import Callable, Iterator
from typing import Final

import libcst as cst
import libcst.matchers as m

Change = Callable[[cst.CSTNode], Iterator[cst.CSTNode]]


def drop_transpose(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    if m.matches(node, m.Attribute(attr=m.Name("T"))):
        yield cst.ensure_type(node, cst.Attribute).value


def add_transpose(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    if m.matches(node, m.BinaryOperation(operator=m.MatrixMultiply())):
        product = cst.ensure_type(node, cst.BinaryOperation)
        for side in ("left", "right"):
            operand = getattr(product, side)
            if m.matches(operand, m.Name()):
                yield product.with_changes(**{side: cst.Attribute(operand, cst.Name("T"))})


def swap_product(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    if m.matches(node, m.BinaryOperation(operator=m.MatrixMultiply())):
        product = cst.ensure_type(node, cst.BinaryOperation)
        yield product.with_changes(left=product.right, right=product.left)


def other_axis(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    if m.matches(node, m.Arg(keyword=m.Name("axis"))):
        argument = cst.ensure_type(node, cst.Arg)
        first = m.matches(argument.value, m.Integer("0"))
        other = cst.parse_expression("-1" if first else "0")
        yield argument.with_changes(value=other)


def drop_keepdims(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    if m.matches(node, m.Arg(keyword=m.Name("keepdims"), value=m.Name("True"))):
        yield cst.ensure_type(node, cst.Arg).with_changes(value=cst.Name("False"))


def mean_for_sum(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for this, other in (("sum", "mean"), ("mean", "sum")):
        if m.matches(node, m.Call(func=m.Attribute(attr=m.Name(this)))):
            call = cst.ensure_type(node, cst.Call)
            yield call.with_changes(func=cst.ensure_type(call.func, cst.Attribute).with_changes(attr=cst.Name(other)))


def drop_factor(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    if m.matches(node, m.BinaryOperation(operator=m.Multiply())):
        product = cst.ensure_type(node, cst.BinaryOperation)
        yield product.left
        yield product.right
    if m.matches(node, m.BinaryOperation(operator=m.Divide())):
        yield cst.ensure_type(node, cst.BinaryOperation).left


SWAPPED: Final = (
    (m.GreaterThan, cst.GreaterThanEqual),
    (m.GreaterThanEqual, cst.GreaterThan),
    (m.LessThan, cst.LessThanEqual),
    (m.LessThanEqual, cst.LessThan),
)


def shift_comparison(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    if isinstance(node, cst.Comparison) and len(node.comparisons) == 1:
        (target,) = node.comparisons
        for this, other in SWAPPED:
            if m.matches(target.operator, this()):
                yield node.with_changes(comparisons=[target.with_changes(operator=other())])


def minus_for_plus(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for this, other in ((m.Add, cst.Subtract), (m.Subtract, cst.Add)):
        if m.matches(node, m.BinaryOperation(operator=this())):
            yield cst.ensure_type(node, cst.BinaryOperation).with_changes(operator=other())


def drop_minus(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    if m.matches(node, m.UnaryOperation(operator=m.Minus())):
        yield cst.ensure_type(node, cst.UnaryOperation).expression


OPERATORS: Final[tuple[Change, ...]] = (
    drop_transpose,
    add_transpose,
    swap_product,
    other_axis,
    drop_keepdims,
    mean_for_sum,
    drop_factor,
    shift_comparison,
    minus_for_plus,
    drop_minus,
)
