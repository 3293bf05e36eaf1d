"""Everything that speaks HTTP: signing in, sending, how fast, and the live state."""
