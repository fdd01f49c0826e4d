"""Expressions equal Python's own evaluation where they are one, and are refused in words everywhere else."""

import contextlib
import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opttui.errors import InputError
from opttui.scenario.expressions import (
    BUILTIN,
    CONSTANTS,
    FUNCTIONS,
    LONGEST,
    NoValueError,
    read_expression,
)

numbers = st.integers(0, 40).map(str) | st.floats(0, 20).map(repr) | st.sampled_from(["step", "pi", "e"])


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def call(name: str) -> st.SearchStrategy[str]:
        _, least, most = FUNCTIONS[name]
        parts = st.lists(inner, min_size=least, max_size=min(most, 3))
        return parts.map(lambda parts: f"{name}({', '.join(parts)})")

    binary = st.sampled_from(
        ["+", "-", "*", "/", "//", "%", "**", "<", "<=", ">", ">=", "==", "!=", "and", "or"]
    )
    return (
        st.tuples(inner, binary, inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
        | st.tuples(st.sampled_from(["-", "+", "not "]), inner).map(lambda t: f"({t[0]}{t[1]})")
        | st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} if {t[1]} else {t[2]})")
        | st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} < {t[1]} <= {t[2]})")
        | st.sampled_from(list(FUNCTIONS)).flatmap(call)
    )


expressions = st.recursive(numbers, grown, max_leaves=8).filter(lambda text: len(text) <= LONGEST)


def python(source: str, step: int) -> float:
    """Python's own evaluation; NoValueError where it has none."""
    try:
        return float(eval(source, {"math": math}, {"step": step}))
    except (ArithmeticError, ValueError, TypeError) as error:
        raise NoValueError(str(error)) from None


@settings(max_examples=150, deadline=None)
@given(expressions, st.integers(0, 50))
def test_a_value_is_pythons_own(text: str, step: int) -> None:
    read = read_expression(text, ("step",))
    try:
        value = read.value(step)
    except NoValueError as error:
        if "too large" in str(error) or "fractional power" in str(error):
            return
        with contextlib.suppress(NoValueError):
            assert not math.isfinite(python(read.source, step))
    else:
        assert value.hex() == python(read.source, step).hex()
        assert value.hex() == float(read_expression(read.source, ("step",)).value(step)).hex()


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.text("step0123456789.+-*/%()<>=!,ecosqrt if[]{}:'\"\\\n", max_size=60))
def test_any_text_is_an_expression_or_one_sentence(text: str) -> None:
    try:
        read = read_expression(text, ("step",))
    except InputError as error:
        assert error.message.isprintable()
    else:
        try:
            assert math.isfinite(read.value(3))
        except NoValueError as error:
            assert str(error).isprintable()


@pytest.mark.parametrize(
    "text",
    [
        "9**9**9**9",
        "9**(9**9)*9",
        "(10**300)**(10**300)",
        "-(9**99)**99",
        "2**1024",
        "*".join(["(9**300)"] * 40),
        "1/0",
        "0.0**-1",
        "(-8)**0.5",
        "1e308*10",
        "1e308*10-1e308*10",
        "exp(1000)",
        "log(0)",
        "floor(1e308*10)",
        "step%0",
    ],
)
def test_what_has_no_value_is_said_at_once(text: str) -> None:
    begin = time.thread_time()
    with pytest.raises(NoValueError, match="step = 3"):
        read_expression(text, ("step",)).value(3)
    assert time.thread_time() - begin < 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, "must be an expression of step in quotes, like '0.95 ** step'"),
        ("", "is no expression of step"),
        ("__import__('os')", "knows no function '__import__'"),
        ("step.real", "knows no 'step.real'; it is written in step, pi, e, abs"),
        ("math.floor", "has floor without its brackets"),
        ("math.min(1, 2)", "knows no function 'math.min'"),
        ("[step]", "is arithmetic of step, like '0.95 ** step', and '[step]' is not"),
        ("'a'", "is made of numbers"),
        ("True", "is made of numbers"),
        ("1j", "is made of numbers"),
        ("1e999", "is made of finite numbers"),
        ("step @ 2", "knows the operators + - * / // % ** and no others"),
        ("~step", "knows the signs + - and not"),
        ("step in 3", "compares with < <= > >= == !="),
        ("sqrt(1, 2)", "has sqrt with other arguments than its 1"),
        ("min(1)", "has min with other arguments than its 2 to 9"),
        ("round(step, ndigits=2)", "has round with other arguments"),
        ("lambda e: e", "is only what comes after the lambda's colon"),
        ("(" * 60 + "1" + ")" * 60 + "+" + "-" * 60 + "1", "is nested at most 50 deep"),
        ("1" + "+1" * 300, "has at most 500 characters"),
        ("a" + ".a" * 240, "knows no "),
        ("step + cycle", "knows no 'cycle'"),
    ],
)
def test_what_is_no_expression_is_named(text: object, expected: str) -> None:
    with pytest.raises(InputError) as caught:
        read_expression(text, ("step",))
    assert expected in caught.value.message
    assert len(caught.value.message) < 250


def test_the_source_is_plain_python_with_full_names() -> None:
    assert (
        read_expression("0.5*(1+cos(pi*step/9))", ("step",)).source
        == "0.5 * (1 + math.cos(math.pi * step / 9))"
    )
    assert read_expression("math.sqrt(cycle)", ("cycle", "step")).names == ("cycle",)
    assert read_expression("2", ("step",)).names == ()
    with pytest.raises(InputError, match="has one variable, and cycle and step are two"):
        read_expression("cycle + step", ("cycle", "step"))
    for name in (*FUNCTIONS, *CONSTANTS):
        assert name in BUILTIN or hasattr(math, name)
