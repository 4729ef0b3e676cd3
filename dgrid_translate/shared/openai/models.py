"""What OpenAI's models refuse, by their names.

Models that always reason, and those that do when asked to, take no sampling but its defaults and no log probabilities;
https://platform.openai.com/docs/guides/reasoning. o3 and o4-mini take no stop sequences, says the reference of `stop`.
Names of other vendors, or with a gateway's prefix, are held to nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from msgspec.structs import replace

from dgrid_translate.ir.request import Request
from dgrid_translate.losses import Losses

_ALWAYS = re.compile(r"(?:o[1-9]|gpt-5)(?:-(?:mini|nano|pro|preview))*(?:-\d{4}-\d\d-\d\d)?")
_WHEN_ASKED = re.compile(r"gpt-(?:5\.\d|[6-9])(?!.*chat)")
_WITHOUT_STOP = re.compile(r"o3(?!-mini)|o4-mini")
_DEFAULTS = {"temperature": 1, "top_p": 1, "presence_penalty": 0, "frequency_penalty": 0}


def fit_model(request: Request, effort: str | None, losses: Losses) -> Request:
    """A request from elsewhere without what its model refuses; `effort` is what it is told to spend on thinking."""
    model = request.model or ""
    if request.stop and _WITHOUT_STOP.match(model):
        losses.dropped("stop", request.place("stop"), f"{model} takes none")
        request = replace(request, stop=None)
    sampling = request.sampling
    if sampling is None and not request.logprobs and request.top_logprobs is None:
        return request
    reasons = _reasons(model[:120])
    if reasons == "never" or (reasons == "asked" and effort in (None, "none")):
        return request
    if sampling is not None:
        for field, default in _DEFAULTS.items():
            if getattr(sampling, field) not in (None, default):
                losses.dropped(field, request.place(field), f"{model} takes no sampling")
                sampling = replace(sampling, **{field: None})
        if sampling is not request.sampling:
            request = replace(request, sampling=sampling)
    if request.logprobs or request.top_logprobs is not None:
        for field in ("logprobs", "top_logprobs"):
            if getattr(request, field) is not None:
                losses.dropped(field, request.place(field), f"{model} gives none")
        request = replace(request, logprobs=None, top_logprobs=None)
    return request


@lru_cache(256)
def _reasons(model: str) -> Literal["always", "asked", "never"]:
    """When a model reasons."""
    if _ALWAYS.fullmatch(model):
        return "always"
    return "asked" if _WHEN_ASKED.match(model) else "never"
