"""Health checks: one registry, and one module of checks per subject."""
