"""Erasure of people: identifiers, suppression list, and anonymization of raw tables."""
