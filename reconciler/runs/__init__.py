"""Plans carried out: saved, looked at again, executed side by side, written down, taken back."""
