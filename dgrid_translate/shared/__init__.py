"""Pure helpers that two or more dialects use; none of them knows a dialect."""
