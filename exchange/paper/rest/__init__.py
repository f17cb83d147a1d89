"""REST v1 and v2: from a request to an answer."""
