"""The canonical form of Completions bodies."""

from __future__ import annotations

from dgrid_translate.testing.laws.canonical.common import without_nulls
from dgrid_translate.testing.places import is_array, is_object
from dgrid_translate.testing.strategies.common import JSONObject


def canonical_completions(body: JSONObject) -> JSONObject:
    """The one form of all bodies that say the same."""
    # Optional members that are null are as good as absent, in requests and in answers.
    body = without_nulls(body)
    # One prompt may stand in a list or alone, a stop sequence likewise.
    prompt = body.get("prompt")
    if is_array(prompt) and len(prompt) == 1 and isinstance(prompt[0], str):
        body["prompt"] = prompt[0]
    if isinstance(body.get("stop"), str):
        body["stop"] = [body["stop"]]
    # An empty id is none, and a total follows from the counts.
    if body.get("id") == "":
        del body["id"]
    if is_object(body.get("usage")):
        body["usage"] = {key: count for key, count in body["usage"].items() if key != "total_tokens"}
    if "choices" in body:
        body["choices"] = [_choice(choice) for choice in body["choices"]]
    return body


def _choice(choice: JSONObject) -> JSONObject:
    logprobs = choice.get("logprobs")
    if not is_object(logprobs) or not logprobs.get("tokens"):
        return choice
    made = dict(logprobs)
    # Offsets count from the beginning of a prompt that the answer does not show.
    offsets = made.get("text_offset")
    if is_array(offsets):
        made["text_offset"] = [offset - offsets[0] for offset in offsets]
    # What OpenAI says of a token whose probability it does not tell.
    made["token_logprobs"] = [-9999.0 if chance is None else chance for chance in made.get("token_logprobs") or ()]
    # No runners-up for any token may be said with a list of nulls.
    tops = made.get("top_logprobs")
    if is_array(tops) and all(top is None for top in tops):
        del made["top_logprobs"]
    return {**choice, "logprobs": made}
