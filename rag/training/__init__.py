"""How the small models are made: scripts and data. Nothing of the program imports it, and it is
not in the wheel."""
