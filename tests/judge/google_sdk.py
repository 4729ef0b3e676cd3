"""The official ``google-genai`` package as judge of the Gemini dialect.

The package has no class for a REST request body, so ``Request`` puts one together from its own field types. Keys of a
request may be camelCase or snake_case at every level (proto3 JSON takes both, and the SDK itself mixes them); those of
an answer must be camelCase, the only ones the SDK reads. The SDK drops unknown keys of an answer; the judge reports
them. Beyond the SDK, a stream is refused when a chat would forget its turn.
"""

import json
from functools import cache
from typing import Any

import httpx2
import pydantic
from google import genai
from google.genai import errors, types
from pydantic import alias_generators

from tests.judge.shapes import Allowance, Problem, Shapes
from tests.judge.transport import JSON, SSE, Replay
from tests.judge.verdict import accepting, rejected


class RestModel(pydantic.BaseModel):
    """As the SDK's own models: camelCase aliases beside the Python names."""

    model_config = pydantic.ConfigDict(
        alias_generator=alias_generators.to_camel, populate_by_name=True, extra="forbid", val_json_bytes="base64"
    )


class RestGenerationConfig(types.GenerationConfig):
    """``generationConfig`` on the wire: what ``types.GenerationConfig`` has and what ``GenerateContentConfig`` adds."""

    image_config: types.ImageConfig | None = None


class Request(RestModel):
    """The body of ``:generateContent`` and ``:streamGenerateContent``."""

    contents: list[types.Content]
    system_instruction: types.Content | None = None
    tools: list[types.Tool] | None = None
    tool_config: types.ToolConfig | None = None
    safety_settings: list[types.SafetySetting] | None = None
    generation_config: RestGenerationConfig | None = None
    cached_content: str | None = None
    labels: dict[str, str] | None = None
    service_tier: types.ServiceTier | None = None
    store: bool | None = None
    continuation_token: bytes | str | None = None
    model_armor_config: types.ModelArmorConfig | None = None


class ErrorStatus(RestModel):
    """A ``google.rpc.Status`` in its JSON form."""

    code: int
    message: str
    status: str
    details: list[dict[str, Any]] | None = None


class ErrorBody(RestModel):
    """The body of an error answer."""

    error: ErrorStatus


ANSWERS = Allowance(
    extra={
        # On the wire of the Gemini API, dropped by the SDK.
        "GenerateContentResponseUsageMetadata": {"serviceTier": Any},
        # The wire's name; a validator of the SDK renames it to ``citations``.
        "CitationMetadata": {"citationSources": list[types.Citation]},
    }
)
replay = Replay()
_requests = Shapes()
_answers = Shapes(ANSWERS, exact=True)


@cache
def client() -> genai.Client:
    """The SDK's client, answered by ``replay``."""
    http = httpx2.Client(transport=replay)
    options = types.HttpOptions(base_url="http://judge", httpx_client=http)
    return genai.Client(api_key="k", vertexai=False, http_options=options)


def accept_request(body: dict[str, Any]) -> None:
    """The body fits ``Request``, by shape and by pydantic."""
    problems = _requests.problems(Request, body)
    if problems:
        raise rejected("gemini request", problems)
    with accepting("gemini request"):
        Request.model_validate_json(json.dumps(body))


def accept_response(body: dict[str, Any]) -> types.GenerateContentResponse:
    """The body is a ``GenerateContentResponse`` and comes out of ``models.generate_content``."""
    problems = _answers.problems(types.GenerateContentResponse, body)
    if problems:
        raise rejected("gemini response", problems)
    replay.answer(200, JSON, json.dumps(body).encode())
    with accepting("gemini response"):
        return client().models.generate_content(model="m", contents="Hi")


def accept_stream(sse: bytes) -> list[types.GenerateContentResponse]:
    """Every chunk is a ``GenerateContentResponse``; a chat streams it and remembers the turn. The chunks."""
    replay.answer(200, SSE, sse)
    with accepting("gemini stream"):
        chunks = list(client().models.generate_content_stream(model="m", contents="Hi"))
    problems = [] if chunks else [Problem("", "no chunk at all")]
    for number, data in enumerate(_data(sse)):
        problems += _answers.problems(types.GenerateContentResponse, data, f"[{number}]")
    if problems:
        raise rejected("gemini stream", problems)
    with accepting("gemini chat"):
        chat = client().chats.create(model="m")
        for _ in chat.send_message_stream("Hi"):
            pass
    if _answered(chunks) and len(chat.get_history(curated=True)) < 2:
        reason = "a chat forgets the turn: finishReason is missing, or some chunk has no part or an empty one ({})"
        raise rejected("gemini chat", [reason])
    return chunks


def _data(sse: bytes) -> list[Any]:
    """The JSON of each event, the way the SDK frames them: it has read the stream already."""
    blocks = sse.decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n").split("\n\n")
    lines = [[line[6:] for line in block.split("\n") if line.startswith("data: ")] for block in blocks]
    return [json.loads("\n".join(data)) for data in lines if data]


def _answered(chunks: list[types.GenerateContentResponse]) -> bool:
    """Whether the model said something and ended in peace (a refused answer is rightly forgotten)."""
    candidates = [c.candidates[0] for c in chunks if c.candidates]
    refused = {c.finish_reason for c in candidates} - {None, types.FinishReason.STOP, types.FinishReason.MAX_TOKENS}
    return any(c.content and c.content.parts for c in candidates) and not refused


def accept_error(status: int, headers: dict[str, str], body: bytes) -> errors.APIError:
    """The exception the client raises; the body must be a ``google.rpc.Status`` under ``error``."""
    replay.answer(status, headers, body)
    try:
        client().models.generate_content(model="m", contents="Hi")
    except errors.APIError as error:
        problems = _answers.problems(ErrorBody, error.details)
        if problems:
            raise rejected("gemini error", problems) from error
        return error
    raise rejected("gemini error", [f"status {status} raises nothing"])
