"""Faults on demand: what can go wrong between a program and its exchange, made to happen."""
