OPENAI_LOOSE = OPENAI_STRICT = CLAUDE_INPUT = CLAUDE_STRICT = GEMINI_JSON = GEMINI_OPENAPI = None


def downgrade(s, p, l, a):
    return s


def from_openapi(s):
    return s
