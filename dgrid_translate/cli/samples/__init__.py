"""Bodies that come with the package, a folder a dialect.

story: one agent's exchange, told in each dialect that can call tools (a request with a picture, thinking, two calls
and their results; an answer that thinks and calls two tools; the same answer as a stream, an event a line). rich:
bodies that use as much of a dialect as fits into one, to see what a target cannot say. rare: the simplest bodies, one
a line, for what else generated bodies were seen to lose (python -m fixtures.rare writes them).
"""

from __future__ import annotations

from importlib.resources import files


def sample(dialect: str, name: str) -> bytes:
    """The sample `name` ("story.request.json") of a dialect."""
    return files(__name__).joinpath(dialect, name).read_bytes()


def has_sample(dialect: str, name: str) -> bool:
    """Tell whether a dialect has this sample."""
    return files(__name__).joinpath(dialect, name).is_file()
