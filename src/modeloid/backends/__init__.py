"""Where a framework meets the cycle: devices, processes, random state, saving."""
