"""Connections, bytes and the server that holds all together."""
