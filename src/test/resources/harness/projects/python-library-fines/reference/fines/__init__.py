"""Fines of a library."""
