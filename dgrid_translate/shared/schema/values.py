"""What a target wants a schema to say of its values: formats, patterns, limits, and the type it must name."""

from __future__ import annotations

from dgrid_translate.shared.schema.keywords import TYPED_KEYWORDS, listed, same, type_of
from dgrid_translate.shared.schema.profiles import SchemaProfile
from dgrid_translate.shared.schema.site import Site


def refuse(site: Site, profile: SchemaProfile) -> None:
    """Keywords of which the target takes some values only."""
    out = site.out
    said, pattern = out.get("format"), out.get("pattern")
    if profile.formats is not None and isinstance(said, str) and said not in profile.formats:
        site.say("format")
    if isinstance(pattern, str) and any(refused in pattern for refused in profile.pattern_refuses):
        site.say("pattern")
    for keyword, allowed in profile.only.items():
        if keyword in out and not any(same(out[keyword], value) for value in allowed):
            site.say(keyword)


def name_type(site: Site, profile: SchemaProfile, said: tuple[str, ...]) -> None:
    """A type for a schema that names none: what its values or the keywords it `said` imply."""
    out = site.out
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
            site.note("invented", "type", site.place("type"), implied[0])
            site.set("type", implied[0])
        elif profile.untyped is not None:
            site.note("approximated", "type", site.at, "a schema of anything became one of scalars")
            site.set("type", list(profile.untyped))
