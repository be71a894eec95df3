"""Every release of a register, as it was printed: the model, its statements about the register, and its files."""
