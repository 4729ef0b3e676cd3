"""The endpoints beside the chat family, one small module each, pure: bodies in, bodies out."""
