"""The mistakes of tests/fresh are mistakes, each is where its table says, and its right lines mend it."""

from collections import Counter

import pytest

from gradecheck.grading.bank.store import bank
from gradecheck.grading.classrun.marking import mark
from gradecheck.grading.jail.isolation import isolation
from tests.held_out import FRESH, MISTAKES
from tests.lecture import CONTRACTS
from tests.marked import lost


def marked(mistake, mended=()):
    asked, source = mistake.assignment, mistake.source(mended)
    found = mark(source.file, source, asked, bank(asked), isolation("auto"))
    [question] = found.questions
    assert question.outcome != "fault"
    return question


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.id)
def test_a_function_is_right_only_with_every_place_mended(mistake):
    handed_in = marked(mistake)
    assert lost(handed_in)
    assert not handed_in.missing
    for place in mistake.places:
        if others := set(mistake.places) - {place}:
            assert lost(marked(mistake, others))
    mended = marked(mistake, mistake.places)
    assert (mended.outcome, lost(mended), mended.points) == ("passed", [], mended.max_points), mended.rationale


def test_every_folder_has_its_row():
    assert {path.name for path in FRESH.iterdir() if path.is_dir()} == {mistake.id for mistake in MISTAKES}
    assert len({mistake.id for mistake in MISTAKES}) == len(MISTAKES)


def test_the_lecture_has_44_over_all_its_functions_and_each_course_4():
    asked = Counter(mistake.function for mistake in MISTAKES if not mistake.course)
    assert (set(asked), asked.total()) == (set(CONTRACTS), 44)
    assert max(asked.values()) <= 4
    courses = Counter(mistake.course for mistake in MISTAKES if mistake.course)
    assert (len(courses), set(courses.values())) == (4, {4})
