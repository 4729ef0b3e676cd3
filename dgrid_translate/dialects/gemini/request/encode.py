"""Request -> a generateContent body."""

from __future__ import annotations

from dgrid_translate.dialects.gemini import types as wire
from dgrid_translate.dialects.gemini.parts import Target
from dgrid_translate.dialects.gemini.profile import NAME, SERVICE_TIERS_BACK, model_for
from dgrid_translate.dialects.gemini.request.contents import encode_messages
from dgrid_translate.dialects.gemini.request.settings import encode_settings
from dgrid_translate.dialects.gemini.tools import encode_tool_choice, encode_tools
from dgrid_translate.ir.request import Request
from dgrid_translate.losses import Losses
from dgrid_translate.shared.proto3 import load
from dgrid_translate.shared.wire import dress, drop_foreign, dump, own_extension


def encode_request(request: Request, losses: Losses) -> bytes:
    """A generateContent body; the URL says the model, and the body only where Gemini's own did."""
    target = Target(losses, request.dialect == NAME, True, model_for(request.model))
    ext = request.ext
    if ext is not None:
        drop_foreign(ext, NAME, (), losses)
    params = wire.Params(contents=[])
    encode_messages(params, request, target)
    if request.tools is not None:
        encode_tools(params, request.tools, losses, target.native)
    if request.tool_choice is not None or request.tools is not None or (ext is not None and target.native):
        encode_tool_choice(params, request, losses)
    if request.parallel_tool_calls is False:
        losses.dropped("parallel_tool_calls", request.place("parallel_tool_calls"), "Gemini may call several at once")
    encode_settings(params, request, target)
    if ext is not None and request.model is not None:
        given = own_extension(ext, NAME, "~model")
        if given is not None:
            said = load(str, given, NAME)
            params.model = said if said.removeprefix("models/") == request.model else _named(request.model)
    if request.service_tier is not None:
        _encode_service_tier(params, request, request.service_tier, losses)
    if request.user is not None:
        losses.dropped("user", request.place("user"))
    if request.metadata is not None:
        losses.dropped("metadata", request.place("metadata"))
    return dump(params if ext is None else dress(params, ext, NAME))


def _named(model: str) -> str:
    return model if model.startswith(("models/", "tunedModels/", "publishers/", "projects/")) else f"models/{model}"


def _encode_service_tier(params: wire.Params, request: Request, tier: str, losses: Losses) -> None:
    given = own_extension(request.ext, NAME, "~serviceTier")
    if given is not None:
        params.serviceTier = load(str, given, NAME)
    elif tier in SERVICE_TIERS_BACK:
        params.serviceTier = SERVICE_TIERS_BACK[tier]
        if params.serviceTier != tier:
            losses.approximated("service_tier", request.place("service_tier"), f"{tier} sent as {params.serviceTier}")
    else:
        losses.dropped("service_tier", request.place("service_tier"), tier)
