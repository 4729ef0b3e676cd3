"""What the vendors' APIs hold a whole request or response to, beyond its JSON types.

One module a dialect, each with `check_request(body)` and `check_response(body)`; a dialect too big for one page keeps
its rules in siblings named after it, and the public module holds the tables. Rules under OFFICIAL_ run only with
`official=True`: the vendor's own API asks for them, other hosts that speak the dialect were recorded breaking them.
"""
