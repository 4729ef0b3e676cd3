"""Gemini's generateContent.

Source: https://ai.google.dev/api/generate-content and google-genai 3.4 (`types`), read 2026-11-21; spellings, chunk
habits and byte offsets from recorded traffic of the Gemini API and of Vertex AI.

| in the model | on the wire |
|---|---|
| system, developer | `systemInstruction`; what the system says in mid-conversation goes into a turn of the user |
| user, assistant | `contents` of role `user` and `model` |
| Text, Reasoning | `text`, with `thought: true` |
| Media | `inlineData`, or `fileData` for what has a URI |
| ToolCall | `functionCall`; an id that was only worked out is left out again |
| ToolResult | `functionResponse`, all of a turn in one content: text is `{"output": ...}`, an error `{"error": ...}` |
| Signature | `thoughtSignature`; another vendor's travels to a client in base64 behind a mark, and never to Gemini |
| FunctionTool | `functionDeclarations`, with `parametersJsonSchema` |
| ToolChoice with names | mode `ANY` (`VALIDATED` where the model may also answer) and `allowedFunctionNames` |
| OutputFormat | `responseMimeType` and `responseJsonSchema` |
| ReasoningConfig | `thinkingConfig`: a level or a budget, whichever the model takes |
| Citation | `groundingMetadata`, offsets in UTF-8 bytes; `citationMetadata` is read too |
| FinishReason | `finishReason`; an end in calls is `STOP`, a blocked prompt has no candidate at all |

The model and whether the answer is a stream stand in the URL (`profile.in_url`), so a body that comes from elsewhere
carries neither. A body's own `model` is read, and repeated to Gemini alone. Known keys are read in camelCase and
snake_case, lone objects where lists are due; written are camelCase and lists.

What Gemini cannot say, and so is named as lost when it comes from elsewhere: users and metadata, cache breakpoints,
names of speakers, names, descriptions and strictness of output schemas, verbosity, that calls may not be parallel, file
names, other vendors' thinking where they signed it, and other vendors' server tools. Stop sequences beyond five,
thinking that a model cannot be told to do or leave, and penalties that it refuses are cut to what it takes. Gemini 3
wants its signature on the first call of each step under way: where none is known, its documented sentinel goes out.

To clients, what another vendor's model thought before a call rides on the call's signature as well: Gemini CLI
(@google/gemini-cli 0.61) sends no thoughts back, while signatures of calls it must.
"""

from __future__ import annotations

from dgrid_translate.dialect import Dialect
from dgrid_translate.dialects.gemini.errors import decode_error, encode_error
from dgrid_translate.dialects.gemini.profile import PROFILE
from dgrid_translate.dialects.gemini.request import decode_request, encode_request
from dgrid_translate.dialects.gemini.response import decode_response, encode_response
from dgrid_translate.dialects.gemini.stream import Decoder, Encoder

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
