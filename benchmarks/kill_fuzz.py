"""The long kill fuzz: a training process struck at random moments of its whole life until done, again and again.

    python benchmarks/kill_fuzz.py [--strikes 200] [--out benchmarks/results/kill_fuzz.json]

SIGKILL and SIGTERM; after each strike every checkpoint must verify, and each life must end with the weights and the log
of an undisturbed run, byte for byte. Two careless writers are the negative control: they must fail the same fuzz.
Exit code 1 where one of these does not hold.
"""

import argparse
import json
import signal
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from fuzz.harness import fuzz  # noqa: E402
from modeloid.cycle.environment import commit, machine  # noqa: E402

CONTROLS = ("old first", "in place")


def main() -> int:
    """Run all and store the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strikes", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results" / "kill_fuzz.json")
    arguments = parser.parse_args()
    results, good = [], True
    for number, writer in [(signal.SIGKILL, "durable"), (signal.SIGTERM, "durable")] + [
        (signal.SIGKILL, control) for control in CONTROLS
    ]:
        careless = writer in CONTROLS
        with tempfile.TemporaryDirectory() as folder:
            result = fuzz(Path(folder), number, arguments.strikes, writer, arguments.seed, give_up=careless)
        passed = bool(result["problems"]) if careless else not result["problems"]
        good = good and passed
        results.append({**result, "expected": "fails" if careless else "holds", "as expected": passed})
        print(json.dumps(results[-1]), flush=True)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    report = {"machine": machine(), "commit": commit(ROOT), "results": results}
    arguments.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
