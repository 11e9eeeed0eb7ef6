"""The record of a modeloid, rendered for people; reads plain files and never runs a model."""
