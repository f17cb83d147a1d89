"""The account's own channel: who may hear it, what is told on it, and what may be asked."""
