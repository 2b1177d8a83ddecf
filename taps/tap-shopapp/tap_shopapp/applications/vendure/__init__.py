"""Vendure, read through its Admin API."""
