"""Pieces as scores: put on a grid, divided into staves and voices, notated, written as MusicXML and engraved."""
