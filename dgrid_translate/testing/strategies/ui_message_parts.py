"""AI SDK UI messages: the parts of messages, as the SDK of the versions 5 to 7 makes them.

https://ai-sdk.dev/docs/reference/ai-sdk-core/ui-message. A message's provider metadata is of one vendor: the one whose
model the application asks.
"""

from __future__ import annotations

from hypothesis import strategies as st

from dgrid_translate.testing.strategies.common import (
    PIXEL,
    JSONObject,
    Strategy,
    blobs,
    coin,
    image_types,
    just,
    objects,
    pick,
    record,
    scalars,
    signatures,
    texts,
    urls,
    words,
)

VENDORS = ("anthropic", "openai", "google", "")
"""Whose model answers; "" is one without metadata of its own."""

solid = texts.filter(lambda text: bool(text.strip()))
_images = st.builds("data:{};base64,{}".format, image_types, blobs)


def _file(media_type: Strategy, url: Strategy) -> st.SearchStrategy[JSONObject]:
    return record(
        {"type": st.just("file"), "mediaType": media_type, "url": url},
        {"filename": st.sampled_from(("a.png", "notes.pdf", "ü b.bin"))},
    )


def _data(media_type: str) -> st.SearchStrategy[JSONObject]:
    return _file(st.just(media_type), blobs.map(f"data:{media_type};base64,{{}}".format))


user_file = st.one_of(
    _file(image_types, urls),
    image_types.flatmap(_data),
    _data("image/png"),
    _data("application/pdf"),
    _data("audio/wav"),
    _file(st.just("application/pdf"), urls),
    just({"type": "file", "mediaType": "text/plain", "url": "data:text/plain;base64,SGVsbG8="}),
)
made_file = st.one_of(
    record({"type": st.just("file"), "mediaType": st.just("image/png"), "url": _images}),
    just({"type": "file", "mediaType": "image/png", "url": f"data:image/png;base64,{PIXEL}"}),
)
data_part = record(
    {"type": st.sampled_from(("data-weather", "data-note")), "data": st.one_of(objects, scalars)}, {"id": words}
)


def user_part(draw: st.DrawFn, vendor: str) -> JSONObject:
    """What a user says: mostly text, with a cache breakpoint now and then; files."""
    if coin(draw, 3):
        return draw(user_file)
    if coin(draw, 8):
        return draw(data_part)
    part: JSONObject = {"type": "text", "text": draw(solid)}
    if vendor == "anthropic" and coin(draw, 4):
        kept = pick(draw, ({"type": "ephemeral"}, {"type": "ephemeral", "ttl": "1h"}))
        part["providerMetadata"] = {"anthropic": {"cacheControl": kept}}
    return part


def text_part(draw: st.DrawFn, vendor: str) -> JSONObject:
    """What the assistant says."""
    part: JSONObject = {"type": "text", "text": draw(solid)}
    if vendor == "openai" and coin(draw):
        said: JSONObject = {"itemId": "msg_" + draw(words)}
        if coin(draw, 3):
            said["phase"] = pick(draw, ("commentary", "final_answer"))
        part["providerMetadata"] = {"openai": said}
    elif vendor == "google" and coin(draw, 3):
        part["providerMetadata"] = {"google": {"thoughtSignature": draw(signatures)}}
    return part | {"state": "done"}


def reasoning_part(draw: st.DrawFn, vendor: str) -> JSONObject:
    """What the assistant thinks, signed as the vendor does."""
    part: JSONObject = {"type": "reasoning", "text": draw(texts)}
    if vendor == "anthropic":
        if coin(draw, 4):
            part["text"] = ""
            part["providerMetadata"] = {"anthropic": {"redactedData": draw(signatures)}}
        else:
            part["providerMetadata"] = {"anthropic": {"signature": draw(signatures)}}
    elif vendor == "openai":
        item = "rs_" + draw(words)
        sealed = draw(st.one_of(st.none(), signatures))
        part["text"] = draw(st.one_of(st.just(""), texts))
        part["providerMetadata"] = {"openai": {"itemId": item, "reasoningEncryptedContent": sealed}}
    elif vendor == "google" and coin(draw, 3):
        part["providerMetadata"] = {"google": {"thoughtSignature": draw(signatures)}}
    return part | {"state": "done"}


def source_part(draw: st.DrawFn, vendor: str) -> JSONObject:
    """What an answer draws on."""
    if coin(draw, 3):
        part: JSONObject = {"type": "source-document", "sourceId": draw(words), "mediaType": "text/plain"}
        part["title"] = draw(solid)
        return part | ({"filename": "notes.txt"} if coin(draw) else {})
    part = {"type": "source-url", "sourceId": draw(words), "url": draw(urls)}
    if coin(draw):
        part["title"] = draw(solid)
    if vendor == "anthropic" and coin(draw, 3):
        part["providerMetadata"] = {"anthropic": {"pageAge": draw(st.one_of(st.none(), st.just("2 days ago")))}}
    return part


def other_part(draw: st.DrawFn, vendor: str) -> JSONObject:
    """What only some versions, applications or vendors have."""
    kind = draw(st.integers(0, 2))
    if kind == 0:
        return draw(data_part)
    if kind == 1:
        return {"type": "custom", "kind": f"{vendor or 'x'}.compaction", "providerMetadata": {vendor or "x": {"n": 1}}}
    return {"type": "reasoning-file", "mediaType": "image/png", "url": draw(_images)}


_outputs = st.one_of(texts, objects, st.lists(scalars, max_size=2), scalars.filter(lambda value: value is not None))


def call(draw: st.DrawFn, name: str, number: str, vendor: str, static: bool) -> JSONObject:
    """A call that waits for its result."""
    prefix = {"anthropic": "toolu_", "openai": "call_"}.get(vendor, "")
    part: JSONObject = {"type": f"tool-{name}"} if static else {"type": "dynamic-tool", "toolName": name}
    part |= {"toolCallId": f"{prefix}{number}{draw(words)}", "state": "input-available", "input": draw(objects)}
    if vendor == "google" and coin(draw):
        part["callProviderMetadata"] = {"google": {"thoughtSignature": draw(signatures)}}
    elif vendor == "openai" and coin(draw):
        part["callProviderMetadata"] = {"openai": {"itemId": "fc_" + draw(words)}}
    elif vendor == "anthropic" and coin(draw, 4):
        part["callProviderMetadata"] = {"anthropic": {"caller": {"type": "direct"}}}
    return part


def answered(draw: st.DrawFn, part: JSONObject) -> JSONObject:
    """The call with what came of it."""
    kind = draw(st.integers(0, 6))
    if kind == 5:
        return part | {"state": "output-error", "errorText": draw(solid)}
    if kind == 6:
        denied: JSONObject = {"id": "approval_" + draw(words), "approved": False}
        if coin(draw):
            denied["reason"] = draw(solid)
        return part | {"state": "output-denied", "approval": denied}
    part = part | {"state": "output-available", "output": draw(_outputs)}
    if kind == 4:
        part["approval"] = {"id": "approval_" + draw(words), "approved": True}
    return part


def server_call(draw: st.DrawFn, number: str, vendor: str) -> JSONObject:
    """A call that the provider ran itself, with its result."""
    part: JSONObject = {"type": "tool-web_search", "toolCallId": f"ws_{number}{draw(words)}"}
    done: JSONObject = {"state": "output-available", "input": {"query": draw(solid)}}
    if vendor == "anthropic":
        part["toolCallId"] = "srvtoolu_" + part["toolCallId"]
        found = {"type": "web_search_result", "url": draw(urls), "title": draw(solid)}
        found |= {"pageAge": None, "encryptedContent": draw(signatures)}
        return part | done | {"output": [found], "providerExecuted": True}
    if vendor == "openai":
        done["input"] = {}
        action = {"type": "search", "query": draw(solid)}
        return part | done | {"output": {"action": action}, "providerExecuted": True}
    return part | done | {"output": draw(objects), "providerExecuted": True}
