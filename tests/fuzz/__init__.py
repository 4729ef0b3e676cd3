"""Coverage-guided fuzzing: run by hand, not by pytest (see fuzz_bodies.py)."""
