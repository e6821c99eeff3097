"""What cannot be traced: the error names the file, the line, its text, and what to write instead; and that works."""

import math
from math import exp as e_to_the
from pathlib import Path

import numpy as np
import pytest
from scipy import special
from scipy.special import logsumexp as lse

import hagang
from hagang.errors import TraceError
from hagang.graph import R
from hagang.ops.leaf import input_node
from hagang.trace import Traced, run

CONSTANT = np.arange(5.0)
TABLE = pytest.importorskip("pandas").DataFrame(np.arange(6.0).reshape(2, 3))
SOURCE = Path(__file__).read_text(encoding="utf-8").splitlines()
FLOAT = np.dtype(np.float64)


# --- each with the line that fails marked by `# <-`, and what the last line of the error says -----------


def branch(x):
    if x[0] > 0:  # <-
        return x
    return -x


def branch_over_lines(x):
    if (
        x[0] > 0  # <-
    ):
        return x
    return -x


def loop_while(x):
    while x[0] > 1:  # <-
        x = x / 2
    return x


def conditional(x):
    return x[0] if x[0] > x[1] else x[1]  # <-


def conjunction(x):
    return x[0] > 0 and x[1] > 0  # <-


def disjunction(x):
    return x[0] > 0 or x[1] > 0 or x[2] > 0  # <-


def negation(x):
    return not x[0] > 0  # <-


def chain(x):
    return 0 < x < 1  # <-


def largest_of_two(x):
    return max(x[0], 0)  # <-


def largest_of_three(x):
    return max(0, x[0], x[1])  # <-


def smallest_of_two(x):
    return min(x[0], x[1])  # <-


def largest(x):
    return max(x)  # <-


def to_float(x):
    return float(x[0]) + 1  # <-


def to_int(x):
    return int(x[0])  # <-


def rounded(x):
    return round(x[0], 2)  # <-


def exponential(x):
    return x * math.exp(x[0])  # <-


def exponential_by_another_name(x):
    return e_to_the(x[0])  # <-


def power(x):
    return math.pow(x[0], 2)  # <-


def arc(x):
    return math.atan2(x[0], x[1])  # <-


def error_function(x):
    return math.erf(x[0])  # <-


def floor(x):
    return math.floor(x[0])  # <-


def total(x):
    return math.fsum(x)  # <-


def array_of_traced(x):
    return np.array([x[0], 2 * x[1]])  # <-


def matrix_of_traced(x):
    return np.array([[x[0], 1.0], [2.0, x[1]]])  # <-


def array_over_lines(x):
    return x[:2] * np.array(  # <-
        [x[0], x[1]]
    )


def array_by_comprehension(x):
    return np.array([v**2 for v in x])  # <-


def array_again(x):
    return np.asarray(x) * 2  # <-


def assigned(x):
    x[0] = 1.0  # <-
    return x


def assigned_into_constant(x):
    made = np.zeros(3)
    made[1] = x[0]  # <-
    return made


def assigned_slice_into_constant(x):
    made = np.zeros(3)
    made[:2] = x[:2]  # <-
    return made


def added_in_place(x):
    x += 1  # <-
    return x


def added_into_constant(x):
    made = np.zeros(3)
    made += x  # <-
    return made


def scaled_in_part(x):
    x[0] *= 2  # <-
    return x


def constant_indexed(x):
    return CONSTANT[np.argmax(x)] * x  # <-


def constant_indexed_by_many(x):
    return CONSTANT[x.astype(int)]  # <-


def list_indexed(x):
    return [1.0, 2.0, 3.0][np.argmax(x)]  # <-


def constant_taken(x):
    return np.take(CONSTANT, np.argmax(x))  # <-


def constant_masked(x):
    return CONSTANT[:3][x > 0]  # <-


def masked(x):
    return x[x > 0]  # <-


def indexed_by_float(x):
    return x[x[0]]  # <-


def summed_number(x):
    return sum(x[0])  # <-


def uncovered(x):
    return np.unique(x)  # <-


def uncovered_ufunc(x):
    return special.jv(1, x)  # <-


def uncovered_argument(x):
    return np.std(x, where=x > 0)  # <-


def uncovered_method(x):
    return x.nonzero()  # <-


def into_out(x):
    return np.add(x, 1, out=np.zeros(3))  # <-


def scipys_logsumexp(x):
    return special.logsumexp(x, axis=0)  # <-


def scipys_logsumexp_by_another_name(x):
    return lse(x)  # <-


def scipys_softmax(x):
    return special.softmax(x)  # <-


def joined_by_index(x):
    return np.r_[0:2, x, 1.0]  # <-


def columns_by_index(x):
    return np.c_[x, CONSTANT[:3]]  # <-


def summed_list(x):
    return np.sum([x[0], x[1] ** 2])  # <-


def largest_of_list(x):
    return np.max([x[0], x[1]], axis=0)  # <-


def transformed(x):
    return np.abs(np.fft.fft(x)) ** 2  # <-


def table_times(x):
    return TABLE @ x  # <-


def contained(x):
    return 1.0 in x  # <-


def formatted(x):
    return f"{x[0]:.3f}"  # <-


def item(x):
    return float(x[0].item())  # <-


def positions_of(x):
    return np.where(x > 0)  # <-


def bits(x):
    return x.astype(int) & 1  # <-


def minus_mask(x):
    return -(x > 0)  # <-


def whole_power(x):
    return 2 ** x.astype(int)  # <-


JOIN = "join the parts with np.stack or np.concatenate, or choose between old and new with np.where"
LISTED = "write it with NumPy functions that are (the list is in docs/tracing.md), or give it hagang.custom_gradient"
CASES = [
    (branch, "use np.where(x[0] > 0, a, b)"),
    (branch_over_lines, "use np.where(x[0] > 0, a, b)"),
    (loop_while, "use np.where(x[0] > 1, a, b)"),
    (conditional, "use np.where(x[0] > x[1], x[0], x[1])"),
    (conjunction, "use np.logical_and(x[0] > 0, x[1] > 0)"),
    (disjunction, "use np.logical_or(np.logical_or(x[0] > 0, x[1] > 0), x[2] > 0)"),
    (negation, "use np.logical_not(x[0] > 0)"),
    (chain, "use np.logical_and(0 < x, x < 1)"),
    (largest_of_two, "use np.maximum(x[0], 0)"),
    (largest_of_three, "use np.maximum(np.maximum(0, x[0]), x[1])"),
    (smallest_of_two, "use np.minimum(x[0], x[1])"),
    (largest, "use np.max(x)"),
    (to_float, "keep it an array: leave float() out; np.floor, np.rint and x.astype(...) convert arrays"),
    (to_int, "keep it an array: leave int() out; np.floor, np.rint and x.astype(...) convert arrays"),
    (rounded, "use np.round(x[0], 2)"),
    (exponential, "use np.exp(x[0])"),
    (exponential_by_another_name, "use np.exp(x[0])"),
    (power, "use np.power(x[0], 2)"),
    (arc, "use np.arctan2(x[0], x[1])"),
    (error_function, "use scipy.special.erf(x[0])"),
    (floor, "use np.floor(x[0])"),
    (total, "use np.sum(x)"),
    (array_of_traced, "use np.stack([x[0], 2 * x[1]])"),
    (matrix_of_traced, "use np.stack([np.stack([x[0], 1.0]), np.stack([2.0, x[1]])])"),
    (array_over_lines, "use np.stack([x[0], x[1]])"),
    (array_by_comprehension, "use np.stack([v ** 2 for v in x])"),
    (array_again, "leave np.asarray() out: a traced value behaves as an array; np.stack joins several"),
    (assigned, JOIN),
    (assigned_into_constant, JOIN),
    (assigned_slice_into_constant, JOIN),
    (added_in_place, "write x = x + 1"),
    (added_into_constant, "write made = made + x"),
    (scaled_in_part, JOIN),
    (constant_indexed, "use np.asarray(CONSTANT, like=x)[np.argmax(x)]"),
    (constant_indexed_by_many, "use np.asarray(CONSTANT, like=x)[x.astype(int)]"),
    (list_indexed, "use np.asarray([1.0, 2.0, 3.0], like=x)[np.argmax(x)]"),
    (constant_taken, "use np.take(np.asarray(CONSTANT, like=x), np.argmax(x))"),
    (constant_masked, "use np.where(mask, constant, 0), as in a masked sum"),
    (masked, "use np.where(mask, x, 0), as in a masked sum"),
    (indexed_by_float, "convert it first: index.astype(int)"),
    (summed_number, "use np.sum(x[0])"),
    (uncovered, LISTED),
    (uncovered_ufunc, LISTED),
    (uncovered_argument, "use only the arguments that a trace covers"),
    (uncovered_method, LISTED),
    (into_out, "use the array that the call returns"),
    (scipys_logsumexp, "use hagang.logsumexp(x, axis=0)"),
    (scipys_logsumexp_by_another_name, "use hagang.logsumexp(x)"),
    (scipys_softmax, "use np.exp(x - hagang.logsumexp(x, axis=..., keepdims=True))"),
    (joined_by_index, "use np.hstack([np.arange(0, 2), x, 1.0])"),
    (columns_by_index, "use np.column_stack([x, CONSTANT[:3]])"),
    (summed_list, "use np.sum(np.stack([x[0], x[1] ** 2]))"),
    (largest_of_list, "use np.max(np.stack([x[0], x[1]]), axis=0)"),
    (
        transformed,
        "use np.fft.fft(np.eye(len(x))).real @ x for the real part and np.fft.fft(np.eye(len(x))).imag @ x for the "
        "imaginary part",
    ),
    (table_times, "use TABLE.to_numpy() @ x"),
    (contained, "use np.any(x == value)"),
    (formatted, "format the function's result"),
    (item, "keep it an array: leave float() out; np.floor, np.rint and x.astype(...) convert arrays"),
    (positions_of, "use np.where(condition, a, b)"),
    (bits, "compare first, as in (a > 0) & (b > 0)"),
    (minus_mask, "use ~"),
    (whole_power, "make the base a float, as in x.astype(float) ** n"),
]


def remedies_in(text):
    """The expressions of a remedy, without what is said about them."""
    parts = text.removeprefix("use ").replace(" for the real part", "").replace(" for the imaginary part", "")
    return [part for part in parts.split(" and ") if part]


def stand_in(*dims):
    return Traced(input_node("x", dims, FLOAT, "batch"), FLOAT)


def error_of(function):
    with pytest.raises(TraceError) as caught:
        run(function, stand_in(3))
    return str(caught.value)


def marked_line(function):
    """The number and the text of the line that the mark stands on."""
    first = function.__code__.co_firstlineno
    number = next(k for k in range(first, len(SOURCE)) if SOURCE[k].endswith("# <-")) + 1
    return number, SOURCE[number - 1].strip()


@pytest.mark.parametrize(("function", "remedy"), CASES, ids=[function.__name__ for function, _ in CASES])
def test_error_names_the_line_and_the_remedy(function, remedy):
    number, text = marked_line(function)
    what, where, told = error_of(function).split("\n")
    assert what
    assert where == f'  File "{__file__}", line {number}: {text}'
    assert told == f"  {remedy}"


RUN = [part for _, r in CASES if r.startswith(("use np.", "use hagang.", "use TABLE")) for part in remedies_in(r)]
VAGUE = ("...", "constant", "mask", "value", "condition", "[a, b]")


@pytest.mark.parametrize("told", [r for r in RUN if not any(word in r for word in VAGUE)])
def test_remedy_works_when_it_is_written_there(told):
    names = {**globals(), "a": 1.0, "b": 2.0, "x": stand_in(3)}
    result = run(lambda: eval(told.removeprefix("use "), names))
    assert isinstance(result, Traced)


# --- the kinds of error, and what they say first --------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "what"),
    [
        (branch, "a traced value has no truth value: it is known only at run time"),
        (to_float, "a traced value cannot become a Python number"),
        (array_of_traced, "a traced value cannot become a plain array"),
        (assigned, "a traced value cannot be assigned into"),
        (added_in_place, "add(out=...) writes into an array, which a trace cannot see"),
        (into_out, "add(out=...) writes into an array, which a trace cannot see"),
        (uncovered, "np.unique is not among the functions that hagang traces"),
        (uncovered_ufunc, "jv is not among the functions that hagang traces"),
        (uncovered_method, "x.nonzero is not among the functions that hagang traces"),
        (uncovered_argument, "np.std: got an unexpected keyword argument 'where', which a trace does not cover"),
        (masked, "how much a traced mask picks is known only at run time"),
        (constant_masked, "a traced mask cannot pick from a plain array: how much it picks is known only at run time"),
        (indexed_by_float, "a traced index must hold whole numbers"),
        (bits, "& works bit by bit on whole numbers, which is not traced"),
    ],
)
def test_error_says_what_was_asked(function, what):
    assert error_of(function).split("\n")[0] == what


def test_rows_are_not_counted_looped_over_or_made_into_shapes():
    def error(function):
        with pytest.raises(TraceError) as caught:
            run(function, stand_in(R, 3))
        return str(caught.value).split("\n")[-1].strip()

    assert error(lambda x: len(x)) == "use x.shape[0], which may be multiplied, divided and used in a shape"
    assert error(lambda x: [row for row in x]) == "work on all rows at once, as NumPy does"  # noqa: C416
    assert error(lambda x: sum(x)) == "use np.sum(x)"
    assert error(lambda x: np.zeros((x.shape[0], 2))) == "use np.zeros((x.shape[0], 2), like=x)"
    assert error(lambda x: np.full(x.shape, 2.0)) == "use np.full(x.shape, 2.0, like=x)"
    assert error(lambda x: np.broadcast_to(2.0, x.shape)) == "use np.broadcast_to(np.asarray(2.0, like=x), x.shape)"


def test_what_a_traced_array_has_not_is_an_attribute_error_too():
    assert not hasattr(stand_in(3), "sort")
    with pytest.raises(AttributeError, match="'Traced' object has no attribute 'shap'"):
        stand_in(3).shap  # noqa: B018


# --- finding the place ---------------------------------------------------------------------------------


def test_the_line_is_the_users_when_hagang_calls_the_function():
    with pytest.raises(TraceError, match=rf'test_errors.py", line {marked_line(branch)[0]}: if x\[0\] > 0:'):
        hagang.grad(branch)(np.ones(3))


def test_the_innermost_function_of_the_user_is_named():
    with pytest.raises(TraceError, match=f"line {marked_line(largest)[0]}: return max"):
        run(lambda x: x + largest(x), stand_in(3))


def test_numpys_own_error_gives_way_to_the_traces():
    # NumPy says "setting an array element with a sequence" and keeps the trace's error as its cause.
    with pytest.raises(TraceError, match=r"made\[1\] = x\[0\]"):
        run(assigned_into_constant, stand_in(3))


def test_an_error_of_the_users_own_passes_through():
    def broken(x):
        msg = "mine"
        raise KeyError(msg)

    with pytest.raises(KeyError, match="mine"):
        run(broken, stand_in(3))


def test_without_source_the_remedy_is_the_general_one():
    function = eval("lambda x: max(x[0], 0)")
    with pytest.raises(TraceError) as caught:
        run(function, stand_in(3))
    assert str(caught.value).split("\n")[1:] == ['  File "<string>", line 1', "  use np.where(condition, a, b)"]


def test_a_very_long_line_is_cut_to_the_expression():
    x = stand_in(3)
    with pytest.raises(TraceError) as caught:
        run(lambda: (1111111111 + 2222222222 + 3333333333 + 4444444444 + 5555555555 + 7777777777) * max(x[0], 6666666666))  # fmt: skip # noqa: E501
    assert str(caught.value).split("\n")[1].endswith(": max(x[0], 6666666666)")
