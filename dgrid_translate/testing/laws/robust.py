"""Totality and determinism: any bytes get an answer, and always the same one."""

from __future__ import annotations

from dgrid_translate.dialect import Dialect, Kind
from dgrid_translate.errors import DecodeError
from dgrid_translate.ir.fold import explode
from dgrid_translate.losses import Losses
from dgrid_translate.registry import TABLE
from dgrid_translate.testing.laws.turn import Named, dialect_of, dumped, name_of, turned
from dgrid_translate.testing.strategies.common import JSONObject


def totality(dialect: Named, kind: Kind, data: bytes) -> None:
    """Whatever the bytes: they are decoded, and every dialect can say it, or they are refused with a DecodeError."""
    source = dialect_of(dialect)
    try:
        _decode_and_encode(source, kind, data)
    except DecodeError as error:
        if not error.reason or "\n" in error.path or error.dialect != source.profile.name:
            raise AssertionError(f"a refusal that says too little: {error!r} {error.dialect=} for {data!r}") from error
    except Exception as error:
        raise AssertionError(f"{type(error).__name__} from {source.profile.name} {kind}: {error}\n{data!r}") from error


def _decode_and_encode(source: Dialect, kind: Kind, data: bytes) -> None:
    targets = {**TABLE, source.profile.name: source}.values()
    if kind == "request":
        request = source.decode_request(data)
        for target in targets:
            target.encode_request(request, Losses())
    elif kind == "response":
        for target in targets:
            response = source.decode_response(data)
            target.encode_response(response, Losses(), None, None)
            target.encoder(Losses(), None, None).feed(explode(response))
    elif kind == "error":
        for target in targets:
            target.encode_error(source.decode_error(400, data), Losses())
    else:
        decoder = source.decoder()
        encoders = [target.encoder(Losses(), None, None) for target in targets]
        events = decoder.feed(data)
        for encoder in encoders:
            encoder.feed(events)
        events = decoder.close()
        for encoder in encoders:
            encoder.feed(events)


def determinism(source: Named, target: Named, kind: Kind, body: JSONObject) -> None:
    """The same body gives the same answer and the same losses, and is not changed by being translated."""
    before = dumped(body)
    first, then = turned(source, target, kind, body), turned(source, target, kind, body)
    if dumped(first.body) != dumped(then.body) or first.losses != then.losses:
        raise AssertionError(f"two answers to one body, {name_of(source)} -> {name_of(target)} {kind}: {before!r}")
    if dumped(body) != before:
        raise AssertionError(
            f"the caller's body was changed, {name_of(source)} -> {name_of(target)} {kind}: {before!r}"
        )
