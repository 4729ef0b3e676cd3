"""`python -m dgrid_translate` is the command `dgrid-translate`."""

from dgrid_translate.cli import main

if __name__ == "__main__":
    main()
