"""Other translators, each called in an environment of its own; bench_peers.py starts them.

A module `with_NAME` says how one of them is called: `REQUESTS`, `RESPONSES` and `STREAMS` hold, by (source, target), a
function from what JSON says to what is said in the target: a dict to a dict, for streams a list of events to a list.
"""
