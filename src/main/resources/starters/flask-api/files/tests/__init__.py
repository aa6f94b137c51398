"""The tests; a package, so that they find the app."""
