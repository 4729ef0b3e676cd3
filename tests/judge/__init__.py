"""Outside judges: the official SDKs, unmocked, say whether what we emit is what their vendors' APIs emit.

Each function takes the dialect's name ("openai" is Chat Completions), raises AssertionError with paths and reasons when
the SDK or its types refuse, and returns what the SDK made of it. ``host`` (OpenAI's dialects only) names a compatible
server whose own habits are tolerated too; see ``hosts``, ``responses_hosts`` and ``openai_completions_sdk``.
"""

from typing import Any

from tests.judge import anthropic_sdk, google_sdk, openai_completions_sdk, openai_responses_sdk, openai_sdk, ui_sdk


def accept_request(dialect: str, body: dict[str, Any], *, host: str = "") -> None:
    """The JSON request body fits the SDK's request types."""
    match dialect:
        case "openai":
            openai_sdk.accept_request(body, host=host)
        case "openai-responses":
            openai_responses_sdk.accept_request(body, host=host)
        case "openai-completions":
            openai_completions_sdk.accept_request(body, host=host)
        case "claude":
            anthropic_sdk.accept_request(body)
        case "gemini":
            google_sdk.accept_request(body)
        case "ui-message":
            ui_sdk.accept_request(body)
        case _:
            raise ValueError(f"no judge for {dialect!r}")


def accept_response(dialect: str, body: dict[str, Any], *, host: str = "") -> object:
    """The JSON response body fits the SDK's response class, and the client's call returns it."""
    match dialect:
        case "openai":
            return openai_sdk.accept_response(body, host=host)
        case "openai-responses":
            return openai_responses_sdk.accept_response(body, host=host)
        case "openai-completions":
            return openai_completions_sdk.accept_response(body, host=host)
        case "claude":
            return anthropic_sdk.accept_response(body)
        case "gemini":
            return google_sdk.accept_response(body)
        case "ui-message":
            return ui_sdk.accept_response(body)
    raise ValueError(f"no judge for {dialect!r}")


def accept_stream(dialect: str, sse: bytes, *, host: str = "") -> object:
    """The bytes go through the SDK's streaming, plain and with its helper; what they add up to (gemini: the chunks)."""
    match dialect:
        case "openai":
            return openai_sdk.accept_stream(sse, host=host)
        case "openai-responses":
            return openai_responses_sdk.accept_stream(sse, host=host)
        case "openai-completions":
            return openai_completions_sdk.accept_stream(sse, host=host)
        case "claude":
            return anthropic_sdk.accept_stream(sse)
        case "gemini":
            return google_sdk.accept_stream(sse)
        case "ui-message":
            return ui_sdk.accept_stream(sse)
    raise ValueError(f"no judge for {dialect!r}")


def accept_error(dialect: str, status: int, headers: dict[str, str], body: bytes, *, host: str = "") -> Exception:
    """The exception that the client raises for a plain error answer in the vendor's own shape."""
    match dialect:
        case "openai":
            return openai_sdk.accept_error(status, headers, body, host=host)
        case "openai-responses":
            return openai_responses_sdk.accept_error(status, headers, body, host=host)
        case "openai-completions":
            return openai_completions_sdk.accept_error(status, headers, body)
        case "claude":
            return anthropic_sdk.accept_error(status, headers, body)
        case "gemini":
            return google_sdk.accept_error(status, headers, body)
        case "ui-message":
            return ui_sdk.accept_error(status, headers, body)
    raise ValueError(f"no judge for {dialect!r}")
