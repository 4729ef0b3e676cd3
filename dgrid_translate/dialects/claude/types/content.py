"""Content blocks: requests and answers use the same ones, so there is one Struct a block."""

from __future__ import annotations

from typing import final

from msgspec import UNSET, Raw, UnsetType

from dgrid_translate.shared.wire import Inline, Unknown, Wire, settled


@final
class TextBlock(Wire, tag_field="type", tag="text"):
    """`text`."""

    text: str
    citations: list[Raw] | UnsetType | None = UNSET
    cache_control: Raw | UnsetType = UNSET


@final
class ThinkingBlock(Wire, tag_field="type", tag="thinking"):
    """`thinking`; some servers leave out the signature where there is none yet."""

    thinking: str
    signature: str | UnsetType = UNSET


@final
class RedactedThinkingBlock(Wire, tag_field="type", tag="redacted_thinking"):
    """Withheld thinking."""

    data: str


@final
class ToolUseBlock(Wire, tag_field="type", tag="tool_use"):
    """`tool_use`."""

    id: str
    name: str
    input: Raw | UnsetType = UNSET
    caller: Raw | UnsetType = UNSET
    cache_control: Raw | UnsetType = UNSET


@final
class ToolResultBlock(Wire, tag_field="type", tag="tool_result"):
    """`tool_result`."""

    tool_use_id: str
    content: str | list[Block] | UnsetType = UNSET
    is_error: bool | UnsetType = UNSET
    cache_control: Raw | UnsetType = UNSET


@final
class Base64Source(Wire, tag_field="type", tag="base64"):
    """`source` of type base64."""

    data: Inline
    media_type: str | UnsetType = UNSET

    def __post_init__(self) -> None:
        self.data = settled(self.data)


@final
class URLSource(Wire, tag_field="type", tag="url"):
    """`source` of type url."""

    url: str


@final
class FileSource(Wire, tag_field="type", tag="file"):
    """`source` of type file."""

    file_id: str


@final
class TextSource(Wire, tag_field="type", tag="text"):
    """`source` of type text, of documents."""

    data: str
    media_type: str | UnsetType = UNSET


@final
class ContentSource(Wire, tag_field="type", tag="content"):
    """`source` of type content, of documents."""

    content: str | list[Block]


Source = Base64Source | URLSource | FileSource | TextSource | ContentSource | Unknown


@final
class ImageBlock(Wire, tag_field="type", tag="image"):
    """`image`."""

    source: Source
    cache_control: Raw | UnsetType = UNSET


@final
class DocumentBlock(Wire, tag_field="type", tag="document"):
    """`document`."""

    source: Source
    title: str | UnsetType | None = UNSET
    cache_control: Raw | UnsetType = UNSET


Block = (
    TextBlock
    | ToolUseBlock
    | ToolResultBlock
    | ThinkingBlock
    | ImageBlock
    | DocumentBlock
    | RedactedThinkingBlock
    | Unknown
)
Content = str | list[Block]


@final
class SearchResultBlock(Wire, forbid_unknown_fields=False):
    """`search_result`, read from the block that is kept."""

    title: str
    content: list[Block]
    source: str


@final
class ServerBlock(Wire, forbid_unknown_fields=False):
    """What is looked at in the blocks of tools that Anthropic runs itself."""

    id: str | UnsetType | None = UNSET
    name: str | UnsetType | None = UNSET
    tool_use_id: str | UnsetType | None = UNSET


@final
class Citation(Wire, forbid_unknown_fields=False):
    """What is looked at in one of a text's `citations`, and what is written of one."""

    type: str
    cited_text: str | UnsetType | None = UNSET
    url: str | UnsetType | None = UNSET
    source: str | UnsetType | None = UNSET
    title: str | UnsetType | None = UNSET
    document_title: str | UnsetType | None = UNSET
    encrypted_index: str | UnsetType = UNSET
