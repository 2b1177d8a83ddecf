"""Whether a server is as openapi.yaml says."""
