"""The thirty-six nasty cases of real lists, each with a file of its own, and the edges around them."""
