"""Files of others that go into the page, each with its licence and digest in `manifest.json`; see docs/vendored.md."""
