"""The list of models, in the shape of each vendor's `GET /models`, read 2026-11-21.

OpenAI: {"object": "list", "data": [{"id", "object": "model", "created", "owned_by"}]}. Claude: {"data": [{"type":
"model", "id", "display_name", "created_at"}], "has_more", "first_id", "last_id"}. Gemini: {"models": [{"name":
"models/...", "displayName", "supportedGenerationMethods", ...}], "nextPageToken"}.

What a list says of a model in its own shape is kept, and repeated to a client of the same shape. OpenAI's shape has
`supported_endpoint_types` besides, as gateways have it: the dialects a model can be asked in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Literal

from msgspec import Struct

from dgrid_translate.errors import DecodeError
from dgrid_translate.shared.wire import dump, elements, members, parse_anyhow

Shape = Literal["openai", "claude", "gemini"]

ENDPOINT_TYPES: Mapping[str, str] = MappingProxyType(
    {"openai": "openai", "openai-responses": "openai-response", "claude": "anthropic", "gemini": "gemini"}
)
"""What gateways call the dialects in `supported_endpoint_types`."""

_GEMINI_METHODS = ["generateContent", "streamGenerateContent", "countTokens"]


class Model(Struct, frozen=True, kw_only=True):
    """One model. `created` is in unix seconds; `said` is what `shape` says of it, as it came."""

    id: str
    created: int = 0
    owned_by: str = "custom"
    display_name: str = ""
    input_limit: int | None = None
    output_limit: int | None = None
    shape: Shape | None = None
    said: Mapping[str, Any] = MappingProxyType({})


def read(body: bytes) -> list[Model]:
    """The models in a list of any shape.

    Raises:
        DecodeError: it is none.
    """
    try:
        whole = members(parse_anyhow(body))
    except ValueError:
        raise DecodeError("expected a list of models, found no JSON") from None
    if "models" in whole:
        return [_read_gemini(members(entry)) for entry in elements(whole["models"])]
    if "data" not in whole:
        raise DecodeError("expected a list of models")
    entries = [members(entry) for entry in elements(whole["data"])]
    return [_read_claude(entry) if entry.get("type") == "model" else _read_openai(entry) for entry in entries]


def named(models: Sequence[str | Mapping[str, Any]]) -> list[Model]:
    """Models as a user lists them: names, or entries in OpenAI's shape."""
    return [Model(id=one) if isinstance(one, str) else _read_openai(one) for one in models]


def write_list(models: Sequence[Model], shape: Shape, served: Sequence[str]) -> bytes:
    """The list in a client's shape; `served` are the dialects that models can be asked in."""
    entries = [_entry(model, shape, served) for model in models]
    if shape == "gemini":
        return dump({"models": entries})
    if shape == "claude":
        ids = [model.id for model in models] or [None]
        return dump({"data": entries, "has_more": False, "first_id": ids[0], "last_id": ids[-1]})
    return dump({"object": "list", "data": entries, "success": True})


def write_one(model: Model, shape: Shape, served: Sequence[str]) -> bytes:
    """One model in a client's shape."""
    return dump(_entry(model, shape, served))


def _entry(model: Model, shape: Shape, served: Sequence[str]) -> dict[str, Any]:
    entry: dict[str, Any] = dict(model.said) if model.shape == shape else {}
    if shape == "gemini":
        entry["name"] = f"models/{model.id}"
        entry.setdefault("displayName", model.display_name or model.id)
        entry.setdefault("supportedGenerationMethods", _GEMINI_METHODS)
        limits = {"inputTokenLimit": model.input_limit, "outputTokenLimit": model.output_limit}
    elif shape == "claude":
        entry |= {"type": "model", "id": model.id}
        entry.setdefault("display_name", model.display_name or model.id)
        made = datetime.fromtimestamp(model.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        entry.setdefault("created_at", made)
        limits = {"max_input_tokens": model.input_limit, "max_tokens": model.output_limit}
    else:
        entry |= {"id": model.id, "object": "model"}
        entry.setdefault("created", model.created)
        entry.setdefault("owned_by", model.owned_by)
        entry["supported_endpoint_types"] = [ENDPOINT_TYPES[one] for one in served if one in ENDPOINT_TYPES]
        limits = {}
    for key, limit in limits.items():
        if limit is not None:
            entry.setdefault(key, limit)
    return entry


def _read_openai(entry: Mapping[str, Any]) -> Model:
    created = entry.get("created")
    return Model(
        id=str(entry.get("id", "")),
        created=int(created) if isinstance(created, int | float) else 0,
        owned_by=str(entry.get("owned_by") or "custom"),
        display_name=str(entry.get("name") or ""),
        input_limit=_integer(entry.get("context_length")),
        shape="openai",
        said=entry,
    )


def _read_claude(entry: Mapping[str, Any]) -> Model:
    try:
        created = int(datetime.fromisoformat(str(entry.get("created_at"))).timestamp())
    except ValueError:
        created = 0
    return Model(
        id=str(entry.get("id", "")),
        created=created,
        owned_by="anthropic",
        display_name=str(entry.get("display_name") or ""),
        input_limit=_integer(entry.get("max_input_tokens")),
        output_limit=_integer(entry.get("max_tokens")),
        shape="claude",
        said=entry,
    )


def _read_gemini(entry: Mapping[str, Any]) -> Model:
    return Model(
        id=str(entry.get("name", "")).removeprefix("models/"),
        owned_by="google",
        display_name=str(entry.get("displayName") or ""),
        input_limit=_integer(entry.get("inputTokenLimit")),
        output_limit=_integer(entry.get("outputTokenLimit")),
        shape="gemini",
        said=entry,
    )


def _integer(value: object) -> int | None:
    return value if isinstance(value, int) else None


def shape_for(dialect: str) -> Shape:
    """The shape that clients of a dialect read."""
    return dialect if dialect == "claude" or dialect == "gemini" else "openai"
