"""The player of the page: pieces as data, sound and score, and the scripts that show and play them."""
