"""Fake servers of shop applications, and recorded answers of real ones.

A fake holds a shop in the form of the ShopApp API and serves it by the API of one application.
The common test suite does not compare fields that this API cannot express.
"""
