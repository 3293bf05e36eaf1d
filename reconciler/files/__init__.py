"""The user's files, or those of a git revision, to the desired state: all of it checked."""
