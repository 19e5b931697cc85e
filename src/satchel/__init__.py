"""satchel: course notebooks become a book whose cells run in the browser."""

__version__ = "0.1.0"
