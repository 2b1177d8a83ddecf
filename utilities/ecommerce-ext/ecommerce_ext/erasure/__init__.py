"""Erasure of people: identifiers, suppression list, and anonymizing of raw tables."""
