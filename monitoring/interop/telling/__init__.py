"""How a message about an alert leaves the ward: one interface, a channel for each way, chosen by a setting."""
