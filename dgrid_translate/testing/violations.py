"""A broken rule as data, and the loop that runs a table of rules over a body.

A rule is a plain generator function over one subject (a body, a stream): it yields a place and a sentence for each
thing that is wrong. Its slug is its own name (`tool_order` -> "tool-order"), its docstring says whose rule it is:

    [types]     the vendor SDK's types         [docs]      the vendor's documentation or published error texts
    [sdk]       the vendor's SDK fails on it   [observed]  the API's known behaviour, documented nowhere
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import msgspec

from dgrid_translate.losses import At, render_path

Finding = tuple[At, str]
"""Where, and what is wrong there."""

Findings = Iterator[Finding]

Subject = TypeVar("Subject")

Rule = Callable[[Subject], Iterable[Finding]]


class Violation(msgspec.Struct, frozen=True):
    """One breach of one rule.

    rule: the rule's slug, such as "tool-order".
    path: where it stands in the body ("messages[3].content[0].text"; for a stream it begins with the event's index,
    "[2].choices[0].delta"; "" is the whole).
    detail: what is wrong, for people.
    """

    rule: str
    path: str
    detail: str

    def __str__(self) -> str:
        return f"{self.rule} at {self.path or '(whole)'}: {self.detail}"


def slug(rule: Rule[Subject]) -> str:
    """The name a rule goes by in a Violation: its function's name, hyphenated."""
    return getattr(rule, "__name__", "rule").replace("_", "-")


def judge(rules: Iterable[Rule[Subject]], subject: Subject) -> list[Violation]:
    """Run every rule over the subject; the answer is in the order of the table."""
    return [Violation(slug(rule), render_path(at), detail) for rule in rules for at, detail in rule(subject)]
