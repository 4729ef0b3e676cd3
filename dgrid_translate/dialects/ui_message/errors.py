"""Error bodies <-> Error.

`useChat` shows the text of an error's body as it is (`packages/ai/src/ui/http-chat-transport.ts`), and no shape is laid
down for it. Written is `{"error": {"message", "type", "code", "param"}}`, which an application can parse and most
others understand; read is anything, plain text included. Within a stream an error is a chunk with `errorText` alone.
"""

from __future__ import annotations

from dgrid_translate.dialects.ui_message.profile import NAME
from dgrid_translate.ir.error import Error
from dgrid_translate.losses import Losses
from dgrid_translate.shared.errors import STATUS, drop_details, read_error
from dgrid_translate.shared.wire import dump


def decode_error(status: int | None, body: bytes) -> Error:
    """The error in a body, whatever its shape."""
    return read_error(status, body, NAME, ("error",))


def encode_error(error: Error, losses: Losses) -> tuple[int, bytes]:
    """(HTTP status, body)."""
    status = error.status or STATUS[error.kind]
    if error.dialect == NAME and error.raw is not None:
        return status, bytes(error.raw)
    drop_details(error, losses, said=("code", "param"))
    type_ = "request_too_large" if error.kind == "too_large" else f"{error.kind}_error"
    said: dict[str, str] = {"message": error.message, "type": type_}
    if error.code is not None:
        said["code"] = error.code
    if error.param is not None:
        said["param"] = error.param
    return status, dump({"error": said})


def encode_error_text(error: Error, losses: Losses) -> bytes:
    """The chunk that ends a stream that failed."""
    drop_details(error, losses, said=())
    return dump({"type": "error", "errorText": error.message})
