"""What the dialects of OpenAI share word for word; each says its own name."""
