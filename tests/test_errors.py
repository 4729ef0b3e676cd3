"""The exceptions: their tree, their statuses, and what they tell a reader."""

from __future__ import annotations

import copy
import inspect
import pickle

import pytest

from dgrid_translate import errors
from dgrid_translate.losses import Loss

STATUS = {
    errors.TranslateError: 500,
    errors.DecodeError: 400,
    errors.LossyTranslation: 422,
    errors.AmbiguousFormat: 400,
    errors.UnknownDialect: 404,
    errors.StreamError: 500,
    errors.LocalStreamError: 500,
    errors.RemoteStreamError: 502,
}

LOSS = Loss("dropped", "stop", "stop_sequences")

MESSAGES = [
    (errors.DecodeError("expected a string, found null", path="messages[3].role", dialect="claude"),
     "messages[3].role: expected a string, found null"),
    (errors.DecodeError("not JSON"), "not JSON"),
    (errors.LossyTranslation([LOSS]), "the translation would lose: dropped stop at stop_sequences"),
    (errors.LossyTranslation([LOSS] * 10), "the translation would lose: " + "; ".join([str(LOSS)] * 10)),
    (errors.LossyTranslation([LOSS] * 12),
     "the translation would lose: " + "; ".join([str(LOSS)] * 10) + "; and 2 more"),
    (errors.AmbiguousFormat(["openai", "claude"], "messages alone fit both"),
     "messages alone fit both (candidates: openai, claude); pass source= and kind="),
    (errors.AmbiguousFormat([], "an empty object"), "an empty object (candidates: none); pass source= and kind="),
    (errors.UnknownDialect("cohere", ["openai", "claude"]), "unknown dialect 'cohere'; known: openai, claude"),
    (errors.LocalStreamError("fed after close"), "fed after close"),
]  # fmt: skip


def test_the_status_of_every_class_is_pinned() -> None:
    public = {found for _, found in inspect.getmembers(errors, inspect.isclass) if found.__module__ == errors.__name__}
    assert {cls: cls.status_hint for cls in public} == STATUS


def test_the_docstring_draws_every_class() -> None:
    drawn = {word for line in (errors.__doc__ or "").splitlines() for word in line.replace("|-", "").split()[:1]}
    assert {cls.__name__ for cls in STATUS} <= drawn


@pytest.mark.parametrize(
    ("cls", "base"),
    [
        (errors.DecodeError, ValueError),
        (errors.AmbiguousFormat, ValueError),
        (errors.UnknownDialect, LookupError),
        (errors.LocalStreamError, errors.StreamError),
        (errors.RemoteStreamError, errors.StreamError),
        *((cls, errors.TranslateError) for cls in STATUS),
    ],
)
def test_what_a_caller_may_catch_it_as(cls: type[Exception], base: type[Exception]) -> None:
    assert issubclass(cls, base)


@pytest.mark.parametrize(("error", "message"), MESSAGES)
def test_messages(error: errors.TranslateError, message: str) -> None:
    assert str(error) == message


@pytest.mark.parametrize("error", [error for error, _ in MESSAGES])
def test_copies_keep_everything(error: errors.TranslateError) -> None:
    for twin in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert type(twin) is type(error)
        assert str(twin) == str(error)
        assert vars(twin) == vars(error)
