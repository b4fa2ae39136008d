"""Sums that are copied, viewed and written to: whatever the order of their terms, the result lies in its ball.

A twin is a short program of such steps, run on balls. Beside it the terms of every number are kept by hand.
"""

from fractions import Fraction
from random import Random

import numpy as np
import pytest
import torch

from gradecheck.traced.ball import TracedBall
from gradecheck.traced.rounding import ball

ROWS = 3
STEPS = 8
LARGE = np.float32(1.02 * 2**20)
"""Its ulp is 1/8: beside it a twentieth is lost."""


class Numbers:
    """A ball, and what each of its numbers is a sum of: exact terms, and as float32 has them. Views share memory."""

    def __init__(self, traced, memory, places):
        self.traced, self.memory, self.places = traced, memory, places

    @classmethod
    def fresh(cls, traced, terms):
        return cls(traced, terms, list(range(len(terms))))

    @property
    def terms(self):
        return [self.memory[i] for i in self.places]

    def write(self, terms):
        for i, new in zip(self.places, terms, strict=True):
            self.memory[i] = new


def total(random, rows=ROWS, large=0.5):
    """The sums of rows: of two large numbers that cancel, or of two small ones."""
    small = [random.uniform(0.04, 0.06) for _ in range(2)]
    x = np.array([[LARGE, -LARGE] if random.random() < large else small] * rows, np.float32)
    terms = [[(Fraction(float(v)), v) for v in row] for row in x]
    return Numbers.fresh(ball(torch.from_numpy(x), None).sum(1), terms)


def scaled(terms, factor):
    return [[(t * Fraction(factor), v * np.float32(factor)) for t, v in row] for row in terms]


def joined(a, b):
    return [x + y for x, y in zip(a, b, strict=True)]


def step(random, known):
    """One more value, or something written to one of those that are known."""
    a, b = random.choice(known), random.choice(known)
    alike = [x for x in known if len(x.places) == len(a.places) and x.memory is not a.memory]
    kind = random.choice(["sum", "clone", "view", "move", "add", "add_", "mul_", "copy_", "index_put_", "neg"])
    if kind == "sum":
        known.append(total(random))
    elif kind == "clone":
        known.append(Numbers.fresh(a.traced.clone(), [list(t) for t in a.terms]))
    elif kind == "neg":
        known.append(Numbers.fresh(-a.traced, scaled(a.terms, -1)))
    elif kind == "view":
        at = random.randrange(len(a.places))
        known.append(Numbers(a.traced[at:], a.memory, a.places[at:]))
    elif kind == "move":
        known.append(Numbers.fresh(torch.cat([a.traced, b.traced])[-ROWS:].clone(), (a.terms + b.terms)[-ROWS:]))
    elif kind == "mul_":
        factor = random.choice([0.0, 0.5, -2.0, 0.3])
        a.traced.mul_(factor)
        a.write(scaled(a.terms, factor))
    elif kind == "index_put_":
        at = random.randrange(len(a.places))
        accumulate = random.random() < 0.5
        a.traced.index_put_((torch.tensor([at]),), b.traced[:1].clone(), accumulate)
        new = list(a.terms)
        new[at] = new[at] + b.terms[0] if accumulate else b.terms[0]
        a.write(new)
    elif alike:
        b = random.choice(alike)
        if kind == "add":
            known.append(Numbers.fresh(a.traced + b.traced, joined(a.terms, b.terms)))
        elif kind == "add_":
            a.traced.add_(b.traced)
            a.write(joined(a.terms, b.terms))
        else:
            a.traced.copy_(b.traced)
            a.write(b.terms)


def orders(random, terms):
    """Large ones first, and those of one sign last, so that what is small is lost; backwards; in any order."""
    by_size = sorted(terms, key=lambda t: -abs(t[1]))
    for sign in (1, -1):
        yield sorted(by_size, key=lambda t: sign * t[1] < -1)
    yield terms[::-1]
    yield random.sample(terms, len(terms))


def off(terms, exact):
    found = np.float32(0)
    for _, value in terms:
        found = np.float32(found + value)
    return abs(Fraction(float(found)) - exact)


def worst(random, numbers):
    """The largest error over the radius that an order of adding up has, over all numbers."""
    found = 0.0
    for _ in range(3):  # what they are sums of decides what is lost of a few small ones
        more = total(random, len(numbers.places), large=0)
        numbers = Numbers.fresh(numbers.traced + more.traced, joined(numbers.terms, more.terms))
    assert isinstance(numbers.traced, TracedBall)
    for terms, value, rad in zip(numbers.terms, numbers.traced.mid, numbers.traced.rad, strict=True):
        exact = sum((t for t, _ in terms), Fraction(0))
        errors = [abs(Fraction(value.item()) - exact), *(off(order, exact) for order in orders(random, terms))]
        if max(errors):
            found = max(found, float(max(errors)) / rad.item() if rad else np.inf)
    return found


@pytest.mark.parametrize("seed", range(8))
def test_a_program_of_copies_views_and_writes_holds_every_order_of_its_sums(seed):
    random = Random(seed)
    tried = []
    for _ in range(60):
        known = [total(random), total(random)]
        for _ in range(STEPS):
            step(random, known)
        tried += [worst(random, numbers) for numbers in known]
    assert max(tried) <= 1
    assert max(tried) > 0.3  # the orders tried are bad ones


def sums():
    return ball(torch.tensor([[LARGE, -LARGE], [3.0, 4.0]]), None).sum(1)


def written_afterwards(copied):
    """A sum's copy, and then what becomes of the sum."""
    original = sums()
    copy = copied(original)
    original.mul_(0.0)
    return copy


def written_before():
    made = ball(torch.zeros(2, 1), None)
    made[:, 0].copy_(sums())
    return made[:, 0]


WAYS = {
    "a clone": lambda: sums().clone(),
    "a view": lambda: sums()[None][0],
    "turned in place": lambda: sums()[None].squeeze_(0),
    "put together": lambda: torch.cat([sums()[:1], sums()[1:]]),
    "picked": lambda: sums()[torch.tensor([0, 1])],
    "a clone, then written to": lambda: written_afterwards(torch.clone),
    "negated twice, then written to": lambda: -written_afterwards(torch.neg),
    "clones of views, then written to": lambda: torch.cat(written_afterwards(lambda s: [s[:1].clone(), s[1:].clone()])),
    "a clone whose own view is written to": lambda: written_afterwards(lambda s: [s.clone(), s[:1].mul_(0.5)][0]),
    "copied": lambda: ball(torch.zeros(2), None).copy_(sums()),
    "copied into a column": written_before,
}


@pytest.mark.parametrize("way", WAYS)
def test_wherever_sums_lie_something_added_is_one_more_term(way):
    """With the very radius that the sums have where they were taken."""
    more = ball(torch.tensor([0.05, 0.05]), None)
    there, here = WAYS[way](), sums()
    assert torch.equal(there.rad, here.rad)
    assert (there + more).rad.max() > there.rad.max()
    assert torch.equal((there + more).rad, (here + more).rad)
