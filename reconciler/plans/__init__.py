"""Desired and live state in, the plan out. No network, no files."""
