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

from dgrid_translate.losses import At
from dgrid_translate.shared.schema import objects, spelling, values
from dgrid_translate.shared.schema.keywords import (
    HOLDS_NAMED_SCHEMAS,
    HOLDS_SCHEMA,
    HOLDS_SCHEMAS,
    MAX_DEPTH,
    Node,
    TooDeep,
    is_list,
    is_names,
    is_node,
    slug,
)
from dgrid_translate.shared.schema.merge import Places
from dgrid_translate.shared.schema.profiles import SchemaProfile
from dgrid_translate.shared.schema.references import References
from dgrid_translate.shared.schema.root import object_root
from dgrid_translate.shared.schema.site import Note, Site

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
    """One schema's way to one target; `refers` when there may be a `$ref` in it.

    `notes` are the losses, at places inside the schema.
    """

    def __init__(self, profile: SchemaProfile, root: Node, refers: bool) -> None:
        self._profile = profile
        self._root = root
        self._places = Places()
        self._references = References(profile, root, self._places, refers)
        self._definitions: list[tuple[At, object]] = []
        self.notes: list[Note] = []

    def run(self) -> object:
        """The rewritten root; the same object when nothing changed."""
        out = self._schema(self._root, (), 0)
        for at, definition in self._definitions:
            if id(definition) not in self._references.used:
                self.notes.append(Note("dropped", slug("$defs"), at, "nothing in the result refers to it"))
        return out

    def _schema(self, schema: object, at: At, depth: int) -> object:
        if depth > MAX_DEPTH:
            raise TooDeep
        boolean = isinstance(schema, bool) and self._profile.keep is not None
        if boolean and not schema:
            why = "false, which nothing is valid for, became a schema of anything"
            self.notes.append(Note("approximated", slug("not"), at, why))
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
        at_root = depth == 0 and profile.root_object
        usual = site.out.keys() <= _USUAL and not is_list(site.out.get("items"))
        if not usual:
            self._references.combine(site, at_root)
        if at_root:
            object_root(site, profile.root_refuses, self._root, self._places)
        if not usual:
            self._references.respell(site, at_root)
            self._respell(site)
        if profile.nullable:
            spelling.one_type(site, self._places)
        if profile.enum_of is not None:
            spelling.enumeration(site, profile.enum_of, profile.enum_as_text)
        if profile.keep is not None:
            said = tuple(site.out)
            values.refuse(site, profile)
            self._leftovers(site, profile.keep)
            values.name_type(site, profile, said)
            objects.objects(site, profile)
        stood = objects.standing(site, self._places) if profile.all_required else {}
        self._children(site, depth)
        if profile.nullable and not usual:  # an alternative may only now be seen to be null
            spelling.null_branch(site, self._places)
        if profile.all_required:
            objects.require_all(site, stood)
        site.describe()
        self._references.leave(site)

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

    def _leftovers(self, site: Site, keep: frozenset[str]) -> None:
        """Keywords that the target does not take."""
        for keyword in [keyword for keyword in site.out if keyword not in keep]:
            value = site.out[keyword]
            if keyword == "definitions" and self._references.renames and not site.at:
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
                objects.order(site, value)
            elif keyword == "additionalProperties" and isinstance(value, bool):
                if not value:
                    site.note("dropped", keyword, site.place(keyword), "false")
                site.pop(keyword)
            else:
                site.say(keyword)

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
