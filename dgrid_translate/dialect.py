"""The contract a dialect fulfils: one frozen record of plain functions, and two stream machines.

Everything is JSON text in and out, so that what nobody looks at is never parsed. `decode_` is always wire -> model,
`encode_` always model -> wire. Decoders raise DecodeError alone, encoders never raise on a valid model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, Protocol

from msgspec import Struct

from dgrid_translate.ir.error import Error
from dgrid_translate.ir.events import Event
from dgrid_translate.ir.request import Request
from dgrid_translate.ir.response import Response
from dgrid_translate.losses import Losses
from dgrid_translate.shared.names import NameRule
from dgrid_translate.shared.sse import Framing

Kind = Literal["request", "response", "event", "error"]


class Mark(Struct, frozen=True):
    """A shape that gives a body away.

    It has all of `keys`; if a tag is named, one of its values there; if an item is, the first element of the array
    under the first key has a member of that name.
    """

    kind: Kind
    keys: tuple[str, ...]
    tag: str = ""
    values: tuple[str, ...] = ()
    item: str = ""


class Profile(Struct, frozen=True):
    """What a dialect is, as data.

    name, aliases: what callers call it. framing: its SSE habits. names: what a tool may be called. custom_tools: it
    has tools that take free text. paths: the whole paths that its vendor's SDKs request, the usual one first; `{model}`
    stands for the model's name, which may hold slashes. auth_headers: where its clients put their key, first choice
    first. marks: how its bodies are recognised. members: what its requests may hold. provider_tools: a pattern for the
    kinds of tools that are its vendor's own. in_url: what its requests say in the URL and not in the body: "model",
    "stream". request_headers: what its requests cannot do without. stream_headers: what its clients may look for on a
    stream. request_id: the header in which its answers say their id. answers_as_asked: its clients go by the name of
    the model that they asked for, so that an answer says that name.
    """

    name: str
    aliases: tuple[str, ...]
    framing: Framing
    names: NameRule
    custom_tools: bool
    paths: tuple[str, ...]
    auth_headers: tuple[str, ...]
    marks: tuple[Mark, ...]
    members: frozenset[str]
    provider_tools: str
    in_url: tuple[str, ...] = ()
    request_headers: tuple[tuple[str, str], ...] = ()
    stream_headers: tuple[tuple[str, str], ...] = ()
    request_id: str = "x-request-id"
    answers_as_asked: bool = False


class StreamDecoder(Protocol):
    """Wire events in, model events out; a machine for one stream."""

    def feed(self, data: bytes) -> list[Event]:
        """Take one event's JSON (for SSE: its data, `[DONE]` included)."""
        ...

    def close(self) -> list[Event]:
        """The stream is over; a stream cut before its end gives an ErrorRaised."""
        ...


class StreamEncoder(Protocol):
    """Model events in, SSE frames out; a machine for one stream."""

    def feed(self, events: Iterable[Event]) -> bytes:
        """Take some events of a legal stream; the frames they allow to be written."""
        ...


class Dialect(Struct, frozen=True):
    """One wire format.

    encode_response and encoder take the request being answered, if known, and the time in unix seconds for formats
    that must say one. encode_error gives an HTTP status and a body.
    """

    profile: Profile
    decode_request: Callable[[bytes], Request]
    encode_request: Callable[[Request, Losses], bytes]
    decode_response: Callable[[bytes], Response]
    encode_response: Callable[[Response, Losses, Request | None, int | None], bytes]
    decoder: Callable[[], StreamDecoder]
    encoder: Callable[[Losses, Request | None, int | None], StreamEncoder]
    decode_error: Callable[[int | None, bytes], Error]
    encode_error: Callable[[Error, Losses], tuple[int, bytes]]
