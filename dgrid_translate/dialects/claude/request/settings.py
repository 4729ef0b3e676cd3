"""Everything in a request but its messages and tools, made to fit what the model takes."""

from __future__ import annotations

from msgspec import UNSET, Raw

from dgrid_translate.dialects.claude import types as wire
from dgrid_translate.dialects.claude.profile import MIN_BUDGET, NAME, ORIGIN, REQUEST_TIERS_BACK, Model
from dgrid_translate.dialects.claude.tools import encode_tool_choice
from dgrid_translate.ir.parts import Reasoning, ToolCall, ToolResult, holds
from dgrid_translate.ir.request import OutputFormat, ReasoningConfig, Request, Sampling
from dgrid_translate.losses import Losses
from dgrid_translate.shared.effort import LEVELS, budget_for, effort_for, nearest
from dgrid_translate.shared.schema import CLAUDE_STRICT, downgrade
from dgrid_translate.shared.wire import dress, drop_foreign, dump, own_extension, unwritten

_JSON = "Answer with one valid JSON object and nothing else: no Markdown, no explanation."
_SCHEMA = "Answer with JSON that this JSON Schema allows and nothing else: no Markdown, no explanation.\n"
_MAX_USER = 256
_EFFORT_ALONE = "the source names an effort alone"
_SHOWN_ALONE = "the source names thoughts to be shown alone"
_DISABLED = Raw(b'{"type":"disabled"}')
_EFFORTS = {word: Raw(dump(wire.OutputConfig(word))) for word in LEVELS}


def encode_settings(params: wire.Params, request: Request, model: Model, losses: Losses) -> list[str]:
    """Fill all but `messages`, `system` and `tools`; instructions for what can only be asked for in words."""
    if request.dialect == NAME:
        _encode_as_it_came(params, request, model, losses)
        return []
    instructions: list[str] = []
    invented = request.max_tokens is None
    params.max_tokens = model.max_tokens if request.max_tokens is None else request.max_tokens
    if invented:
        budget = request.reasoning.budget if request.reasoning is not None else None
        if budget is not None and budget >= params.max_tokens:
            params.max_tokens += budget
        losses.invented("max_tokens", ("max_tokens",), "Claude requires one")
    forced = False
    if request.tool_choice is not None or request.parallel_tool_calls is not None:
        choice, instruction = encode_tool_choice(request, model, losses)
        if choice is not None:
            params.tool_choice = unwritten(choice)
            forced = choice.type in ("any", "tool")
        if instruction is not None:
            instructions.append(instruction)
    config = request.reasoning
    if config is not None:
        _encode_reasoning(params, config, request, model, losses)
        if forced and _thinks(params):
            losses.dropped("reasoning", request.place("reasoning.mode"), "no thinking where a tool must be called")
            params.thinking = UNSET
        if _effort_alone(config) and model.efforts and _thinks(params):
            losses.invented("thinking", ("thinking",), _SHOWN_ALONE if config.effort is None else _EFFORT_ALONE)
    if request.output is not None:
        instruction = _encode_output(params, request.output, model, losses)
        if instruction is not None:
            instructions.append(instruction)
    if request.sampling is not None:
        _encode_sampling(params, request.sampling, request, model, losses)
    _encode_rest(params, request, losses)
    return instructions


def _encode_as_it_came(params: wire.Params, request: Request, model: Model, losses: Losses) -> None:
    ext = request.ext
    if request.max_tokens is not None:
        params.max_tokens = request.max_tokens
    chosen = None if request.tool_choice is None else own_extension(request.tool_choice.ext, NAME, "~raw")
    if chosen is not None:
        params.tool_choice = chosen
    elif request.tool_choice is not None or request.parallel_tool_calls is not None:
        choice, _ = encode_tool_choice(request, model, losses)
        if choice is not None:
            params.tool_choice = unwritten(choice)
    config = request.reasoning
    if config is not None:
        thinking = own_extension(config.ext, NAME, "~thinking")
        if thinking is not None:
            params.thinking = thinking
    output = own_extension(ext, NAME, "~output_config")
    if output is not None:
        params.output_config = output
    if request.sampling is not None:
        sampling = request.sampling
        params.temperature = UNSET if sampling.temperature is None else sampling.temperature
        params.top_p = UNSET if sampling.top_p is None else sampling.top_p
        params.top_k = UNSET if sampling.top_k is None else sampling.top_k
    if request.stop is not None:
        params.stop_sequences = request.stop
    metadata = own_extension(ext, NAME, "~metadata")
    if metadata is not None:
        params.metadata = _metadata(request)
    tier = request.service_tier
    if tier is not None:
        params.service_tier = "standard_only" if own_extension(ext, NAME, "~service_tier") == _TIER else tier


_TIER = Raw(b'"standard_only"')


def _metadata(request: Request) -> wire.Metadata:
    made = wire.Metadata(UNSET if request.user is None else request.user)
    return dress(made, request.ext, NAME, "metadata")


# ------------------------------------------------------------------------------------------------------- reasoning


def _effort_alone(config: ReasoningConfig) -> bool:
    return config.mode is None and config.budget is None


def _is_sampled(request: Request, model: Model) -> bool:
    """Whether sampling is asked for, which thinking would not allow: an effort says something without it."""
    asked = request.sampling
    if asked is None or not model.sampling or not model.efforts:
        return False
    return asked.temperature is not None or asked.top_p is not None or asked.top_k is not None


def _thinks(params: wire.Params) -> bool:
    return params.thinking is not UNSET and params.thinking is not _DISABLED


def _encode_reasoning(
    params: wire.Params, config: ReasoningConfig, request: Request, model: Model, losses: Losses
) -> None:
    """Fill `thinking` and `output_config.effort`.

    https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking: a budget is at least 1024 tokens and less
    than max_tokens; newer models decide for themselves, led by an effort word.
    """
    if config.ext is not None:
        drop_foreign(config.ext, NAME, config.at, losses)
    if config.mode == "off" or config.effort == "none" or config.budget == 0:
        _encode_off(params, request, model, losses)
        return
    budget = config.budget if config.budget is not None and config.budget > 0 else None
    effort = config.effort
    limit = 0 if params.max_tokens is UNSET else params.max_tokens
    thinking: wire.Thinking | None = None
    budgeted = "enabled" in model.thinking and (budget is not None or "adaptive" not in model.thinking)
    if budgeted and _forgot_its_thinking(request):
        if "adaptive" not in model.thinking:
            reason = "the turn under way came without its thinking"
            losses.dropped("reasoning", _place(request, "reasoning.effort"), reason)
            return
        budgeted = False
    asked = budget is not None or effort is not None or config.mode is not None
    if budgeted and asked:
        thinking = _budgeted(config, budget, limit, request, model, losses)
    elif not asked and not config.visible:
        pass
    elif "adaptive" in model.thinking and not (_effort_alone(config) and _is_sampled(request, model)):
        thinking = wire.Thinking("adaptive")
        if budget is not None and effort is None:
            effort = effort_for(budget, limit)
            losses.approximated("reasoning_budget", request.place("reasoning.budget"), f"sent as effort {effort!r}")
        elif budget is not None:
            losses.dropped("reasoning_budget", request.place("reasoning.budget"))
    elif not model.thinking and (effort is not None or config.mode is not None or budget is not None):
        field = "reasoning.effort" if effort is not None else "reasoning.budget" if budget else "reasoning.mode"
        losses.dropped("reasoning", _place(request, field), "the model does not think")
    if effort is not None and model.efforts:
        _encode_effort(params, effort, request, model, losses)
    if config.visible is not None:
        if thinking is None:
            losses.dropped("reasoning_visibility", request.place("reasoning.visible"))
        else:
            thinking.display = "summarized" if config.visible else "omitted"
    if thinking is not None:
        params.thinking = unwritten(thinking)


def _place(request: Request, field: str) -> tuple[str | int, ...]:
    """Where a part of `reasoning` stood; sources that have one key for all of it list only that."""
    return request.places.get(field) or request.places.get("reasoning") or request.place(field)


def _encode_off(params: wire.Params, request: Request, model: Model, losses: Losses) -> None:
    place = _place(request, "reasoning.mode")
    if not model.thinking:
        return
    if "disabled" in model.thinking:
        params.thinking = _DISABLED
    elif "between_tools" in model.thinking:
        params.thinking = Raw(b'{"type":"between_tools"}')
        losses.approximated("reasoning", place, "the model always thinks: between tools alone")
    else:
        params.output_config = Raw(b'{"effort":"low"}')
        losses.approximated("reasoning", place, "the model always thinks: with low effort")


def _forgot_its_thinking(request: Request) -> bool:
    """Whether a turn that goes on after calls has lost what was thought before them, as many clients do.

    Thinking with a budget is refused then: "a final assistant message must start with a thinking block" (adaptive
    thinking is free of that, https://docs.anthropic.com/en/docs/build-with-claude/adaptive-thinking).
    """
    if not holds(request.messages[-1].parts, ToolResult):
        return False
    calling = next((message for message in reversed(request.messages) if message.role == "assistant"), None)
    if calling is None or not holds(calling.parts, ToolCall):
        return False
    kept = (part.signature for part in calling.parts if type(part) is Reasoning)
    return not any(signature is not None and signature.origin == ORIGIN for signature in kept)


def _budgeted(
    config: ReasoningConfig, budget: int | None, limit: int, request: Request, model: Model, losses: Losses
) -> wire.Thinking | None:
    if limit <= MIN_BUDGET:
        losses.dropped("reasoning", _place(request, "reasoning.effort"), f"no room to think within {limit} tokens")
        return None
    wanted = budget if budget is not None else budget_for(config.effort or "medium", limit)
    given = min(max(wanted, MIN_BUDGET), limit - 1)
    if budget is not None and given != budget:
        losses.approximated("reasoning_budget", request.place("reasoning.budget"), f"sent as {given}")
    elif budget is None and config.effort is not None and not model.efforts:
        losses.approximated("reasoning_effort", _place(request, "reasoning.effort"), f"sent as a budget of {given}")
    elif budget is None:
        losses.invented("reasoning_budget", ("thinking", "budget_tokens"), "the model requires one")
    elif config.effort is not None and not model.efforts:
        losses.dropped("reasoning_effort", _place(request, "reasoning.effort"), "the budget says it")
    return wire.Thinking("enabled", given)


def _encode_effort(params: wire.Params, effort: str, request: Request, model: Model, losses: Losses) -> None:
    word = nearest(effort, model.efforts)
    if word != effort:
        losses.approximated("reasoning_effort", _place(request, "reasoning.effort"), f"sent as {word!r}")
    params.output_config = _EFFORTS[word]


# ---------------------------------------------------------------------------------------------------------- others


def _encode_output(params: wire.Params, output: OutputFormat, model: Model, losses: Losses) -> str | None:
    """Fill `output_config.format`; the instruction where there is no such thing."""
    drop_foreign(output.ext, NAME, output.at, losses)
    if output.kind == "text":
        return None
    if output.kind == "json" or output.schema is None:
        losses.approximated("response_format", output.at, "asked for in the system prompt")
        return _JSON
    for key in ("name", "description"):
        if getattr(output, key) is not None:
            losses.dropped(f"response_format_{key}", (*output.schema_at[:-1], key))
    if not model.formats:
        losses.approximated("response_format", output.at, "asked for in the system prompt")
        return _SCHEMA + bytes(output.schema).decode("utf-8", "replace")
    if output.strict is False:
        losses.approximated("response_format_strict", (*output.schema_at[:-1], "strict"), "Claude's is always strict")
    schema = downgrade(output.schema, CLAUDE_STRICT, losses, output.schema_at)
    form = wire.Format("json_schema", schema)
    effort = UNSET if params.output_config is UNSET else params.output_config
    if effort is UNSET:
        params.output_config = Raw(dump(wire.OutputConfig(format=form)))
    else:
        params.output_config = Raw(bytes(effort)[:-1] + b',"format":' + dump(form) + b"}")
    return None


def _encode_sampling(params: wire.Params, sampling: Sampling, request: Request, model: Model, losses: Losses) -> None:
    """Fill `temperature`, `top_p`, `top_k`; https://docs.anthropic.com/en/api/messages says what goes with thinking."""
    if sampling.presence_penalty is not None:
        losses.dropped("presence_penalty", request.place("presence_penalty"))
    if sampling.frequency_penalty is not None:
        losses.dropped("frequency_penalty", request.place("frequency_penalty"))
    if sampling.seed is not None:
        losses.dropped("seed", request.place("seed"))
    temperature, top_p, top_k = sampling.temperature, sampling.top_p, sampling.top_k
    if temperature is not None and not 0 <= temperature <= 1:
        losses.approximated("temperature", request.place("temperature"), "clamped to 0..1")
        temperature = 1 if temperature > 1 else 0
    thinks = params.thinking is not UNSET and _thinks(params)
    reason = "the model takes no sampling" if not model.sampling else "not while thinking"
    if temperature is not None:
        if not model.sampling or (thinks and temperature != 1):
            losses.dropped("temperature", request.place("temperature"), reason)
        else:
            params.temperature = temperature
    if top_p is not None:
        if not model.sampling or (thinks and top_p < 0.95):
            losses.dropped("top_p", request.place("top_p"), reason)
        elif not model.both and params.temperature is not UNSET:
            losses.dropped("top_p", request.place("top_p"), "the model takes it or temperature, not both")
        else:
            params.top_p = min(max(top_p, 0), 1)
    if top_k is not None:
        if not model.sampling or thinks:
            losses.dropped("top_k", request.place("top_k"), reason)
        else:
            params.top_k = int(top_k)


def _encode_rest(params: wire.Params, request: Request, losses: Losses) -> None:
    if request.stop is not None:
        params.stop_sequences = [text for text in request.stop if text.strip()] or UNSET
        for index, text in enumerate(request.stop):
            if not text.strip():
                losses.dropped("stop", (*request.place("stop"), index), "Claude takes none of whitespace alone")
    if request.user is not None:
        if len(request.user) > _MAX_USER:
            losses.dropped("user", request.place("user"), f"longer than {_MAX_USER} characters")
        else:
            params.metadata = wire.Metadata(request.user)
    tier = request.service_tier
    if tier is not None:
        word = REQUEST_TIERS_BACK.get(tier)
        if word is None:
            losses.dropped("service_tier", request.place("service_tier"), f"Claude has no {tier!r}")
        else:
            params.service_tier = word
            if tier == "priority":
                losses.approximated("service_tier", request.place("service_tier"), "sent as auto")
    if request.include_usage is False:
        losses.dropped("include_usage", request.place("include_usage"), "Claude always says what it used")
    if request.n is not None and request.n > 1:
        losses.dropped("n", request.place("n"), "Claude gives one answer")
    if request.logprobs or request.top_logprobs:
        losses.dropped("logprobs", request.place("logprobs"))
        losses.dropped("top_logprobs", request.place("top_logprobs"))
    if request.metadata is not None and bytes(request.metadata) not in (b"{}", b"null"):
        losses.dropped("metadata", request.place("metadata"))
