"""UI messages of the AI SDK and their stream.

Source: `ai` 5.0, 6.0 and 7.0 (https://github.com/vercel/ai, `packages/ai/src/ui` and `.../ui-message-stream`), the
first and the newest release of each, read 2026-11-21; https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol.

A request is what `useChat` posts: `{...body, id, messages, trigger, messageId?}`. `body` is the application's own; what
it may add is read under the AI SDK's names for its call settings: `model`, `system` (a string), `stream` (true if not
said), `temperature`, `topP`, `topK`, `maxOutputTokens`, `presencePenalty`, `frequencyPenalty`, `stopSequences`, `seed`,
`reasoning` (AI SDK 7's word for an effort), `responseFormat`, `tools` (a record by name of `description`, `inputSchema`
or `parameters`, `strict`), `toolChoice`; and `sdkVersion`, the client's major version of the AI SDK. DGrid's form of a
message, `{role, content}`, is read as well. A response is one assistant's message; a stream is a UIMessageStream.

| in the model | on the wire |
|---|---|
| system, developer | a message with role `system`; `system` of the body |
| a turn with calls, the turn with their results | a step of the assistant's message, after `step-start` |
| ToolCall, ToolResult | one `tool-<name>` part; `dynamic-tool` if the request has tools and not this one |
| a call with broken arguments | its text as `input`; in an answer it has failed: `tool-output-error` |
| ServerToolCall, ServerToolResult | a tool part with `providerExecuted`; Claude's as @ai-sdk/anthropic spells them |
| Text, Refusal | `text` |
| Citation | `source-url`, `source-document` after its text; Claude's record in the text's `providerMetadata` |
| Reasoning, Signature, Cache | `reasoning`; `providerMetadata` under the vendor's key, as the AI SDK's providers do |
| Media | `file`; inline data as a data URL |
| Response.model, created, Usage, FinishReason | `metadata`: `model`, `createdAt`, `usage`, `finishReason` |
| Error | `{"error": {...}}`; an `error` chunk with its text |

What came from elsewhere is written in the words of AI SDK 5.0.0, which break no client; with `sdkVersion` 6 or more
`finish` says `finishReason` too. Parts and chunks of later versions come in, and go out as they came.

A tool part of an answer that has its result was run by the server, and is a ServerToolCall; whether it has one only
shows at the end of its step, so that a stream's calls are passed on then. `id`, `trigger`, `messageId` and the ids of
messages are the chat's, not the model's: they are kept and never counted as lost.

An answer to results goes on with the message that holds them, under its id: with another the chat shows it twice.

What UI messages cannot say: several candidates, log probabilities, users, tiers, the place of a citation in its text,
parallel calls forbidden, files that only a vendor has.
"""

from __future__ import annotations

from dgrid_translate.dialect import Dialect
from dgrid_translate.dialects.ui_message.errors import decode_error, encode_error
from dgrid_translate.dialects.ui_message.profile import PROFILE
from dgrid_translate.dialects.ui_message.request import decode_request, encode_request
from dgrid_translate.dialects.ui_message.response import decode_response, encode_response
from dgrid_translate.dialects.ui_message.stream import Decoder, Encoder

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
