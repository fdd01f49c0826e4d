"""A small language for functions of one number: arithmetic, comparisons, a choice, some functions of `math`.

A text is parsed as Python and never run: what it becomes is built from the parts below, and anything else is
refused. Every part is bounded, so that no expression hangs. On what it accepts, the value is Python's own.
"""

import ast
import math
import operator
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from opttui.errors import InputError

LONGEST = 500
"""Characters of an expression."""
DEEPEST = 50
LARGEST_BITS = 1024
"""Of a whole number on the way; a float holds no larger one."""

FUNCTIONS: dict[str, tuple[Callable[..., Any], int, int]] = {
    "abs": (abs, 1, 1),
    "min": (min, 2, 9),
    "max": (max, 2, 9),
    "round": (round, 1, 1),
    "sqrt": (math.sqrt, 1, 1),
    "exp": (math.exp, 1, 1),
    "log": (math.log, 1, 2),
    "log2": (math.log2, 1, 1),
    "log10": (math.log10, 1, 1),
    "sin": (math.sin, 1, 1),
    "cos": (math.cos, 1, 1),
    "tan": (math.tan, 1, 1),
    "tanh": (math.tanh, 1, 1),
    "floor": (math.floor, 1, 1),
    "ceil": (math.ceil, 1, 1),
}
"""The function, and the least and largest number of its arguments."""
CONSTANTS = {"pi": math.pi, "e": math.e}
BUILTIN = ("abs", "min", "max", "round")

OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
SIGNS: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Not: operator.not_,
}
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}

Part = Callable[[Any], Any]
"""A piece of an expression as a function of the variable."""


class NoValueError(ArithmeticError):
    """An expression has no finite value somewhere; the message is a sentence."""


class Expression(msgspec.Struct, frozen=True):
    """A function of one number that was read from a text."""

    text: str
    names: tuple[str, ...]
    """What the text calls its number: one name, or none when it does not use it."""
    source: str
    """The same as Python, with the functions of `math` by their full names."""
    value: Callable[[float], float]
    """Its value; NoValueError where there is none that is finite."""


def read_expression(text: object, variables: Sequence[str]) -> Expression:
    """The function that a text stands for.

    Args:
        text: What was written.
        variables: Names for the number, of which the text may use one.

    Raises:
        InputError: With the rest of a sentence that begins with the argument's name.
    """
    name = variables[0]
    if not isinstance(text, str):
        raise InputError(f"must be an expression of {name} in quotes, like {_example(name)}")
    if len(text) > LONGEST:
        raise InputError(f"has at most {LONGEST} characters, and this one has {len(text)}")
    tree = _parsed(text, name)
    scope = _Scope(variables, set())
    part = _part(tree, scope)
    if len(scope.used) > 1:
        raise InputError(f"has one variable, and {' and '.join(sorted(scope.used))} are two")
    variable = next(iter(scope.used), name)
    return Expression(text, tuple(scope.used), _source(tree), _function(part, text, variable))


def _example(name: str) -> str:
    return f"'0.95 ** {name}'"


def _parsed(text: str, name: str) -> ast.expr:
    try:
        with warnings.catch_warnings():
            # Python warns of `1if`; it means what it says.
            warnings.simplefilter("ignore")
            return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise InputError(
            f"is no expression of {name}, like {_example(name)}, and {_short(text)} is none"
        ) from None


def _function(part: Part, text: str, variable: str) -> Callable[[float], float]:
    def value(number: float) -> float:
        try:
            result = float(part(number))
        except (ArithmeticError, ValueError, TypeError) as error:
            raise NoValueError(f"{_short(text)} has no value at {variable} = {number}: {error}") from None
        if not math.isfinite(result):
            raise NoValueError(f"{_short(text)} is {result} at {variable} = {number}")
        return result

    return value


class _Scope(msgspec.Struct):
    """What the parts of one expression share."""

    variables: Sequence[str]
    used: set[str]
    depth: int = 0


def _part(node: ast.expr, scope: _Scope) -> Part:
    """A node as a function; InputError for what is not in the language."""
    scope.depth += 1
    if scope.depth > DEEPEST:
        raise InputError(f"is nested at most {DEEPEST} deep")
    build = PARTS.get(type(node))
    if build is None:
        raise InputError(_not_in_language(node, scope.variables[0]))
    part = build(node, scope)
    scope.depth -= 1
    return part


def _constant(node: ast.Constant, scope: _Scope) -> Part:
    value: Any = node.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"is made of numbers, and {_short(repr(value))} is none")
    if isinstance(value, float) and not math.isfinite(value):
        raise InputError("is made of finite numbers, and one in it is infinite")
    bounded(value)
    return lambda x: value


def _name(node: ast.Name | ast.Attribute, scope: _Scope) -> Part:
    name = _plain_name(node)
    if name in CONSTANTS:
        value = CONSTANTS[name]
        return lambda x: value
    if isinstance(node, ast.Name) and name in scope.variables:
        scope.used.add(name)
        return lambda x: x
    if name in FUNCTIONS:
        raise InputError(f"has {name} without its brackets")
    raise InputError(
        f"knows no {_short(_written(node))}; it is written in {' or '.join(scope.variables)}, "
        f"{', '.join([*CONSTANTS, *FUNCTIONS])}"
    )


def _plain_name(node: ast.expr) -> str:
    """`sqrt` of `sqrt` and of `math.sqrt`; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "math":
        return "" if node.attr in BUILTIN else node.attr
    return ""


def _binary(node: ast.BinOp, scope: _Scope) -> Part:
    left, right = _part(node.left, scope), _part(node.right, scope)
    if isinstance(node.op, ast.Pow):
        return lambda x: power(left(x), right(x))
    if type(node.op) not in OPERATORS:
        raise InputError("knows the operators + - * / // % ** and no others")
    combine = OPERATORS[type(node.op)]
    return lambda x: bounded(combine(left(x), right(x)))


def _signed(node: ast.UnaryOp, scope: _Scope) -> Part:
    if type(node.op) not in SIGNS:
        raise InputError("knows the signs + - and not, and no others")
    sign, one = SIGNS[type(node.op)], _part(node.operand, scope)
    return lambda x: sign(one(x))


def _choice(node: ast.IfExp, scope: _Scope) -> Part:
    test, then, otherwise = (_part(part, scope) for part in (node.test, node.body, node.orelse))
    return lambda x: then(x) if test(x) else otherwise(x)


def bounded(value: Any) -> Any:
    """The value; OverflowError for a whole number that no float could hold."""
    if isinstance(value, int) and value.bit_length() > LARGEST_BITS:
        raise OverflowError("a whole number on the way is too large")
    return value


def power(base: Any, exponent: Any) -> Any:
    """`base ** exponent`, refused before it is computed where the result would be too large."""
    whole = isinstance(base, int) and isinstance(exponent, int) and abs(base) > 1
    # A number of b bits is at least 2 ** (b - 1), so its n-th power has more than (b - 1) * n bits.
    if whole and (base.bit_length() - 1) * exponent >= LARGEST_BITS:
        raise OverflowError("a whole number on the way is too large")
    value = base**exponent
    if isinstance(value, complex):
        raise ValueError("a negative number to a fractional power")
    return bounded(value)


def _boolean(node: ast.BoolOp, scope: _Scope) -> Part:
    is_and = isinstance(node.op, ast.And)
    parts = [_part(value, scope) for value in node.values]

    def value(x: Any) -> Any:
        result = parts[0](x)
        for part in parts[1:]:
            if bool(result) is not is_and:
                break
            result = part(x)
        return result

    return value


def _comparison(node: ast.Compare, scope: _Scope) -> Part:
    if not all(type(kind) in COMPARISONS for kind in node.ops):
        raise InputError("compares with < <= > >= == != and nothing else")
    tests = [COMPARISONS[type(kind)] for kind in node.ops]
    first, rest = _part(node.left, scope), [_part(part, scope) for part in node.comparators]

    def value(x: Any) -> bool:
        left = first(x)
        for test, part in zip(tests, rest, strict=True):
            right = part(x)
            if not test(left, right):
                return False
            left = right
        return True

    return value


def _call(node: ast.Call, scope: _Scope) -> Part:
    name = _plain_name(node.func)
    if name not in FUNCTIONS:
        raise InputError(f"knows no function {_short(_written(node.func))}; there are {', '.join(FUNCTIONS)}")
    function, least, most = FUNCTIONS[name]
    if node.keywords or not least <= len(node.args) <= most:
        count = f"{least}" if least == most else f"{least} to {most}"
        raise InputError(f"has {name} with other arguments than its {count}")
    parts = [_part(part, scope) for part in node.args]
    if len(parts) == 1:
        only = parts[0]
        return lambda x: function(only(x))
    return lambda x: function(*(part(x) for part in parts))


PARTS: dict[type[ast.expr], Callable[[Any, _Scope], Part]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _name,
    ast.BinOp: _binary,
    ast.UnaryOp: _signed,
    ast.IfExp: _choice,
    ast.BoolOp: _boolean,
    ast.Compare: _comparison,
    ast.Call: _call,
}


def _not_in_language(node: ast.expr, name: str) -> str:
    if isinstance(node, ast.Lambda):
        return f"is only what comes after the lambda's colon, with {name} for its argument, like {_example(name)}"
    return f"is arithmetic of {name}, like {_example(name)}, and {_short(_written(node))} is not"


class _FullNames(ast.NodeTransformer):
    """Writes `sqrt` as `math.sqrt`."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in CONSTANTS or (node.id in FUNCTIONS and node.id not in BUILTIN):
            return ast.Attribute(ast.Name("math", ast.Load()), node.id, ast.Load())
        return node


def _source(tree: ast.expr) -> str:
    return ast.unparse(_FullNames().visit(tree))


def _written(node: ast.expr) -> str:
    """A node as text, for a sentence about it; it may be of any depth."""
    try:
        return ast.unparse(node)
    except RecursionError:
        return "that"


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")
