"""The stream: what each socket is told, and when."""
