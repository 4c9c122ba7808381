"""What the double and a real Label Studio both do."""
