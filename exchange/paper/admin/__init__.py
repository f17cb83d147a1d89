"""The paper exchange at the hands of a program on the same machine, over HTTP."""
