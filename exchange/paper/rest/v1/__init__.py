"""The methods of REST v1, the legacy interface, by subject."""
