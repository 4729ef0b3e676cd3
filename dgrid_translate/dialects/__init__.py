"""The wire formats, one folder each; README.md says how a folder is laid out."""
