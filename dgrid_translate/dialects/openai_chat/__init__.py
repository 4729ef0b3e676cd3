"""OpenAI Chat Completions.

Source: https://platform.openai.com/docs/api-reference/chat and openai-python 3.52 (`types/chat`), read 2026-11-21;
what other hosts add (reasoning members, usage details, cache markers) from recorded traffic.

| in the model | on the wire |
|---|---|
| system, developer, user, assistant | messages of that role |
| ToolResult | a message of role `tool` each (`function` where it came so); a failed one's text begins with `Error: ` |
| Text, Media, Refusal | `content` parts; one plain text is a bare string |
| Reasoning | `reasoning_content`; with a signature or sealed state also `reasoning_details` (OpenRouter's form) |
| Gemini's signature on a call or a text | `extra_content.google.thought_signature` |
| FunctionTool, CustomTool | `tools`; a function that came from `functions` goes back there |
| ToolChoice with names | a named function, or `allowed_tools` |
| OutputFormat | `response_format` |
| ReasoningConfig | `reasoning_effort`; a budget alone is sent as an effort |
| Cache | `prompt_cache_breakpoint`; `cache_control` where the model is one of Claude's |
| Citation | `annotations[].url_citation`, offsets in code points of the whole content |

What Chat cannot say, and so is named as lost when it comes from elsewhere: top_k; budgets, visibility and modes of
thinking beside an effort; stop sequences beyond four; cache breakpoints on tool results; an error flag on them, beyond
what their text says; media in assistant turns; files by URL other than images; other vendors' server tools and their
results. Media in tool results move to a user message after them.
"""

from __future__ import annotations

from dgrid_translate.dialect import Dialect
from dgrid_translate.dialects.openai_chat.errors import decode_error, encode_error
from dgrid_translate.dialects.openai_chat.profile import PROFILE
from dgrid_translate.dialects.openai_chat.request import decode_request, encode_request
from dgrid_translate.dialects.openai_chat.response import decode_response, encode_response
from dgrid_translate.dialects.openai_chat.stream import Decoder, Encoder

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
