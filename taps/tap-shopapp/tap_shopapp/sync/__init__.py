"""One run of the tap: streams, pages, state, messages and reconciliation."""
