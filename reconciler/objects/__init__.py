"""Objects and states: what they are called, how they are spelled on the wire, what differs. No network."""
