"""Normalization: records of any application become records of the canonical contract."""
