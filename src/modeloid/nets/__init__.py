"""Parts of torch networks that two families share."""
