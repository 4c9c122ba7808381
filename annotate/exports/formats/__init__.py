"""Other people's annotation formats, in and out."""
