"""What a workspace holds: its lock, its models, its articles and their places, its server."""
