"""The settings of a request -> `generationConfig`, within what Gemini and the model take."""

from __future__ import annotations

from msgspec import UNSET

from dgrid_translate.dialects.gemini import types as wire
from dgrid_translate.dialects.gemini.parts import Target
from dgrid_translate.dialects.gemini.profile import (
    MAX_CANDIDATES,
    MAX_SEED,
    MAX_STOPS,
    MAX_TEMPERATURE,
    MAX_TOP_LOGPROBS,
    NAME,
    Model,
)
from dgrid_translate.ir.request import OutputFormat, ReasoningConfig, Request, Sampling
from dgrid_translate.losses import Losses
from dgrid_translate.shared.effort import asked_effort, budget_for, nearest
from dgrid_translate.shared.proto3 import load
from dgrid_translate.shared.schema import GEMINI_JSON, downgrade
from dgrid_translate.shared.wire import NULL, dress, drop_foreign, own_extension, remembered


def encode_settings(params: wire.Params, request: Request, target: Target) -> None:
    """Fill `generationConfig`."""
    config = wire.GenerationConfig()
    if request.sampling is not None:
        _encode_sampling(config, request.sampling, request, target)
    if request.max_tokens is not None:
        config.maxOutputTokens = request.max_tokens
    if request.stop is not None:
        config.stopSequences = request.stop
        if not target.native and len(request.stop) > MAX_STOPS:
            config.stopSequences = request.stop[:MAX_STOPS]
            for index in range(MAX_STOPS, len(request.stop)):
                target.losses.dropped("stop", (*request.place("stop"), index), f"Gemini takes {MAX_STOPS}")
    if request.n is not None:
        config.candidateCount = _at_most(request.n, MAX_CANDIDATES, "n", request, target)
    if request.logprobs is not None:
        config.responseLogprobs = request.logprobs
    if request.top_logprobs is not None:
        config.logprobs = _at_most(request.top_logprobs, MAX_TOP_LOGPROBS, "top_logprobs", request, target)
    if request.output is not None:
        _encode_format(config, request.output, target)
    if request.reasoning is not None:
        thinking = _encode_thinking(request, request.reasoning, target)
        if thinking is not None:
            config.thinkingConfig = thinking
    ext = request.ext
    if ext is None:
        if config != _SILENT:
            params.generationConfig = config
        return
    made = dress(config, ext, NAME, "generationConfig")
    if made != _SILENT or remembered(ext, NAME, "~generationConfig"):
        params.generationConfig = made


_SILENT = wire.GenerationConfig()


def _at_most(value: int, limit: int, field: str, request: Request, target: Target) -> int:
    if target.native or value <= limit:
        return value
    target.losses.approximated(field, request.place(field), f"Gemini takes {limit} at most")
    return limit


_REFUSED = "this model takes none"


def _encode_sampling(config: wire.GenerationConfig, sampling: Sampling, request: Request, target: Target) -> None:
    native, losses = target.native, target.losses
    if sampling.temperature is not None:
        config.temperature = sampling.temperature
        if not native and sampling.temperature > MAX_TEMPERATURE:
            config.temperature = MAX_TEMPERATURE
            losses.approximated("temperature", request.place("temperature"), f"Gemini takes {MAX_TEMPERATURE} at most")
    if sampling.top_p is not None:
        config.topP = sampling.top_p
    if sampling.top_k is not None:
        config.topK = sampling.top_k
    if sampling.seed is not None:
        if native or -MAX_SEED <= sampling.seed <= MAX_SEED:
            config.seed = sampling.seed
        else:
            losses.dropped("seed", request.place("seed"), "Gemini takes 32 bits")
    if sampling.presence_penalty is not None:
        if native or target.model.penalties:
            config.presencePenalty = sampling.presence_penalty
        else:
            losses.dropped("presence_penalty", request.place("presence_penalty"), _REFUSED)
    if sampling.frequency_penalty is not None:
        if native or target.model.penalties:
            config.frequencyPenalty = sampling.frequency_penalty
        else:
            losses.dropped("frequency_penalty", request.place("frequency_penalty"), _REFUSED)


def _encode_format(config: wire.GenerationConfig, output: OutputFormat, target: Target) -> None:
    losses = target.losses
    drop_foreign(output.ext, NAME, output.at, losses)
    config.responseMimeType = "text/plain" if output.kind == "text" else "application/json"
    given = own_extension(output.ext, NAME, "~responseMimeType")
    if given is not None:
        config.responseMimeType = UNSET if given == NULL else load(str, given, NAME)
    openapi = own_extension(output.ext, NAME, "~responseSchema")
    if openapi is not None:
        config.responseSchema = openapi
    elif output.schema is not None:
        schema = output.schema
        native = target.native
        config.responseJsonSchema = schema if native else downgrade(schema, GEMINI_JSON, losses, output.schema_at)
    for field in ("name", "description", "strict"):
        if getattr(output, field) is not None:
            losses.dropped(f"output_{field}", (*(output.schema_at[:-1] or output.at), field))


def _encode_thinking(request: Request, config: ReasoningConfig, target: Target) -> wire.ThinkingConfig | None:
    if config.ext is not None:
        drop_foreign(config.ext, NAME, config.at, target.losses)
    made = wire.ThinkingConfig()
    if config.visible is not None:
        made.includeThoughts = config.visible
    if target.native:
        if config.budget is not None:
            made.thinkingBudget = config.budget
        if config.effort is not None:
            given = own_extension(config.ext, NAME, "~thinkingLevel")
            made.thinkingLevel = config.effort.upper() if given is None else load(str, given, NAME)
        return dress(made, config.ext, NAME)
    model = target.model
    if model.budget is not None:
        _encode_budget(made, request, config, model, model.budget, target.losses)
    elif model.levels:
        _encode_level(made, request, config, model, target.losses)
    else:
        target.losses.dropped("reasoning", config.at, "this model does not think")
        return None
    return made if made != _NO_THINKING else None


_NO_THINKING = wire.ThinkingConfig()


def _encode_budget(
    made: wire.ThinkingConfig,
    request: Request,
    config: ReasoningConfig,
    model: Model,
    limits: tuple[int, int],
    losses: Losses,
) -> None:
    """`thinkingBudget`: -1 leaves it to the model, 0 is none where the model can be told so."""
    least, most = limits
    effort = config.effort
    if config.mode == "off" or effort == "none" or config.budget == 0:
        made.thinkingBudget = 0 if model.off else least
        if not model.off:
            losses.approximated("reasoning_off", request.place("reasoning.mode"), "this model always thinks")
        return
    if config.budget is not None:
        made.thinkingBudget = config.budget if config.budget < 0 else min(max(config.budget, least), most)
        if made.thinkingBudget != config.budget:
            losses.approximated("reasoning_budget", request.place("reasoning.budget"), f"sent as {made.thinkingBudget}")
        if effort is not None:
            losses.dropped("reasoning_effort", request.place("reasoning.effort"), "the budget counts")
    elif effort is not None:
        made.thinkingBudget = min(max(budget_for(effort, request.max_tokens), least), most)
        losses.approximated(
            "reasoning_effort", request.place("reasoning.effort"), f"sent as {made.thinkingBudget} tokens"
        )
        if config.mode is not None:
            losses.approximated("reasoning_mode", request.place("reasoning.mode"), "sent as a budget")
    elif config.mode is not None:
        made.thinkingBudget = -1
        if config.mode == "on":
            losses.approximated("reasoning_mode", request.place("reasoning.mode"), "the model decides how much")


def _encode_level(
    made: wire.ThinkingConfig, request: Request, config: ReasoningConfig, model: Model, losses: Losses
) -> None:
    """`thinkingLevel`; where no model is named, `thinkingBudget` for "off" and "as the model likes", its own words."""
    if request.model is None and config.effort is None:
        if config.mode == "off" or config.budget == 0:
            made.thinkingBudget = 0
            return
        if config.mode == "adaptive" and config.budget is None:
            made.thinkingBudget = -1
            return
    effort, guessed = asked_effort(request)
    if effort is not None:
        level = model.levels[0] if effort == "none" else nearest(effort, model.levels)
        made.thinkingLevel = level.upper()
        if guessed:
            losses.approximated("reasoning_budget", request.place("reasoning.budget"), f"sent as level {level}")
        elif level != effort:
            field = "reasoning.mode" if config.mode == "off" and config.effort is None else "reasoning.effort"
            losses.approximated("reasoning_effort", request.place(field), f"{effort} sent as {level}")
    if config.mode in ("on", "adaptive") and not (guessed and config.mode == "on"):
        losses.approximated("reasoning_mode", request.place("reasoning.mode"), "the model decides how much")
    if config.budget is not None and not guessed:
        losses.dropped("reasoning_budget", request.place("reasoning.budget"))
