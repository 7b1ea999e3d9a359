"""Template tags of the shared parts: `{% load kaimen %}`."""
