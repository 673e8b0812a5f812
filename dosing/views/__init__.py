"""The pages of the rules: they parse, make one call and render."""
