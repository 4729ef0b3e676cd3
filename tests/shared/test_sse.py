from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dgrid_translate.errors import LocalStreamError
from dgrid_translate.shared.sse import Framing, SSEDecoder, frame, unframe

Events = list[tuple[bytes, bytes]]

# What is fed (LF for every line end), what feed() gives, what close() gives.
CASES: dict[str, tuple[bytes, Events, Events]] = {
    "nothing": (b"", [], []),
    "one event": (b"data: a\n\n", [(b"", b"a")], []),
    "named": (b"event: n\ndata: a\n\n", [(b"n", b"a")], []),
    "name after data": (b"data: a\nevent: n\n\n", [(b"n", b"a")], []),
    "last name counts": (b"event: n\nevent: m\ndata: a\n\n", [(b"m", b"a")], []),
    "empty name": (b"event: \ndata: a\n\n", [(b"", b"a")], []),
    "name does not stay": (b"event: n\ndata: a\n\ndata: b\n\n", [(b"n", b"a"), (b"", b"b")], []),
    "alike, plain": (b"data: a\n\ndata: b\n\ndata: c\n\n", [(b"", b"a"), (b"", b"b"), (b"", b"c")], []),
    "alike, named": (b"event: n\ndata: a\n\nevent: m\ndata: b\n\n", [(b"n", b"a"), (b"m", b"b")], []),
    "not alike": (
        b"event: n\ndata: a\n\ndata: b\n\nevent: m\ndata: c\n\n",
        [(b"n", b"a"), (b"", b"b"), (b"m", b"c")],
        [],
    ),
    "as many lines as if alike": (b"event: n\ndata: a\n\nevent: m\nx: b\n\n", [(b"n", b"a")], []),
    "plain, then empty": (b"data: a\n\ndata: \n\ndata: b\n\n", [(b"", b"a"), (b"", b"b")], []),
    "named, then empty": (b"event: n\ndata: a\n\nevent: m\ndata: \n\n", [(b"n", b"a")], []),
    "done": (b"data: {}\n\ndata: [DONE]\n\n", [(b"", b"{}"), (b"", b"[DONE]")], []),
    "no space": (b"data:a\n\nevent:n\ndata:b\n\n", [(b"", b"a"), (b"n", b"b")], []),
    "two spaces": (b"data:  a\n\nevent:  n\ndata:  b \n\n", [(b"", b" a"), (b" n", b" b ")], []),
    "tab is no space": (b"data:\ta\n\n", [(b"", b"\ta")], []),
    "colons in data": (b'data: {"a": "b:c"}\n\n', [(b"", b'{"a": "b:c"}')], []),
    "two data lines": (b"data: a\ndata: b\n\n", [(b"", b"a\nb")], []),
    "two data lines, named": (b"event: n\ndata: a\ndata: b\n\n", [(b"n", b"a\nb")], []),
    "empty data lines": (b"data: a\ndata:\ndata\ndata: b\n\n", [(b"", b"a\n\n\nb")], []),
    "only empty data lines": (b"data:\ndata\n\n", [(b"", b"\n")], []),
    "empty data": (b"event: n\ndata: \n\nevent: m\ndata\n\ndata: a\n\n", [(b"", b"a")], []),
    "name alone": (b"event: n\n\ndata: a\n\n", [(b"", b"a")], []),
    "blank lines": (b"\n\n\ndata: a\n\n\n\n\ndata: b\n\n\n", [(b"", b"a"), (b"", b"b")], []),
    "comments": (b": hi\n\n:\n\ndata: a\n: data: b\n\n: bye\n", [(b"", b"a")], []),
    "id and retry": (b"id: 1\nretry: 5\ndata: a\nid\n\nid: 2\n\n", [(b"", b"a")], []),
    "unknown fields": (b"x: y\ndatax: z\nData: z\n data: z\nline\ndata: a\n\n", [(b"", b"a")], []),
    "byte order mark": (b"\xef\xbb\xbfdata: a\n\n", [(b"", b"a")], []),
    "second mark": (b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\n", [], []),
    "mark later on": (b"data: a\n\n\xef\xbb\xbfdata: b\n\n", [(b"", b"a")], []),
    "half a mark": (b"\xef\xbbdata: a\n\n", [], []),
    "half a mark, the end": (b"\xef\xbb", [], []),
    "UTF-8": (
        "data: é€😀\n\nevent: ñ\ndata: \u2028\n\n".encode(),
        [(b"", "é€😀".encode()), ("ñ".encode(), b"\xe2\x80\xa8")],
        [],
    ),
    "not UTF-8": (b"data: \xff\xfe\x00\x85\x0b\x0c\x1c\n\n", [(b"", b"\xff\xfe\x00\x85\x0b\x0c\x1c")], []),
    "no blank line": (b"data: a\n\ndata: b\n", [(b"", b"a")], [(b"", b"b")]),
    "no line end": (b"data: a\n\nevent: n\ndata: b", [(b"", b"a")], [(b"n", b"b")]),
    "open, several lines": (b"data: a\ndata: b", [], [(b"", b"a\nb")]),
    "open without data": (b"data: a\n\nevent: n", [(b"", b"a")], []),
    "open comment": (b"data: a\n\n: b", [(b"", b"a")], []),
}
LINE_ENDS = {"LF": b"\n", "CRLF": b"\r\n", "CR": b"\r"}


def run(chunks: list[bytes]) -> tuple[Events, Events]:
    decoder = SSEDecoder()
    fed = [event for chunk in chunks for event in decoder.feed(chunk)]
    closed = decoder.close()
    assert decoder.close() == []
    return fed, closed


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(places), len(stream)]
    return [stream[a:b] for a, b in pairwise(edges)]


def plainly(stream: bytes) -> tuple[Events, Events]:
    """The rules, said as simply as possible: what the decoder has to agree with."""
    text = stream.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removeprefix(b"\xef\xbb\xbf")
    *blocks, last = (text + b"\n").split(b"\n")[:-1] or [b""]
    results: list[Events] = [[], []]
    name, data = b"", list[bytes]()
    for where, line in [*((0, line) for line in blocks), (1, last), (1, b"")]:
        if line.startswith((b"data:", b"event:")) or line in (b"data", b"event"):
            field, _, value = line.partition(b":")
            value = value[1:] if value.startswith(b" ") else value
            if field == b"data":
                data.append(value)
            else:
                name = value
        elif not line:
            if joined := b"\n".join(data):
                results[where].append((name, joined))
            name, data = b"", []
    return results[0], results[1]


@pytest.mark.parametrize("end", LINE_ENDS.values(), ids=LINE_ENDS.keys())
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_every_case_at_any_cut(case: tuple[bytes, Events, Events], end: bytes) -> None:
    stream, fed, closed = case
    stream = stream.replace(b"\n", end)
    assert plainly(stream) == (fed, closed), "the table is wrong"
    assert run([stream]) == (fed, closed)
    assert run([stream[i : i + 1] for i in range(len(stream))]) == (fed, closed)
    for place in range(len(stream)):
        assert run([stream[:place], b"", stream[place:]]) == (fed, closed)
    # A stream that is already under way takes other paths than its first chunk does.
    blocks = [block + end + end for block in stream.split(end + end)]
    assert run([b"data: 0" + end + end, stream]) == run([b"data: 0" + end + end + stream])
    assert run([b":" + end, *blocks]) == run([b":" + end + b"".join(blocks)])


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
@given(data=st.data())
def test_every_case_at_random_cuts_with_mixed_line_ends(
    case: tuple[bytes, Events, Events], data: st.DataObject
) -> None:
    stream, fed, closed = case
    count = stream.count(b"\n")
    ends = data.draw(st.lists(st.sampled_from([b"\n", b"\r\n", b"\r"]), min_size=count, max_size=count))
    # A LF right after a CR is one line end with it, so there it has to be something else.
    pieces = stream.split(b"\n")
    mixed = pieces[0]
    for end, piece in zip(ends, pieces[1:], strict=True):
        mixed += (b"\r\n" if end == b"\n" and mixed.endswith(b"\r") else end) + piece
    places = data.draw(st.lists(st.integers(0, len(mixed)), max_size=12))
    assert run(cut(mixed, places)) == (fed, closed)


WORDS = [
    b"data",
    b"event",
    b"data: ",
    b"event: ",
    b":",
    b" ",
    b"\n",
    b"\r",
    b"\n\n",
    b"\r\n",
    b"x",
    b"\xef\xbb\xbf",
    b"id: ",
]
FORMS = [b"data: x\n\n", b"event: n\ndata: x\n\n", b"event: n\r\ndata: x\r\n\r\n", b"data: x\r\r"]


@given(st.lists(st.lists(st.sampled_from([*WORDS, *FORMS]), max_size=8).map(b"".join), max_size=8))
@example([b"data: a\r", b"\r\n\n", b"data: b\n\n"])
@example([b"\n", b"event: n\r\n", b"data: x\n\n"])
def test_any_bytes_agree_with_the_plain_rules(chunks: list[bytes]) -> None:
    assert run(chunks) == plainly(b"".join(chunks))


@given(st.lists(st.sampled_from(FORMS), max_size=6), st.lists(st.integers(0, 60), max_size=6))
def test_usual_streams_agree_with_the_plain_rules(forms: list[bytes], places: list[int]) -> None:
    stream = b"".join(forms)
    assert run(cut(stream, [min(place, len(stream)) for place in places])) == plainly(stream)
    assert run([b"\n", *forms]) == plainly(b"\n" + stream)


def test_an_event_is_given_out_with_its_last_byte() -> None:
    decoder = SSEDecoder()
    assert decoder.feed(b"data: a\n") == []
    assert decoder.feed(b"\n") == [(b"", b"a")]
    assert decoder.feed(b"data: b\r\n\r") == [(b"", b"b")]  # the LF still to come is not waited for
    assert decoder.feed(b"\n") == []
    assert decoder.feed(b"data: c\n\ndata: d") == [(b"", b"c")]
    assert decoder.close() == [(b"", b"d")]


def test_feeding_after_close_is_refused() -> None:
    decoder = SSEDecoder()
    assert decoder.feed(b"data: a\n\n") == [(b"", b"a")]
    assert decoder.close() == []
    for chunk in (b"data: a\n\n", b"", b"\n"):
        with pytest.raises(LocalStreamError, match="after close"):
            decoder.feed(chunk)
    assert decoder.close() == []


@pytest.mark.parametrize("kind", [bytearray, memoryview])
def test_other_kinds_of_bytes(kind: type[bytearray] | type[memoryview]) -> None:
    decoder = SSEDecoder()
    for chunk in (b"\ndata: a\n\n", b"data: a\n\n", b"event: n\ndata: a\n\n"):
        ((name, data),) = decoder.feed(kind(chunk))
        assert (type(name), type(data), data) == (bytes, bytes, b"a")
    decoder.feed(kind(b"data: b"))
    assert decoder.close() == [(b"", b"b")]


def seconds(stream: bytes, size: int) -> float:
    chunks = [stream[i : i + size] for i in range(0, len(stream), size)]
    begin = time.process_time()
    fed, closed = run(chunks)
    assert len(fed) == 1
    assert closed == []
    return time.process_time() - begin


@pytest.mark.parametrize(("size", "total"), [(1, 100_000), (1024, 10_000_000)])
@pytest.mark.parametrize("line", [b"", b"\ndata: " + b"y" * 50], ids=["one line", "many lines"])
def test_a_large_event_takes_linear_time(size: int, total: int, line: bytes) -> None:
    def event(length: int) -> bytes:
        return b"data: " + (b"x" * 50 + line) * (length // (50 + len(line))) + b"\n\n"

    small = min(seconds(event(total // 8), size) for _ in range(3))
    large = min(seconds(event(total), size) for _ in range(3))
    assert large < 4 * 8 * max(small, 0.001)  # quadratic would be 64


def test_nothing_is_kept_of_what_is_done() -> None:
    decoder = SSEDecoder()
    for _ in range(1000):
        decoder.feed(b"event: n\ndata: " + b"x" * 1000)
        decoder.feed(b"\n\n: comment\nid: 1\n\ndata: y\n\n")
        decoder.feed(b": ping\n")
    state = {name: getattr(decoder, name) for name in SSEDecoder.__slots__}
    assert (state["_name"], state["_data"], bytes(state["_line"])) == (b"", [], b"")


@given(st.lists(st.tuples(st.binary(), st.binary(min_size=1)), max_size=5), st.integers(1, 9))
def test_what_is_framed_is_read_back(events: Events, size: int) -> None:
    stream = b"".join(frame(data, event) for event, data in events)
    fed, closed = run([stream[i : i + size] for i in range(0, len(stream), size)])
    ends = {b"\r\n": b"\n", b"\r": b"\n"}
    for old, new in ends.items():
        events = [(event.replace(old, new * len(old)), data.replace(old, new)) for event, data in events]
    assert fed == [(event.replace(b"\n", b" "), data) for event, data in events]
    assert closed == []


def test_frame() -> None:
    assert frame(b"{}") == b"data: {}\n\n"
    assert frame(b"{}", b"ping") == b"event: ping\ndata: {}\n\n"
    assert frame(b"a\nb\r\nc\r") == b"data: a\ndata: b\ndata: c\ndata: \n\n"
    assert frame(b"a\nb", b"n") == b"event: n\ndata: a\ndata: b\n\n"
    assert frame(b"a", b"n\ndata: b") == b"event: n data: b\ndata: a\n\n"
    assert frame(b"a", b"n\rm") == b"event: n m\ndata: a\n\n"


def test_unframe() -> None:
    data = [b"{}", b'{"a":"data: "}', b"", b" b", b"[DONE]"]
    names = [b"", b"n", b"data: x", b"event: y"]
    chosen = random.Random(1)
    frames = [(datum, chosen.choice(names)) for datum in data * 20]
    assert unframe(b"".join(frame(datum, name) for datum, name in frames)) == data * 20
    assert unframe(b"") == []


def test_framing_is_data() -> None:
    framing = Framing(event_line=True, terminator=b"", keepalive=b": keep-alive\n\n")
    assert framing == (True, b"", b": keep-alive\n\n", ())
