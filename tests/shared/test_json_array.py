from __future__ import annotations

import json
import time
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgrid_translate.errors import LocalStreamError
from dgrid_translate.shared.json_array import JSONArrayDecoder

DEEP = b'{"a":' * 12 + b"[[],{}]" + b"}" * 12

# What is fed, the elements that feed() gives, those that close() gives.
CASES: dict[str, tuple[bytes, list[bytes], list[bytes]]] = {
    "nothing": (b"", [], []),
    "blank": (b" \r\n\t", [], []),
    "empty array": (b"[]", [], []),
    "empty array, blank": (b" [ \n ] \n", [], []),
    "one": (b'[{"a":1}]', [b'{"a":1}'], []),
    "as Google sends it": (b'[{\n  "a": 1\n}\n,\r\n{\n  "b": []\n}\n]\n', [b'{\n  "a": 1\n}', b'{\n  "b": []\n}'], []),
    "nested": (b'[{"a":[{"b":{}}]},{"c":[[],[{}]]}]', [b'{"a":[{"b":{}}]}', b'{"c":[[],[{}]]}'], []),
    "deep": (b"[" + DEEP + b"," + DEEP + b"]", [DEEP, DEEP], []),
    "deep lines": (DEEP + b"\n" + DEEP, [DEEP, DEEP], []),
    "brackets in strings": (b'[{"]}":"[{,"},{"a":"}"}]', [b'{"]}":"[{,"}', b'{"a":"}"}'], []),
    "escapes": (rb'[{"a\"}":"\\"},{"b":"\\\"]\u005d\n"}]', [rb'{"a\"}":"\\"}', rb'{"b":"\\\"]\u005d\n"}'], []),
    "escapes, deep": (b'[{"\\"}":' + DEEP + b',"x":"\\\\"}]', [b'{"\\"}":' + DEEP + b',"x":"\\\\"}'], []),
    "UTF-8": ('[{"é":"😀"}]'.encode(), ['{"é":"😀"}'.encode()], []),
    "byte order mark": (b'\xef\xbb\xbf[{"a":1}]', [b'{"a":1}'], []),
    "arrays in the array": (b"[[1],[],[[2]]]", [b"[1]", b"[]", b"[[2]]"], []),
    "scalars": (b'[1, null ,"a,]\\"[{", -2.5e3\n]', [b"1", b"null", b'"a,]\\"[{"', b"-2.5e3"], []),
    "NDJSON": (b'{"a":1}\n{"b":2}\n', [b'{"a":1}', b'{"b":2}'], []),
    "NDJSON, CRLF, blank lines": (b'{"a":1}\r\n\r\n{"b":2}', [b'{"a":1}', b'{"b":2}'], []),
    "NDJSON with commas": (b'{"a":1},\n{"b":2},\n', [b'{"a":1}', b'{"b":2}'], []),
    "NDJSON without line ends": (b'{"a":1}{"b":2}', [b'{"a":1}', b'{"b":2}'], []),
    "NDJSON scalars": (b'1\n"a, [b]"\r\nnull', [b"1", b'"a, [b]"'], [b"null"]),
    "one object, no array": (b'{\n  "error": {"code": 400}\n}\n', [b'{\n  "error": {"code": 400}\n}'], []),
    "two arrays": (b'[{"a":1}]\n[{"b":2}]', [b'{"a":1}', b'{"b":2}'], []),
    "array, then lines": (b'[{"a":1}]\n{"b":2}\n', [b'{"a":1}', b'{"b":2}'], []),
    "cut in an object": (b'[{"a":1},{"b":"x', [b'{"a":1}'], [b'{"b":"x']),
    "cut in an escape": (b'[{"b":"\\', [], [b'{"b":"\\']),
    "cut in a scalar": (b"[1,tru", [b"1"], [b"tru"]),
    "cut between": (b'[{"a":1},\n', [b'{"a":1}'], []),
    "cut, blank at the end": (b'{"a": \n', [], [b'{"a":']),
    "something else": (b'<p class="a">\n"b\n</p>]', [b'<p class="a">', b'"b'], [b"</p>]"]),
    "brackets astray": (b'}\n{]{"a":1}\n[}, {"b":1}]', [b"}", b"{]", b'{"a":1}', b"}", b'{"b":1}'], []),
}


def run(chunks: list[bytes]) -> tuple[list[bytes], list[bytes]]:
    decoder = JSONArrayDecoder()
    fed = [event for chunk in chunks for event in decoder.feed(chunk)]
    closed = decoder.close()
    assert decoder.close() == []
    assert {name for name, _ in fed + closed} <= {b""}
    return [data for _, data in fed], [data for _, data in closed]


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(min(place, len(stream)) for place in places), len(stream)]
    return [stream[a:b] for a, b in pairwise(edges)]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_every_case_at_any_cut(case: tuple[bytes, list[bytes], list[bytes]], end: bytes) -> None:
    def ended(text: bytes) -> bytes:
        return text.replace(b"\r\n", b"\n").replace(b"\n", end)

    stream, fed, closed = ended(case[0]), [ended(text) for text in case[1]], [ended(text) for text in case[2]]
    assert run([stream]) == (fed, closed)
    assert run([stream[i : i + 1] for i in range(len(stream))]) == (fed, closed)
    for place in range(len(stream)):
        assert run([stream[:place], b"", stream[place:]]) == (fed, closed)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
@given(places=st.lists(st.integers(0, 80), max_size=12))
def test_every_case_at_random_cuts(case: tuple[bytes, list[bytes], list[bytes]], places: list[int]) -> None:
    stream, fed, closed = case
    assert run(cut(stream, places)) == (fed, closed)


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='a"\\[]{},\n é', max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet='k"]}\\', max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.lists(VALUES, max_size=5), st.sampled_from([None, 1]), st.lists(st.integers(0, 200), max_size=12))
def test_any_array_gives_its_elements(values: list[Any], indent: int | None, places: list[int]) -> None:
    fed, closed = run(cut(json.dumps(values, indent=indent, ensure_ascii=False).encode(), places))
    assert [json.loads(text) for text in fed] == values
    assert closed == []


@given(st.lists(st.dictionaries(st.text(max_size=3), VALUES, max_size=3), max_size=5), st.lists(st.integers(0, 200)))
def test_any_lines_give_their_objects(values: list[Any], places: list[int]) -> None:
    fed, closed = run(cut(b"".join(json.dumps(value).encode() + b"\n" for value in values), places))
    assert [json.loads(text) for text in fed] == values
    assert closed == []


@given(st.lists(st.lists(st.sampled_from(list('{}[]",\\a\n ')), max_size=8).map("".join), max_size=8))
def test_any_bytes_give_the_same_at_any_cut(texts: list[str]) -> None:
    chunks = [text.encode() for text in texts]
    assert run(chunks) == run([b"".join(chunks)])


def test_an_element_is_given_out_with_its_last_byte() -> None:
    decoder = JSONArrayDecoder()
    assert decoder.feed(b'[{"a":1') == []
    assert decoder.feed(b"}") == [(b"", b'{"a":1}')]
    assert decoder.feed(b',{"b":2}') == [(b"", b'{"b":2}')]
    assert decoder.feed(b"]") == []


def test_feeding_after_close_is_refused() -> None:
    decoder = JSONArrayDecoder()
    decoder.feed(b"[{")
    assert decoder.close() == [(b"", b"{")]
    for chunk in (b"}", b""):
        with pytest.raises(LocalStreamError, match="after close"):
            decoder.feed(chunk)
    assert decoder.close() == []


@pytest.mark.parametrize("kind", [bytearray, memoryview])
def test_other_kinds_of_bytes(kind: type[bytearray] | type[memoryview]) -> None:
    decoder = JSONArrayDecoder()
    ((_, element),) = decoder.feed(kind(b'[{"a":1},{'))
    assert (type(element), element) == (bytes, b'{"a":1}')
    assert decoder.feed(kind(b"}")) == [(b"", b"{}")]


def seconds(stream: bytes, size: int) -> float:
    chunks = [stream[i : i + size] for i in range(0, len(stream), size)]
    begin = time.process_time()
    fed, closed = run(chunks)
    assert len(fed) == 1
    assert closed == []
    return time.process_time() - begin


@pytest.mark.parametrize(("size", "total"), [(1, 100_000), (1024, 800_000), (10**8, 800_000)])
@pytest.mark.parametrize(
    "unit", [b"x", b'\\"', b'","', b'"},{"', b'",["'], ids=["text", "escapes", "strings", "objects", "deep"]
)
def test_a_large_element_takes_linear_time(size: int, total: int, unit: bytes) -> None:
    def element(length: int) -> bytes:
        count = length // len(unit)
        return b'[[{"' + unit * count + b'"' + b"]" * (unit.count(b"[") * count) + b"}]]"

    small = min(seconds(element(total // 8), size) for _ in range(3))
    large = min(seconds(element(total), size) for _ in range(3))
    assert large < 4 * 8 * max(small, 0.001)  # quadratic would be 64
