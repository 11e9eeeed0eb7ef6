"""From a file to the columns of a piece: one reader a format, all of them run in guarded child processes."""
