"""Pages put together from sections: tables, charts, passages of articles."""
