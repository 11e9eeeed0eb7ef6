"""The page: one self-contained HTML file about one modeloid, or several side by side; see `whole.render`."""
