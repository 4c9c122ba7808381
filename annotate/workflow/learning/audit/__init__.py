"""What people changed in predictions, and what is lost between the page and the model."""
