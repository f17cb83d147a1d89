"""What an account has besides orders: who it is, what came in and went out, what it keeps."""
