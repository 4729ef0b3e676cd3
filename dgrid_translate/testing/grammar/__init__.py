"""What a dialect's stream must look like: the order and shape of its events, and the SSE lines that carry them.

One module a dialect, each with `check_stream(events, request=...)` over the parsed events in order; `sse` judges the
raw bytes. A stream that an error event ends is judged up to the error. Rules under OFFICIAL run only with
`official=True`: the vendor's own servers keep them, other hosts that speak the dialect were recorded breaking them.
"""
