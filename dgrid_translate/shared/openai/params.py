"""Request members that Chat and Completions share: sampling and stop sequences."""

from __future__ import annotations

from typing import Protocol

from msgspec import UNSET, UnsetType

from dgrid_translate.ir.request import Request, Sampling
from dgrid_translate.losses import Losses
from dgrid_translate.shared.wire import Number

MAX_STOPS = 4


class SamplingParams(Protocol):
    """A request's body, as far as sampling goes; `top_k` is other hosts' own."""

    temperature: Number | UnsetType
    top_p: Number | UnsetType
    top_k: Number | UnsetType
    presence_penalty: Number | UnsetType
    frequency_penalty: Number | UnsetType
    seed: int | UnsetType


def decode_sampling(params: SamplingParams) -> Sampling | None:
    """The knobs that the body sets, if any."""
    temperature, top_p, top_k = params.temperature, params.top_p, params.top_k
    presence, frequency, seed = params.presence_penalty, params.frequency_penalty, params.seed
    if temperature is top_p is top_k is presence is frequency is seed is UNSET:
        return None
    return Sampling(
        None if temperature is UNSET else temperature,
        None if top_p is UNSET else top_p,
        None if top_k is UNSET else top_k,
        None if presence is UNSET else presence,
        None if frequency is UNSET else frequency,
        None if seed is UNSET else seed,
    )


def encode_sampling(params: SamplingParams, request: Request, sampling: Sampling, dialect: str, losses: Losses) -> None:
    """Set them in a body of `dialect`."""
    if sampling.temperature is not None:
        params.temperature = sampling.temperature
    if sampling.top_p is not None:
        params.top_p = sampling.top_p
    if sampling.top_k is not None:
        if request.dialect == dialect:
            params.top_k = sampling.top_k
        else:
            losses.dropped("top_k", request.place("top_k"))
    if sampling.presence_penalty is not None:
        params.presence_penalty = sampling.presence_penalty
    if sampling.frequency_penalty is not None:
        params.frequency_penalty = sampling.frequency_penalty
    if sampling.seed is not None:
        params.seed = sampling.seed


def limit_stops(request: Request, stop: list[str], losses: Losses) -> list[str]:
    """As many of another dialect's stop sequences as OpenAI takes."""
    for index in range(MAX_STOPS, len(stop)):
        losses.dropped("stop", (*request.place("stop"), index), f"OpenAI takes {MAX_STOPS}")
    return stop[:MAX_STOPS]
