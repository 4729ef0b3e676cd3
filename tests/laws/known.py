"""Recorded bodies that a law cannot hold, each with its reason: (record, law) or (record, "law target")."""

from __future__ import annotations

KNOWN: dict[tuple[str, str], str] = {
    ("987d365e8a1f8914", "identity"): "a lone chunk, recorded as an answer",
    ("987d365e8a1f8914", "no silent loss"): "a lone chunk, recorded as an answer",
    ("987d365e8a1f8914", "round trip"): "a lone chunk, recorded as an answer",
    ("6871a803ef0bd2c1", "no silent loss"): "an empty turn, which no other dialect takes",
    ("6871a803ef0bd2c1", "round trip"): "an empty turn, which no other dialect takes",
    ("19231fb7ebdc1ca5", "round trip claude"): "begins with the model's turn: the user's that Claude wants comes back",
    ("e142d08ec19e9b75", "round trip"): "a URL in file_data, which only its host takes: it does not go back there",
    ("cf95dd9b47bb0267", "round trip"): "strict with a schema that is not: it comes back without strict",
    ("39aa7d346b10439f", "round trip"): "its host's cache_control comes back as OpenAI's own marker",
    **{
        (record, law): "a prompt of tokens, which no other dialect can be asked"
        for record in ("7e2107e71845d4bc", "daf793c4c18112c9")
        for law in ("no silent loss", "strangers", "round trip", "pairing", "legality")
    },
    ("4060c2e2a140b0ae", "legality gemini"): "does not say why it ended",
    ("dfc3191eceb78597", "grammar"): "choice 1 ends with tool_calls and has none",
    ("8e7338308823fe67", "grammar"): "an error inside a chunk of a choice that had ended",
    ("1a288cb8a64ecb65", "grammar claude"): "hand-made: a second answer's blocks garble the first's",
    ("dd4b00758e92b866", "grammar gemini"): "the host's own counts do not add up",
    ("8c4e45201a56f947", "grammar gemini"): "the host's own counts do not add up",
    ("a49494e0ed067baf", "legality"): "says nothing but the name of a stored prompt",
    ("48103169e275ea41", "legality"): "goes on with a stored answer, which holds the call",
    ("03fe065a814591e9", "legality"): "goes on with a stored conversation, which holds the call",
    ("6dad879f703ee653", "legality"): "goes on with a stored answer, which holds the call",
    ("3728d2f69e118283", "round trip openai-responses"): "pauses at a call; without its reason, the call is one",
    ("8c1f84da52e2874d", "stream"): "the deltas' log probabilities are not rounded, those of the whole text are",
    ("d139f624a0d2b51c", "grammar gemini"): "a picture that the recording cut short",
    ("6160ae64f0b75ff2", "grammar openai-responses"): "the host gives two items one id",
    ("d139f624a0d2b51c", "legality gemini"): "a picture that the recording cut short",
    ("28357bb2e14ce01f", "legality gemini"): "a picture that the recording cut short",
    ("9f12aac7eb804b37", "round trip ui-message"): "any_of, which the source's API alone reads as anyOf, is so spelled",
    (
        "f372eda231a446ce",
        "pairing ui-message",
    ): "hand-made: a result of no call; UI messages have results in calls only",
    ("665c84f4c851d8b3", "round trip"): "an empty turn, which no other dialect takes",
    (
        "4f61f5f3abe8f9d0",
        "round trip claude",
    ): "a result of Claude's tools has a caller, for which AI SDK 5 has no place",
    ("48103169e275ea41", "pairing ui-message"): "goes on with a stored answer, which holds the call",
    ("03fe065a814591e9", "pairing ui-message"): "goes on with a stored conversation, which holds the call",
    ("6dad879f703ee653", "pairing ui-message"): "goes on with a stored answer, which holds the call",
}
