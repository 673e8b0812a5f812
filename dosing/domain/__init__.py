"""Pure rules of dosing: no Django, no clock, no I/O."""
