"""Orders, matching and money; it knows no network and no protocol."""
