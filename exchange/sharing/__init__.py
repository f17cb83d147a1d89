"""What all processes of one host share: one small SQLite file for nonces, one for the budget."""
