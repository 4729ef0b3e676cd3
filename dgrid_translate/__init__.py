"""A pure translator between the wire formats of LLM APIs.

Importing this package loads msgspec and light parts of the standard library; servers, clients and the command line
live in rooms of their own (`dgrid_translate.asgi`, `.backends`, `.cli`), behind extras.
"""
