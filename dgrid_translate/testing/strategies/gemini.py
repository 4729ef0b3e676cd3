"""Gemini's generateContent: requests, answers and errors as the API takes and gives them.

https://ai.google.dev/api/generate-content
"""

from __future__ import annotations

import re
from typing import Any

from hypothesis import strategies as st

from dgrid_translate.testing.places import is_array, is_object
from dgrid_translate.testing.strategies.common import (
    PIXEL,
    SCHEMAS,
    STRICT_SCHEMAS,
    TOOL_NAMES,
    JSONObject,
    Strategy,
    blobs,
    coin,
    counts,
    fractions,
    image_types,
    just,
    objects,
    pick,
    record,
    signatures,
    small,
    sparse,
    texts,
    unknown_fields,
    urls,
    words,
)

# --------------------------------------------------------------------------------------------------------- parts

_MEDIA = ("application/pdf", "audio/wav", "audio/mp3", "video/mp4", "text/plain", "image/heic")
text_part = record({"text": texts})
_inline = record(
    {"mimeType": st.one_of(image_types, st.sampled_from(_MEDIA)), "data": blobs},
    {"displayName": words},
)
_pixel = record({"mimeType": st.just("image/png"), "data": st.just(PIXEL)})
inline_part = record({"inlineData": st.one_of(_inline, _pixel)})
_file = record({"fileUri": urls, "mimeType": st.one_of(image_types, st.sampled_from(_MEDIA))}, {"displayName": words})
file_part = record({"fileData": _file})
clip_part = record(
    {
        "fileData": just({"fileUri": "https://www.youtube.com/watch?v=x", "mimeType": "video/mp4"}),
        "videoMetadata": record({}, {"startOffset": st.just("1.5s"), "endOffset": st.just("9s"), "fps": st.just(2)}),
    }
)
user_parts = st.lists(st.one_of(text_part, text_part, inline_part, file_part, clip_part), min_size=1, max_size=3)


def _code(draw: st.DrawFn) -> list[JSONObject]:
    """Code that the server ran, and what came of it."""
    call_id = {"id": "code_" + draw(words)} if coin(draw) else {}
    code = {"language": "PYTHON", "code": draw(texts)} | call_id
    outcome = pick(draw, ("OUTCOME_OK", "OUTCOME_FAILED"))
    return [{"executableCode": code}, {"codeExecutionResult": {"outcome": outcome, "output": draw(texts)} | call_id}]


def _call(draw: st.DrawFn, name: str, call_id: str) -> JSONObject:
    call: JSONObject = {"name": name}
    if call_id:
        call["id"] = call_id
    if not coin(draw, 6):
        call["args"] = draw(objects)
    return {"functionCall": call}


def calls(draw: st.DrawFn, names: list[str], turn: int) -> list[JSONObject]:
    """Calls of one turn: all with ids or none, the first with a signature or none."""
    chosen = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3))
    stem = f"call_{turn}{draw(words)}" if coin(draw) else ""
    parts = [_call(draw, name, stem and f"{stem}{index}") for index, name in enumerate(chosen)]
    if coin(draw):
        parts[0]["thoughtSignature"] = draw(signatures)
    return parts


def _answer(draw: st.DrawFn, part: JSONObject) -> JSONObject:
    call = part["functionCall"]
    kind = draw(st.integers(0, 3))
    response: JSONObject = draw(objects)
    if kind == 1:
        response = {"output": draw(texts)}
    elif kind == 2:
        response = {"error": draw(texts)}
    elif kind == 3:
        response = {"result": draw(texts)}
    made: JSONObject = {"name": call["name"], "response": response}
    if "id" in call:
        made["id"] = call["id"]
    if coin(draw, 6):
        made["parts"] = [{"inlineData": {"mimeType": "image/png", "data": PIXEL}}]
    return {"functionResponse": made}


def thoughts(draw: st.DrawFn) -> list[JSONObject]:
    """Visible thinking, with or without a signature."""
    parts: list[JSONObject] = []
    for _ in range(draw(st.sampled_from((0, 0, 1, 2)))):
        part: JSONObject = {"text": draw(texts), "thought": True}
        if coin(draw, 3):
            part["thoughtSignature"] = draw(signatures)
        parts.append(part)
    return parts


def _spoken(draw: st.DrawFn) -> JSONObject:
    part = draw(text_part)
    if coin(draw, 4):
        part["thoughtSignature"] = draw(signatures)
    return part


# ------------------------------------------------------------------------------------------------------ contents


def _contents(draw: st.DrawFn, names: list[str]) -> list[JSONObject]:
    contents: list[JSONObject] = [{"role": "user", "parts": draw(user_parts)}]
    for turn in range(draw(st.integers(0, 3))):
        parts = thoughts(draw)
        if not names or coin(draw):
            parts.append(_spoken(draw))
        if coin(draw, 8):
            parts += _code(draw)
        made = calls(draw, names, turn) if names and (coin(draw) or not parts) else []
        contents.append({"role": "model", "parts": parts + made or [_spoken(draw)]})
        if made:
            contents.append({"role": "user", "parts": [_answer(draw, part) for part in made]})
        else:
            contents.append({"role": "user", "parts": draw(user_parts)})
    return contents


# --------------------------------------------------------------------------------------------------------- tools

_PROVIDER_TOOLS: tuple[JSONObject, ...] = (
    {"googleSearch": {}},
    {"urlContext": {}},
    {"codeExecution": {}},
    {"googleMaps": {}},
    {"fileSearch": {"fileSearchStoreNames": ["fileSearchStores/a"]}},
)


def _declaration(draw: st.DrawFn, name: str) -> JSONObject:
    made: JSONObject = {"name": name, "description": draw(texts)}
    kind = draw(st.integers(0, 3))
    if kind == 1:
        made["parameters"] = {
            "type": "OBJECT",
            "properties": {"city": {"type": "STRING", "nullable": True}, "n": {"type": "INTEGER", "format": "int32"}},
            "required": ["city"],
        }
    elif kind > 1:
        made["parametersJsonSchema"] = pick(draw, SCHEMAS)
    return made


def _tool_config(draw: st.DrawFn, names: list[str]) -> JSONObject:
    config: JSONObject = {"mode": pick(draw, ("AUTO", "ANY", "NONE", "VALIDATED"))}
    if config["mode"] == "ANY" and coin(draw):
        config["allowedFunctionNames"] = draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
    return {"functionCallingConfig": config}


# ------------------------------------------------------------------------------------------------------- request

_thinking = record(
    {},
    {"includeThoughts": st.booleans(), "thinkingBudget": st.sampled_from((-1, 0, 1024))},
) | record({"thinkingLevel": st.sampled_from(("MINIMAL", "LOW", "MEDIUM", "HIGH"))}, {"includeThoughts": st.just(True)})
CONFIG: dict[str, Strategy] = {
    "temperature": st.sampled_from((0, 0.5, 1, 1.0, 1.7)),
    "topP": fractions,
    "topK": st.integers(1, 100),
    "candidateCount": st.integers(1, 3),
    "maxOutputTokens": small,
    "stopSequences": st.lists(words, min_size=1, max_size=4, unique=True),
    "presencePenalty": st.sampled_from((-2, 0, 0.5)),
    "frequencyPenalty": st.sampled_from((-1.5, 0, 1)),
    "seed": st.integers(0, 2**31 - 1),
    "responseLogprobs": st.just(True),
    "responseModalities": st.sampled_from((["TEXT"], ["TEXT", "IMAGE"], ["AUDIO"])).map(list[str]),
    "mediaResolution": st.sampled_from(("MEDIA_RESOLUTION_LOW", "MEDIA_RESOLUTION_HIGH")),
    "speechConfig": just({"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}}),
    "thinkingConfig": _thinking,
}
TOP: dict[str, Strategy] = {
    "systemInstruction": record({"parts": st.lists(text_part, min_size=1, max_size=2)}, {"role": st.just("user")}),
    "safetySettings": just([{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}]),
    "cachedContent": words.map("cachedContents/{}".format),
    "labels": st.dictionaries(words.map(str.lower), words.map(str.lower), min_size=1, max_size=2),
    "serviceTier": st.sampled_from(("flex", "standard", "priority")),
    "store": st.booleans(),
}


def _config(draw: st.DrawFn) -> JSONObject:
    config = draw(sparse({}, CONFIG))
    if config.get("responseLogprobs") and coin(draw):
        config["logprobs"] = draw(st.integers(0, 20))
    kind = draw(st.integers(0, 5))
    if kind in (1, 2, 3):
        config["responseMimeType"] = "application/json"
    if kind == 2:
        config["responseJsonSchema"] = STRICT_SCHEMAS[0]
    elif kind == 3:
        config["responseSchema"] = {"type": "OBJECT", "properties": {"a": {"type": "STRING"}}, "required": ["a"]}
    return config


_FREE = frozenset({"args", "response", "parametersJsonSchema", "responseJsonSchema", "properties", "labels"})


def snake(body: Any) -> Any:
    """The body with its keys in snake_case, the other spelling that proto3 JSON takes; free-form JSON is left alone."""
    if is_array(body):
        return [snake(item) for item in body]
    if not is_object(body):
        return body
    return {
        re.sub(r"([A-Z])", lambda found: "_" + found[1].lower(), key): value if key in _FREE else snake(value)
        for key, value in body.items()
    }


@st.composite
def requests(draw: st.DrawFn, unknown: bool = False) -> JSONObject:
    """Bodies of :generateContent; `unknown` adds fields and parts that are not in the API."""
    names: list[str] = draw(st.lists(st.sampled_from(TOOL_NAMES), max_size=4, unique=True))
    body: JSONObject = {"contents": _contents(draw, names)}
    body |= draw(sparse({}, TOP, 3))
    if coin(draw, 4) is False:
        body["generationConfig"] = _config(draw)
    tools: list[JSONObject] = []
    if names:
        tools.append({"functionDeclarations": [_declaration(draw, name) for name in names]})
    if coin(draw, 6):
        tools.append(dict(pick(draw, _PROVIDER_TOOLS)))
    if tools:
        body["tools"] = tools
    if names and coin(draw):
        body["toolConfig"] = _tool_config(draw, names)
    if unknown:
        unknown_fields(draw, body, _places)
        body["contents"][0]["parts"].append({"hologram": draw(objects)})
    return snake(body) if coin(draw, 6) else body


def _places(whole: JSONObject) -> list[JSONObject]:
    contents: list[JSONObject] = [*whole.get("contents", ()), *whole.get("candidates", ())]
    return contents


# ------------------------------------------------------------------------------------------------------ response

FINISHES = ("STOP", "STOP", "MAX_TOKENS")
STOPPED = ("SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE", "OTHER")
FAILED = ("MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "NO_IMAGE", "IMAGE_SAFETY")
_RATINGS: tuple[JSONObject, ...] = (
    {"category": "HARM_CATEGORY_HARASSMENT", "probability": "NEGLIGIBLE"},
    {"category": "HARM_CATEGORY_HATE_SPEECH", "probability": "HIGH", "blocked": True},
)


def _grounding(draw: st.DrawFn, parts: list[JSONObject]) -> JSONObject:
    """Sources, and which stretch (in UTF-8 bytes) of which text part rests on them."""
    index = next(at for at, part in enumerate(parts) if "text" in part and "thought" not in part)
    text: str = parts[index]["text"]
    start = draw(st.integers(0, len(text) - 1))
    stretch = text[start:]
    first = len(text[:start].encode())
    segment: JSONObject = {"endIndex": first + len(stretch.encode()), "text": stretch}
    if index:
        segment["partIndex"] = index
    if first:
        segment["startIndex"] = first
    chunk = {"web": {"uri": draw(urls), "title": draw(texts)}}
    support = {"segment": segment, "groundingChunkIndices": [0]}
    found: JSONObject = {"groundingChunks": [chunk], "groundingSupports": [support], "webSearchQueries": [draw(texts)]}
    if coin(draw, 3):
        found["searchEntryPoint"] = {"renderedContent": "<div>entry</div>"}
    return found


def _logprobs(draw: st.DrawFn) -> JSONObject:
    tokens = [{"token": draw(texts), "tokenId": draw(counts), "logProbability": -0.5} for _ in range(2)]
    return {"chosenCandidates": tokens[:1], "topCandidates": [{"candidates": tokens}]}


def _content(draw: st.DrawFn) -> list[JSONObject]:
    parts = thoughts(draw)
    kind = draw(st.integers(0, 6))
    if kind in (0, 1, 5):
        parts.append(_spoken(draw))
    if kind == 2:
        parts += [*_code(draw), _spoken(draw)]
    if kind == 3:
        sound = {"mimeType": "audio/L16;rate=24000", "data": draw(blobs)}
        parts.append({"inlineData": draw(st.one_of(just({"mimeType": "image/png", "data": PIXEL}), st.just(sound)))})
    if kind in (4, 5):
        parts += calls(draw, list(TOOL_NAMES), 0)
    return parts or [_spoken(draw)]


def _candidate(draw: st.DrawFn, index: int) -> JSONObject:
    parts = _content(draw)
    made: JSONObject = {"content": {"role": "model", "parts": parts}, "finishReason": pick(draw, FINISHES)}
    if index or coin(draw):
        made["index"] = index
    lot = draw(st.integers(0, 9))
    if lot == 1:
        made["finishReason"] = pick(draw, STOPPED + FAILED)
        made["finishMessage"] = draw(texts)
        if coin(draw):
            made["safetyRatings"] = [dict(rating) for rating in _RATINGS]
    elif lot == 2 and any("text" in part and "thought" not in part for part in parts):
        made["groundingMetadata"] = _grounding(draw, parts)
    elif lot == 3:
        made["citationMetadata"] = {"citationSources": [{"startIndex": 0, "endIndex": 1, "uri": draw(urls)}]}
    elif lot == 4:
        made |= {"logprobsResult": _logprobs(draw), "avgLogprobs": -0.5}
    return made


@st.composite
def usage(draw: st.DrawFn) -> JSONObject:
    """Token counts that agree with one another."""
    cached = draw(st.one_of(st.just(0), counts))
    asked = draw(counts) + cached
    made: JSONObject = {"promptTokenCount": asked, "candidatesTokenCount": draw(counts)}
    total = asked + made["candidatesTokenCount"]
    for key in ("thoughtsTokenCount", "toolUsePromptTokenCount"):
        if coin(draw, 3):
            made[key] = draw(counts)
            total += made[key]
    if cached:
        made["cachedContentTokenCount"] = cached
    if coin(draw):
        made["promptTokensDetails"] = [{"modality": "TEXT", "tokenCount": asked}]
    if coin(draw, 4):
        made["candidatesTokensDetails"] = [{"modality": "AUDIO", "tokenCount": made["candidatesTokenCount"]}]
    return made | {"totalTokenCount": total}


@st.composite
def responses(draw: st.DrawFn, unknown: bool = False) -> JSONObject:
    """Answers of :generateContent; `unknown` adds fields that are not in the API."""
    body: JSONObject = {}
    if coin(draw, 10):
        body["promptFeedback"] = {"blockReason": pick(draw, ("SAFETY", "OTHER", "PROHIBITED_CONTENT"))}
        if coin(draw):
            body["promptFeedback"]["safetyRatings"] = [dict(rating) for rating in _RATINGS]
    else:
        body["candidates"] = [_candidate(draw, index) for index in range(draw(st.sampled_from((1, 1, 1, 2))))]
    body["usageMetadata"] = draw(usage())
    body |= {"modelVersion": "gemini-3-pro", "responseId": draw(words)}
    if unknown:
        unknown_fields(draw, body, _places)
    return body


_KINDS = (
    (400, "INVALID_ARGUMENT"),
    (400, "FAILED_PRECONDITION"),
    (401, "UNAUTHENTICATED"),
    (403, "PERMISSION_DENIED"),
    (404, "NOT_FOUND"),
    (409, "ABORTED"),
    (429, "RESOURCE_EXHAUSTED"),
    (499, "CANCELLED"),
    (500, "INTERNAL"),
    (503, "UNAVAILABLE"),
    (504, "DEADLINE_EXCEEDED"),
)


@st.composite
def errors(draw: st.DrawFn) -> tuple[int, JSONObject]:
    """HTTP statuses and their bodies."""
    code, status = pick(draw, _KINDS)
    body: JSONObject = {"code": code, "message": draw(texts), "status": status}
    if code == 429 and coin(draw):
        body["details"] = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "7s"}]
    return code, {"error": body}
