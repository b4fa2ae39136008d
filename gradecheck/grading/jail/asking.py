"""Asks a worker something, and gives it right values until it is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gradecheck.grading.jail.answers import Died, Limit, Returned
from gradecheck.grading.jail.connection import Connection, LostError
from gradecheck.grading.jail.inside.protocol import NAME, Cases, ProtocolError, frame
from gradecheck.grading.jail.right_values import Replaced, reply
from gradecheck.grading.jail.unpacking import MALFORMED, read, text
from gradecheck.grading.jail.waiting import Wait


def ask(
    worker: Connection, asked: Mapping[str, Any], cases: Cases, replaced: Replaced, wait: Wait
) -> Limit | Died | None:
    """Wait until the worker has answered everything; returns why it has not."""
    worker.clear()
    worker.send(frame({**asked, "replaced": list(replaced)}), cases.frame)
    try:
        while True:
            message, header, payload = wait.receive()
            if message == {"done": asked["serial"]}:
                return None
            arguments = read(header, payload)
            name, parameters = message["ask"], [text(n, NAME) for n in message["names"]]
            if worker.busy:  # it asks again before it has read the last reply, and could fill our memory
                raise ProtocolError
            if name not in replaced or not isinstance(arguments, Returned) or type(arguments.value) is not tuple:
                raise ProtocolError
            worker.send(reply(replaced[name], list(zip(parameters, arguments.value, strict=True))))
    except LostError as problem:
        return problem.outcome
    except MALFORMED:
        return Died("protocol")
