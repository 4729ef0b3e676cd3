"""Pure helpers that two or more dialects use."""
