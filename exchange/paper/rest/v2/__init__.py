"""The authenticated methods of REST v2 that are not about orders, by subject."""
