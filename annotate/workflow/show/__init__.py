"""Articles with what the model predicts beside what people annotated."""
