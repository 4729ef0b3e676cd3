"""Names of tools in namespaces."""

from __future__ import annotations

Joined = dict[tuple[str, str], str]
"""The names that the tools of a request's namespaces go by elsewhere: by namespace and name."""


def join(namespace: str, name: str) -> str:
    """One name for a tool in a namespace, as its owner would write it.

    A function that a tool search loads is called in a namespace of its own name.
    """
    if namespace == name:
        return name
    return namespace + name if namespace.endswith("_") or name.startswith("_") else f"{namespace}__{name}"
