"""What is listed, what it is worth, and the bots that keep it alive."""
