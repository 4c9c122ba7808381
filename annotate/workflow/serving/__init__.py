"""The live backend that answers Label Studio."""
