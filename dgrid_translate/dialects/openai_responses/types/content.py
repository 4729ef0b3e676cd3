"""Content parts of messages, results and reasoning."""

from __future__ import annotations

from typing import final

from msgspec import UNSET, Raw, UnsetType

from dgrid_translate.shared.wire import Inline, Unknown, Wire, settled


@final
class InputText(Wire, tag_field="type", tag="input_text"):
    """`input_text`."""

    text: str
    prompt_cache_breakpoint: Raw | UnsetType = UNSET


@final
class InputImage(Wire, tag_field="type", tag="input_image"):
    """`input_image`."""

    image_url: Inline | UnsetType = UNSET
    file_id: str | UnsetType = UNSET
    detail: str | UnsetType = UNSET
    prompt_cache_breakpoint: Raw | UnsetType = UNSET

    def __post_init__(self) -> None:
        self.image_url = settled(self.image_url)


@final
class InputFile(Wire, tag_field="type", tag="input_file"):
    """`input_file`."""

    file_data: Inline | UnsetType = UNSET
    file_url: str | UnsetType = UNSET
    file_id: str | UnsetType = UNSET
    filename: str | UnsetType = UNSET
    detail: str | UnsetType = UNSET
    prompt_cache_breakpoint: Raw | UnsetType = UNSET

    def __post_init__(self) -> None:
        self.file_data = settled(self.file_data)


@final
class OutputText(Wire, tag_field="type", tag="output_text"):
    """`output_text`; the lists are Raw where only their form matters."""

    text: str
    annotations: list[Raw] | UnsetType = UNSET
    logprobs: Raw | UnsetType = UNSET


@final
class OutputRefusal(Wire, tag_field="type", tag="refusal"):
    """`refusal`."""

    refusal: str


Content = OutputText | InputText | InputImage | InputFile | OutputRefusal | Unknown


class TextPiece(Wire):
    """`summary_text` or `reasoning_text`: a piece of a reasoning."""

    type: str
    text: str | UnsetType = UNSET


TextPieces = list[TextPiece]


class Annotation(Wire):
    """One of a text's `annotations`, of any type; only `url_citation` means something to others."""

    type: str
    url: str | UnsetType = UNSET
    title: str | UnsetType | None = UNSET
    start_index: int | UnsetType = UNSET
    end_index: int | UnsetType = UNSET
