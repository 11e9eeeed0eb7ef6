"""The process that is killed: trains a toy whose saves are frequent and slow. Run as ``child.py DIRECTORY WRITER``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from modeloid.cycle.stop import Stop

RECIPE = {"last": "40t", "save": "1t", "validate": "4t", "generate": "6t", "log": "3t", "best": "max judge/spread"}
MODEL = {"ballast_bytes": 1_000_000}


def main(directory: Path, writer: str) -> int:
    with Stop() as stop:
        print("standing", flush=True)
        from fuzz import writers
        from modeloid.cycle import checkpoint
        from modeloid.cycle.loop import run
        from toys import Points, card

        checkpoint.write = writers.WRITERS[writer]
        code = run(card(directory, MODEL, **RECIPE), Points(), stop=stop).exit_code
        print("leaving", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
