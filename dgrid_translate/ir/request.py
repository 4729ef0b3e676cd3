"""A request: a conversation so far, the tools on offer, and how the answer should be made."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, final

from msgspec import Raw, Struct

from dgrid_translate.ir.parts import AnyPart, Cache, Node
from dgrid_translate.losses import At

NO_PLACES: Mapping[str, At] = MappingProxyType({})

Role = Literal["system", "developer", "user", "assistant"]


@final
class Message(Node):
    """One turn. `inline`: the source gave its content as a bare string."""

    role: Role
    parts: list[AnyPart]
    inline: bool = False
    name: str | None = None


@final
class FunctionTool(Node):
    """A tool with a JSON Schema for its arguments, which stood at `schema_at`; None means that none was given."""

    name: str
    description: str | None = None
    parameters: Raw | None = None
    strict: bool | None = None
    cache: Cache | None = None
    schema_at: At = ()


@final
class CustomTool(Node):
    """A tool that takes free text; `format` is the grammar in the OpenAI form, if any."""

    name: str
    description: str | None = None
    format: Raw | None = None
    cache: Cache | None = None


@final
class ProviderTool(Node):
    """A tool that only `dialect`'s vendor knows; `raw` is its definition as it came."""

    tag: str
    raw: Raw
    dialect: str
    cache: Cache | None = None


Tool = FunctionTool | CustomTool | ProviderTool


@final
class ToolChoice(Node):
    """mode: may call, may not, must. `names`: only these ("required" with one name is a forced call)."""

    mode: Literal["auto", "none", "required"]
    names: list[str] | None = None


@final
class OutputFormat(Node):
    """json: any JSON object; schema: JSON that `schema`, which stood at `schema_at`, allows."""

    kind: Literal["text", "json", "schema"]
    schema: Raw | None = None
    name: str | None = None
    description: str | None = None
    strict: bool | None = None
    schema_at: At = ()


@final
class ReasoningConfig(Node):
    """How much the model may think.

    mode: "on" (the client sets how much), "off", "adaptive" (the model decides), None (only effort is said).
    effort: "none", "minimal", "low", "medium", "high", "xhigh", "max". budget: tokens. visible: show a summary.
    """

    mode: Literal["on", "off", "adaptive"] | None = None
    effort: str | None = None
    budget: int | None = None
    visible: bool | None = None


@final
class Sampling(Struct, gc=False):
    """The usual knobs; None is the model's default."""

    temperature: int | float | None = None
    top_p: int | float | None = None
    top_k: int | float | None = None
    presence_penalty: int | float | None = None
    frequency_penalty: int | float | None = None
    seed: int | None = None


@final
class Request(Node):
    """A whole request, in the words of no vendor. `dialect` is where it came from.

    `places` maps a field of this class (or of Sampling) to the keys that lead to it in the source; a field it does not
    list stood under the key of its own name. `unspeakable` is what no other dialect can be asked and without which the
    rest asks for nothing: its place, and why. Such a request is refused rather than translated.
    """

    dialect: str
    messages: list[Message]
    model: str | None = None
    tools: list[Tool] | None = None
    tool_choice: ToolChoice | None = None
    parallel_tool_calls: bool | None = None
    sampling: Sampling | None = None
    max_tokens: int | None = None
    stop: list[str] | None = None
    n: int | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = None
    output: OutputFormat | None = None
    reasoning: ReasoningConfig | None = None
    user: str | None = None
    metadata: Raw | None = None
    service_tier: str | None = None
    stream: bool | None = None
    include_usage: bool | None = None
    places: Mapping[str, At] = NO_PLACES
    unspeakable: tuple[At, str] | None = None

    def place(self, field: str) -> At:
        """Where `field` stood in the source."""
        return self.places.get(field) or (field,)
