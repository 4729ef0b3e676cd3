"""`python -m dgrid_translate` is the command `dgrid-translate`."""

from dgrid_translate.cli import main  # pyright: ignore[reportMissingImports, reportUnknownVariableType]

if __name__ == "__main__":
    main()
