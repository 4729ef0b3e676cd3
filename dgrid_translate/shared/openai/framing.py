"""How the streams of Chat and of Completions look around their data."""

from __future__ import annotations

from dgrid_translate.shared.sse import Framing

FRAMING = Framing(
    event_line=False,
    terminator=b"data: [DONE]\n\n",
    keepalive=b": keep-alive\n\n",
    ends=(b'"finish_reason":"', b'"finish_reason": "', b'"error":{', b'"error": {', b'"error":"', b'"error": "')
    + (b'"object":"error"', b'"object": "error"'),
)
