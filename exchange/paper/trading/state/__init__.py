"""What the trading floor remembers: orders and fills, movements of money, what has changed."""
