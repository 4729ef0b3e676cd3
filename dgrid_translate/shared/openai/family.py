"""What OpenAI's APIs have in common beyond their bodies: one provider's files, and members that say the same."""

from __future__ import annotations

from msgspec import Raw
from msgspec.structs import replace

from dgrid_translate.ir.parts import Extensions
from dgrid_translate.ir.request import Request
from dgrid_translate.losses import Losses
from dgrid_translate.shared.wire import dump, members, parse_anyhow

FAMILY = frozenset({"openai", "openai-responses", "openai-completions"})
"""The dialects that reach the same provider: a file's id in one is good in the others."""

IMAGES = frozenset({"image/png", "image/jpeg", "image/jpg", "image/webp", "image/gif"})
"""The images that OpenAI reads; https://platform.openai.com/docs/guides/images-vision."""

_SAME = (
    "moderation",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "safety_identifier",
    "store",
)
_OPTIONS = ("prompt_cache_options",)
_STORE = ("store",)
_TRUE = Raw(b"true")
_VERBOSITY = {"openai": ("verbosity",), "openai-responses": ("text", "verbosity")}


def adopted(request: Request, dialect: str, losses: Losses) -> Request:
    """The request with what its own dialect and `dialect` both have a member for as extensions of the latter."""
    own = None if request.ext is None else request.ext.get(request.dialect)
    if not own or request.dialect == dialect or request.dialect not in _VERBOSITY or dialect not in _VERBOSITY:
        return request
    keys: dict[tuple[str, ...], tuple[str, ...]] = {_VERBOSITY[request.dialect]: _VERBOSITY[dialect]}
    keys |= {(name,): (name,) for name in _SAME}
    taken = {keys[key]: raw for key, raw in own.items() if key in keys}
    if not taken:
        return request
    if taken.get(_STORE) == _TRUE:
        losses.approximated("store", _STORE, "each of these APIs finds only what was kept through itself")
    options = taken.get(_OPTIONS)
    if options is not None and dialect == "openai" and (told := members(parse_anyhow(options))).get("ttl") == "12h":
        losses.dropped("prompt_cache_ttl", (*_OPTIONS, "ttl"), "Chat keeps prompts for 30 minutes")
        taken[_OPTIONS] = Raw(dump({key: value for key, value in told.items() if key != "ttl"}))
    ext: Extensions = {**(request.ext or {}), request.dialect: {k: v for k, v in own.items() if k not in keys}}
    ext[dialect] = ext.get(dialect, {}) | taken
    return replace(request, ext=ext)
