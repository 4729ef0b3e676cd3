"""OpenAI Completions, the legacy endpoint, as OpenAI, Azure, Together, vLLM and others serve it.

Source: https://platform.openai.com/docs/api-reference/completions and openai-python 3.52 (`types/completion*.py`), read
2026-11-21; offsets, repeated finish reasons and other hosts' members from recorded traffic.

| in the model | on the wire |
|---|---|
| one user turn | `prompt` |
| any other conversation | `prompt`, told as a script: instructions, then turns after `user:` and `assistant:` |
| Text of an answer | `choices[].text` |
| logprobs, top_logprobs | `logprobs`, the number of runners-up, five at most |
| Logprobs | `choices[].logprobs`: four lists with an entry a token; offsets count from the prompt's beginning |
| Sampling, n, stop, max_tokens, user, stream, include_usage | the members that Chat calls the same |
| Usage, Error | as in Chat |

`echo` is heeded whatever the upstream speaks: the prompt is put before the text of the answer, streamed or whole, and
has no log probabilities then. A script ends in the assistant's name, and `user:` at the beginning of a line becomes a
stop sequence. Where another dialect's request sets no `max_tokens`, one is invented: left alone, Completions stops
after 16 tokens.

What Completions cannot say, and so is named as lost when it comes from elsewhere: tools, calls and their results;
media; reasoning, its settings and every signature; citations; output formats; cache markers; who said what, beyond
names in the prompt. What others cannot say: `suffix`, `best_of`, `logit_bias` (Chat's has other tokens' numbers); the
prompts after the first, each named at its place. A prompt of tokens, which only its own tokenizer can read, is refused
with a DecodeError on the way to any other dialect.
"""

from __future__ import annotations

from dgrid_translate.dialect import Dialect
from dgrid_translate.dialects.openai_completions.errors import decode_error, encode_error
from dgrid_translate.dialects.openai_completions.profile import PROFILE
from dgrid_translate.dialects.openai_completions.request import decode_request, encode_request
from dgrid_translate.dialects.openai_completions.response import decode_response, encode_response
from dgrid_translate.dialects.openai_completions.stream import Decoder, Encoder

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
