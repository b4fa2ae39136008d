"""Tables as they are printed, put into the guides, and shown in the comparison report."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tabulate import tabulate


@dataclass(frozen=True)
class Printed:
    """long: opened in the report by who wants to read it."""

    caption: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Any]]
    long: bool = False

    def text(self) -> str:
        return tabulate(self.rows, self.headers, tablefmt="github")

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
