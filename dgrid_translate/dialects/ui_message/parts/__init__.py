"""Message parts <-> Parts; shared by requests, responses and streams."""

from __future__ import annotations

from dgrid_translate.dialects.ui_message.parts.calls import broken_text, encode_call, encode_input
from dgrid_translate.dialects.ui_message.parts.decode import (
    STEP,
    add_part,
    begin_step,
    decode_reasoning,
    decode_text,
    read_part,
    read_tagged,
    tag_of,
)
from dgrid_translate.dialects.ui_message.parts.encode import (
    DONE,
    STEP_START,
    Assistant,
    encode_own,
    encode_reasoning,
    encode_refusal,
    encode_text,
    static_names,
    text_metadata,
)
from dgrid_translate.dialects.ui_message.parts.files import decode_file, encode_file
from dgrid_translate.dialects.ui_message.parts.metadata import of_part, read, text_of, written
from dgrid_translate.dialects.ui_message.parts.server_tools import encode_server_call, fold_server_result
from dgrid_translate.dialects.ui_message.parts.sources import (
    TAGS,
    add_source,
    decode_records,
    encode_source,
    has_records,
    late_source,
    own_late_sources,
    own_sources,
)

__all__ = [
    "DONE",
    "STEP",
    "STEP_START",
    "TAGS",
    "Assistant",
    "add_part",
    "add_source",
    "begin_step",
    "broken_text",
    "decode_file",
    "decode_reasoning",
    "decode_records",
    "decode_text",
    "encode_call",
    "encode_file",
    "encode_input",
    "encode_own",
    "encode_reasoning",
    "encode_refusal",
    "encode_server_call",
    "encode_source",
    "encode_text",
    "fold_server_result",
    "has_records",
    "late_source",
    "of_part",
    "own_late_sources",
    "own_sources",
    "read",
    "read_part",
    "read_tagged",
    "static_names",
    "tag_of",
    "text_metadata",
    "text_of",
    "written",
]
