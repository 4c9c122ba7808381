"""What is learned from annotations, and how good it is."""
