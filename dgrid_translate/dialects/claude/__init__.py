"""Anthropic Messages.

Source: https://docs.anthropic.com/en/api/messages and anthropic-python 2.11 (`types`), read 2026-11-21; what each model
takes (`profile.MODELS`) from Anthropic's migration notes and the catalogue of @ai-sdk/anthropic 4, of the same date.

| in the model | on the wire |
|---|---|
| system, developer | top-level `system`; after a user's turn role `system` where the model has it |
| ToolResult | `tool_result` blocks, first in the user turn after the calls |
| ToolCall | `tool_use`; its input is spliced, never rewritten |
| Text, Citation | `text` with `citations`; a foreign citation as a web search result's |
| Reasoning | `thinking`, `redacted_thinking`; a foreign signature goes to clients wrapped, to Claude never |
| Media | `image`, `document`; a `search_result` is a document made of parts |
| ServerToolCall, ServerToolResult | `server_tool_use`, `mcp_tool_use`, `*_tool_result`, as they came |
| FunctionTool | `tools` of type custom; all others are ProviderTools |
| ToolChoice with several names | the other tools are left out |
| OutputFormat | `output_config.format`; for any JSON, and on older models, an instruction in `system` |
| ReasoningConfig | `thinking` and `output_config.effort`, of a kind that the model takes |
| Usage.input | `input_tokens` and both cache counts together |

A request that came from Claude goes out as it came; any other is made to fit the model it asks for, and each change is
named as a loss: `max_tokens` is invented where none is given, sampling is clamped or dropped, thinking gives way to a
forced tool choice, at most four cache breakpoints stay, a user turn is put before an assistant's that comes first.

What Claude cannot say: several candidates, seeds, penalties, log probabilities, sound and film, files that only another
vendor has, other vendors' server tools; in answers also when they were made and at which tier another vendor served
them. `ping` and the progress counts in thinking deltas are not passed on.

An answer's `model` is the one that was asked for: Claude Code (2.1.197) drops signed thinking from its history where
the answer that brought it names another model.
"""

from __future__ import annotations

from dgrid_translate.dialect import Dialect
from dgrid_translate.dialects.claude.errors import decode_error, encode_error
from dgrid_translate.dialects.claude.profile import PROFILE
from dgrid_translate.dialects.claude.request import decode_request, encode_request
from dgrid_translate.dialects.claude.response import decode_response, encode_response
from dgrid_translate.dialects.claude.stream import Decoder, Encoder

DIALECT = Dialect(
    PROFILE,
    decode_request,
    encode_request,
    decode_response,
    encode_response,
    Decoder,
    Encoder,
    decode_error,
    encode_error,
)
