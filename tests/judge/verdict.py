"""How a judge says no: one AssertionError with the paths and reasons."""

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from tests.judge.shapes import Problem

SHOWN = 12


def rejected(what: str, problems: Iterable[Problem | str]) -> AssertionError:
    """The error to raise: a heading and one line for each problem."""
    lines = list(map(str, problems))
    more = [f"... and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return AssertionError("\n  ".join([f"{what} rejected:", *lines[:SHOWN], *more]))


@contextmanager
def accepting(what: str) -> Iterator[None]:
    """Whatever the SDK raises inside is a rejection; its warnings (say, of enum values newer than it is) are not."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except AssertionError:
        raise
    except Exception as error:
        raise rejected(what, [f"{type(error).__name__}: {error}"[:2000]]) from error
