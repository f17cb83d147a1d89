"""WebSocket v2: `protocol` understands messages, `client` keeps the sockets."""
