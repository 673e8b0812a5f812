"""Pure rules of monitoring: no Django, no clock, no I/O."""
