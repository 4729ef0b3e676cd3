"""Signatures wrapped for another vendor's field, and back."""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode

import pytest

from dgrid_translate.ir.parts import Signature
from dgrid_translate.shared.signatures import MARK, unwrap, unwrap_base64, wrap, wrap_base64

SIGNED = [
    Signature("c2ln", "anthropic"),
    Signature("", ""),
    Signature("a.b.c", "openai"),
    Signature("\u00ff\u00fe?>\ud83d", "openai"),
]


@pytest.mark.parametrize("signature", SIGNED)
def test_wrapped_ones_come_back(signature: Signature) -> None:
    assert unwrap(wrap(signature, "n"), "google") == (signature, "n")
    assert unwrap_base64(wrap_base64(signature, "r"), "google") == (signature, "r")


@pytest.mark.parametrize("signature", SIGNED)
def test_the_same_mark_stands_in_every_field(signature: Signature) -> None:
    assert wrap(signature, "t").startswith(MARK)
    assert wrap_base64(signature, "t").startswith(MARK)


@pytest.mark.parametrize("signature", SIGNED)
def test_clients_may_spell_base64_anew(signature: Signature) -> None:
    """Google's SDK decodes the field and writes it in the alphabet of URLs."""
    again = urlsafe_b64encode(b64decode(wrap_base64(signature, "t"), validate=True)).decode()
    assert unwrap_base64(again, "google") == (signature, "t")


@pytest.mark.parametrize("text", ["", "c2ln", MARK, MARK + ".", MARK + ".openai", MARK + ".openai.x.y", MARK + "!!!"])
def test_what_is_not_wrapped_is_the_vendors_own(text: str) -> None:
    assert unwrap(text, "google") == (Signature(text, "google"), None)
    assert unwrap_base64(text, "google") == (Signature(text, "google"), None)
