"""H1: the matrix of faults, a row each, by the numbers that the project gives them."""
