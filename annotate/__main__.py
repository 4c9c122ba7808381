"""`python -m annotate`."""

from annotate.cli.main import main

if __name__ == "__main__":
    main()
