"""Files of contacts: reading them, and writing them."""
