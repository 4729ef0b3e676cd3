"""The outermost schema of a tool's input, for the targets that want an object there and nothing else."""

from __future__ import annotations

from dgrid_translate.shared.schema.keywords import Node, is_names, is_node, listed, resolve, same, without
from dgrid_translate.shared.schema.merge import Places
from dgrid_translate.shared.schema.site import Site


def object_root(site: Site, refuses: tuple[str, ...], root: Node, places: Places) -> None:
    """An object without the keywords that the target refuses here; a schema of no object is left alone."""
    if "type" not in site.out and not isinstance(site.out.get("$ref"), str):
        site.note("invented", "type", site.place("type"), "object")
        site.out = {"type": "object", **site.out}
        site.changed = True
    elif "object" in site.types() and site.out["type"] != "object":
        site.note("approximated", "type", site.place("type"), "a tool's input is an object, nothing else")
        site.set("type", "object")
    if site.out.get("type") != "object":
        return
    for keyword in refuses:
        branches = listed(site.out.get(keyword))
        if keyword in {"anyOf", "oneOf"} and any(_of_object(one, root) for one in branches):
            _flatten(site, keyword, branches, root, places)
        elif keyword in site.out:
            site.say(keyword)
    if "properties" not in site.out:
        site.set("properties", {})


def _of_object(branch: object, root: Node) -> Node:
    """An alternative, seen through its reference, when it names properties."""
    ref = branch.get("$ref") if is_node(branch) else None
    target = resolve(root, ref) if isinstance(ref, str) else None
    schema = target[0] if target else branch
    return schema if is_node(schema) and is_node(schema.get("properties")) else {}


def _flatten(site: Site, keyword: str, branches: list[object], root: Node, places: Places) -> None:
    """Alternatives of objects as one object: every property, required where each branch requires it."""
    at = site.place(keyword)
    site.note("approximated", keyword, at, "the alternatives' properties stand side by side")
    site.pop(keyword)
    variants: dict[str, list[object]] = {}
    required: list[list[str]] = []
    for index, branch in enumerate(branches):
        schema = _of_object(branch, root) or (branch if is_node(branch) else {})
        names, properties = schema.get("required"), schema.get("properties")
        required.append(names if is_names(names) else [])
        for name, found in properties.items() if is_node(properties) else ():
            known = variants.setdefault(name, [])
            if not any(same(found, other) for other in known):
                places.note(found, (*at, index, "properties", name))
                known.append(found)
    own, asked = site.out.get("properties", {}), site.out.get("required", [])
    merged = {name: found[0] if len(found) == 1 else {"anyOf": found} for name, found in variants.items()}
    if is_node(own):
        site.set("properties", {**own, **without(merged, own)})
    common = [name for name in required[0] if all(name in names for names in required)]
    if common and is_names(asked):
        site.set("required", [*asked, *(name for name in common if name not in asked)])
