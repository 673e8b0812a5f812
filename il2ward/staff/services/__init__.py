"""What may be done with accounts, memberships, devices and repeated requests."""
