"""A report on paper: the parts of a story as blocks of plain data, set by typst."""
