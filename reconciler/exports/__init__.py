"""What is live, as files that a person would have written."""
