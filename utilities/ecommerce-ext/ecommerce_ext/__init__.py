"""Meltano utility that checks, activates, builds and documents the E-Commerce module."""
