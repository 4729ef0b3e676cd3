"""What in a body says nothing, so that a translation may leave it out without a word. Each entry has its reason."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from dgrid_translate.dialect import Kind
from dgrid_translate.losses import At, render_path
from dgrid_translate.testing.places import find
from dgrid_translate.testing.strategies.common import JSONObject

ANY = object()


class Silent(NamedTuple):
    """What says nothing, and why.

    pattern: of the whole rendered path. values: those that say nothing there (ANY: none says anything). beside: one of
    these keys must stand next to it. targets: only on the way to these.
    """

    pattern: str
    values: tuple[Any, ...]
    reason: str
    beside: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    kind: str = ""


_EVERY = (ANY,)

_ECHOES = (
    "background|conversation|frequency_penalty|instructions|max_output_tokens|max_tool_calls|metadata"
    "|parallel_tool_calls|presence_penalty|previous_response_id|prompt|prompt_cache_key|prompt_cache_options"
    "|prompt_cache_retention|reasoning|safety_identifier|store|temperature|text|tool_choice|tools|top_logprobs|top_p"
    "|truncation|user"
)

TABLE: dict[str, tuple[Silent, ...]] = {
    "openai": (
        Silent(r"(tools|.*\.tool_calls)\[\d+\]\.type", ("function",), "the default"),
        Silent(r"choices\[\d+\]\.index", _EVERY, "counts what stands in order"),
        Silent(r".*\.tool_calls\[\d+\]\.index", _EVERY, "counts what stands in order"),
        Silent(r"tool_choice\.(allowed_tools\.tools\[\d+\]\.)?type", ("function", "custom"), "the definition says it"),
        Silent(r"messages\[\d+\]\.name", _EVERY, "repeats the call's name", ("tool_call_id",)),
        Silent(
            r"stream_options\.include_usage",
            _EVERY,
            "the target's streams always report",
            (),
            ("openai-responses", "openai-completions", "claude", "gemini", "ui-message"),
        ),
        Silent(
            r"response_format\.json_schema\.strict",
            _EVERY,
            "the target is always strict",
            (),
            ("claude", "gemini", "ui-message"),
        ),
        Silent(r"stream", _EVERY, "said by the URL", (), ("gemini",)),
        Silent(r"usage\..*\.text_tokens", _EVERY, "follows from the other counts"),
        Silent(r".*\.annotations\[\d+\]\.type", _EVERY, "the member beside it says it", ("url_citation",)),
        Silent(r"logprobs", (False,), "the default"),
        Silent(r"top_logprobs", (0,), "none are told without it"),
        Silent(r".*\.tool_calls\[\d+\]\.type", ("custom",), "the member beside it says it", ("custom",)),
        Silent(r"tool_choice\.type", ("allowed_tools",), "the member beside it says it", ("allowed_tools",)),
        Silent(r"function_call", ("auto",), "the default"),
        Silent(r"object", _EVERY, "says what the endpoint says"),
        Silent(r"choices\[\d+\]\.message\.role", _EVERY, "answers are the assistant's"),
        Silent(r"obfuscation", _EVERY, "padding"),
        Silent(r"usage\.total_tokens", _EVERY, "follows from the other counts"),
        Silent(r"tool_choice(\.allowed_tools\.mode)?", ("auto",), "the default"),
        Silent(r"parallel_tool_calls", (True,), "the default"),
        Silent(r"response_format\.type", ("text",), "the default"),
        Silent(r"n", (1,), "the default"),
        Silent(r"stream", (False,), "the default"),
        Silent(r"modalities\[0\]", ("text",), "the default"),
        Silent(r"service_tier", ("auto", "default"), "the default"),
        Silent(r"(presence|frequency)_penalty", (0,), "the default"),
        Silent(r".*\.detail", ("auto",), "the default"),
        Silent(r".*\.strict", (False,), "the default"),
        Silent(r".*\.format\.type", ("text",), "the default"),
        Silent(r"stream_options\.include_usage", (False,), "the default"),
        Silent(r".*\.extra_content\.google\.thought", (False,), "the default"),
        Silent(
            r".*reasoning_details\[\d+\]\.(index|format|type|id)", _EVERY, "numbers and groups what stands beside it"
        ),
        Silent(r".*\.message\.reasoning", _EVERY, "repeats what reasoning_details says"),
        Silent(r"messages\[\d+\]\.reasoning", _EVERY, "repeats what reasoning_details says"),
        Silent(r".*\.logprobs\..*\.bytes\[\d+\]", _EVERY, "follows from the token"),
    ),
    "openai-completions": (
        Silent(r"object", _EVERY, "says what the endpoint says"),
        Silent(r"choices\[\d+\]\.index", _EVERY, "counts what stands in order"),
        Silent(r"choices\[\d+\]\.logprobs\.text_offset\[\d+\]", _EVERY, "follows from the tokens"),
        Silent(r"usage\.total_tokens", _EVERY, "follows from the other counts"),
        Silent(r"usage\..*\.text_tokens", _EVERY, "follows from the other counts"),
        Silent(r"echo", _EVERY, "heeded when the answer comes back"),
        Silent(r"stream_options\.include_usage", _EVERY, "every upstream is asked for its usage"),
        Silent(r"stream", _EVERY, "said by the URL", (), ("gemini",)),
        Silent(r"stream", (False,), "the default"),
        Silent(r"n", (1,), "the default"),
        Silent(r"(presence|frequency)_penalty", (0,), "the default"),
    ),
    "openai-responses": (
        Silent(rf"({_ECHOES})([.\[].*)?", _EVERY, "repeats the request", kind="response"),
        Silent(r"object", _EVERY, "says what the endpoint says"),
        Silent(r"output\[\d+\]\.role", _EVERY, "answers are the assistant's"),
        Silent(r"(input|output)\[\d+\]\.type", ("message",), "the default"),
        Silent(r"(input|output)\[\d+\]\.id", _EVERY, "only a reference to what is stored says it again"),
        Silent(r"input\[\d+\]\.status", ("completed",), "the default"),
        Silent(r"output\[\d+\]\.status", _EVERY, "the response's own says it"),
        Silent(r"completed_at", _EVERY, "when the answer came", kind="response"),
        Silent(
            r".*\.(summary|content)\[\d+\]\.type", ("summary_text", "reasoning_text"), "the member it is in says it"
        ),
        Silent(r".*\.output_format", ("png",), "the default"),
        Silent(r"billing\.payer", ("developer",), "the default"),
        Silent(r"status", ("completed",), "the default", kind="response"),
        Silent(r"usage\.total_tokens", _EVERY, "follows from the other counts"),
        Silent(r"(.*\.)?caller\.type", ("direct",), "the default"),
        Silent(r"tool_choice\.(tools\[\d+\]\.)?type", ("function", "custom"), "the definition says it"),
        Silent(r"tool_choice\.type", ("allowed_tools",), "the member beside it says it", ("tools",)),
        Silent(r"tool_choice(\.mode)?", ("auto",), "the default"),
        Silent(r"tools\[\d+\]\.type", ("function",), "the default"),
        Silent(r"parallel_tool_calls", (True,), "the default"),
        Silent(r"text\.format\.type", ("text",), "the default"),
        Silent(r"text\.format\.strict", _EVERY, "the target is always strict", (), ("claude", "gemini", "ui-message")),
        Silent(r"service_tier", ("auto", "default"), "the default"),
        Silent(r".*\.detail", ("auto",), "the default"),
        Silent(r".*\.strict", (False,), "the default"),
        Silent(r".*\.format\.type", ("text",), "the default"),
        Silent(r"truncation", ("disabled",), "the default"),
        Silent(r"top_logprobs", (0,), "the default"),
        Silent(r"background", (False,), "the default"),
        Silent(r"stream", (False,), "the default"),
        Silent(r"stream", _EVERY, "said by the URL", (), ("gemini",)),
        Silent(
            r"include\[\d+\]",
            ("reasoning.encrypted_content", "message.output_text.logprobs"),
            "who can gives it anyway, or top_logprobs asks for it",
        ),
        Silent(r".*\.logprobs\[\d+\].*\.bytes\[\d+\]", _EVERY, "follows from the token"),
    ),
    "claude": (
        Silent(r"type|role", _EVERY, "says what the endpoint says"),
        Silent(r"stream", _EVERY, "said by the URL", (), ("gemini",)),
        Silent(r"tools\[\d+\]\.type", ("custom",), "the default"),
        Silent(r"tools\[\d+\]\.strict", (False,), "the default"),
        Silent(r".*\.is_error", (False,), "the default"),
        Silent(r".*\.citations\.enabled", (False,), "the default"),
        Silent(r"stream", (False,), "the default"),
        Silent(r".*\.caller\.type", ("direct",), "the default"),
        Silent(r"usage\.inference_geo", ("not_available",), "says so itself"),
        Silent(r"tool_choice\.type", ("auto",), "the default"),
        Silent(r"tool_choice\.disable_parallel_tool_use", (False,), "the default"),
        Silent(r"service_tier", ("auto",), "the default"),
        Silent(r"thinking\.type", ("disabled",), "the default"),
        Silent(r"usage\.service_tier", ("standard",), "the default"),
        Silent(r".*\.media_type", ("text/plain", "application/pdf"), "the only one that the source type has"),
        Silent(r"error\.type|type", ("error",), "says what the status says"),
    ),
    "gemini": (
        Silent(r"contents\[\d+\]\.role", ("user",), "the default"),
        Silent(r".*\.function_?[rR]esponse\.name", _EVERY, "the call of that id says it", ("id",)),
        Silent(r".*\.file_?[dD]ata\.mime_?[tT]ype", _EVERY, "who fetches the file learns its type"),
        Silent(r".*TokensDetails\[\d+\]\.modality", ("TEXT",), "text is what is left of the whole count"),
        Silent(r"candidates\[\d+\]\.content\.role", _EVERY, "answers are the model's"),
        Silent(r"candidates\[\d+\]\.index", _EVERY, "counts what stands in order"),
        Silent(r"system_?[iI]nstruction\.role", _EVERY, "the field says it"),
        Silent(r"usageMetadata\.totalTokenCount", _EVERY, "follows from the other counts"),
        Silent(r".*\.functionCallingConfig\.mode", ("AUTO", "MODE_UNSPECIFIED"), "the default"),
        Silent(r".*\.function_calling_config\.mode", ("AUTO", "MODE_UNSPECIFIED"), "the default"),
        Silent(r"generation_?[cC]onfig\.candidate_?[cC]ount", (1,), "the default"),
        Silent(r"generation_?[cC]onfig\.(presence|frequency)_?[pP]enalty", (0,), "the default"),
        Silent(r"generation_?[cC]onfig\.response_?[mM]odalities\[0\]", ("TEXT",), "the default"),
        Silent(r"service_?[tT]ier", ("standard",), "the default"),
        Silent(r".*include_?[tT]houghts", (False,), "the default"),
        Silent(
            r".*response_?[mM]ime_?[tT]ype",
            ("application/json",),
            "the schema beside it says it",
            ("responseSchema", "responseJsonSchema", "response_schema", "response_json_schema"),
        ),
        Silent(r".*[sS]egment\.text", _EVERY, "repeats what the offsets point at"),
    ),
    "ui-message": (
        Silent(r"id|messageId|trigger", _EVERY, "the chat's", ("messages",)),
        Silent(r"messages\[\d+\]\.id", _EVERY, "the chat's"),
        Silent(r"metadata\.usage\.reasoningTokens", _EVERY, "said below, too", ("outputTokenDetails",)),
        Silent(r"metadata\.usage\.cachedInputTokens", _EVERY, "said below, too", ("inputTokenDetails",)),
        Silent(r"metadata\.usage\.\w+Details\.(reasoning|cacheRead)Tokens", _EVERY, "AI SDK 6 says it above, too"),
        Silent(r".*\.errorText", _EVERY, "follows from the input", ("rawInput",)),
        Silent(r"metadata\.finishReason", ("stop", "tool-calls"), "follows from the parts"),
        Silent(r".*\.providerMetadata\.[a-z]+\.itemId", _EVERY, "names what OpenAI keeps"),
        Silent(r"(messages\[\d+\]\.)?parts\[\d+\]\.id", _EVERY, "the stream's, for its chunks", ("text",)),
        Silent(r".*\.sourceId", _EVERY, "the reader's"),
        Silent(r".*\.parts\[\d+\]\.id", _EVERY, "the chunks'"),
        Silent(r".*\.approval\.id", _EVERY, "the chat's"),
        Silent(r".*\.approval\.approved", (True,), "the output says it"),
        Silent(r".*\.state", ("done",), "the default"),
        Silent(r".*\.mediaType", _EVERY, "who fetches the file learns its type, a data URL repeats it", ("url",)),
        Silent(r"metadata\.finishReason", ("stop", "tool-calls"), "what is in the answer says it"),
        Silent(r"stream", (True,), "the default"),
        Silent(r"stream", _EVERY, "said by the URL", (), ("gemini",)),
        Silent(r"toolChoice", ("auto",), "the default"),
        Silent(r"reasoning", ("provider-default",), "the default"),
        Silent(r"responseFormat\.type", ("text",), "the default"),
        Silent(r"(presence|frequency)Penalty", (0,), "the default"),
        Silent(r"tools\..*\.strict", (False,), "the default"),
        Silent(r".*\.caller\.type", ("direct",), "the default"),
        Silent(r"role", ("assistant",), "answers are the assistant's"),
        Silent(r"metadata\.usage\.totalTokens", _EVERY, "follows from the other counts"),
        Silent(r"metadata\.usage\..*(noCache|text)Tokens", _EVERY, "follows from the other counts"),
        Silent(r"metadata\.totalTokens", _EVERY, "follows from the other counts", ("usage",)),
    ),
}


def says_nothing(dialect: str, target: str, kind: Kind, body: JSONObject, at: At) -> str | None:
    """Why this leaf may go without a word on the way to the target, if it may."""
    leaf = find(body, at)
    if leaf is None or not at:
        return "null"
    if leaf == "":
        return "an empty string"
    if at[-1] == "tokenCount" and find(body, at[:-1]).get("modality") == "TEXT":
        return "text is what is left of the whole count"
    if at[-1] in ("start_index", "end_index") and dialect in ("openai", "openai-responses"):
        content = find(body, (*at[:3], "content") if dialect == "openai" else (*at[:4], "text"))
        if type(leaf) is int and isinstance(content, str) and leaf >= len(content):
            return "an offset at or beyond the end of the text"
    if at[-1] == "modality" and not find(body, at[:-1]).get("tokenCount"):
        return "nothing was counted of it"
    if type(leaf) is not bool and leaf == 0 and kind == "response" and "sage" in str(at[:2]):
        return "a count of zero"
    path = render_path(at)
    for entry in TABLE.get(dialect, ()):
        fits = entry.values is _EVERY or leaf in entry.values
        fits = fits and (not entry.targets or target in entry.targets) and entry.kind in ("", kind)
        if fits and re.fullmatch(entry.pattern, path) and _beside(entry, body, at):
            return entry.reason
    return None


def _beside(entry: Silent, body: JSONObject, at: At) -> bool:
    return not entry.beside or any(key in find(body, at[:-1]) for key in entry.beside)
