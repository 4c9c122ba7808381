"""What is known of the server, and what was sent to it."""
