"""Bitfinex for Python programs: REST v1 and v2, the WebSocket stream, and a paper exchange."""
