"""Faults against the product as it runs, and what the exchange's ledger says of them."""
