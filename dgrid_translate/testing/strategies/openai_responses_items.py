"""Responses: what a model's turn is made of, as the API gives it and takes it back in the next request.

https://platform.openai.com/docs/api-reference/responses/object#responses-object-output
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from dgrid_translate.testing.strategies.common import (
    PIXEL,
    SCHEMAS,
    JSONObject,
    Strategy,
    arguments_text,
    coin,
    just,
    objects,
    pick,
    record,
    signatures,
    texts,
    urls,
    words,
)

DONE = "completed"
_phases = st.sampled_from(("commentary", "final_answer"))

# ------------------------------------------------------------------------------------------------------- messages


def _span(draw: st.DrawFn, text: str) -> JSONObject:
    end = draw(st.integers(1, len(text)))
    return {"start_index": draw(st.integers(0, end - 1)), "end_index": end}


def annotation(draw: st.DrawFn, text: str) -> JSONObject:
    """A citation of any kind, of a passage of the text."""
    file = {"file_id": "file-" + draw(words), "filename": "notes.pdf"}
    match draw(st.integers(0, 5)):
        case 0:
            return {"type": "file_citation", **file, "index": draw(st.integers(0, len(text)))}
        case 1:
            place = {"container_id": "cntr_1", **file, **_span(draw, text)}
            return {"type": "container_file_citation", **place}
        case 2:
            return {"type": "file_path", "file_id": file["file_id"], "index": draw(st.integers(0, len(text)))}
        case _:
            return {"type": "url_citation", **_span(draw, text), "url": draw(urls), "title": draw(texts)}


def _token(draw: st.DrawFn, text: str) -> JSONObject:
    return {"token": text, "bytes": list(text.encode()), "logprob": draw(st.sampled_from((-0.5, -9999.0, 0.0)))}


def _logprobs(draw: st.DrawFn, text: str) -> list[JSONObject]:
    tokens: list[JSONObject] = []
    for piece in (text[:2], text[2:]):
        if piece:
            others = draw(st.lists(texts, max_size=2))
            tokens.append(_token(draw, piece) | {"top_logprobs": [_token(draw, other) for other in others]})
    return tokens


def output_text(draw: st.DrawFn) -> JSONObject:
    """What the model says."""
    text = draw(texts)
    part: JSONObject = {"type": "output_text", "text": text, "annotations": []}
    if coin(draw, 3):
        part["annotations"] = [annotation(draw, text) for _ in range(draw(st.integers(1, 2)))]
    if coin(draw, 3):
        part["logprobs"] = _logprobs(draw, text) if coin(draw) else []
    return part


def message(draw: st.DrawFn, uid: str, status: str = DONE) -> JSONObject:
    """An answer in words, or a refusal."""
    content = [output_text(draw)]
    if coin(draw, 5):
        content.append(output_text(draw))
    if coin(draw, 5):
        content[draw(st.integers(0, len(content) - 1))] = {"type": "refusal", "refusal": draw(texts)}
    made: JSONObject = {"type": "message", "id": f"msg_{uid}", "status": status, "role": "assistant"}
    made["content"] = content
    if coin(draw, 4):
        made["phase"] = draw(_phases)
    return made


def reasoning(draw: st.DrawFn, uid: str) -> JSONObject:
    """What it thought: sealed, summed up, or in full as open models give it."""
    made: JSONObject = {"type": "reasoning", "id": f"rs_{uid}", "summary": []}
    for _ in range(draw(st.sampled_from((0, 1, 1, 2)))):
        made["summary"].append({"type": "summary_text", "text": draw(texts)})
    if coin(draw, 5):
        made["content"] = [{"type": "reasoning_text", "text": draw(texts)}]
    if not coin(draw, 4):
        made["encrypted_content"] = draw(st.one_of(signatures, signatures, st.none()))
    if coin(draw, 6):
        made["status"] = DONE
    return made


# ---------------------------------------------------------------------------------- calls that the client answers


def own_call(draw: st.DrawFn, tool: JSONObject, namespace: str | None, uid: str) -> JSONObject:
    """A call of a function or a custom tool; its arguments may be empty or cut short, as models leave them."""
    made: JSONObject = {"call_id": f"call_{uid}", "name": tool["name"]}
    if namespace is not None:
        made["namespace"] = namespace
    if tool["type"] == "custom":
        return {"type": "custom_tool_call", "id": f"ctc_{uid}", **made, "input": draw(texts)}
    arguments = arguments_text(draw, draw(objects))
    if coin(draw, 8):
        arguments = pick(draw, ("", '{"a": ', "[1]", "not JSON"))
    return {"type": "function_call", "id": f"fc_{uid}", **made, "arguments": arguments, "status": DONE}


_ACTIONS: tuple[JSONObject, ...] = (
    {"type": "click", "button": "left", "x": 10, "y": 20},
    {"type": "double_click", "x": 1, "y": 2, "keys": ["SHIFT"]},
    {"type": "drag", "path": [{"x": 1, "y": 1}, {"x": 9, "y": 9}]},
    {"type": "keypress", "keys": ["CTRL", "A"]},
    {"type": "move", "x": 3, "y": 4},
    {"type": "screenshot"},
    {"type": "scroll", "x": 0, "y": 0, "scroll_x": 0, "scroll_y": -120},
    {"type": "type", "text": "hello"},
    {"type": "wait"},
)


def _computer_call(draw: st.DrawFn, uid: str) -> JSONObject:
    check = {"id": f"cu_sc_{uid}", "code": "malicious_instructions", "message": draw(texts)}
    made: JSONObject = {
        "type": "computer_call",
        "id": f"cu_{uid}",
        "call_id": f"call_{uid}",
        "pending_safety_checks": [check] if coin(draw, 4) else [],
        "status": DONE,
    }
    if coin(draw):
        made["action"] = pick(draw, _ACTIONS)
    else:
        made["actions"] = draw(st.lists(st.sampled_from(_ACTIONS), min_size=1, max_size=2))
    return made


def _local_shell_call(draw: st.DrawFn, uid: str) -> JSONObject:
    action: JSONObject = {"type": "exec", "command": ["ls", draw(texts)], "env": {"LANG": "C"}}
    if coin(draw):
        action["working_directory"] = "/tmp"
    return {
        "type": "local_shell_call",
        "id": f"lsh_{uid}",
        "call_id": f"call_{uid}",
        "action": action,
        "status": DONE,
    }


def _shell_call(draw: st.DrawFn, uid: str, environment: JSONObject | None) -> JSONObject:
    action = {"commands": draw(st.lists(texts, min_size=1, max_size=2)), "timeout_ms": None, "max_output_length": 4096}
    made: JSONObject = {"type": "shell_call", "id": f"sh_{uid}", "call_id": f"call_{uid}", "action": action}
    return made | {"environment": environment, "status": DONE}


def shell_result(draw: st.DrawFn, call: JSONObject) -> JSONObject:
    """What the shell said, whoever ran it."""
    outcome = pick(draw, ({"type": "exit", "exit_code": 1}, {"type": "timeout"}))
    output = [{"stdout": draw(texts), "stderr": "", "outcome": outcome}]
    made = {"type": "shell_call_output", "id": "sho_" + call["id"][3:], "call_id": call["call_id"], "output": output}
    return made | {"max_output_length": 4096, "status": DONE}


def _apply_patch_call(draw: st.DrawFn, uid: str) -> JSONObject:
    diff: JSONObject = {"path": "src/ü.py", "diff": "@@\n-a\n+" + draw(texts)}
    operation = pick(
        draw,
        ({"type": "create_file", **diff}, {"type": "update_file", **diff}, {"type": "delete_file", "path": "old.py"}),
    )
    made: JSONObject = {"type": "apply_patch_call", "id": f"apc_{uid}", "call_id": f"call_{uid}"}
    return made | {"operation": operation, "status": DONE}


def _mcp_approval_request(draw: st.DrawFn, uid: str) -> JSONObject:
    asked = {"server_label": "wiki", "name": "ask", "arguments": arguments_text(draw, draw(objects))}
    return {"type": "mcp_approval_request", "id": f"mcpr_{uid}", **asked}


def client_call(draw: st.DrawFn, kind: str, uid: str) -> JSONObject | None:
    """A call of OpenAI's own tool of that kind that the client has to carry out, None where there is none."""
    match kind:
        case "computer" | "computer_use_preview":
            return _computer_call(draw, uid)
        case "local_shell":
            return _local_shell_call(draw, uid)
        case "shell":
            return _shell_call(draw, uid, pick(draw, (None, {"type": "local"})))
        case "apply_patch":
            return _apply_patch_call(draw, uid)
        case "mcp":
            return _mcp_approval_request(draw, uid)
        case "tool_search":
            asked = {"arguments": draw(objects), "call_id": f"call_{uid}", "execution": "client"}
            return {"type": "tool_search_call", "id": f"tsc_{uid}", **asked, "status": DONE}
        case _:
            return None


# -------------------------------------------------------------------------------- what the API carries out itself


def _web_search(draw: st.DrawFn, uid: str) -> list[JSONObject]:
    source = {"type": "url", "url": draw(urls)}
    search: JSONObject = {"type": "search", "query": draw(texts)}
    if coin(draw):
        search |= {"queries": [search["query"]], "sources": [source]}
    action = pick(
        draw,
        (
            search,
            {"type": "open_page", "url": source["url"]},
            {"type": "find_in_page", "url": source["url"], "pattern": draw(texts)},
        ),
    )
    return [{"type": "web_search_call", "id": f"ws_{uid}", "status": DONE, "action": action}]


def _file_search(draw: st.DrawFn, uid: str) -> list[JSONObject]:
    hit = {"file_id": "file-1", "filename": "notes.pdf", "score": 0.75, "text": draw(texts), "attributes": {"year": 1}}
    results: Any = [hit] if coin(draw) else None
    found = {"queries": [draw(texts)], "results": results}
    return [{"type": "file_search_call", "id": f"fs_{uid}", "status": DONE, **found}]


def _code_interpreter(draw: st.DrawFn, uid: str) -> list[JSONObject]:
    logs = {"type": "logs", "logs": draw(texts)}
    picture = {"type": "image", "url": draw(urls)}
    outputs: Any = pick(draw, (None, [], [logs], [logs, picture]))
    made: JSONObject = {"type": "code_interpreter_call", "id": f"ci_{uid}", "status": DONE, "code": draw(texts)}
    return [made | {"container_id": "cntr_1", "outputs": outputs}]


def _image_generation(draw: st.DrawFn, uid: str) -> list[JSONObject]:
    made: JSONObject = {"type": "image_generation_call", "id": f"ig_{uid}", "status": DONE, "result": PIXEL}
    looks = {"size": st.just("1024x1024"), "output_format": st.just("png"), "background": st.just("opaque")}
    return [made | draw(record({}, {"revised_prompt": texts, "quality": st.just("low"), **looks}))]


def _mcp(draw: st.DrawFn, uid: str) -> list[JSONObject]:
    tool = {"name": "ask", "description": draw(texts), "input_schema": pick(draw, SCHEMAS), "annotations": None}
    listed: JSONObject = {"type": "mcp_list_tools", "id": f"mcpl_{uid}", "server_label": "wiki", "tools": [tool]}
    failure = pick(draw, ({"type": "http_error", "code": 502, "message": "no"}, None, None))
    call: JSONObject = {
        "type": "mcp_call",
        "id": f"mcp_{uid}",
        "server_label": "wiki",
        "name": "ask",
        "arguments": arguments_text(draw, draw(objects)),
        "output": None if failure else draw(texts),
        "error": failure,
        "approval_request_id": None,
        "status": "failed" if failure else DONE,
    }
    return pick(draw, ([listed, call], [listed], [call]))


def _tool_search(draw: st.DrawFn, uid: str) -> list[JSONObject]:
    schema = pick(draw, SCHEMAS)
    found = {"type": "function", "name": "found", "parameters": schema, "strict": False, "defer_loading": True}
    run = {"call_id": None, "execution": "server", "status": DONE}
    call: JSONObject = {"type": "tool_search_call", "id": f"tsc_{uid}", "arguments": draw(objects), **run}
    return [call, {"type": "tool_search_output", "id": f"tso_{uid}", "tools": [found], **run}]


def _program(draw: st.DrawFn, uid: str) -> list[JSONObject]:
    made: JSONObject = {"type": "program", "id": f"prog_{uid}", "call_id": f"call_{uid}", "code": draw(texts)}
    made["fingerprint"] = draw(signatures)
    result = {"call_id": f"call_{uid}", "result": draw(texts), "status": DONE}
    return [made, {"type": "program_output", "id": f"progo_{uid}", **result}]


def _hosted_shell(draw: st.DrawFn, uid: str) -> list[JSONObject]:
    call = _shell_call(draw, uid, {"type": "container_reference", "container_id": "cntr_1"})
    return [call, shell_result(draw, call)]


_SERVED = {
    "web_search": _web_search,
    "web_search_preview": _web_search,
    "file_search": _file_search,
    "code_interpreter": _code_interpreter,
    "image_generation": _image_generation,
    "mcp": _mcp,
    "tool_search": _tool_search,
    "programmatic_tool_calling": _program,
    "shell": _hosted_shell,
}
SERVED = tuple(_SERVED)
"""The tools that the API carries out itself."""


def served(draw: st.DrawFn, kind: str, uid: str) -> list[JSONObject]:
    """What OpenAI's own tool of that kind leaves behind when the API carries it out; nothing if it never does."""
    return _SERVED[kind](draw, uid) if kind in _SERVED else []


def compaction(draw: st.DrawFn, uid: str) -> JSONObject:
    """What stands for an earlier part of the conversation."""
    return {"type": "compaction", "id": f"cmp_{uid}", "encrypted_content": draw(signatures)}


# --------------------------------------------------------------------------------------------------- client input

_breakpoint: Strategy = st.sampled_from(({"mode": "explicit"}, {"mode": "explicit", "ttl": "30m"}))


def marked(draw: st.DrawFn, part: JSONObject) -> JSONObject:
    """The part, now and then with a cache breakpoint after it."""
    return {**part, "prompt_cache_breakpoint": dict(draw(_breakpoint))} if coin(draw, 8) else part


input_text: Strategy = record({"type": st.just("input_text"), "text": texts})
_pixel = f"data:image/png;base64,{PIXEL}"
input_image: Strategy = st.one_of(
    record({"type": st.just("input_image"), "image_url": urls, "detail": st.sampled_from(("auto", "low", "original"))}),
    record({"type": st.just("input_image"), "image_url": st.just(_pixel), "detail": st.just("high")}),
    record({"type": st.just("input_image"), "file_id": words.map("file-{}".format), "detail": st.just("auto")}),
)
_pdf = "data:application/pdf;base64,JVBERi0xLjcgYSBwYWdl"
input_file: Strategy = st.one_of(
    record({"type": st.just("input_file"), "file_data": st.just(_pdf), "filename": st.just("r\u00e9sum\u00e9.pdf")}),
    record({"type": st.just("input_file"), "file_url": st.just("https://example.com/a.pdf")}),
    record({"type": st.just("input_file"), "file_id": words.map("file-{}".format)}, {"detail": st.just("low")}),
)
input_parts: Strategy = st.lists(st.one_of(input_text, input_image, input_file), min_size=1, max_size=3)
data_image: Strategy = just({"type": "computer_screenshot", "image_url": _pixel})
