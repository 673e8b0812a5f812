"""How fast is what must be fast? Figures to compare on one machine, never a verdict."""
