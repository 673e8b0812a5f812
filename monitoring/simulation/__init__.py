"""Invented patients on high-dose IL-2: how they feel after each dose, and how that reaches the ward."""
