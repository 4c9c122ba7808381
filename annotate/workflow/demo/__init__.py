"""The whole loop on the sample corpus."""
