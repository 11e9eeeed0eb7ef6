"""The notes of a piece: told one after another from a plan of its bars and an idea, their velocities last."""
