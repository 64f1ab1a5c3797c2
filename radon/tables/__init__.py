"""The survey's tables, and the programs that rebuild them."""
