"""Question: what does the gateway cost, against a proxy that hands bytes on unread with the same client and server?

Run `python benchmarks/bench_gateway.py`, on Linux, with the extra `asgi`. Upstream, gateways and clients are processes
on loopback: the gateway has one core, all else the other. Gateways take turns in rounds; ratios are to the
pass-through in the same round, microseconds are of the gateway's own processor time. Then the clients that an upstream
can be reached with (httpx, httpx2, and httpx over aiohttp, where installed) and the ways to send a stream. Latency is
of one connection, above that of the upstream itself. Memory is that of processes that have just begun. Last, other
gateways, where installed, each in turns with ours.
"""

from __future__ import annotations

import asyncio
import re
import statistics
import sys
import tempfile
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import payloads
from loopback.foreign import FOREIGN, Foreign, missing, started
from loopback.load import at_once, closed_loop, held_open, long_read, once, post
from loopback.process import Server, pin, python
from loopback.upstream import BURST, LONG, PACED, SOME, answer, burst
from timing import Options, Report, Row, options

from dgrid_translate import Exchange

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence
    from typing import Any

PAIRS = (("claude", "openai"), ("openai", "claude"))
PATHS = {"claude": "/v1/messages", "openai": "/v1/chat/completions"}
LIMIT, OURS = "pass-through", "ours"
CLIENTS = {"ours, httpx": "httpx", "ours, httpx2": "httpx2", "ours, httpx over aiohttp": "httpx_aiohttp"}
WAYS = {"raw": "uvicorn", "streaming": "starlette", "sse-starlette": "sse_starlette"}
BUSY, STREAMS, PACED_STREAMS, IDLE = 32, 8, 50, 1000
SLOW = 12e6
"""Bytes a second that the slow reader takes."""

RATE_GOAL, CPU_GOAL, LARGE_GOAL, BURST_GOAL, PACED_GOAL = 0.80, 1.3, 2.5, 2.5, 1.5
IDLE_GOAL, GROWTH_GOAL = 64.0, 16.0


def asking(client: str, what: str, name: str = "small", prefix: str = "") -> bytes:
    """A request in the client's dialect for one of the upstream's answers; `prefix` is of the model's name."""
    model = f'"{payloads.MODELS[client]}"'.encode()
    body = payloads.request(name, client).replace(model, f'"{prefix}bench-{what}"'.encode(), 1)
    body = body.replace(b',"stream":true', b"").replace(b',"stream_options":{"include_usage":true}', b"")
    if what not in ("whole", "peek"):
        body = body[:-1] + b',"stream":true}'
    return post(PATHS[client], body)


def body_of(request: bytes) -> bytes:
    """The body of a request."""
    return request.partition(b"\r\n\r\n")[2]


@dataclass
class Figures:
    """What each gateway took, round by round."""

    found: dict[str, list[dict[str, float]]] = field(default_factory=dict)

    def add(self, name: str, **figures: float) -> None:
        """Keep those of a round."""
        self.found.setdefault(name, []).append(figures)

    def median(self, name: str, figure: str) -> float:
        """The middle one."""
        return statistics.median(one[figure] for one in self.found[name])

    def ratio(self, name: str, figure: str, to: str) -> float:
        """The middle one of the ratios within a round."""
        pairs = zip(self.found[name], self.found[to], strict=True)
        return statistics.median(own[figure] / max(other[figure], 1e-9) for own, other in pairs)


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run on uvloop."""
    import uvloop

    return uvloop.run(work)


def check(gateway: Server, upstream: Server, client: str, speaks: str) -> None:
    """See that what the gateway says is what the library makes; ids and times that it gives out aside."""
    request = asking(client, "whole", "rich")
    exchange = Exchange(client, speaks, now=1)
    sent = exchange.request(body_of(request)).body
    pairs = [
        ("answer", run(once(gateway.port, request)), exchange.response(answer(speaks)).body),
        ("request", run(once(upstream.port, post("/", b"bench-peek"))), sent),
    ]
    request = asking(client, "burst")
    exchange = Exchange(client, speaks, now=1)
    exchange.request(body_of(request))
    machine = exchange.stream()
    frames = machine.feed(b"".join(burst(speaks))) + machine.close()
    pairs.append(("stream", run(once(gateway.port, request)), frames))
    for what, got, expected in pairs:
        if _timeless(got) != _timeless(expected):
            sys.exit(f"{client} to {speaks}: not the library's {what}:\n{got[:2000]!r}\n{expected[:2000]!r}")


def _timeless(body: bytes) -> bytes:
    return re.sub(rb'"created":\d+', b'"created":0', body)


async def busy(server: Server, request: bytes, connections: int, seconds: float, things: int = 1) -> dict[str, float]:
    """The rate, and microseconds of processor time for each of the `things` in an answer."""
    before = server.cpu()
    answers, taken, _ = await closed_loop(server.port, request, connections, seconds)
    return {"rate": answers / taken, "cpu": (server.cpu() - before) / (answers * things) * 1e6}


async def alone(port: int, request: bytes, seconds: float) -> dict[str, float]:
    """Latency with one connection."""
    _, _, latencies = await closed_loop(port, request, 1, seconds)
    return quantiles(latencies)


def quantiles(seconds: Sequence[float]) -> dict[str, float]:
    """p50 and p99 in microseconds."""
    ordered = sorted(seconds)
    return {"p50": ordered[len(ordered) // 2] * 1e6, "p99": ordered[len(ordered) * 99 // 100] * 1e6}


async def paced(server: Server, request: bytes) -> dict[str, float]:
    """Processor time an event, and its delay, of streams that go at the pace of models."""
    before = server.cpu()
    delays = await at_once(server.port, request, PACED_STREAMS)
    cpu = (server.cpu() - before) / (PACED_STREAMS * PACED) * 1e6
    return {"cpu": cpu, **quantiles(delays)}


def requests(report: Report, gateways: dict[str, Server], upstream: Server, client: str, seconds: float) -> None:
    """Show what answers that come whole cost."""
    small, large = asking(client, "whole"), asking(client, "whole", "agent")
    figures = {"small": Figures(), "large": Figures(), "alone": Figures()}
    for server in gateways.values():
        run(busy(server, small, BUSY, seconds / 2))
    for _ in range(report.options.rounds):
        for name, server in gateways.items():
            figures["small"].add(name, **run(busy(server, small, BUSY, seconds)))
            figures["large"].add(name, **run(busy(server, large, BUSY, seconds)))
            figures["alone"].add(name, **run(alone(server.port, small, seconds / 2)))
        figures["alone"].add("upstream", **run(alone(upstream.port, small, seconds / 2)))
    first = client == PAIRS[0][0]
    for name in gateways:
        judged = name == OURS
        for figure, group, goal in (("rate", "requests/s", RATE_GOAL), ("cpu", "CPU a request", CPU_GOAL)):
            least = figure == "rate"
            ratio = figures["small"].ratio(name, figure, LIMIT)
            micros = figures["small"].median(name, "cpu") if figure == "cpu" else None
            add(report, f"{client}, {name}: {group}", ratio, goal if judged else None, micros, least, group)
        ratio, micros = figures["large"].ratio(name, "cpu", LIMIT), figures["large"].median(name, "cpu")
        group = "CPU a 67 KB request"
        add(report, f"{client}, {name}: {group}", ratio, LARGE_GOAL if judged else None, micros, group=group)
        if not first:
            continue
        print(
            f"    {figures['small'].median(name, 'rate'):.0f} requests/s with {BUSY} connections; one connection: ",
            end="",
        )
        for figure in ("p50", "p99"):
            above = figures["alone"].median(name, figure) - figures["alone"].median("upstream", figure)
            print(f"{figure} +{above:.0f} us  ", end="")
            report.keep(Row(f"{client}, {name}: latency {figure}, us above the upstream's", above))
        report.keep(Row(f"{client}, {name}: requests a second", figures["small"].median(name, "rate")))
        print()


def streams(report: Report, gateways: dict[str, Server], client: str, seconds: float) -> None:
    """Show what streams cost an event of the upstream's."""
    bursts, paces = Figures(), Figures()
    for server in gateways.values():
        run(busy(server, asking(client, "burst"), STREAMS, seconds / 2))
    for _ in range(report.options.rounds):
        for name, server in gateways.items():
            bursts.add(name, **run(busy(server, asking(client, "burst"), STREAMS, seconds, BURST)))
            if "originated" not in name:
                paces.add(name, **run(paced(server, asking(client, "paced"))))
    for name in gateways:
        judged = name == OURS
        own = "originated" in name
        to = "raw, originated" if own else LIMIT
        what = f"{client}, {name}: CPU a chunk"
        ratio, micros = bursts.ratio(name, "cpu", to), bursts.median(name, "cpu")
        group = "CPU a chunk in bursts"
        add(report, f"{what}, bursts", ratio, BURST_GOAL if judged else None, micros, group=group)
        if own:
            continue
        ratio, micros = paces.ratio(name, "cpu", LIMIT), paces.median(name, "cpu")
        group = "CPU a chunk, paced"
        add(report, f"{what}, paced", ratio, PACED_GOAL if judged else None, micros, group=group)
        print(f"    chunk delay p50 {paces.median(name, 'p50'):.0f} us, p99 {paces.median(name, 'p99'):.0f} us")
        for figure in ("p50", "p99"):
            report.keep(Row(f"{client}, {name}: delay of a chunk {figure}, us", paces.median(name, figure)))


def foreign(report: Report, asked: Options, upstream: Server, client: str, speaks: str, seconds: float) -> None:
    """Show how many times the requests/s of other gateways ours are, each beside ours in turns."""
    own = python("loopback.apps", OURS, speaks, f"http://127.0.0.1:{upstream.port}")
    try:
        for other in FOREIGN:
            why = missing(other, asked.quick)
            if why is None:
                with tempfile.TemporaryDirectory() as folder:
                    try:
                        server = started(other, upstream.port, Path(folder))
                    except RuntimeError as error:
                        why = str(error)
                    else:
                        try:
                            against(report, other, server, own, client, seconds)
                        except (RuntimeError, OSError) as error:
                            why = f"it does not answer: {error}"
                        finally:
                            server.stop()
            if why is not None:
                print(f"{other.name}: skipped, {why[:300]}")
    finally:
        own.stop()


def against(report: Report, other: Foreign, server: Server, own: Server, client: str, seconds: float) -> None:
    """Let another gateway and ours take turns."""
    small, bursts, idle = Figures(), Figures(), server.resident()
    asked = {what: asking(client, what, prefix=other.prefix) for what in ("whole", "burst")}
    run(busy(server, asked["whole"], 4, seconds / 2))
    for _ in range(report.options.rounds):
        small.add("theirs", **run(busy(server, asked["whole"], BUSY, seconds)))
        small.add("ours", **run(busy(own, asking(client, "whole"), BUSY, seconds)))
        bursts.add("theirs", **run(busy(server, asked["burst"], STREAMS, seconds, BURST)))
        bursts.add("ours", **run(busy(own, asking(client, "burst"), STREAMS, seconds, BURST)))
    label = f"{client}, {other.name}"
    group = f"gateway: our requests/s / {other.name}"
    rate = small.ratio("ours", "rate", "theirs")
    report.add(Row(f"{label}: ours / its requests/s", rate, other.goal, None, True, group))
    report.add(Row(f"{label}: its CPU a request / ours", small.ratio("theirs", "cpu", "ours")))
    report.add(Row(f"{label}: its CPU a chunk / ours", bursts.ratio("theirs", "cpu", "ours")))
    report.add(Row(f"{label}: MB when it begins", idle))
    report.keep(Row(f"{label}: requests a second", small.median("theirs", "rate")))
    micros = bursts.median("theirs", "cpu")
    report.keep(Row(f"{label}: CPU a chunk, bursts", micros, micros=micros))


def add(
    report: Report,
    label: str,
    value: float,
    goal: float | None,
    micros: float | None = None,
    least: bool = False,
    group: str = "",
) -> None:
    """A row; those with a goal belong to the table."""
    report.add(Row(label, value, goal, micros, least, f"gateway / pass-through: {group}" if goal and group else ""))


def memory(report: Report, upstream: Server, client: str, speaks: str) -> None:
    """Show what idle streams, and one of a million events, cost in memory."""
    count = 100 if report.options.quick else IDLE
    what, events = ("some", SOME) if report.options.quick else ("long", LONG)
    for name in (LIMIT, OURS):
        judged = name == OURS
        server = python("loopback.apps", name, speaks, f"http://127.0.0.1:{upstream.port}")
        run(once(server.port, asking(client, "burst")))
        before = server.resident()
        run(_idle(server, asking(client, "idle"), count, held := []))
        row = Row(f"{name}: kB for each of {count} idle streams", (held[0] - before) * 1e3 / count)
        row.goal, row.group = (IDLE_GOAL, "gateway: kB an idle stream") if judged else (None, "")
        report.add(row)
        server.stop()
        for speed, reader in ((None, "fast"), (SLOW, "slow")):
            server = python("loopback.apps", name, speaks, f"http://127.0.0.1:{upstream.port}")
            run(once(server.port, asking(client, "burst")))
            _, grown = run(long_read(server.port, asking(client, what), speed, server.resident))
            row = Row(f"{name}: MB of growth, {events} events, {reader} reader", grown)
            if judged:
                row.goal, row.group = GROWTH_GOAL, "gateway: MB of growth, a million events"
            report.add(row)
            server.stop()


async def _idle(server: Server, request: bytes, count: int, into: list[float]) -> None:
    opened = await held_open(server.port, request, count)
    await asyncio.sleep(0.2)
    into.append(server.resident())
    for connection in opened:
        connection.close()
    await asyncio.sleep(0.2)


def names(first: bool) -> tuple[list[str], list[str]]:
    """(gateways for answers, gateways for streams)."""
    basic = [LIMIT, OURS]
    if not first:
        return basic, basic
    clients, ways = [], []
    for found, wanted in ((clients, CLIENTS), (ways, WAYS)):
        for name, package in wanted.items():
            if find_spec(package) is None:
                print(f"{name}: skipped, {package} is not installed")
            else:
                found.append(name)
    sent = [f"{way}, {stream}" for stream in ("translated", "originated") for way in ways]
    return [*basic, *clients], [*basic, *clients, *sent]


def measure(report: Report, asked: Options) -> None:
    """Both pairs, then memory."""
    seconds = 0.4 if asked.quick else 2.0
    for client, speaks in PAIRS:
        upstream = python("loopback.upstream", speaks, core=1)
        plain, streaming = names((client, speaks) == PAIRS[0])
        servers: dict[str, Server] = {}
        try:
            for name in streaming:
                servers[name] = python("loopback.apps", name, speaks, f"http://127.0.0.1:{upstream.port}")
            check(servers[OURS], upstream, client, speaks)
            requests(report, {name: servers[name] for name in plain}, upstream, client, seconds)
            streams(report, servers, client, seconds)
            for server in servers.values():
                server.stop()
            servers.clear()
            if (client, speaks) == PAIRS[0]:
                memory(report, upstream, client, speaks)
                foreign(report, asked, upstream, client, speaks, seconds)
        finally:
            for server in servers.values():
                server.stop()
            upstream.stop()


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    asked = options(__doc__, argv, rounds=7, quick_rounds=3)
    report = Report("gateway", asked, unit="value")
    if not Path("/proc/self/schedstat").exists():
        print("skipped: needs Linux, whose /proc says what a process took")
    elif missing := [name for name in ("uvicorn", "uvloop", "aiohttp") if find_spec(name) is None]:
        print(f"skipped: {', '.join(missing)} not installed; pip install 'dgrid-translate[asgi]'")
    else:
        pin(1)
        measure(report, asked)
    report.done()


if __name__ == "__main__":
    main()
