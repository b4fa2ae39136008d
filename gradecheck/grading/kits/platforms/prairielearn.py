"""PrairieLearn: the folder of a question that is graded externally, with the kit among its tests."""

from __future__ import annotations

import json
import uuid
from html import escape
from typing import Final

from gradecheck.grading.assignments.assignment import Assignment
from gradecheck.grading.kits.contents import MARK, OPTIONS, Files

HANDED_IN: Final = "submission.py"
IMAGE: Final = "prairielearn/grader-python"  # Python and NumPy
LONGEST: Final = 600  # seconds that PrairieLearn allows
START: Final = 60  # seconds for the container, and for our own start

RUN: Final = f"""#!/usr/bin/env bash
# Run for every submission. PrairieLearn does not make the folder for the results: the marker does.
here=$(cd "$(dirname "$0")" && pwd)
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1
top=$here/..
exec python3 {OPTIONS} "$here/kit/{MARK}" prairielearn "$here/kit" "$top/student" "$top/results/results.json"
"""

QUESTION: Final = """<pl-question-panel>
  <p>{title}</p>
</pl-question-panel>

<pl-file-upload file-names="{file}"></pl-file-upload>

<pl-submission-panel>
  <pl-external-grader-results></pl-external-grader-results>
  <pl-file-preview></pl-file-preview>
</pl-submission-panel>
"""


def files(kit: Files, assignment: Assignment) -> Files:
    """What is put among the course's questions.    kit: the files that mark."""
    file = assignment.file or HANDED_IN
    most = assignment.most_seconds or 4 * assignment.seconds
    info = {
        "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, f"gradecheck:{assignment.name}:{assignment.title}")),
        "type": "v3",
        "title": assignment.title,
        "topic": assignment.title,
        "gradingMethod": "External",
        "externalGradingOptions": {
            "image": IMAGE,
            "entrypoint": ["/bin/bash", "/grade/tests/run.sh"],
            "timeout": min(LONGEST, round(START + most * len(assignment.questions))),
            "enableNetworking": False,
        },
    }
    question = QUESTION.format(title=escape(assignment.title), file=escape(file))
    return {
        "info.json": (json.dumps(info, ensure_ascii=False, indent=2) + "\n").encode(),
        "question.html": question.encode(),
        "tests/run.sh": RUN.encode(),
        **{f"tests/kit/{path}": data for path, data in kit.items()},
    }
