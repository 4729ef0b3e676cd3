"""Tool chunks <-> the tool part they make.

A part is built up as `processUIMessageStream` does it (`packages/ai/src/ui/process-ui-message-stream.ts` of ai 6).
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, Raw

from dgrid_translate.dialects.ui_message import types as wire
from dgrid_translate.dialects.ui_message.profile import NAME
from dgrid_translate.ir.parts import AnyPart
from dgrid_translate.ir.pieces import Pieces
from dgrid_translate.losses import At
from dgrid_translate.shared.sse import frame
from dgrid_translate.shared.wire import NULL, dump, extra_of, key_of, load

ToolChunk = (
    wire.ToolInputStart
    | wire.ToolInputAvailable
    | wire.ToolInputError
    | wire.ToolOutputAvailable
    | wire.ToolOutputError
    | wire.ToolOutputDenied
    | wire.ToolApprovalRequest
)
_REQUESTED = {"approvalDescriptor": "descriptor", "reason": "requestReason"}
"""What a request for an approval says, in the words of the part's `approval`; all else is called the same."""
_ASKED = {said: asked for asked, said in _REQUESTED.items()}
_ANSWERED = ("approved", "reason", "providerExecuted", "providerMetadata")


class Call:
    """A tool part under way. `settled`: no more of it is to be waited for. `made`: what it was let go of as."""

    __slots__ = ("approval", "at", "body", "dynamic", "made", "settled", "steps", "text")

    def __init__(self, chunk: wire.ToolInputStart | wire.ToolInputAvailable | wire.ToolInputError, at: At) -> None:
        self.at = at
        self.dynamic = chunk.dynamic is True
        self.steps = 0  # how many steps begin before it
        self.settled = False
        self.made: AnyPart | None = None
        self.text = Pieces()
        self.approval: dict[str, Raw] = {}
        kind = "dynamic-tool" if self.dynamic else f"tool-{chunk.toolName}"
        self.body = {"type": Raw(dump(kind)), "toolCallId": Raw(dump(chunk.toolCallId))}
        if self.dynamic:
            self.body["toolName"] = Raw(dump(chunk.toolName))

    @property
    def tag(self) -> str:
        """`type` of the part."""
        return msgspec.json.decode(self.body["type"], type=str)

    def raw(self) -> Raw:
        """The part so far."""
        body = self.body
        if self.text and body["state"] == _state("input-streaming"):
            body = body | {"rawInput": Raw(dump(self.text.text()))}
        return Raw(dump(body))

    def take(self, chunk: ToolChunk) -> None:
        """One more chunk."""
        body = self.body
        if type(chunk) is wire.ToolInputStart:
            self._enter("input-streaming", chunk)
        elif type(chunk) is wire.ToolInputAvailable:
            self._enter("input-available", chunk)
            self._put("input", chunk.input)
        elif type(chunk) is wire.ToolInputError:
            self._enter("output-error", chunk)
            body.pop("input", None)
            self._put("input" if self.dynamic else "rawInput", chunk.input)
            body["errorText"] = Raw(dump(chunk.errorText))
            self.settled = True
        elif type(chunk) is wire.ToolOutputAvailable:
            self._enter("output-available", chunk)
            self._put("output", chunk.output)
            body.pop("errorText", None)
            body.pop("rawInput", None)
            body.pop("preliminary", None)
            if chunk.preliminary is not UNSET:
                body["preliminary"] = Raw(dump(chunk.preliminary))
            self.settled = chunk.preliminary is not True
        elif type(chunk) is wire.ToolOutputError:
            self._enter("output-error", chunk)
            body.pop("output", None)
            body["errorText"] = Raw(dump(chunk.errorText))
            self.settled = True
        elif type(chunk) is wire.ToolOutputDenied:
            body["state"] = _state("output-denied")
            self.settled = True
        else:
            body["state"] = _state("approval-requested")
            self.approval = {"id": Raw(dump(chunk.approvalId))}
            self.approval |= {_REQUESTED.get(key, key): raw for key, raw in more_of(chunk).items()}
            body["approval"] = Raw(dump(self.approval))

    def respond(self, chunk: wire.ToolApprovalResponse) -> None:
        """The user, or a rule, has said whether it may run."""
        self.body["state"] = _state("approval-responded")
        self.approval["approved"] = Raw(dump(chunk.approved))
        if chunk.reason is not UNSET:
            self.approval["reason"] = Raw(dump(chunk.reason))
        self.approval |= more_of(chunk)
        self.body["approval"] = Raw(dump(self.approval))

    def _enter(
        self,
        state: str,
        chunk: wire.ToolInputStart
        | wire.ToolInputAvailable
        | wire.ToolInputError
        | wire.ToolOutputAvailable
        | wire.ToolOutputError,
    ) -> None:
        body = self.body
        body["state"] = _state(state)
        if chunk.providerExecuted is not UNSET:
            body["providerExecuted"] = Raw(dump(chunk.providerExecuted))
        if chunk.providerMetadata is not UNSET:
            member = "resultProviderMetadata" if state.startswith("output-") else "callProviderMetadata"
            body[member] = chunk.providerMetadata
        body.update(more_of(chunk))
        if state != "input-streaming":
            body.pop("inputEncoding", None)

    def _put(self, key: str, value: Raw | object) -> None:
        if isinstance(value, Raw):
            self.body[key] = value


def more_of(struct: wire.ToolPart | wire.ToolInputDelta | ToolChunk | wire.ToolApprovalResponse) -> dict[str, Raw]:
    """What a chunk or part says beyond its members; null says nothing."""
    if struct.extra is UNSET:
        return {}
    return {said: raw for (key,), raw in extra_of(struct).items() if raw != NULL and (said := key_of(key)) is not None}


def _state(name: str) -> Raw:
    return Raw(b'"%b"' % name.encode())


def framed(chunk: object) -> bytes:
    """A frame; a model's own line ends, which some readers of frames do not expect, are left out of its JSON."""
    body = dump(chunk)
    return frame(msgspec.json.format(body, indent=-1) if b"\n" in body else body)


def tag_of_chunk(chunk: ToolChunk) -> str:
    """`type` of a chunk."""
    return str(chunk.__struct_config__.tag)


def chunks_of(raw: Raw, at: At) -> list[object]:
    """The chunks that make a tool part."""
    part = load(wire.ToolPart, raw, NAME, at)
    dynamic = part.type == "dynamic-tool"
    name = (part.toolName or "") if dynamic else part.type[5:]
    more = more_of(part)
    encoding, preliminary = more.pop("inputEncoding", None), more.pop("preliminary", None)
    shared: dict[str, object] = {"toolCallId": part.toolCallId}
    if part.providerExecuted is not UNSET:
        shared["providerExecuted"] = part.providerExecuted
    if dynamic:
        shared["dynamic"] = True
    named = shared | {"toolName": name} | more
    call = {} if part.callProviderMetadata is UNSET else {"providerMetadata": part.callProviderMetadata}
    result = {} if part.resultProviderMetadata is UNSET else {"providerMetadata": part.resultProviderMetadata}
    if part.state == "input-streaming":
        spelled = {} if encoding is None else {"inputEncoding": encoding}
        streaming: list[object] = [{"type": "tool-input-start", **named, **spelled, **call}]
        if part.rawInput is not UNSET:
            delta = {"type": "tool-input-delta", "toolCallId": part.toolCallId, "inputTextDelta": part.rawInput}
            streaming.append(delta)
        return streaming
    if part.state == "output-error" and part.rawInput is not UNSET and not dynamic:
        failed = {"type": "tool-input-error", **named, "input": part.rawInput, "errorText": part.errorText or ""}
        return [{"type": "tool-input-start", **named, **call}, failed | result] if call else [failed | result]
    if part.input is UNSET and part.state != "input-available":
        made: list[object] = [{"type": "tool-input-start", **named, **call}]
    else:
        given = {} if part.input is UNSET else {"input": part.input}
        made = [{"type": "tool-input-available", **named, **given, **call}]
    if part.approval is not UNSET:
        made.extend(_approval_chunks(part.toolCallId, part.approval, part.state))
    if part.state == "output-available":
        kept = {} if preliminary is None else {"preliminary": preliminary}
        output = {} if part.output is UNSET else {"output": part.output}
        made.append({"type": "tool-output-available", **shared, **output, **kept, **result})
    elif part.state == "output-error":
        made.append({"type": "tool-output-error", **shared, "errorText": part.errorText or "", **result})
    elif part.state == "output-denied":
        made.append({"type": "tool-output-denied", "toolCallId": part.toolCallId})
    return made


def _approval_chunks(call_id: str, approval: Raw, state: str) -> list[object]:
    try:
        said = msgspec.json.decode(approval, type=dict[str, Raw])
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return []
    if "id" not in said:
        return []
    asked: dict[str, object] = {"type": "tool-approval-request", "approvalId": said["id"], "toolCallId": call_id}
    answered: dict[str, object] = {"type": "tool-approval-response", "approvalId": said.pop("id")}
    answered |= {name: said.pop(name) for name in _ANSWERED if name in said}
    asked |= {_ASKED.get(name, name): raw for name, raw in said.items()}
    return [asked, answered] if "approved" in answered and state != "approval-requested" else [asked]
