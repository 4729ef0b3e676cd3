"""OpenAI's legacy Completions: which requests and responses are right.

check_request(body)                    what any server of this dialect should take
check_request(body, official=True)     what api.openai.com takes
check_response(body)                   what a client may count on
check_response(body, official=True)    what api.openai.com answers
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dgrid_translate.testing.rules import openai_chat
from dgrid_translate.testing.rules import openai_chat_params as in_params
from dgrid_translate.testing.violations import Findings, Rule, Violation, judge
from dgrid_translate.testing.wire_json import Json, array, integer, number, obj, objects, one_of, shown, words

if TYPE_CHECKING:
    from dgrid_translate.losses import At

PARAMS = words(
    "model prompt best_of echo frequency_penalty logit_bias logprobs max_tokens n presence_penalty seed stop stream"
    " stream_options suffix temperature top_p user"
)
RANGES = {
    "temperature": (0, 2),
    "top_p": (0, 1),
    "frequency_penalty": (-2, 2),
    "presence_penalty": (-2, 2),
    "n": (1, 128),
    "best_of": (1, 20),
    "logprobs": (0, 5),
}
FINISH_REASONS = ("stop", "length", "content_filter")


def prompt(body: Json) -> Findings:
    """A prompt is text, texts, tokens, or lists of tokens; none at all begins a new document [types]."""
    it = body.get("prompt")
    if it is None or isinstance(it, str):
        return
    entries = array(it)
    texts = all(isinstance(entry, str) for entry in entries)
    tokens = all(integer(entry) is not None for entry in entries)
    lists = all(array(entry) and all(integer(token) is not None for token in array(entry)) for entry in entries)
    if not entries or not (texts or tokens or lists):
        yield ("prompt",), f"a prompt is text, texts, tokens or lists of tokens, not {shown(it)}"


def param_range(body: Json) -> Findings:
    """Numbers stand within their documented ranges [docs]."""
    for key, (low, high) in RANGES.items():
        if body.get(key) is None:
            continue
        value = number(body.get(key))
        if value is None or not low <= value <= high:
            yield (key,), f"{key} is a number from {low} to {high}, not {shown(body.get(key))}"
    if body.get("max_tokens") is not None and (integer(body.get("max_tokens")) or 0) < 0:
        yield ("max_tokens",), "max_tokens is a whole number, zero or more"
    for token, bias in obj(body.get("logit_bias")).items():
        if not -100 <= (number(bias) or 0) <= 100:
            yield ("logit_bias", token), "a bias is from -100 to 100"


def best_of(body: Json) -> Findings:
    """The best of no fewer than are asked for; nobody knows the best while it streams [docs]."""
    most = integer(body.get("best_of"))
    if most is None:
        return
    if most < (integer(body.get("n")) or 1):
        yield ("best_of",), f"the best {shown(body.get('n'))} of {most}"
    if body.get("stream") is True and most > (integer(body.get("n")) or 1):
        yield ("best_of",), "results of best_of cannot be streamed"


def unknown_param(body: Json) -> Findings:
    """The API says: "Unrecognized request argument supplied": no parameter that the API does not know [docs]."""
    for key in body.keys() - PARAMS:
        yield (key,), "unknown parameter"


def text(body: Json) -> Findings:
    """Every choice has its text, which may be empty [types]."""
    for at, choice in objects(body.get("choices"), "choices"):
        if not isinstance(choice.get("text"), str):
            yield (*at, "text"), f"text is a string, not {shown(choice.get('text'))}"


def logprobs(body: Json) -> Findings:
    """Log probabilities come in lists with an entry a token [types]."""
    for at, choice in objects(body.get("choices"), "choices"):
        yield from logprob_findings(choice.get("logprobs"), (*at, "logprobs"))


def usage(body: Json) -> Findings:
    """Usage, where told, counts prompt and total tokens; none made may go without a count [observed]."""
    it = obj(body.get("usage"))
    for key in ("prompt_tokens", "total_tokens", "completion_tokens") if it else ():
        said = it.get(key, 0 if key == "completion_tokens" else None)
        if (integer(said) or 0) < 0 or integer(said) is None:
            yield ("usage", key), f"{key} is a count, not {shown(said)}"


def envelope(body: Json) -> Findings:
    """id, object, created (whole seconds) and model are there. [types]: Together and Writer have their own."""
    yield from openai_chat.envelope_findings(body, (), "text_completion")


def finish_reason(body: Json) -> Findings:
    """Every choice says why it ended, in one of the three words [types]."""
    for at, choice in objects(body.get("choices"), "choices"):
        if not one_of(choice.get("finish_reason"), FINISH_REASONS):
            yield (*at, "finish_reason"), f"unknown finish_reason {shown(choice.get('finish_reason'))}"


REQUEST: tuple[Rule[Json], ...] = (prompt, param_range, best_of, in_params.stop, in_params.stream_options)
OFFICIAL_REQUEST: tuple[Rule[Json], ...] = (in_params.model, unknown_param)
RESPONSE: tuple[Rule[Json], ...] = (text, logprobs, usage)
OFFICIAL_RESPONSE: tuple[Rule[Json], ...] = (envelope, openai_chat.choices, finish_reason, openai_chat.usage_sum)


def check_request(body: Json, *, official: bool = False) -> list[Violation]:
    """What is wrong with a request body."""
    return judge(REQUEST + OFFICIAL_REQUEST if official else REQUEST, body)


def check_response(body: Json, *, official: bool = False) -> list[Violation]:
    """What is wrong with a (non-stream) response body."""
    return judge(RESPONSE + OFFICIAL_RESPONSE if official else RESPONSE, body)


def logprob_findings(value: object, at: At) -> Findings:
    """What is wrong with the log probabilities of a choice; none at all is no fault."""
    it = obj(value)
    tokens = array(it.get("tokens"))
    for key in ("token_logprobs", "top_logprobs", "text_offset"):
        if it.get(key) is not None and len(array(it.get(key))) != len(tokens):
            yield (*at, key), f"{key} has {len(array(it.get(key)))} entries for {len(tokens)} tokens"
    offsets = [integer(offset) for offset in array(it.get("text_offset"))]
    if any(offset is None or offset < 0 for offset in offsets):
        yield (*at, "text_offset"), "offsets are whole numbers, zero or more"
