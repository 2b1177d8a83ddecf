"""Clients for the APIs of shops: HTTP, authentication, GraphQL and checked lists."""
