"""Request -> the body of `POST /v1/messages`.

What came from Claude goes out as it came. What came from elsewhere is made to fit Anthropic's rules, for messages in
`turns.py`, for tools in `tools.py`, for all else in `settings.py`.
"""

from __future__ import annotations

from msgspec import UNSET

from dgrid_translate.dialects.claude import types as wire
from dgrid_translate.dialects.claude.parts import Target, encode_blocks
from dgrid_translate.dialects.claude.profile import NAME, model_of
from dgrid_translate.dialects.claude.request.settings import encode_settings
from dgrid_translate.dialects.claude.request.turns import Turns, as_content
from dgrid_translate.dialects.claude.tools import encode_tools
from dgrid_translate.ir.parts import Opaque
from dgrid_translate.ir.request import Request
from dgrid_translate.losses import Losses
from dgrid_translate.shared.wire import dress, drop_foreign, dump, own_of, pose

_MESSAGES = {
    "user": wire.UserMessage,
    "assistant": wire.AssistantMessage,
    "system": wire.SystemMessage,
    "developer": wire.SystemMessage,
}


def encode_request(request: Request, losses: Losses) -> bytes:
    """A Messages body."""
    native = request.dialect == NAME
    model = model_of(request.model)
    if request.ext is not None:
        drop_foreign(request.ext, NAME, (), losses)
    target = Target(losses, native, upstream=True)
    params = wire.Params([], UNSET if request.model is None else request.model)
    if request.tools is not None:
        tools = encode_tools(request.tools, request, model, target.breakpoints, losses)
        if tools is not None:
            params.tools = tools
    if request.stream is not None:
        params.stream = request.stream
    instructions = encode_settings(params, request, model, losses)
    if native:
        _encode_as_it_came(params, request, target)
    else:
        Turns(params, model, target, params.messages).fill(request, instructions)
    return dump(params if request.ext is None else dress(params, request.ext, NAME))


def _encode_as_it_came(params: wire.Params, request: Request, target: Target) -> None:
    for message in request.messages:
        own = own_of(message.ext, NAME)
        if own and ("~message",) in own and isinstance(message.parts[0], Opaque):
            params.messages.append(pose(message.parts[0].raw, wire.UserMessage))
            continue
        content = as_content(encode_blocks(message.parts, target), message.inline)
        if own and ("~system",) in own:
            params.system = content
            continue
        made = _MESSAGES[message.role](content)
        params.messages.append(dress(made, message.ext, NAME) if own else made)
