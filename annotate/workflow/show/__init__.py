"""Articles with their marks: beside what the model predicts, and as claims with who vouches."""
