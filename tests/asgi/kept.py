"""Asks the Responses API in process for what it keeps."""

from __future__ import annotations

import json
from typing import Any

from dgrid_translate.shared.sse import unframe
from tests.asgi.driver import Got, call


def body(**more: Any) -> bytes:
    return json.dumps({"model": "demo", "input": "hi", **more}).encode()


async def create(app: Any, *, key: str | None = None, **more: Any) -> Got:
    headers = {} if key is None else {"authorization": f"Bearer {key}"}
    return await call(app, "/v1/responses", body(**more), headers=headers)


async def get(app: Any, path: str, *, key: str | None = None, query: str = "", method: str = "GET") -> Got:
    headers = {} if key is None else {"authorization": f"Bearer {key}"}
    return await call(app, path, headers=headers, query=query, method=method)


def events(got: Got) -> list[dict[str, Any]]:
    return [json.loads(data) for data in unframe(got.body)]
