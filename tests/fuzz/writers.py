"""Ways to write a checkpoint: ours, and two that others use, which the kill fuzz must find out."""

import shutil

from modeloid.cycle import checkpoint as checkpoints

durable = checkpoints.write


def old_first(state, step, save, cycle, logs):
    """The fault of accelerate and StudioGAN: old ones are deleted before the new one is written."""
    best = cycle["state"]["best"] or {"step": None}
    for found in checkpoints.existing(state):
        if found.step != best["step"]:
            shutil.rmtree(found.path)
    return durable(state, step, save, cycle, logs)


def in_place(state, step, save, cycle, logs):
    """No rename: one file after the other goes to the final place."""
    target = state / f"step-{step:09d}"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    save(target)
    checkpoints._describe(target, step, cycle, logs)
    return checkpoints.Checkpoint(step, 0, target)


WRITERS = {"durable": durable, "old first": old_first, "in place": in_place}
