"""Pages as a reader sees them; a package, for mypy already knows one conftest."""
