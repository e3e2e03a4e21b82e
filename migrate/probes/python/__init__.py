"""Python: what serves, a module for each kind, and the applications that they run."""
