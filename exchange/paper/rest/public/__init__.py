"""The public methods of REST v2, by subject."""
