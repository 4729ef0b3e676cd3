"""Parts: what messages and answers are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, final

from msgspec import Raw, Struct

from dgrid_translate.losses import At

Extension = dict[tuple[str, ...], Raw]
Extensions = dict[str, Extension]

MediaKind = Literal["image", "audio", "video", "document"]


class Node(Struct, gc=False, kw_only=True):
    """What every node of the model has."""

    at: At = ()
    ext: Extensions | None = None


@final
class Signature(Struct, frozen=True, gc=False):
    """An opaque proof or state that its vendor wants back unchanged.

    `origin` is the vendor that minted it ("anthropic", "google", "openai", ...; "" is unknown): a signature is never
    handed to another vendor as if it were its own.
    """

    value: str
    origin: str


@final
class Cache(Struct, frozen=True, gc=False):
    """A prompt-cache breakpoint after the node that carries it: the marker as it came and the key it stood under.

    `at` is where it stood, if not under its key in the node.
    """

    key: Literal["cache_control", "prompt_cache_breakpoint"]
    raw: Raw
    at: At = ()


@final
class Citation(Node):
    """A claim in a text and where it comes from.

    `start` and `end` count code points of the text they are on; None means the whole text. `quote` is the passage of
    the source that supports it. `source_at` is where the source is told of, if not at `at`. `raw` is the source
    dialect's own record, which only that dialect repeats.
    """

    url: str | None = None
    title: str | None = None
    quote: str | None = None
    start: int | None = None
    end: int | None = None
    raw: Raw | None = None
    dialect: str = ""
    source_at: At = ()


class Part(Node, kw_only=True):
    """Base of all parts."""

    cache: Cache | None = None
    signature: Signature | None = None


@final
class Text(Part):
    """Visible text."""

    text: str
    citations: list[Citation] | None = None


@final
class Reasoning(Part):
    """The model's own thinking. `redacted`: the text is withheld and `signature` holds its sealed form."""

    text: str
    id: str | None = None
    redacted: bool = False


@final
class Refusal(Part):
    """The model's words for declining."""

    text: str


@final
class LongData(Struct, frozen=True, gc=False, eq=False):
    """Base64 text too long to be copied about: what the JSON string `quoted` holds from byte `start` on.

    Nothing in `quoted` is escaped, and its quotes belong to it: the first byte of what it holds is at 1.
    """

    quoted: Raw
    start: int = 1

    def head(self, size: int) -> str:
        """How it begins: its first `size` bytes."""
        return str(memoryview(self.quoted)[self.start : -1][:size], "utf-8", "replace")

    def __str__(self) -> str:
        return str(memoryview(self.quoted)[self.start : -1], "utf-8")

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, LongData | str) else NotImplemented

    def __hash__(self) -> int:
        return hash(str(self))


@final
class Media(Part):
    """An image, sound, film or document; just one of `data`, `url`, `file_id`, `text`, `parts` is set.

    data: base64 text as it came. url: where it can be fetched (never a data URL). file_id: the provider's own id.
    text: a plain-text document's text. parts: a document made of parts. detail: "low", "high", "auto", ...
    """

    kind: MediaKind
    media_type: str | None = None
    data: str | LongData | None = None
    url: str | None = None
    file_id: str | None = None
    text: str | None = None
    parts: list[AnyPart] | None = None
    filename: str | None = None
    detail: str | None = None


@final
class ToolCall(Part):
    """A call the client is asked to make.

    `arguments` is the exact source: `Raw` where it is a JSON object on the wire, `str` where it is text that ought to
    be a JSON object but is not checked. `custom`: the arguments are free text, not JSON. `derived_id`: the source gave
    no id, so that a stable one was worked out from the content.
    """

    id: str
    name: str
    arguments: str | Raw
    custom: bool = False
    derived_id: bool = False


@final
class ToolResult(Part):
    """The answer to a call.

    `parts` say it as content; `structured` is set as well where the source says it as a JSON object. `inline`: the
    source said it as a bare string.
    """

    call_id: str
    parts: list[AnyPart]
    name: str | None = None
    is_error: bool | None = None
    structured: Raw | None = None
    inline: bool = False
    derived_id: bool = False


@final
class ServerToolCall(Part):
    """A call that the provider runs itself; `raw` is the block as it came, in `dialect`'s words."""

    id: str | None
    name: str
    raw: Raw
    dialect: str


@final
class ServerToolResult(Part):
    """What a provider-run call gave; `raw` is the block as it came, in `dialect`'s words."""

    call_id: str | None
    name: str
    raw: Raw
    dialect: str


@final
class Opaque(Part):
    """A block this library does not know; `tag` is its type, `raw` the block as it came, in `dialect`'s words."""

    tag: str
    raw: Raw
    dialect: str


AnyPart = Text | Reasoning | ToolCall | ToolResult | Media | Refusal | ServerToolCall | ServerToolResult | Opaque


def holds(parts: Sequence[AnyPart], kind: type[Part]) -> bool:
    """Whether any of `parts` is of `kind`."""
    for part in parts:  # noqa: SIM110 (a generator costs more than most of these loops)
        if type(part) is kind:
            return True
    return False
