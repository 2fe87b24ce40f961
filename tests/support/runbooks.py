"""docs/runbooks.md as it stands: the steps of each runbook and their commands, for tests that perform them."""

import re
from dataclasses import dataclass, field

from neural_threads.platform.db.migrations import ROOT

_BLOCK = re.compile(r"^   ```sh\n(.*?)^   ```$", re.MULTILINE | re.DOTALL)
_EXAMPLE = re.compile(r"(?<![\w-])([A-Z_]+)=('[^']*'|[^\s$]\S*)")


@dataclass
class Runbook:
    """One runbook. `performed` are the numbers of the steps whose commands were run."""

    title: str
    steps: dict[int, str]
    """Number → the commands of the step; empty when it has none."""
    prose: dict[int, str]
    """Number → the step without its commands."""
    performed: set[int] = field(default_factory=set)

    @property
    def with_commands(self) -> set[int]:
        """Steps that have commands."""
        return {number for number, commands in self.steps.items() if commands}

    def commands(self, number: int, **given: str) -> str:
        """What a person types for this step, with their own values for the variables that it sets as examples."""
        self.performed.add(number)
        text = self.steps[number]
        assert text, f"{self.title}: step {number} has no commands"

        def own(match: re.Match[str]) -> str:
            return f"{match[1]}='{given[match[1]]}'" if match[1] in given else match[0]

        return _EXAMPLE.sub(own, text)


def runbook(title: str) -> Runbook:
    """The runbook with this title."""
    return runbooks()[title]


def runbooks() -> dict[str, Runbook]:
    """All of them by their titles."""
    parts = re.split(r"^## ", (ROOT / "docs" / "runbooks.md").read_text(), flags=re.MULTILINE)[1:]
    return {book.title: book for book in map(_parsed, parts)}


def _parsed(part: str) -> Runbook:
    title, _, text = part.partition("\n")
    steps = re.split(r"^(\d+)\. ", text, flags=re.MULTILINE)[1:]
    numbered = {int(number): step for number, step in zip(steps[::2], steps[1::2], strict=True)}
    prose = {number: _BLOCK.sub("", step) for number, step in numbered.items()}
    return Runbook(title, {number: _commands(step) for number, step in numbered.items()}, prose)


def _commands(step: str) -> str:
    return "".join(re.sub(r"^   ", "", block, flags=re.MULTILINE) for block in _BLOCK.findall(step))
