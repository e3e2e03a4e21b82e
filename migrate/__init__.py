"""Take a legacy Linux server to containers, with proof."""

__version__ = "0.1.0"
