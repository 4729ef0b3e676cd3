"""The same meaning in another spelling, one function a spelling; each rewrites one schema where it stands.

What cannot be said exactly (an exclusive bound of numbers as an inclusive one, `oneOf` as `anyOf`) is noted.
"""

from __future__ import annotations

from dgrid_translate.shared.schema.keywords import (
    TYPED_KEYWORDS,
    Node,
    is_list,
    is_node,
    is_number,
    is_schema,
    listed,
    text_of,
    type_of,
    with_null,
    without,
)
from dgrid_translate.shared.schema.merge import Places, merge
from dgrid_translate.shared.schema.site import Site


def older_drafts(site: Site, places: Places) -> None:
    """Tuples of draft 2019-09 and before, exclusive bounds of draft 4."""
    members = site.out.get("items")
    if is_list(members) and members and is_schema(members[0]) and "prefixItems" not in site.out:
        for index, member in enumerate(members):
            places.note(member, site.place("items", index))
        site.rename("items", "prefixItems", members)
        if "additionalItems" in site.out:
            site.rename("additionalItems", "items", site.out["additionalItems"])
    for limit, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        flag = site.out.get(exclusive)
        if isinstance(flag, bool):
            site.pop(exclusive)
            if flag and is_number(site.out.get(limit)):
                site.rename(limit, exclusive, site.out[limit])


def one_of(site: Site) -> None:
    """`oneOf` as `anyOf`, which lets more than one alternative fit."""
    branches = site.out.get("oneOf")
    if is_list(branches) and "anyOf" not in site.out:
        site.note("approximated", "oneOf", site.place("oneOf"), "said as anyOf")
        site.rename("oneOf", "anyOf", branches)


def nullable(site: Site) -> None:
    """OpenAPI 3.0's nullable, which is no JSON Schema keyword, for a target that says null as a type."""
    if isinstance(site.out.get("nullable"), bool) and site.pop("nullable"):
        site.out = with_null(site.out)


def null_branch(site: Site, places: Places) -> None:
    """An alternative of null is `nullable`, as google-genai's `_transformers.handle_null_fields` has it."""
    branches = site.out.get("anyOf")
    if not is_list(branches) or "type" in site.out or "enum" in site.out:
        return
    rest = [one for one in branches if not (is_node(one) and one.get("type") == "null" and len(one) == 1)]
    if len(rest) == len(branches) or not rest:
        return
    for index, one in enumerate(branches):
        places.note(one, site.place("anyOf", index))
    site.set("anyOf", rest)
    site.set("nullable", True)
    only = rest[0]
    if len(rest) == 1 and is_node(only):
        at, _ = places.of(only, site.at)
        merged = merge([(without(site.out, {"anyOf": only}), site.at), (only, at)], places)
        if merged is not None and merged.exact and not merged.yielded:
            site.become(merged)


def one_type(site: Site, places: Places) -> None:
    """One type a schema, as google-genai's `Schema.from_json_schema` has it."""
    types = list(dict.fromkeys(site.types()))
    rest = [name for name in types if name != "null"]
    if len(types) > len(rest) > 0:
        site.set("nullable", True)
    values = site.out.get("enum")
    if site.out.get("nullable") is True and is_list(values) and None in values and len(values) > 1:
        site.set("enum", [value for value in values if value is not None])
    if not isinstance(site.out.get("type"), list) or not types:
        return
    if len(rest) <= 1:
        site.set("type", (rest or types)[0])
    elif "enum" in site.out:
        fits = [
            one for one in listed(site.out["enum"]) if type_of(one) in rest or (is_number(one) and "number" in rest)
        ]
        site.set("enum", fits)
        site.pop("type")
    elif "anyOf" in site.out:
        site.say("type")
    else:
        _branch_per_type(site, rest, places)


def _branch_per_type(site: Site, types: list[str], places: Places) -> None:
    branches: list[object] = []
    moved: Node = {}
    for name in types:
        keywords = TYPED_KEYWORDS.get("number" if name == "integer" else name, ())
        branch: Node = {key: site.out[key] for key in keywords if key in site.out}
        moved.update(branch)
        branch = {"type": name, **branch}
        places.note(branch, site.at, site.where)
        branches.append(branch)
    site.rename("type", "anyOf", branches)
    site.out = without(site.out, moved)


def constant(site: Site, types: frozenset[str]) -> None:
    """A `const` as an `enum` of one, which says its type for those who need it said."""
    if "const" not in site.out or "enum" in site.out or type_of(site.out["const"]) not in types:
        return
    value = site.out["const"]
    site.rename("const", "enum", [value])
    if "type" not in site.out and value is not None:
        site.set("type", type_of(value))


def enumeration(site: Site, allowed: frozenset[str], as_text: bool) -> None:
    """Values of an `enum` or a `const` that the target takes as strings only, or not at all."""
    if "const" in site.out and type_of(site.out["const"]) not in allowed:
        site.say("const")
    values = site.out.get("enum")
    if not is_list(values) or all(type_of(value) in allowed for value in values):
        return
    if not as_text or not all(is_number(value) for value in values):
        site.say("enum")
        return
    site.note("approximated", "enum", site.place("enum"), "numbers said as strings")
    if "type" not in site.out:
        site.set("type", "integer" if all(isinstance(value, int) for value in values) else "number")
    site.set("enum", [text_of(value) for value in values])


def bounds(site: Site, widens: bool) -> None:
    """`exclusiveMinimum: 0` of integers is `minimum: 1`."""
    for exclusive, limit, step in (("exclusiveMinimum", "minimum", 1), ("exclusiveMaximum", "maximum", -1)):
        value = site.out.get(exclusive)
        if not is_number(value) or limit in site.out:
            continue
        if isinstance(value, int) and set(site.types()) - {"null"} == {"integer"}:
            site.rename(exclusive, limit, value + step)
        elif widens:
            site.note("approximated", exclusive, site.place(exclusive), f"said as {limit}, which includes it")
            site.rename(exclusive, limit, value)
