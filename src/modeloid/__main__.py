"""`python -m modeloid`: the working directory is taken off the path first, so that nothing lying there is imported."""

import sys

if __name__ == "__main__":
    if sys.path and sys.flags.safe_path is False:
        sys.path.pop(0)
    from modeloid.cli.main import main

    main()
