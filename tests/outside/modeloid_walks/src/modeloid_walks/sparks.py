"""A format: every curve as a line of text, for a terminal."""

BARS = "▁▂▃▄▅▆▇█"


class Sparks:
    doc = "every curve as a line of text, for a terminal"
    needs = ()  # modules beyond modeloid's own, such as ("pyarrow",)
    extra = ""  # what installs them, such as "modeloid-walks[parquet]"

    def write(self, stories, target):
        path = target / "sparks.txt"
        curves = [(story.label, *pair) for story in stories for pair in story.record.curves.items()]
        lines = [f"{drawn(curve.values.tolist())}  {label} {name}\n" for label, name, curve in curves]
        path.write_text("".join(lines), encoding="utf-8")
        return [path]


def drawn(values, width=60):
    shown = values[:: max(1, -(-len(values) // width))]
    low, high = min(shown, default=0), max(shown, default=0)
    return "".join(BARS[round(7 * (value - low) / ((high - low) or 1))] for value in shown)
