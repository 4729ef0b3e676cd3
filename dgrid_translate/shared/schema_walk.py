"""The walk that rewrites a decoded JSON Schema into what a target takes.

It decides, node by node, what each keyword becomes under a `SchemaProfile`: kept, said with another keyword, said in
the description, or dropped; and it notes a loss for whatever does not mean the same afterwards. It tells keywords from
property names, because it knows which keywords hold schemas. It never raises on odd values: what it does not
understand (`"properties": 3`) it leaves alone, for the vendor to reject.

Meaning-preserving, hence without a loss: `const` as an `enum` of one, `nullable` and null types in each other's form,
the drafts' older spellings in the newer ones, a `$ref` with siblings as an `anyOf` of one beside them, an `allOf` whose
members fit into one schema, an exclusive bound of integers as an inclusive one, `true` as `{}`, `items: {}` added to
an array, `properties: {}` added to an object, and an order of properties said by their order.
"""

from __future__ import annotations

from dgrid_translate.losses import At, LossKind
from dgrid_translate.shared import schema_spelling as spelling
from dgrid_translate.shared.schema_keywords import (
    ANNOTATIONS,
    HOLDS_NAMED_SCHEMAS,
    HOLDS_SCHEMA,
    HOLDS_SCHEMAS,
    MAX_DEPTH,
    TYPED_KEYWORDS,
    Node,
    TooDeep,
    back_references,
    is_list,
    is_names,
    is_node,
    listed,
    resolve,
    same,
    slug,
    type_of,
    with_null,
    without,
)
from dgrid_translate.shared.schema_merge import Places, merge
from dgrid_translate.shared.schema_site import Note, SchemaProfile, Site

_MAX_INLINED = 200
"""How many references are written out before the rest is cut: a few lines can multiply into billions."""

_LEAF = frozenset({"type", "title", "description"})
_LEAF_TYPES = ("string", "number", "integer", "boolean")
"""Most schemas in a schema say no more than this, and every target takes it."""
_USUAL = _LEAF | {
    "properties",
    "required",
    "additionalProperties",
    "items",
    "enum",
    "minLength",
    "maxLength",
    "default",
}
"""Keywords that no other spelling exists for, but for `items`."""


class Walk:
    """One schema's way to one target; `refers` when there may be a `$ref` in it. `notes` are the losses."""

    def __init__(self, profile: SchemaProfile, root: Node, at: At, refers: bool) -> None:
        self._profile = profile
        self._root = root
        self._at = at
        self._places = Places()
        self._cut = back_references(root) if refers and profile.refs == "acyclic" else frozenset[int]()
        self._renames = _old_definitions(profile, root)
        self._active: set[int] = set()
        self._inlined = 0
        self._used: set[int] = set()
        self._definitions: list[tuple[At, object]] = []
        self.notes: list[Note] = []

    def run(self) -> object:
        """The rewritten root; the same object when nothing changed."""
        out = self._schema(self._root, self._at, 0)
        for at, definition in self._definitions:
            if id(definition) not in self._used:
                self._note("dropped", "$defs", at, "nothing in the result refers to it")
        return out

    def _note(self, kind: LossKind, keyword: str, at: At, detail: str = "") -> None:
        self.notes.append(Note(kind, slug(keyword), at, detail))

    def _schema(self, schema: object, at: At, depth: int) -> object:
        if depth > MAX_DEPTH:
            raise TooDeep
        boolean = isinstance(schema, bool) and self._profile.keep is not None
        if boolean and not schema:
            self._note("approximated", "not", at, "false, which nothing is valid for, became a schema of anything")
        source: object = Node() if boolean else schema
        if not is_node(source):
            return schema
        if depth and source.keys() <= _LEAF and source.get("type") in _LEAF_TYPES:
            return schema
        at, where = self._places.of(source, at)
        site = Site(source, at, dict(where), self.notes)
        self._steps(site, depth)
        return site.out if site.changed or boolean else schema

    def _steps(self, site: Site, depth: int) -> None:
        profile = self._profile
        usual = site.out.keys() <= _USUAL and not is_list(site.out.get("items"))
        if not usual:
            self._combine(site, depth)
        if depth == 0 and profile.root_object:
            self._object_root(site)
        if not usual:
            self._reference(site, depth == 0 and profile.root_object)
            self._respell(site)
        if profile.nullable:
            spelling.one_type(site, self._places)
        if profile.enum_of is not None:
            spelling.enumeration(site, profile.enum_of, profile.enum_as_text)
        if profile.keep is not None:
            said = tuple(site.out)
            self._values(site)
            self._leftovers(site, profile.keep)
            self._typing(site, said)
            self._objects(site)
        stood = self._standing(site) if profile.all_required else {}
        self._children(site, depth)
        if profile.all_required:
            self._require_all(site, stood)
        site.describe()
        self._active.difference_update(site.entered)

    def _respell(self, site: Site) -> None:
        profile = self._profile
        if profile.newest_draft:
            spelling.older_drafts(site, self._places)
        if not profile.one_of:
            spelling.one_of(site)
        if profile.nullable:
            spelling.null_branch(site, self._places)
        elif profile.keep is not None:
            spelling.nullable(site)
        if profile.const_of:
            spelling.constant(site, profile.const_of)
        if profile.bounds != "any":
            spelling.bounds(site, profile.bounds == "inclusive")

    # references and conjunctions

    def _combine(self, site: Site, depth: int) -> None:
        """`allOf` into its parent; references into their place where the target does not take them."""
        if self._profile.nullable:  # an optional reference is the most common alternative of null
            spelling.null_branch(site, self._places)
        profile, members = self._profile, site.out.get("allOf")
        at_root = depth == 0 and profile.root_object
        splits = (profile.merges or at_root) and is_list(members) and all(is_node(member) for member in members)
        resolving = profile.refs == "inline" or (at_root and "type" not in site.out)
        follows = resolving and isinstance(site.out.get("$ref"), str)
        if not splits and not follows:
            return
        parts = self._gather(site, resolving)
        if not resolving and not _ref_fits(parts):
            parts = self._gather(site, True)
        if parts[0][0].keys() == site.out.keys():  # a reference that cannot be followed
            return
        merged = merge(parts, self._places)
        if merged is not None:
            if not merged.exact:
                keyword = "allOf" if splits else "$ref"
                self._note(
                    "approximated", keyword, site.place(keyword), "the parts are closed to each other's properties"
                )
            for keyword, place in merged.yielded:
                self._note("dropped", keyword, place, "another part of the schema says its own")
            site.become(merged)
            return
        self._leave(site)
        if profile.refs == "inline" and follows:
            self._inline_beside(site)

    def _gather(self, site: Site, resolving: bool) -> list[tuple[Node, At]]:
        """A schema, the target of its reference and its allOf members, each without those two keywords."""
        self._leave(site)
        parts: list[tuple[Node, At]] = []
        waiting: list[tuple[Node, At, At, At, int]] = [(site.out, site.at, site.place("allOf"), site.place("$ref"), 0)]
        while waiting:
            schema, at, all_at, ref_at, depth = waiting.pop()
            if depth > MAX_DEPTH:
                raise TooDeep
            own, nested = dict(schema), list[tuple[Node, At]]()
            ref, members = schema.get("$ref"), schema.get("allOf")
            if isinstance(ref, str) and (resolving or id(ref) in self._cut):
                target = resolve(self._root, ref, self._at)
                again = target is not None and id(target[0]) in site.entered  # a part already: it says nothing new
                target = None if again else self._enter(ref, site)
                if target is not None:
                    nested.append(target)
                if target is not None or again or self._profile.refs != "keep":
                    del own["$ref"]
                if target is None and not again and self._profile.refs != "keep":
                    own = {**self._stub(ref, ref_at), **own}
            if is_list(members) and all(is_node(member) for member in members):
                del own["allOf"]
                nested.extend((one, (*all_at, index)) for index, one in enumerate(members) if is_node(one))
            parts.append((own, at))
            for one, one_at in reversed(nested):
                waiting.append((one, one_at, (*one_at, "allOf"), (*one_at, "$ref"), depth + 1))
        return parts

    def _enter(self, ref: str, site: Site) -> tuple[Node, At] | None:
        """The target of a reference that is about to be written out, unless that would never end."""
        target = resolve(self._root, ref, self._at)
        if target is None or id(ref) in self._cut or id(target[0]) in self._active or self._inlined >= _MAX_INLINED:
            return None
        self._inlined += 1
        self._used.add(id(target[0]))
        self._active.add(id(target[0]))
        site.entered.append(id(target[0]))
        return target

    def _leave(self, site: Site) -> None:
        self._active.difference_update(site.entered)
        self._used.difference_update(site.entered)
        site.entered.clear()

    def _stub(self, ref: str, at: At) -> Node:
        """What is left of a reference that cannot be followed: the type of its target."""
        target = resolve(self._root, ref, self._at)
        why = "it would have to be written out for ever" if target else "it leads nowhere"
        self._note("approximated", "$ref", at, f"{ref} is cut: {why}")
        said = target[0].get("type") if target else None
        return {"type": said} if isinstance(said, str) else {}

    def _inline_beside(self, site: Site) -> None:
        """A reference whose target cannot be merged with its siblings stands beside them."""
        ref = str(site.out["$ref"])
        target = None if "anyOf" in site.out else self._enter(ref, site)
        if target is None:
            self._note("dropped", "$ref", site.place("$ref"), f"{ref} contradicts its siblings")
            site.pop("$ref")
        else:
            self._places.note(*target)
            site.rename("$ref", "anyOf", [target[0]])

    def _reference(self, site: Site, at_root: bool) -> None:
        profile, ref = self._profile, site.out.get("$ref")
        if not isinstance(ref, str):
            return
        if profile.keep is not None and ref != "#" and not ref.startswith("#/"):
            site.say("$ref")
        elif id(ref) in self._cut:
            stub = self._stub(ref, site.place("$ref"))
            site.pop("$ref")
            site.out = {**stub, **site.out}
        elif self._renames and ref.startswith("#/definitions/"):
            site.set("$ref", "#/$defs/" + ref[len("#/definitions/") :])
        beside = any(key[:1] != "$" and key != "definitions" for key in site.out)
        if profile.ref_alone and beside and not at_root and "$ref" in site.out and "anyOf" not in site.out:
            site.rename("$ref", "anyOf", [{"$ref": site.out["$ref"]}])

    # the outermost schema of a tool's input

    def _object_root(self, site: Site) -> None:
        if "type" not in site.out and not isinstance(site.out.get("$ref"), str):
            self._note("invented", "type", site.place("type"), "object")
            site.out = {"type": "object", **site.out}
            site.changed = True
        elif "object" in site.types() and site.out["type"] != "object":
            self._note("approximated", "type", site.place("type"), "a tool's input is an object, nothing else")
            site.set("type", "object")
        if site.out.get("type") != "object":
            return
        for keyword in self._profile.root_refuses:
            branches = listed(site.out.get(keyword))
            if keyword in {"anyOf", "oneOf"} and any(self._of_object(one) for one in branches):
                self._flatten(site, keyword, branches)
            elif keyword in site.out:
                site.say(keyword)
        if "properties" not in site.out:
            site.set("properties", {})

    def _of_object(self, branch: object) -> Node:
        """An alternative, seen through its reference, when it names properties."""
        ref = branch.get("$ref") if is_node(branch) else None
        target = resolve(self._root, ref, self._at) if isinstance(ref, str) else None
        schema = target[0] if target else branch
        return schema if is_node(schema) and is_node(schema.get("properties")) else {}

    def _flatten(self, site: Site, keyword: str, branches: list[object]) -> None:
        """Alternatives of objects as one object: every property, required where each branch requires it."""
        at = site.place(keyword)
        self._note("approximated", keyword, at, "the alternatives' properties stand side by side")
        site.pop(keyword)
        variants: dict[str, list[object]] = {}
        required: list[list[str]] = []
        for index, branch in enumerate(branches):
            schema = self._of_object(branch) or (branch if is_node(branch) else {})
            names, properties = schema.get("required"), schema.get("properties")
            required.append(names if is_names(names) else [])
            for name, found in properties.items() if is_node(properties) else ():
                known = variants.setdefault(name, [])
                if not any(same(found, other) for other in known):
                    self._places.note(found, (*at, index, "properties", name))
                    known.append(found)
        own, asked = site.out.get("properties", {}), site.out.get("required", [])
        merged = {name: found[0] if len(found) == 1 else {"anyOf": found} for name, found in variants.items()}
        if is_node(own):
            site.set("properties", {**own, **without(merged, own)})
        common = [name for name in required[0] if all(name in names for names in required)]
        if common and is_names(asked):
            site.set("required", [*asked, *(name for name in common if name not in asked)])

    # values, types, objects

    def _values(self, site: Site) -> None:
        profile, out = self._profile, site.out
        said, pattern = out.get("format"), out.get("pattern")
        if profile.formats is not None and isinstance(said, str) and said not in profile.formats:
            site.say("format")
        if isinstance(pattern, str) and any(refused in pattern for refused in profile.pattern_refuses):
            site.say("pattern")
        for keyword, allowed in profile.only.items():
            if keyword in out and not any(same(out[keyword], value) for value in allowed):
                site.say(keyword)

    def _leftovers(self, site: Site, keep: frozenset[str]) -> None:
        """Keywords that the target does not take."""
        for keyword in [keyword for keyword in site.out if keyword not in keep]:
            value = site.out[keyword]
            if keyword == "definitions" and self._renames and site.at == self._at:
                site.rename(keyword, "$defs", value)
            elif keyword in {"$defs", "definitions"} and is_node(value):
                # They go where they are used; whether each was is known when the walk ends.
                self._definitions.extend((site.place(keyword, name), schema) for name, schema in value.items())
                site.pop(keyword)
            elif keyword == "prefixItems":
                site.say(keyword)
                if "items" in site.out:  # it speaks of the members after those
                    site.say("items")
            elif keyword == "propertyOrdering" and is_names(value):
                self._order(site, value)
            elif keyword == "additionalProperties" and isinstance(value, bool):
                if not value:
                    self._note("dropped", keyword, site.place(keyword), "false")
                site.pop(keyword)
            else:
                site.say(keyword)

    def _order(self, site: Site, order: list[str]) -> None:
        site.pop("propertyOrdering")
        properties = site.out.get("properties")
        if is_node(properties):
            first = {name: properties[name] for name in order if name in properties}
            site.set("properties", {**first, **without(properties, first)})

    def _typing(self, site: Site, said: tuple[str, ...]) -> None:
        """A type for a schema that names none: what its values or the keywords it `said` imply."""
        profile, out = self._profile, site.out
        if profile.types == "optional" or "type" in out:
            return
        values = listed(out.get("enum")) if "enum" in out else [out["const"]] if "const" in out else []
        if values:
            types = list(dict.fromkeys(type_of(value) for value in values))
            if profile.types == "always" and (len(types) == 1 or profile.untyped is not None):
                site.set("type", types[0] if len(types) == 1 else types)
        elif not any(keyword in out for keyword in ("anyOf", "allOf", "$ref")):
            implied = [name for name, keys in TYPED_KEYWORDS.items() if any(key in said for key in keys)]
            if len(implied) == 1:
                self._note("invented", "type", site.place("type"), implied[0])
                site.set("type", implied[0])
            elif profile.untyped is not None:
                self._note("approximated", "type", site.at, "a schema of anything became one of scalars")
                site.set("type", list(profile.untyped))

    def _objects(self, site: Site) -> None:
        profile, out = self._profile, site.out
        if profile.needs_items and "array" in site.types() and "items" not in out:
            site.set("items", {})
        required = out.get("required")
        if profile.known_required and is_names(required):
            properties = out.get("properties")
            known = properties if is_node(properties) else {}
            for index, name in enumerate(required):
                if name not in known:
                    self._note("dropped", "required", site.place("required", index), f"{name!r} is no property")
            if any(name not in known for name in required):
                site.set("required", [name for name in required if name in known])
        if not profile.closed or not ("object" in site.types() or "properties" in out):
            return
        if profile.all_required and "properties" not in out:
            site.set("properties", {})
        if "additionalProperties" not in out:
            self._note("invented", "additionalProperties", site.place("additionalProperties"), "false")
        elif out["additionalProperties"] is not False:
            place = site.place("additionalProperties")
            self._note("approximated", "additionalProperties", place, "an open object became a closed one")
        if out.get("additionalProperties") is not False:
            site.set("additionalProperties", False)

    def _standing(self, site: Site) -> dict[str, At]:
        """Where each property stands in the source."""
        properties, place = site.out.get("properties"), site.place("properties")
        named = properties.items() if is_node(properties) else ()
        return {name: self._places.of(one, (*place, name))[0] for name, one in named if is_node(one)}

    def _require_all(self, site: Site, stood: dict[str, At]) -> None:
        """Like openai's `_ensure_strict_json_schema` require every property; what was optional may be null instead."""
        properties, required = site.out.get("properties"), site.out.get("required", [])
        if not is_node(properties) or not is_names(required) or all(name in required for name in properties):
            return
        nullable: Node = {}
        for name, schema in properties.items():
            optional = name not in required
            if optional:
                place = stood.get(name, site.place("properties", name))
                self._note("approximated", "required", place, "optional became nullable")
            nullable[name] = with_null(schema) if optional and is_node(schema) else schema
        site.set("properties", nullable)
        site.set("required", list(properties))

    # the inside, the text

    def _children(self, site: Site, depth: int) -> None:
        for keyword, value in list(site.out.items()):
            place = site.place(keyword)
            if is_node(value) and keyword in HOLDS_NAMED_SCHEMAS:
                new: object = {name: self._schema(one, (*place, name), depth + 1) for name, one in value.items()}
                if all(one is value[name] for name, one in new.items()):
                    continue
            elif is_list(value) and keyword in HOLDS_SCHEMAS:
                new = [self._schema(one, (*place, index), depth + 1) for index, one in enumerate(value)]
                if all(ours is theirs for ours, theirs in zip(new, value, strict=True)):
                    continue
            elif keyword in HOLDS_SCHEMA and not (isinstance(value, bool) and keyword == "additionalProperties"):
                new = self._schema(value, place, depth + 1)
                if new is value:
                    continue
            else:
                continue
            site.set(keyword, new)


def _old_definitions(profile: SchemaProfile, root: Node) -> bool:
    """Whether `definitions` must become `$defs`, with every reference into them."""
    wanted = profile.keep is not None and "definitions" not in profile.keep and profile.refs != "inline"
    return wanted and is_node(root.get("definitions")) and "$defs" not in root


def _ref_fits(parts: list[tuple[Node, At]]) -> bool:
    """Whether a reference among the parts has annotations beside it at most."""
    refs = [part for part, _ in parts if "$ref" in part]
    rest = [key for part, _ in parts for key in part if key != "$ref"]
    return not refs or (len(refs) == 1 and all(key in ANNOTATIONS or key in {"$defs", "definitions"} for key in rest))
