"""OpenAI Responses.

Source: https://platform.openai.com/docs/api-reference/responses and openai-python 3.52 (`types/responses`), read
2026-11-21; what other hosts send (Azure, xAI, other names in `usage`) from recorded traffic.

| in the model | on the wire |
|---|---|
| a first system message of one plain text | `instructions` |
| system, developer, user | `message` items of that role |
| an assistant's turn | the items in a row that are its own, what OpenAI ran itself included |
| Text, Refusal | `output_text`, `refusal`; those in a row share a message |
| Media | `input_image`, `input_file`; in an answer `image_generation_call` |
| Reasoning | a `reasoning` item; its signature is `encrypted_content` |
| ToolCall, ToolResult | `function_call`, `custom_tool_call`, and their `_output`s; `Error: ` begins a failed one's |
| ServerToolCall, ServerToolResult, Opaque | the item as it came |
| FunctionTool, CustomTool | `tools`; those of a namespace go by one name each elsewhere, `namespace__name` |
| ToolChoice with names | a named tool, or `allowed_tools` |
| OutputFormat | `text.format` |
| ReasoningConfig | `reasoning`; a budget alone is sent as an effort |
| Cache | `prompt_cache_breakpoint` |
| Citation | `annotations`, offsets in code points of the text they are on |
| FinishReason | `status` and `incomplete_details`; that tools are called only shows in the items |

A signature of another vendor goes to a client in `encrypted_content`, wrapped (`shared/signatures.py`): on its own
reasoning, or, where a call or a text is signed, on a reasoning item without words before or after it. It comes home in
the client's next request. To OpenAI itself none ever goes.

What Responses cannot say, and so is named as lost when it comes from elsewhere: stop sequences, seed, penalties,
top_k, logit biases and more than one answer; sampling for models that think; sounds and films; an error flag on
results, beyond what their text says; modes and budgets of thinking beside an effort; reasoning that OpenAI has not
sealed, in a history. What only Responses says, and other dialects are not told: tools and items that OpenAI runs
itself, `phase`, stored answers and conversations. What an answer repeats of its request, and when it was done, says
nothing, and progress of what OpenAI runs itself is summed up by the item that ends it.
"""

from __future__ import annotations

from dgrid_translate.dialect import Dialect
from dgrid_translate.dialects.openai_responses.errors import decode_error, encode_error
from dgrid_translate.dialects.openai_responses.profile import PROFILE
from dgrid_translate.dialects.openai_responses.request import decode_request, encode_request
from dgrid_translate.dialects.openai_responses.response import decode_response, encode_response
from dgrid_translate.dialects.openai_responses.stream import Decoder, Encoder

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
