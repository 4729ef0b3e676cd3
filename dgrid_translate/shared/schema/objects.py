"""What a target wants of objects and arrays: their order, which properties are required, whether they are closed."""

from __future__ import annotations

from dgrid_translate.losses import At
from dgrid_translate.shared.schema.keywords import Node, is_names, is_node, with_null, without
from dgrid_translate.shared.schema.merge import Places
from dgrid_translate.shared.schema.profiles import SchemaProfile
from dgrid_translate.shared.schema.site import Site


def objects(site: Site, profile: SchemaProfile) -> None:
    """An array says its `items`; `required` names properties; an object is closed and says its properties."""
    out = site.out
    if profile.needs_items and "array" in site.types() and "items" not in out:
        site.set("items", {})
    required = out.get("required")
    if profile.known_required and is_names(required):
        properties = out.get("properties")
        known = properties if is_node(properties) else {}
        for index, name in enumerate(required):
            if name not in known:
                site.note("dropped", "required", site.place("required", index), f"{name!r} is no property")
        if any(name not in known for name in required):
            site.set("required", [name for name in required if name in known])
    if not profile.closed or not ("object" in site.types() or "properties" in out):
        return
    if profile.all_required and "properties" not in out:
        site.set("properties", {})
    if "additionalProperties" not in out:
        site.note(
            "approximated", "additionalProperties", site.at, "the target allows no more than the named properties"
        )
    elif out["additionalProperties"] is not False:
        place = site.place("additionalProperties")
        site.note("approximated", "additionalProperties", place, "an open object became a closed one")
    if out.get("additionalProperties") is not False:
        site.set("additionalProperties", False)


def order(site: Site, names: list[str]) -> None:
    """`propertyOrdering`, said by the order of the properties."""
    site.pop("propertyOrdering")
    properties = site.out.get("properties")
    if is_node(properties):
        first = {name: properties[name] for name in names if name in properties}
        site.set("properties", {**first, **without(properties, first)})


def standing(site: Site, places: Places) -> dict[str, At]:
    """Where each property stands in the source."""
    properties, place = site.out.get("properties"), site.place("properties")
    named = properties.items() if is_node(properties) else ()
    return {name: places.of(one, (*place, name))[0] for name, one in named if is_node(one)}


def require_all(site: Site, stood: dict[str, At]) -> None:
    """Like openai's `_ensure_strict_json_schema` require every property; what was optional may be null instead."""
    properties, required = site.out.get("properties"), site.out.get("required", [])
    if not is_node(properties) or not is_names(required) or all(name in required for name in properties):
        return
    nullable: Node = {}
    for name, schema in properties.items():
        optional = name not in required
        if optional:
            place = stood.get(name, site.place("properties", name))
            site.note("approximated", "required", place, "optional became nullable")
        nullable[name] = with_null(schema) if optional and is_node(schema) else schema
    site.set("properties", nullable)
    site.set("required", list(properties))
