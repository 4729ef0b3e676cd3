"""OpenAI Responses: which requests and responses are right.

check_request(body)                    what any server of this dialect should take
check_request(body, official=True)     what api.openai.com takes
check_response(body)                   what a client may count on
check_response(body, official=True)    what api.openai.com answers
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dgrid_translate.testing.rules import openai_responses_input as in_input
from dgrid_translate.testing.rules import openai_responses_params as in_params
from dgrid_translate.testing.violations import Findings, Rule, Violation, judge
from dgrid_translate.testing.wire_json import Json, integer, kind_of, number, obj, objects, one_of, shown, string

if TYPE_CHECKING:
    from dgrid_translate.losses import At

STATUSES = ("queued", "in_progress", "completed", "failed", "cancelled", "incomplete")
REASONS = ("max_output_tokens", "content_filter", "max_messages", "steered")
ECHOES = {"parallel_tool_calls": bool, "tools": list, "tool_choice": (str, dict)}
ANNOTATIONS = {
    "url_citation": ("url", "title"),
    "file_citation": ("file_id", "filename"),
    "container_file_citation": ("container_id", "file_id", "filename"),
    "file_path": ("file_id",),
}
USAGE_PARTS = (
    ("input_tokens", "input_tokens_details", "cached_tokens"),
    ("input_tokens", "input_tokens_details", "cache_write_tokens"),
    ("output_tokens", "output_tokens_details", "reasoning_tokens"),
)


def envelope(body: Json) -> Findings:
    """id, object, created_at, model, status and output are there [types]."""
    yield from envelope_findings(body, ())


def echoes(body: Json) -> Findings:
    """What the request said of tools is said again [types]."""
    for key, wanted in ECHOES.items():
        if not isinstance(body.get(key), wanted):
            yield (key,), f"{key} repeats the request's, not {shown(body.get(key))}"


def ending(body: Json) -> Findings:
    """The status agrees with incomplete_details and error [docs]."""
    yield from ending_findings(body, ())


def item(body: Json) -> Findings:
    """Every item of the output has the members that its type asks for, and an id [types]."""
    for at, it in objects(body.get("output"), "output"):
        yield from item_findings(it, at)


def item_kind(body: Json) -> Findings:
    """Every item is of a known type, that an answer may have [types]."""
    asked_only = ("item_reference", "configuration_update", "compaction_trigger")
    for at, it in objects(body.get("output"), "output"):
        if not one_of(it.get("type"), in_input.KINDS - set(asked_only)):
            yield (*at, "type"), f"unknown item {shown(it.get('type'))}"


def unique_id(body: Json) -> Findings:
    """No two items share an id, no two calls a call_id [sdk]: openai's helper raises on it."""
    seen: set[tuple[str, str, str]] = set()
    for at, it in objects(body.get("output"), "output"):
        for key in ("id", "call_id"):
            own = string(it.get(key))
            kind = kind_of(it) if key == "call_id" else ""
            if own and (key, kind, own) in seen:
                yield (*at, key), f"the {key} {shown(own)} is taken"
            seen.add((key, kind, own or ""))


def content(body: Json) -> Findings:
    """A message is the assistant's, of output_text with its text and annotations, and of refusals [types]."""
    for at, it in objects(body.get("output"), "output"):
        if kind_of(it) == "message":
            yield from content_findings(it, at)


def annotation(body: Json) -> Findings:
    """An annotation names its source, flat, and a passage of its text [types]."""
    for at, it in objects(body.get("output"), "output"):
        for place, part in objects(it.get("content"), *at, "content"):
            for spot, note in objects(part.get("annotations"), *place, "annotations"):
                yield from annotation_findings(note, spot)


def usage(body: Json) -> Findings:
    """Usage, where told, counts input, output and total tokens [types]."""
    yield from usage_findings(body.get("usage"), ("usage",))


def usage_details(body: Json) -> Findings:
    """Usage tells what was cached and what was thought [types]."""
    for key in ("input_tokens_details", "output_tokens_details") if obj(body.get("usage")) else ():
        if not isinstance(obj(body.get("usage")).get(key), dict):
            yield ("usage", key), f"usage has {key}"


def usage_sum(body: Json) -> Findings:
    """Token counts add up, and no share is larger than its whole [docs]."""
    yield from sum_findings(body.get("usage"), ("usage",))


REQUEST: tuple[Rule[Json], ...] = (
    in_input.input_there,
    in_input.item,
    in_input.role,
    in_input.content,
    in_input.part,
    in_input.media,
    in_input.call,
    in_input.call_result,
    in_input.unique_id,
    in_params.param_range,
    in_params.stream_options,
    in_params.excluded,
    in_params.metadata,
    in_params.text_format,
    in_params.json_mode,
    in_params.tool_name,
    in_params.tool_member,
    in_params.tool_schema,
    in_params.tool_choice,
)
OFFICIAL_REQUEST: tuple[Rule[Json], ...] = (
    in_input.item_kind,
    in_input.part_kind,
    in_input.file_data,
    in_input.item_id,
    in_input.reasoning_order,
    in_params.model,
    in_params.unknown_param,
    in_params.param_enum,
    in_params.include,
    in_params.logprobs,
    in_params.tool_kind,
    in_params.choice_kind,
    in_params.strict_schema,
    in_params.reasoning_model,
)
RESPONSE: tuple[Rule[Json], ...] = (envelope, ending, item, unique_id, content, annotation, usage)
OFFICIAL_RESPONSE: tuple[Rule[Json], ...] = (echoes, item_kind, usage_details, usage_sum)


def check_request(body: Json, *, official: bool = False) -> list[Violation]:
    """What is wrong with a request body."""
    return judge(REQUEST + OFFICIAL_REQUEST if official else REQUEST, body)


def check_response(body: Json, *, official: bool = False) -> list[Violation]:
    """What is wrong with a (non-stream) response body."""
    return judge(RESPONSE + OFFICIAL_RESPONSE if official else RESPONSE, body)


def envelope_findings(body: Json, at: At) -> Findings:
    """What is wrong with the members that every response object has, at its beginning and at its end."""
    for key in ("id", "model"):
        if not isinstance(body.get(key), str):
            yield (*at, key), f"{key} is a string, not {shown(body.get(key))}"
    if body.get("object") != "response":
        yield (*at, "object"), f"object is response, not {shown(body.get('object'))}"
    if number(body.get("created_at")) is None:
        yield (*at, "created_at"), f"created_at is in seconds, not {shown(body.get('created_at'))}"
    if not one_of(body.get("status"), STATUSES):
        yield (*at, "status"), f"unknown status {shown(body.get('status'))}"
    if not isinstance(body.get("output"), list):
        yield (*at, "output"), f"output is an array of items, not {shown(body.get('output'))}"


def ending_findings(body: Json, at: At) -> Findings:
    """Where the status and what is said of the ending disagree."""
    status, reason = body.get("status"), obj(body.get("incomplete_details")).get("reason")
    if status == "incomplete" and not one_of(reason, REASONS):
        yield (*at, "incomplete_details"), f"an incomplete response says a known reason, not {shown(reason)}"
    if status == "completed" and body.get("incomplete_details") is not None:
        yield (*at, "incomplete_details"), "a completed response is not incomplete"
    error = obj(body.get("error"))
    if status == "failed" and not (string(error.get("code")) and isinstance(error.get("message"), str)):
        yield (*at, "error"), "a failed response has an error with code and message"
    if status == "completed" and error:
        yield (*at, "error"), "a completed response has no error"


def item_findings(it: Json, at: At) -> Findings:
    """What is wrong with one finished item of an output, whatever its type."""
    yield from in_input.member_findings(it, at)
    if not string(it.get("id")):
        yield (*at, "id"), "an item has an id"
    if kind_of(it) in ("function_call", "custom_tool_call"):
        yield from in_input.name_findings((*at, "name"), it.get("name"))
        if it.get("call_id") == "":
            yield (*at, "call_id"), "a call_id is not empty"


def content_findings(message: Json, at: At) -> Findings:
    """What is wrong with a finished message."""
    if message.get("role") != "assistant":
        yield (*at, "role"), f"role is assistant, not {shown(message.get('role'))}"
    if not one_of(message.get("status"), ("in_progress", "completed", "incomplete")):
        yield (*at, "status"), f"unknown status {shown(message.get('status'))}"
    if not isinstance(message.get("content"), list):
        yield (*at, "content"), f"content is an array of parts, not {shown(message.get('content'))}"
    for place, part in objects(message.get("content"), *at, "content"):
        yield from part_findings(part, place)


def part_findings(part: Json, at: At) -> Findings:
    """What is wrong with one finished part of a message."""
    match kind_of(part):
        case "output_text":
            if not isinstance(part.get("text"), str):
                yield (*at, "text"), f"text is a string, not {shown(part.get('text'))}"
            if not isinstance(part.get("annotations"), list):
                yield (*at, "annotations"), "annotations is an array; [] says that there are none"
        case "refusal":
            if not isinstance(part.get("refusal"), str):
                yield (*at, "refusal"), f"refusal is a string, not {shown(part.get('refusal'))}"
        case _:
            yield (*at, "type"), f"a message is made of output_text and refusal, not {shown(part.get('type'))}"


def annotation_findings(note: Json, at: At) -> Findings:
    """What is wrong with one annotation."""
    for key in ANNOTATIONS.get(kind_of(note), ()):
        if not isinstance(note.get(key), str):
            yield (*at, key), f"a {kind_of(note)} says its {key}"
    first, last = integer(note.get("start_index")), integer(note.get("end_index"))
    spans = kind_of(note) in ("url_citation", "container_file_citation")
    if spans and (first is None or last is None or not 0 <= first <= last):
        yield (*at, "end_index"), "a citation is of a passage, from start_index to end_index"


def usage_findings(told: object, at: At) -> Findings:
    """Which counts a usage object lacks; none at all is no fault."""
    it = obj(told)
    for key in ("input_tokens", "output_tokens", "total_tokens") if it else ():
        if (integer(it.get(key)) or 0) < 0 or integer(it.get(key)) is None:
            yield (*at, key), f"{key} is a count, not {shown(it.get(key))}"


def sum_findings(told: object, at: At) -> Findings:
    """Where a usage object does not add up."""
    it = obj(told)
    asked, given = integer(it.get("input_tokens")) or 0, integer(it.get("output_tokens")) or 0
    if it and integer(it.get("total_tokens")) != asked + given:
        yield (*at, "total_tokens"), f"total_tokens is {asked} + {given}, not {shown(it.get('total_tokens'))}"
    for whole, details, share in USAGE_PARTS:
        part, limit = integer(obj(it.get(details)).get(share)), integer(it.get(whole))
        if part is not None and limit is not None and part > limit:
            yield (*at, details, share), f"{share} is part of {whole}: {part} > {limit}"
