"""Would the tests notice if a rule were wrong? Deliberate faults in rule code, and who runs them."""
