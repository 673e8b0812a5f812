"""The pages: they parse, make one call and render."""
