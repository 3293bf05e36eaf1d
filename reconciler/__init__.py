"""Configuration as code for the Convirza call-tracking platform."""

__version__ = "0.1.0"
