"""The commands of the utility, one module each."""
