"""What `modeloid bench` runs: one protocol, baselines, and the published figures beside ours."""
