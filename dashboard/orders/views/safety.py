"""Pages of what holds a person back: the kill switch and the limits."""
