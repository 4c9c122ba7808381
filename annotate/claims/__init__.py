"""What the labels are for: claims with who vouches for them, told by several outlets. Pure."""
