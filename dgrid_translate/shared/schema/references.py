"""Where references lead, and conjunctions: what a schema says through its `$ref` and its `allOf`.

It decides which references stay, which are written out in their place, and which are cut, because writing them out
would never end; and which conjunctions become one schema. How several schemas become one is in
`dgrid_translate.shared.schema.merge`.
"""

from __future__ import annotations

from dgrid_translate.losses import At
from dgrid_translate.shared.schema import spelling
from dgrid_translate.shared.schema.keywords import (
    ANNOTATIONS,
    MAX_DEPTH,
    Node,
    TooDeep,
    back_references,
    is_list,
    is_node,
    resolve,
)
from dgrid_translate.shared.schema.merge import Places, merge
from dgrid_translate.shared.schema.profiles import SchemaProfile
from dgrid_translate.shared.schema.site import Site

_MAX_INLINED = 200
"""How many references are written out before the rest is cut: a few lines can multiply into billions."""


class References:
    """The references of one schema on its way to one target; `refers` when there may be any in it."""

    def __init__(self, profile: SchemaProfile, root: Node, places: Places, refers: bool) -> None:
        self._profile = profile
        self._root = root
        self._places = places
        self._cut = back_references(root) if refers and profile.refs == "acyclic" else frozenset[int]()
        self._active: set[int] = set()
        self._inlined = 0
        self.renames = _old_definitions(profile, root)
        """Whether `definitions` become `$defs`."""
        self.used: set[int] = set()
        """The schemas that were written out, by identity."""

    def leave(self, site: Site) -> None:
        """The schema is done: what was written out into it may be written out again."""
        self._active.difference_update(site.entered)

    def combine(self, site: Site, at_root: bool) -> None:
        """`allOf` into its parent; references into their place where the target does not take them."""
        if self._profile.nullable:  # an optional reference is the most common alternative of null
            spelling.null_branch(site, self._places)
        profile, members = self._profile, site.out.get("allOf")
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
                site.note(
                    "approximated", keyword, site.place(keyword), "the parts are closed to each other's properties"
                )
            for keyword, place in merged.yielded:
                site.note("dropped", keyword, place, "another part of the schema says its own")
            site.become(merged)
            return
        self._forget(site)
        if profile.refs == "inline" and follows:
            self._inline_beside(site)

    def respell(self, site: Site, at_root: bool) -> None:
        """A reference that stays, as the target takes it."""
        profile, ref = self._profile, site.out.get("$ref")
        if not isinstance(ref, str):
            return
        if profile.keep is not None and ref != "#" and not ref.startswith("#/"):
            site.say("$ref")
        elif id(ref) in self._cut:
            stub = self._stub(site, ref, site.place("$ref"))
            site.pop("$ref")
            site.out = {**stub, **site.out}
        elif self.renames and ref.startswith("#/definitions/"):
            site.set("$ref", "#/$defs/" + ref[len("#/definitions/") :])
        beside = any(key[:1] != "$" and key != "definitions" for key in site.out)
        if profile.ref_alone and beside and not at_root and "$ref" in site.out and "anyOf" not in site.out:
            site.rename("$ref", "anyOf", [{"$ref": site.out["$ref"]}])

    def _gather(self, site: Site, resolving: bool) -> list[tuple[Node, At]]:
        """A schema, the target of its reference and its allOf members, each without those two keywords."""
        self._forget(site)
        parts: list[tuple[Node, At]] = []
        waiting: list[tuple[Node, At, At, At, int]] = [(site.out, site.at, site.place("allOf"), site.place("$ref"), 0)]
        while waiting:
            schema, at, all_at, ref_at, depth = waiting.pop()
            if depth > MAX_DEPTH:
                raise TooDeep
            own, nested = dict(schema), list[tuple[Node, At]]()
            ref, members = schema.get("$ref"), schema.get("allOf")
            if isinstance(ref, str) and (resolving or id(ref) in self._cut):
                target = resolve(self._root, ref)
                again = target is not None and id(target[0]) in site.entered  # a part already: it says nothing new
                target = None if again else self._enter(ref, site)
                if target is not None:
                    nested.append(target)
                if target is not None or again or self._profile.refs != "keep":
                    del own["$ref"]
                if target is None and not again and self._profile.refs != "keep":
                    own = {**self._stub(site, ref, ref_at), **own}
            if is_list(members) and all(is_node(member) for member in members):
                del own["allOf"]
                nested.extend((one, (*all_at, index)) for index, one in enumerate(members) if is_node(one))
            parts.append((own, at))
            for one, one_at in reversed(nested):
                waiting.append((one, one_at, (*one_at, "allOf"), (*one_at, "$ref"), depth + 1))
        return parts

    def _enter(self, ref: str, site: Site) -> tuple[Node, At] | None:
        """The target of a reference that is about to be written out, unless that would never end."""
        target = resolve(self._root, ref)
        if target is None or id(ref) in self._cut or id(target[0]) in self._active or self._inlined >= _MAX_INLINED:
            return None
        self._inlined += 1
        self.used.add(id(target[0]))
        self._active.add(id(target[0]))
        site.entered.append(id(target[0]))
        return target

    def _forget(self, site: Site) -> None:
        """What was written out into a schema was not used after all."""
        self._active.difference_update(site.entered)
        self.used.difference_update(site.entered)
        site.entered.clear()

    def _stub(self, site: Site, ref: str, at: At) -> Node:
        """What is left of a reference that cannot be followed: the type of its target."""
        target = resolve(self._root, ref)
        why = "it would have to be written out for ever" if target else "it leads nowhere"
        site.note("approximated", "$ref", at, f"{ref} is cut: {why}")
        said = target[0].get("type") if target else None
        return {"type": said} if isinstance(said, str) else {}

    def _inline_beside(self, site: Site) -> None:
        """A reference whose target cannot be merged with its siblings stands beside them."""
        ref = str(site.out["$ref"])
        target = None if "anyOf" in site.out else self._enter(ref, site)
        if target is None:
            site.note("dropped", "$ref", site.place("$ref"), f"{ref} contradicts its siblings")
            site.pop("$ref")
        else:
            self._places.note(*target)
            site.rename("$ref", "anyOf", [target[0]])


def _old_definitions(profile: SchemaProfile, root: Node) -> bool:
    """Whether `definitions` must become `$defs`, with every reference into them."""
    wanted = profile.keep is not None and "definitions" not in profile.keep and profile.refs != "inline"
    return wanted and is_node(root.get("definitions")) and "$defs" not in root


def _ref_fits(parts: list[tuple[Node, At]]) -> bool:
    """Whether a reference among the parts has annotations beside it at most."""
    refs = [part for part, _ in parts if "$ref" in part]
    rest = [key for part, _ in parts for key in part if key != "$ref"]
    return not refs or (len(refs) == 1 and all(key in ANNOTATIONS or key in {"$defs", "definitions"} for key in rest))
