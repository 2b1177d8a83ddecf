"""Checks whether a server conforms to openapi.yaml."""
